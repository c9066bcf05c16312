"""Answer correctness and completeness: what of the reference, or of the question, the answer says.

Rules of this place:
- The reference is cut into statements by code. Each is stated, missing or contradicted.
- answer_correctness = stated / sent, and 0 as soon as one statement is contradicted: what is wrong in one place is not
  made right by another. What the answer says beyond the reference counts neither way.
- completeness = stated / sent. Without a reference the parts of the question are sent instead, and answered counts.
- An answer that only declines states nothing; where the reference declines too, it is right.
- Bounds: 64 statements or parts, 8,000 code points of answer, question or reference. Above, the row ends as `error`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from evaluation.answers import Item
from evaluation.judges._abstention import abstains
from evaluation.judges._asking import unscored
from evaluation.judges._statements import question_parts, statements
from evaluation.verdicts import JudgeSpec, Outcome, Stage, Support, Usage, Verdict

__all__ = ["ClaimMetric", "ClaimUse", "Parts", "claims_settled", "claims_verdict", "parts_to_judge"]

ClaimMetric = Literal["answer_correctness", "completeness"]

MOST_PARTS: Final = 64
LONGEST_TEXT: Final = 8_000  # code points


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What is sent: statements of the reference, or parts of the question."""

    texts: tuple[str, ...]
    of_reference: bool

    @property
    def name(self) -> str:
        """What one of them is called."""
        return "statement of the reference" if self.of_reference else "part of the question"


@dataclass(frozen=True, kw_only=True)
class ClaimUse:
    """What the answer does with one part, and who said so."""

    support: Support
    probability: float | None = None  # P(stated), 0..1
    stage: Stage | None = None


def parts_to_judge(item: Item) -> Parts:
    """Return the statements of the reference; without one, the parts of the question."""
    reference = item.reference or ""
    if reference.strip():
        return Parts(texts=tuple(span.of(reference) for span in statements(reference)), of_reference=True)
    return Parts(texts=tuple(span.of(item.question) for span in question_parts(item.question)), of_reference=False)


def claims_settled(spec: JudgeSpec, item: Item) -> Verdict | None:
    """Return the verdict that needs no judge: nothing to hold the answer against, an abstention, or too much."""
    parts = parts_to_judge(item)
    if spec.metric == "answer_correctness" and not parts.of_reference:
        return unscored(spec, Outcome.NOT_APPLICABLE, "the row has no reference")
    for size, most, what in (
        (len(item.answer.text), LONGEST_TEXT, "characters in the answer"),
        (len(item.question), LONGEST_TEXT, "characters in the question"),
        (len(item.reference or ""), LONGEST_TEXT, "characters in the reference"),
        (len(parts.texts), MOST_PARTS, f"times a {parts.name}"),
    ):
        if size > most:
            return unscored(spec, Outcome.ERROR, f"too long to judge: {size} {what}, at most {most}")
    if not parts.texts:
        what = "reference says nothing" if parts.of_reference else "question asks nothing, and there is no reference"
        return unscored(spec, Outcome.NOT_APPLICABLE, f"the {what}")
    return _declined(spec, item) if abstains(item.answer.text) else None


def _declined(spec: JudgeSpec, item: Item) -> Verdict:
    right = abstains(item.reference or "")
    return Verdict(
        metric=spec.metric,
        outcome=Outcome.SCORED,
        judge=spec.digest,
        value=float(right),
        reason="the answer only says that it cannot answer" + (", as the reference does" if right else ""),
    )


def claims_verdict(spec: JudgeSpec, parts: Parts, uses: Sequence[ClaimUse], *, usage: Usage | None = None) -> Verdict:
    """Return the scored verdict of a row with at least one part, one use for each in their order."""
    stated = sum(use.support is Support.SUPPORTED for use in uses)
    wrong = any(use.support is Support.CONTRADICTED for use in uses)
    chances = [use.probability for use in uses if use.probability is not None]
    return Verdict(
        metric=spec.metric,
        outcome=Outcome.SCORED,
        judge=spec.digest,
        value=0.0 if wrong and spec.metric == "answer_correctness" else stated / len(uses),
        probability=min(chances) if len(chances) == len(uses) else None,
        reason=_reason(parts, uses, stated),
        usage=usage or Usage(),
    )


def _reason(parts: Parts, uses: Sequence[ClaimUse], stated: int) -> str:
    total, verb = len(uses), "stated" if parts.of_reference else "answered"
    said = [f"{stated} of {total} times a {parts.name} is {verb}" if total > 1 else f"the {parts.name} is {verb}"]
    if total == 1 and not stated:
        said = [f"the {parts.name} is not {verb}"]
    for support, word in ((Support.ABSENT, "open"), (Support.CONTRADICTED, "contradicted")):
        numbers = [str(at) for at, use in enumerate(uses, start=1) if use.support is support]
        if numbers and (total > 1 or support is Support.CONTRADICTED):
            said.append(f"{word}: {', '.join(numbers)}")
    if asked := sum(use.stage is Stage.MODEL for use in uses):
        said.append(f"the model was asked about {asked}")
    return "; ".join(said)
