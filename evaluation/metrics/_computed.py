"""A metric that code computes: the same value for the same row, on every machine, whoever is named as judge.

Rules of this place: a row without what the metric needs is `not_applicable` and says what is missing; a text that is
too long to be compared is an `error`, never a guess; what shaped the value (library, version, settings) is in the spec.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import Final, TypeAlias

from assay.kernel import JsonValue
from evaluation.answers import AnswerOutcome, Item
from evaluation.metrics._info import MetricInfo, Need
from evaluation.verdicts import JudgeSpec, Outcome, UnitVerdict, Verdict

__all__ = ["LONGEST_TEXT", "ComputedJudge", "ComputedMetric", "Measured", "Unmeasured"]

LONGEST_TEXT: Final = 60_000  # code points of an answer or a reference: n-grams of more would fill the memory

_ABSENT: Final = {
    Need.REFERENCE: "the row has no reference",
    Need.CONTEXTS: "the application showed no contexts",
    Need.RELEVANT: "the question names no relevant text",
    Need.ATTACK: "the row is no attack",
}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was found: 0..1, in words, and sentence by sentence where the metric looks at sentences."""

    value: float
    reason: str = ""
    units: tuple[UnitVerdict, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Unmeasured:
    """Why the metric says nothing about this row."""

    reason: str
    outcome: Outcome = Outcome.NOT_APPLICABLE


Measure: TypeAlias = Callable[[Item], Measured | Unmeasured]


@dataclass(frozen=True, kw_only=True)
class ComputedMetric:
    """A metric with the function that computes it from a row that has everything it needs."""

    info: MetricInfo
    measure: Measure
    version: str = "1"
    library: str = ""  # distribution that computes it, recorded with its version; "" for our own code
    settings: Mapping[str, JsonValue] = field(default_factory=dict)

    def build(self, judge: str, model: object) -> "ComputedJudge":  # noqa: ARG002  # the door is the judges'; nobody is asked
        """Return the judge that asks nobody."""
        library = {"library": self.library, "library_version": metadata.version(self.library)} if self.library else {}
        options: dict[str, JsonValue] = {"computed": True, **library, **self.settings}
        spec = JudgeSpec(name="computed", version=self.version, metric=self.info.id, options=options)
        return ComputedJudge(spec, self.info.needs, self.measure)


class ComputedJudge:
    """Checks what the metric needs, then computes."""

    def __init__(self, spec: JudgeSpec, needs: frozenset[Need], measure: Measure) -> None:
        """Keep all three."""
        self._spec = spec
        self._needs = needs
        self._measure = measure

    @property
    def spec(self) -> JudgeSpec:
        """What shapes its verdicts."""
        return self._spec

    async def judge(self, item: Item, *, repeat: int) -> Verdict:  # noqa: ARG002  # the same in every draw
        """Return the verdict; a repeat changes nothing."""
        found = self._lacking(item) or self._measure(item)
        metric, judge = self._spec.metric, self._spec.digest
        if isinstance(found, Unmeasured):
            return Verdict(metric=metric, outcome=found.outcome, judge=judge, reason=found.reason)
        return Verdict(
            metric=metric,
            outcome=Outcome.SCORED,
            judge=judge,
            value=min(1.0, max(0.0, found.value)),  # rounding in a library may leave the interval by an ulp
            reason=found.reason,
            units=found.units,
        )

    def _lacking(self, item: Item) -> Unmeasured | None:
        """Return why the row cannot be computed, None when it can."""
        if item.answer.outcome is not AnswerOutcome.ANSWERED:
            reason = f"no answer to judge: {item.answer.reason or item.answer.outcome}"
            return Unmeasured(outcome=Outcome(item.answer.outcome.value), reason=reason)
        if not item.answer.text.strip():
            return Unmeasured(reason="empty answer")
        missing = [_ABSENT[need] for need in Need if need in self._needs and not _has(item, need)]
        if missing:
            return Unmeasured(reason="; ".join(missing))
        longest = max(len(item.answer.text), len(item.reference or "") if Need.REFERENCE in self._needs else 0)
        if longest > LONGEST_TEXT:
            reason = f"too long: {longest} code points, at most {LONGEST_TEXT} are compared"
            return Unmeasured(outcome=Outcome.ERROR, reason=reason)
        return None


def _has(item: Item, need: Need) -> bool:
    if need is Need.REFERENCE:
        return bool(item.reference and item.reference.strip())
    if need is Need.ATTACK:
        return True  # only the metric knows its attacks, and says so itself
    return item.answer.contexts is not None if need is Need.CONTEXTS else bool(item.relevant)
