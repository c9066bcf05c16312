"""The keywords filter: large lists of words, phrases and known bad prompts, found in spite of how they are written.

Rules of this place: a list is refused whole, with file, line and field, or taken whole; nothing that was found appears
in a result, only the list's name and the entry's id. Finding is exact over normalised text (Aho–Corasick) for every
entry, and bounded in its edits for those that say `fuzzy`. `docs/keywords.md` is the guide.
"""

from evaluation.filters.keywords._filter import KeywordFilter, build

__all__ = ["KeywordFilter", "build"]
