"""Request templates: a question goes into a request as data, never as syntax.

Rules of this place: `{{question}}`, `{{id}}`, `{{repeat}}` and `{{conversation}}` are replaced inside the strings of a
JSON value, in one pass, so that nothing in a question is read as a placeholder, as JSON or as part of an address.
`{{history}}` stands alone as a value of the body and becomes the list of what was said before; in a list, its items.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote, urlencode

from assay.kernel import ConfigurationError, JsonValue

__all__ = ["check_templates", "fill", "fill_url", "holds_conversation"]

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_KNOWN = ("question", "id", "repeat", "conversation", "history")
_HISTORY = re.compile(r"\{\{\s*history\s*\}\}")


def fill(template: JsonValue, values: Mapping[str, str], history: Sequence[JsonValue] = ()) -> JsonValue:
    """Return the template with its placeholders replaced, in strings at any depth; keys stay as they are."""
    if isinstance(template, str):
        if _HISTORY.fullmatch(template):
            return list(history)
        return _PLACEHOLDER.sub(lambda match: values[match[1]], template)
    if isinstance(template, Mapping):
        return {key: fill(part, values, history) for key, part in template.items()}
    if isinstance(template, (list, tuple)):
        return [one for part in template for one in _filled_item(part, values, history)]
    return template


def _filled_item(part: JsonValue, values: Mapping[str, str], history: Sequence[JsonValue]) -> Iterator[JsonValue]:
    """Yield an item of a list, or what was said before, one item each."""
    if isinstance(part, str) and _HISTORY.fullmatch(part):
        yield from history
    else:
        yield fill(part, values, history)


def holds_conversation(*templates: JsonValue) -> bool:
    """Whether a request says what was said before, or which conversation it belongs to."""
    return bool({"conversation", "history"} & set(_placeholders(templates)))


def fill_url(url: str, query: Mapping[str, str], values: Mapping[str, str]) -> str:
    """Return the address with percent-encoded values in its path, and the query appended."""
    filled = _PLACEHOLDER.sub(lambda match: quote(values[match[1]], safe=""), url)
    if not query:
        return filled
    pairs = urlencode({name: str(fill(text, values)) for name, text in query.items()}, quote_via=quote)
    return f"{filled}{'&' if '?' in filled else '?'}{pairs}"


def check_templates(name: str, body: JsonValue, *others: JsonValue) -> None:
    """Raise `ConfigurationError` for an unknown or misplaced placeholder, or when nothing sends the question."""
    found = _placeholders((body, *others))
    unknown = sorted({placeholder for placeholder in found if placeholder not in _KNOWN})
    if unknown:
        raise ConfigurationError(
            f"the target {name!r} uses the placeholders {unknown!r}, expected some of {list(_KNOWN)!r}",
            hint=f"mend targets.{name} in assay.yaml",
        )
    alone = [text for text in _texts(body) if _HISTORY.fullmatch(text)]
    if found.count("history") != len(alone):
        raise ConfigurationError(
            f"the target {name!r} uses {{{{history}}}} inside a text, expected it alone as a value of the body",
            hint=f'write for example "messages": "{{{{history}}}}" in targets.{name}.request of assay.yaml',
        )
    if "question" not in found:
        raise ConfigurationError(
            f"the target {name!r} never sends the question",
            hint=f'put "{{{{question}}}}" into targets.{name}.request in assay.yaml',
        )


def _placeholders(templates: Iterable[JsonValue]) -> list[str]:
    return [match[1] for template in templates for text in _texts(template) for match in _PLACEHOLDER.finditer(text)]


def _texts(template: JsonValue) -> Iterator[str]:
    """Yield every string at any depth; keys are none."""
    if isinstance(template, str):
        yield template
    elif isinstance(template, Mapping):
        for part in template.values():
            yield from _texts(part)
    elif isinstance(template, (list, tuple)):
        for part in template:
            yield from _texts(part)
