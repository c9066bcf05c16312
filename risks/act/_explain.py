"""The sentence that says why a case holds: who said so, when, under which text, on which ground."""

from collections.abc import Collection

__all__ = ["explained"]


def explained(
    title: str, ground: str, text_version: str, *, persons: Collection[str], days: Collection[str], reasons: list[str]
) -> str:
    """Return the sentence; without `persons`, that nobody can be named any more."""
    under = f"under text version {text_version}, ground {ground}"
    if not persons:
        return f"{title}. Assessed {under}; who assessed it and why was erased."
    ordered = sorted(days)
    when = f"on {ordered[0]}" if ordered[0] == ordered[-1] else f"between {ordered[0]} and {ordered[-1]}"
    because = "; ".join(dict.fromkeys(" ".join(reason.split()).rstrip(".;") for reason in reasons))
    return f"{title}. Assessed by {' and '.join(sorted(set(persons)))} {when} {under}. Because: {because}."
