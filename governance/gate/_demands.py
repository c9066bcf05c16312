"""What a policy may demand beside the numbers of a run: evidence, limits, languages, risks, duties and sign-offs.

Rules of this place: every demand is optional and left out of the digest where it is not made, so that digests of
policies without it hold; each has a name of its own among all rules; a bound that is never missed is refused.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from assay.kernel import JsonValue
from evaluation.suites import SuiteKind
from governance.gate._fields import Days, Finite, Name, Part, ShareBelow1, number_text
from risks import EvidenceKind

__all__ = [
    "BaselineStanding",
    "Duties",
    "EvidenceExpectation",
    "FilterLimit",
    "FilterName",
    "Languages",
    "OpenFindings",
    "Risks",
    "SignOffs",
    "StandingName",
    "SuiteLimit",
]

StandingName = Literal["recorded", "accepted", "submitted"]
FilterName = Literal["toxicity", "pii", "injection", "keywords", "output"]
ApprovingRole = Literal["reviewer", "approver"]
BaselineStanding = Literal["released", "not_superseded", "any"]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]  # ISO 639
Count = Annotated[int, Field(ge=0)]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Origin = Literal["ci"]


def _usable() -> list[StandingName]:
    return ["recorded", "accepted"]


def _approving() -> list[ApprovingRole]:
    return ["reviewer", "approver"]


class OpenFindings(Part):
    """How many findings of an imported report may be open, by severity; what is not named is not limited."""

    critical: Count | None = None
    high: Count | None = None
    medium: Count | None = None
    low: Count | None = None
    unknown: Count | None = None
    total: Count | None = None  # of all severities together

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if not self.limits:
            raise ValueError("open_findings limits nothing: name critical, high, medium, low, unknown or total")
        return self

    @property
    def limits(self) -> dict[str, int]:
        """Severity → how many may be open."""
        found = {severity: getattr(self, severity) for severity in type(self).model_fields}
        return {severity: most for severity, most in found.items() if most is not None}


class EvidenceExpectation(Part):
    """Evidence that must be there, in force and good enough; without a bound it must say by itself that all is well."""

    id: Name | None = None
    kind: Annotated[EvidenceKind, Field(strict=False)]
    of: Name  # what within the kind: metric, suite, filter, check, tool; for a document: what it states
    origin: Origin | None = None  # who must have handed it in: the token of a service account
    standing: list[StandingName] = Field(default_factory=_usable, min_length=1)
    max_age_days: Days | None = None
    at_least: Finite | None = None  # three ends on the 95 % interval, as for the rules about metrics
    at_most: Finite | None = None
    min_n: Annotated[int, Field(ge=1)] | None = None  # rows behind the number
    open_findings: OpenFindings | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if self.at_least is not None and self.at_most is not None:
            raise ValueError("at_least and at_most are two expectations: write each as one of its own")
        _refuse_repeats("standing", self.standing)
        return self

    @property
    def name(self) -> str:
        """The id, or one made of what is expected."""
        return self.id or f"{self.kind.value}:{self.of}"

    def as_json(self) -> dict[str, JsonValue]:
        """Return the digested form."""
        return {
            "id": self.name,
            "kind": self.kind.value,
            "of": self.of,
            "origin": self.origin,
            "standing": sorted(self.standing),
            "max_age_days": self.max_age_days,
            "at_least": number_text(self.at_least),
            "at_most": number_text(self.at_most),
            "min_n": self.min_n,
            "open_findings": None if self.open_findings is None else {**self.open_findings.limits},
        }


class SuiteLimit(Part):
    """How often attacks of a suite may succeed: pass if the upper end of the 95 % interval stays within `at_most`."""

    id: Name | None = None
    suite: Annotated[SuiteKind, Field(strict=False)]
    at_most: ShareBelow1
    min_n: Annotated[int, Field(ge=1)] | None = None  # attacks that were answered
    max_age_days: Days | None = None
    origin: Origin | None = None

    @property
    def name(self) -> str:
        """The id, or one made of the suite."""
        return self.id or f"suite:{self.suite.value}"

    def as_json(self) -> dict[str, JsonValue]:
        """Return the digested form."""
        return {"id": self.name, "suite": self.suite.value, **_limit(self)}


class FilterLimit(Part):
    """Which share of scanned rows a filter may flag: pass if the upper end of the 95 % interval is within `at_most`."""

    id: Name | None = None
    filter: FilterName
    at_most: ShareBelow1
    min_n: Annotated[int, Field(ge=1)] | None = None  # rows that were scanned
    max_age_days: Days | None = None
    origin: Origin | None = None

    @property
    def name(self) -> str:
        """The id, or one made of the filter."""
        return self.id or f"filter:{self.filter}"

    def as_json(self) -> dict[str, JsonValue]:
        """Return the digested form."""
        return {"id": self.name, "filter": self.filter, **_limit(self)}


class Languages(Part):
    """Languages that must be covered, whichever the rows are in."""

    judges: list[Language] = Field(default_factory=list)  # those that decide were held against people in each
    filters: list[Language] = Field(default_factory=list)  # those under `filters` were measured in each

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        if not self.judges and not self.filters:
            raise ValueError("languages names none: list them under judges, filters or both")
        _refuse_repeats("languages.judges", self.judges)
        _refuse_repeats("languages.filters", self.filters)
        return self

    def as_json(self) -> dict[str, JsonValue]:
        """Return the digested form."""
        return {"judges": [*sorted(self.judges)], "filters": [*sorted(self.filters)]}


class Risks(Part):
    """How many risks of the system may be open or undecided, and how many of their reviews may be overdue.

    `catalogue`: the digest of the catalogue and rules under which they are counted; without it, those in force.
    """

    open_at_most: Count
    overdue_reviews_at_most: Count = 0
    catalogue: Digest | None = None

    def as_json(self) -> dict[str, JsonValue]:
        """Return the digested form."""
        counts: dict[str, JsonValue] = {
            "open_at_most": self.open_at_most,
            "overdue_reviews_at_most": self.overdue_reviews_at_most,
        }
        return counts if self.catalogue is None else {**counts, "catalogue": self.catalogue}


class Duties(Part):
    """Legal duties: the evidence of those that are due is complete."""

    due: Literal["complete"]

    def as_json(self) -> dict[str, JsonValue]:
        """Return the digested form."""
        return {"due": self.due}


class SignOffs(Part):
    """Approvals by different people that stand now, for exactly what is decided about."""

    needed: Annotated[int, Field(ge=1, le=10)]
    roles: list[ApprovingRole] = Field(default_factory=_approving, min_length=1)

    @model_validator(mode="after")
    def _no_role_twice(self) -> Self:
        _refuse_repeats("sign_offs.roles", self.roles)
        return self

    def as_json(self) -> dict[str, JsonValue]:
        """Return the digested form."""
        return {"needed": self.needed, "roles": [*sorted(self.roles)]}


def _limit(limit: SuiteLimit | FilterLimit) -> dict[str, JsonValue]:
    return {
        "at_most": number_text(limit.at_most),
        "min_n": limit.min_n,
        "max_age_days": limit.max_age_days,
        "origin": limit.origin,
    }


def _refuse_repeats(where: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{where} names {name!r} twice")
