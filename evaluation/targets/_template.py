"""Request templates: a question goes into a request as data, never as syntax.

Rules of this place: `{{question}}`, `{{id}}` and `{{repeat}}` are replaced inside the strings of a JSON value, in one
pass, so that nothing in a question is read as a placeholder, as JSON or as part of an address.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

from assay.kernel import ConfigurationError, JsonValue

__all__ = ["check_templates", "fill", "fill_url"]

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_KNOWN = ("question", "id", "repeat")


def fill(template: JsonValue, values: Mapping[str, str]) -> JsonValue:
    """Return the template with its placeholders replaced, in strings at any depth; keys stay as they are."""
    if isinstance(template, str):
        return _PLACEHOLDER.sub(lambda match: values[match[1]], template)
    if isinstance(template, Mapping):
        return {key: fill(part, values) for key, part in template.items()}
    if isinstance(template, (list, tuple)):
        return [fill(part, values) for part in template]
    return template


def fill_url(url: str, query: Mapping[str, str], values: Mapping[str, str]) -> str:
    """Return the address with percent-encoded values in its path, and the query appended."""
    filled = _PLACEHOLDER.sub(lambda match: quote(values[match[1]], safe=""), url)
    if not query:
        return filled
    pairs = urlencode({name: str(fill(text, values)) for name, text in query.items()}, quote_via=quote)
    return f"{filled}{'&' if '?' in filled else '?'}{pairs}"


def check_templates(name: str, *templates: JsonValue) -> None:
    """Raise `ConfigurationError` for an unknown placeholder, or when the question is nowhere in the request."""
    found: list[str] = []
    for template in templates:
        _walk(template, found.append)
    unknown = sorted({placeholder for placeholder in found if placeholder not in _KNOWN})
    if unknown:
        raise ConfigurationError(
            f"the target {name!r} uses the placeholders {unknown!r}, expected some of {list(_KNOWN)!r}",
            hint=f"mend targets.{name} in assay.yaml",
        )
    if "question" not in found:
        raise ConfigurationError(
            f"the target {name!r} never sends the question",
            hint=f'put "{{{{question}}}}" into targets.{name}.request in assay.yaml',
        )


def _walk(template: JsonValue, visit: Callable[[str], None]) -> None:
    if isinstance(template, str):
        for match in _PLACEHOLDER.finditer(template):
            visit(match[1])
    elif isinstance(template, Mapping):
        for part in template.values():
            _walk(part, visit)
    elif isinstance(template, (list, tuple)):
        for part in template:
            _walk(part, visit)
