"""The gate policy: what a run is expected to hold, and the rules that decide.

Rules of this place: a policy is YAML that a compliance officer can read; unknown keys, repeated keys and wrong types
are refused with file and line; a policy that demands nothing is not a policy, nor is a rule that cannot fail; the
digest is over the meaning (defaults written out), so that comments and the order of keys do not change it; what came
later is part of it only where it is demanded.
"""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from assay.kernel import JsonValue, decimal_text, digest_json
from governance.gate._demands import (
    BaselineStanding,
    Duties,
    EvidenceExpectation,
    FilterLimit,
    Languages,
    Risks,
    SignOffs,
    SuiteLimit,
)
from governance.gate._fields import Name, Part, Share, ShareAbove0, ShareBelow1
from governance.gate._reading import RULE_KINDS, read_policy_file, validated

__all__ = ["Expectation", "NonInferiorityRule", "Policy", "Rule", "ThresholdRule"]


class QuestionsExpectation(Part):
    """How many questions the run must have asked."""

    at_least: Annotated[int, Field(ge=1)]


class Expectation(Part):
    """What must be there before any rule is looked at; what is absent blocks."""

    metrics: Annotated[list[Name], Field(min_length=1)]
    questions: QuestionsExpectation
    complete: bool = True
    max_age_days: Annotated[int, Field(ge=1)] | None = None
    judge: Name | None = None  # name of the judge, or of its model
    judge_card: Literal["required", "optional"] = "required"  # whether judges must have been held against people
    origin: Literal["ci"] | None = None  # who must have handed the run in: the token of a service account


class ThresholdRule(Part):
    """Pass if the lower end of the 95 % interval reaches `at_least`, fail if the upper end stays below it."""

    id: Name | None = None
    metric: Name
    at_least: ShareAbove0

    @property
    def name(self) -> str:
        """The id, or one made of the metric."""
        return self.id or f"{self.metric}-at-least"

    def as_json(self) -> dict[str, JsonValue]:
        """Return the digested form."""
        return {"id": self.name, "metric": self.metric, "at_least": decimal_text(self.at_least, 12)}


class NonInferiorityRule(Part):
    """Pass if the candidate is surely not worse than the baseline by more than `margin`, fail if it surely is."""

    id: Name | None = None
    metric: Name
    baseline: Literal[True]
    margin: ShareBelow1

    @property
    def name(self) -> str:
        """The id, or one made of the metric."""
        return self.id or f"{self.metric}-not-worse"

    def as_json(self) -> dict[str, JsonValue]:
        """Return the digested form."""
        margin = decimal_text(self.margin, 12)
        return {"id": self.name, "metric": self.metric, "baseline": True, "margin": margin}


def _kind(rule: object) -> str:
    compares = isinstance(rule, NonInferiorityRule) or (
        isinstance(rule, dict) and bool({"baseline", "margin"} & set(rule))
    )
    return RULE_KINDS[compares]


Rule = Annotated[
    Annotated[ThresholdRule, Tag(RULE_KINDS[0])] | Annotated[NonInferiorityRule, Tag(RULE_KINDS[1])],
    Discriminator(_kind),
]


class MaxFailures(Part):
    """Share of the applicable verdicts that may lack a score."""

    share: ShareBelow1 = 0.05


class NotApplicable(Part):
    """Share of the asked verdicts that may be not applicable, empty answers for one."""

    at_most_share: Share = 0.2


class Policy(Part):
    """A gate policy, version 1."""

    version: Literal[1]
    name: Name
    fixed_beforehand: bool = True  # the run must name this policy's digest in its plan
    expect: Expectation
    rules: Annotated[list[Rule], Field(min_length=1)]
    max_failures: MaxFailures = MaxFailures()
    not_applicable: NotApplicable = NotApplicable()
    attempts: Literal["first", "pooled"] = "first"  # whether the first attempt stands, or all are pooled
    baseline: BaselineStanding = "not_superseded"  # what the baseline must be of
    evidence: list[EvidenceExpectation] = Field(default_factory=list, min_length=1)
    suites: list[SuiteLimit] = Field(default_factory=list, min_length=1)
    filters: list[FilterLimit] = Field(default_factory=list, min_length=1)
    languages: Languages | None = None
    risks: Risks | None = None
    duties: Duties | None = None
    sign_offs: SignOffs | None = None

    @classmethod
    def load(cls, path: Path) -> "Policy":
        """Read a file; raise `CannotDecideError` if it is absent or unreadable, `InputError` if it is malformed."""
        return cls.parse(read_policy_file(path), str(path))

    @classmethod
    def parse(cls, text: str, where: str = "policy") -> "Policy":
        """Read YAML; raise `InputError` with `where`, line and the nearest known key."""
        return validated(cls, text, where)

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        _refuse_repeats("expect.metrics names a metric", self.expect.metrics)
        named = [*self.rules, *self.evidence, *self.suites, *self.filters]
        _refuse_repeats("rules has an id", [one.name for one in named])
        if self.languages is not None and self.languages.filters and not self.filters:
            raise ValueError("languages.filters names languages, and no filter is limited under filters")
        unknown = sorted({rule.metric for rule in self.rules} - set(self.expect.metrics))
        if unknown:
            raise ValueError(f"a rule is about {unknown[0]!r}, which expect.metrics does not name")
        return self

    def as_json(self) -> dict[str, JsonValue]:
        """Return the digested form: defaults written out, numbers as decimal strings, lists without order sorted."""
        return {
            "format": "assay-gate-policy/1",
            "name": self.name,
            "fixed_beforehand": self.fixed_beforehand,
            "expect": {
                "metrics": sorted(self.expect.metrics),
                "questions": {"at_least": self.expect.questions.at_least},
                "complete": self.expect.complete,
                "max_age_days": self.expect.max_age_days,
                "judge": self.expect.judge,
                "judge_card": self.expect.judge_card,
                # Left out where nothing is demanded: digests of policies that were fixed earlier hold.
                **({} if self.expect.origin is None else {"origin": self.expect.origin}),
            },
            "rules": [rule.as_json() for rule in sorted(self.rules, key=lambda rule: rule.name)],
            "max_failures": {"share": decimal_text(self.max_failures.share, 12)},
            "not_applicable": {"at_most_share": decimal_text(self.not_applicable.at_most_share, 12)},
            **self._demands(),
        }

    def _demands(self) -> dict[str, JsonValue]:
        """Return what is demanded beside the run; what is not is left out: digests of before it was known hold."""
        found: dict[str, JsonValue] = {}
        if self.attempts != "first":
            found["attempts"] = self.attempts
        if self.baseline != "not_superseded":
            found["baseline"] = self.baseline
        for section in ("evidence", "suites", "filters"):
            named = sorted(getattr(self, section), key=lambda one: str(one.name))
            if named:
                found[section] = [one.as_json() for one in named]
        for section in ("languages", "risks", "duties", "sign_offs"):
            if (part := getattr(self, section)) is not None:
                found[section] = part.as_json()
        return found

    @property
    def compared(self) -> list[str]:
        """Metrics that a rule compares with the baseline."""
        return sorted({rule.metric for rule in self.rules if isinstance(rule, NonInferiorityRule)})

    @property
    def deciding(self) -> list[str]:
        """Metrics that a rule is about."""
        return sorted({rule.metric for rule in self.rules})

    @property
    def baseline_expectation(self) -> Expectation:
        """What the baseline must hold: the compared metrics of as many questions; it may be old."""
        return self.expect.model_copy(update={"metrics": self.compared, "max_age_days": None})

    @property
    def digest(self) -> str:
        """Digest of the meaning."""
        return digest_json(self.as_json())


def _refuse_repeats(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{what} twice: {name!r}")
