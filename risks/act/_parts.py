"""Parts of a class: whether a duty that is for some reaches one system, as its classification says.

Rules of this place: a classification is seen as marks, the ids of its cases and `question=answer` for what people said;
a pattern is a mark, or the beginning of one with `*` after it. What the marks do not settle is unknown: never owed in
silence, never dropped in silence.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from risks._fields import Fields, Problems

__all__ = ["Part", "Reach", "Remark", "reach_of", "read_parts", "read_remarks", "remarks_on"]


class Reach(StrEnum):
    """Whether a duty is for somebody."""

    OWED = "owed"
    NOT_OWED = "not_owed"
    UNKNOWN = "unknown"  # the classification does not say


@dataclass(frozen=True, kw_only=True)
class Part:
    """Whom a duty is for, where it is not for all of its class and role."""

    id: str
    says: str
    needs: tuple[str, ...]  # patterns: without any of them it is not owed
    owed_by: tuple[str, ...]  # patterns: with one of them it is owed
    not_for: tuple[str, ...]  # patterns: else with one of them it is not owed
    otherwise: Reach


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What a reader of a system's duties must know, where a case holds."""

    id: str
    when: tuple[str, ...]  # patterns
    says: str


T = TypeVar("T", Part, Remark)


def reach_of(part: Part | None, marks: Collection[str]) -> Reach:
    """Return whether a duty for a part of its class is owed; without a part it is."""
    if part is None:
        return Reach.OWED
    if part.needs and not _any(part.needs, marks):
        return Reach.NOT_OWED
    if _any(part.owed_by, marks):
        return Reach.OWED
    return Reach.NOT_OWED if _any(part.not_for, marks) else part.otherwise


def remarks_on(remarks: Collection[Remark], marks: Collection[str]) -> tuple[str, ...]:
    """Return what is to be said, in the order of the file."""
    return tuple(one.says for one in remarks if _any(one.when, marks))


def read_parts(fields: Fields, problems: Problems) -> dict[str, Part]:
    """Read parts by their ids."""
    return {one.id: one for one in _once((_part(item) for item in fields.each("parts")), "parts", problems)}


def read_remarks(fields: Fields, problems: Problems) -> tuple[Remark, ...]:
    """Read remarks."""
    return tuple(_once((_remark(item) for item in fields.each("remarks")), "remarks", problems))


def _any(patterns: Collection[str], marks: Collection[str]) -> bool:
    return any(_fits(pattern, mark) for pattern in patterns for mark in marks)


def _fits(pattern: str, mark: str) -> bool:
    return mark.startswith(pattern[:-1]) if pattern.endswith("*") else mark == pattern


def _part(fields: Fields) -> Part:
    made = Part(
        id=fields.text("id"),
        says=fields.text("says"),
        needs=fields.texts("needs", required=False),
        owed_by=fields.texts("owed_by", required=False),
        not_for=fields.texts("not_for", required=False),
        otherwise=fields.choice("otherwise", Reach, Reach.UNKNOWN),
    )
    fields.close()
    return made


def _remark(fields: Fields) -> Remark:
    made = Remark(id=fields.text("id"), when=fields.texts("when"), says=fields.text("says"))
    fields.close()
    return made


def _once(found: Iterator[T], name: str, problems: Problems) -> Iterator[T]:
    seen: set[str] = set()
    for index, one in enumerate(found):
        if one.id in seen:
            problems.add(f"/{name}/{index}/id", f"the id {one.id!r} comes twice")
        seen.add(one.id)
        yield one
