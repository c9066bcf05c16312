"""The decision tree: questions, facts that follow from answers, cases that follow from both, and who is in which role.

Rules of this place: a step refers to earlier steps only, so that one pass decides everything. A condition is a list of
alternatives; each is a list of needs that must all be met.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from risks.act._header import Header

__all__ = [
    "NO",
    "NONE",
    "SOME",
    "YES",
    "ActClass",
    "Band",
    "Case",
    "Condition",
    "Contradiction",
    "Dated",
    "Fact",
    "Kind",
    "Need",
    "Option",
    "Question",
    "Role",
    "RoleRule",
    "Tree",
]

NONE, SOME, YES, NO = "none", "some", "yes", "no"  # words that conditions share


class ActClass(StrEnum):
    """The legal classes, the gravest first. "Limited" and "minimal risk" are none."""

    PROHIBITED = "prohibited"
    HIGH_RISK = "high_risk"
    ARTICLE_50 = "article_50"
    GPAI = "gpai"
    GPAI_SYSTEMIC = "gpai_systemic"
    NONE = "none"


class Role(StrEnum):
    """Who somebody is to a system or a model (Article 3)."""

    PROVIDER = "provider"
    DEPLOYER = "deployer"
    IMPORTER = "importer"
    DISTRIBUTOR = "distributor"
    AUTHORISED_REPRESENTATIVE = "authorised_representative"
    PRODUCT_MANUFACTURER = "product_manufacturer"
    GPAI_PROVIDER = "gpai_provider"


class Kind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"  # one of the options
    MANY = "many"  # some of the options, or `none`
    YES_NO = "yes_no"
    AMOUNT = "amount"  # a number that falls into a band
    DAY = "day"  # a date that falls into a band


@dataclass(frozen=True, kw_only=True)
class Need:
    """A step whose outcome must be among some."""

    step: str  # Question.id or Fact.id
    among: tuple[str, ...]


Condition = tuple[tuple[Need, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer that can be given."""

    id: str
    text: str
    ground: str


@dataclass(frozen=True, kw_only=True)
class Band:
    """A part of the line of numbers or days; the last one has no end."""

    id: str
    before: str  # a day as ISO 8601 that is no longer part of it, or empty
    up_to: Decimal | None  # the last number of it


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something only people can answer."""

    id: str
    kind: Kind
    ask: str
    ground: str
    help: str
    asked_when: Condition  # empty: always
    asked_if: str  # the same in words
    options: tuple[Option, ...]
    bands: tuple[Band, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What conditions can ask for."""
        if self.kind is Kind.YES_NO:
            return (YES, NO)
        if self.bands:
            return tuple(band.id for band in self.bands)
        chosen = tuple(option.id for option in self.options)
        return (*chosen, NONE) if self.kind is Kind.MANY else chosen


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that follows from answers: yes or no."""

    id: str
    predicate: str  # what it is then, after "it is"
    when: Condition

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What conditions can ask for."""
        return (YES, NO)


@dataclass(frozen=True, kw_only=True)
class Dated:
    """From when a case counts, if a condition holds."""

    when: Condition
    start: str  # ISO 8601; empty: not by a date
    ground: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """A class, or the ground on which one does not apply (class `none`)."""

    id: str
    act_class: ActClass
    title: str
    ground: str
    each: str  # a question whose chosen options each make a case of their own; empty: one case
    only: tuple[str, ...]  # the options that count; empty: all
    when: Condition
    decided_by: tuple[str, ...]  # the questions whose answers are cited
    dates: tuple[Dated, ...]  # the first whose condition holds


@dataclass(frozen=True, kw_only=True)
class RoleRule:
    """A role, and when somebody has it."""

    role: Role
    ground: str
    when: Condition


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """Answers that cannot stand beside each other."""

    when: Condition
    lacks: tuple[Need, ...]  # options that an answered question must not name for it to be one
    says: str


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The tree, whole and checked."""

    header: Header
    steps: tuple[Question | Fact, ...]
    cases: tuple[Case, ...]
    roles: tuple[RoleRule, ...]
    contradictions: tuple[Contradiction, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """The steps that people answer."""
        return tuple(step for step in self.steps if isinstance(step, Question))
