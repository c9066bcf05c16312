"""A jury: several judges judge the same row, and their votes are weighed by how well each was measured.

Rules of this place:
- A vote weighs its log-likelihood ratio: log(sensitivity / (1 - specificity)) for good, log((1 - sensitivity) /
  specificity) for not (the naive Bayes of Dawid and Skene 1979, before any data of the run). A member whose card is at
  chance weighs nothing. Where a member has no card, all weigh alike, the reason says so, and no probability is given.
- Where the members show the same sentences, each sentence is voted on; the quality on whole answers stands for that on
  a sentence. Otherwise the answer is voted on, and the value is the mean of those who won. A tie is not good.
- A member that fails leaves the others. Fewer votes than the quorum are no verdict: the failure is the jury's.
- The members' calls are cached as if each judged alone: who was asked before is not paid again.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from assay.kernel import ConfigurationError, JsonValue, UnavailableError
from evaluation.answers import Item
from evaluation.judges._asking import unscored
from evaluation.judges._protocol import Judge
from evaluation.verdicts import JudgeSpec, Outcome, Support, UnitVerdict, Usage, Verdict, calls_good

__all__ = ["Jury", "Quality", "QualityOf"]

_CERTAIN: Final = 0.99  # no card is believed beyond this: a perfect one rests on few labels
_SHOWN: Final = 200  # code points of a member's reason


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What labels say of a judge on one metric, both 0..1."""

    sensitivity: float  # P(it says good | people say good)
    specificity: float  # P(it says not good | people say not good)

    def weight(self, *, good: bool) -> float:
        """Return the log-likelihood ratio of a vote, natural logarithm; above 0 speaks for good."""
        sensitivity, specificity = (
            min(_CERTAIN, max(1 - _CERTAIN, share)) for share in (self.sensitivity, self.specificity)
        )
        if sensitivity + specificity <= 1:
            return 0.0
        return math.log(sensitivity / (1 - specificity)) if good else math.log((1 - sensitivity) / specificity)


QualityOf: TypeAlias = Callable[[JudgeSpec], Quality | None]  # from its judge card; None where it has none


@dataclass(frozen=True, kw_only=True)
class _Vote:
    judge: Judge
    quality: Quality | None  # None: all weigh alike
    verdict: Verdict

    @property
    def good(self) -> bool:
        """Whether the member calls the whole answer good."""
        return calls_good(self.verdict) is True

    def weight(self, *, good: bool) -> float:
        """Return what a vote of this member adds."""
        return (1.0 if good else -1.0) if self.quality is None else self.quality.weight(good=good)


class Jury:
    """Judges as one judge."""

    def __init__(
        self, name: str, members: Sequence[Judge], *, quality_of: QualityOf | None = None, quorum: int | None = None
    ) -> None:
        """Seat the members, all of one metric; `quality_of` None weighs all alike; `quorum` None is the majority.

        Raises `ConfigurationError` for fewer than two members, several metrics, or a quorum that cannot be reached.
        """
        metrics = {member.spec.metric for member in members}
        self._quorum = len(members) // 2 + 1 if quorum is None else quorum
        if len(members) < 2 or len(metrics) != 1 or not 1 <= self._quorum <= len(members):  # noqa: PLR2004
            raise ConfigurationError(
                f"the jury {name!r} has {len(members)} members, {sorted(metrics)!r} and a quorum of {self._quorum}; "
                "expected two or more members of one metric and a quorum among them",
                hint=f"correct judges.{name} in assay.yaml",
            )
        found = [None if quality_of is None else quality_of(member.spec) for member in members]
        self._unmeasured = [m.spec.name for m, quality in zip(members, found, strict=True) if quality is None]
        self._members = tuple(members)
        self._qualities = tuple(None if self._unmeasured else quality for quality in found)
        self._equal = "by choice" if quality_of is None else f"no judge card: {', '.join(self._unmeasured)}"
        self._spec = JudgeSpec(name=name, version="1", metric=metrics.pop(), options=self._options())

    @property
    def spec(self) -> JudgeSpec:
        """What shapes its verdicts: the members with their digests and weights."""
        return self._spec

    async def judge(self, item: Item, *, repeat: int) -> Verdict:
        """Return the jury's verdict of draw number `repeat`; the members judge at the same time."""
        verdicts = await asyncio.gather(*(_ask(member, item, repeat) for member in self._members))
        votes = [
            _Vote(judge=member, quality=quality, verdict=verdict)
            for member, quality, verdict in zip(self._members, self._qualities, verdicts, strict=True)
        ]
        usage = sum((verdict.usage for verdict in verdicts), Usage())
        scored = [vote for vote in votes if vote.verdict.outcome is Outcome.SCORED]
        if len(scored) < self._quorum:
            return self._failure(votes, len(scored), usage)
        return self._verdict(scored, [vote for vote in votes if vote not in scored], usage)

    def _verdict(self, votes: Sequence[_Vote], silent: Sequence[_Vote], usage: Usage) -> Verdict:
        weight = sum(vote.weight(good=vote.good) for vote in votes)
        units = _units(votes)
        won = [vote.verdict.value or 0.0 for vote in votes if vote.good is (weight > 0)]
        if units:
            value = sum(unit.support is Support.SUPPORTED for unit in units) / len(units)
        else:
            value = sum(won) / len(won) if won else 0.0
        against = [_against(unit, votes, index) for index, unit in enumerate(units)] or [1 - len(won) / len(votes)]
        return Verdict(
            metric=self._spec.metric,
            outcome=Outcome.SCORED,
            judge=self._spec.digest,
            value=value,
            probability=None if self._unmeasured else 1 / (1 + math.exp(-weight)),
            reason=self._reason(votes, silent),
            units=units,
            usage=usage,
            disagreement=sum(against) / len(against),
        )

    def _failure(self, votes: Sequence[_Vote], scored: int, usage: Usage) -> Verdict:
        silent = [vote for vote in votes if vote.verdict.outcome is not Outcome.SCORED]
        failed = [vote for vote in silent if vote.verdict.outcome is not Outcome.NOT_APPLICABLE]
        inapplicable = len(silent) - len(failed) >= self._quorum or not failed
        outcome = Outcome.NOT_APPLICABLE if inapplicable else failed[0].verdict.outcome
        reason = f"{scored} of {len(votes)} judges gave a verdict, {self._quorum} are needed; {_words(silent)}"
        unreached = all(vote.verdict.unreached for vote in failed) and not inapplicable
        return replace(unscored(self._spec, outcome, reason, usage), unreached=unreached)

    def _reason(self, votes: Sequence[_Vote], silent: Sequence[_Vote]) -> str:
        good = [vote for vote in votes if vote.good]
        said = ", ".join(f"{vote.judge.spec.name} {'yes' if vote.good else 'no'}" for vote in votes)
        parts = [f"{len(good)} of {len(votes)} judges call it good ({said})"]
        parts += [f"all weigh alike ({self._equal})"] if self._unmeasured else []
        parts += [f"{len(silent)} gave no verdict: {_words(silent)}"] if silent else []
        return "; ".join(parts)

    def _options(self) -> dict[str, JsonValue]:
        members: list[JsonValue] = [
            {
                "name": member.spec.name,
                "digest": member.spec.digest,
                "sensitivity": None if quality is None else f"{quality.sensitivity:.4f}",
                "specificity": None if quality is None else f"{quality.specificity:.4f}",
            }
            for member, quality in zip(self._members, self._qualities, strict=True)
        ]
        weights = "equal" if self._unmeasured else "measured"
        return {"jury": members, "weights": weights, "quorum": self._quorum}


async def _ask(member: Judge, item: Item, repeat: int) -> Verdict:
    try:
        return await member.judge(item, repeat=repeat)
    except UnavailableError:  # our own disk or courier, or the budget: the run ends and can be resumed
        raise
    except Exception as error:  # noqa: BLE001 - a judge is a plug-in border: its failure is a verdict
        return unscored(member.spec, Outcome.ERROR, f"it raised {type(error).__name__}: {error}")


def _units(votes: Sequence[_Vote]) -> tuple[UnitVerdict, ...]:
    """Vote sentence by sentence; () where the members do not show the same sentences."""
    shown = [[(unit.start, unit.end) for unit in vote.verdict.units] for vote in votes]
    if not shown[0] or any(spans != shown[0] for spans in shown):
        return ()
    return tuple(_unit(votes, index) for index in range(len(shown[0])))


def _unit(votes: Sequence[_Vote], index: int) -> UnitVerdict:
    units = [vote.verdict.units[index] for vote in votes]
    weights = [vote.weight(good=unit.support is Support.SUPPORTED) for vote, unit in zip(votes, units, strict=True)]
    against = [unit for unit in units if unit.support is not Support.SUPPORTED]
    contradicted = sum(unit.support is Support.CONTRADICTED for unit in against)
    if sum(weights) > 0:
        support = Support.SUPPORTED
    else:
        support = Support.CONTRADICTED if 2 * contradicted > len(against) else Support.ABSENT
    quote = next((unit.quote for unit in units if unit.support is support and unit.quote is not None), None)
    return UnitVerdict(start=units[0].start, end=units[0].end, support=support, quote=quote)


def _against(unit: UnitVerdict, votes: Sequence[_Vote], index: int) -> float:
    supported = unit.support is Support.SUPPORTED
    others = [(vote.verdict.units[index].support is Support.SUPPORTED) is not supported for vote in votes]
    return sum(others) / len(others)


def _words(votes: Sequence[_Vote]) -> str:
    return ", ".join(f"{vote.judge.spec.name} {vote.verdict.outcome}: {vote.verdict.reason[:_SHOWN]}" for vote in votes)
