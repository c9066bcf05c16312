"""YAML as catalogues are written in: no key twice, no alias, dates stay text."""

from collections import Counter

import yaml

from assay.kernel import InputError, JsonValue, digest_json

__all__ = ["digest_yaml", "read_yaml"]


class _StrictLoader(yaml.SafeLoader):
    """YAML without duplicate keys and without aliases, which can hold themselves or unfold without end."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Read a node; refuse an alias."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # pyyaml has no types for it
            raise yaml.composer.ComposerError(None, None, "aliases are not read here", mark)
        return super().compose_node(parent, index)


def _strict_mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[object, object]:
    pairs = [
        (loader.construct_object(key, deep=True), loader.construct_object(item, deep=True)) for key, item in node.value
    ]
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if twice:
        raise yaml.constructor.ConstructorError(None, None, f"the keys {twice!r} come twice", node.start_mark)
    return dict(pairs)


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _strict_mapping)
_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: str(node.value))


def read_yaml(text: str, file: str) -> object:
    """Return what a text says; `file` names it in the `InputError` that unreadable YAML ends in."""
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader, made stricter
    except (yaml.YAMLError, RecursionError, TypeError) as error:
        raise InputError(f"{file} is not readable YAML: {error}") from error


def digest_yaml(value: object) -> str:
    """Return the digest of what a file says; comments and layout do not count."""
    return digest_json(_plain(value))


def _plain(value: object) -> JsonValue:
    """Return the value for its digest; what JSON cannot carry as it is becomes text."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
