"""A jury: votes weighed by measured quality, failures typed, disagreement shown."""

import asyncio
import math
from collections.abc import Callable

import pytest

from assay.kernel import ConfigurationError, UnavailableError
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.judges._jury import Jury, Quality
from evaluation.verdicts import JudgeSpec, Outcome, Support, UnitVerdict, Usage, Verdict

ITEM = Item(id="a", question="q?", answer=Answer(outcome=AnswerOutcome.ANSWERED, text="x y", contexts=("x",)))
S, C, A = Support.SUPPORTED, Support.CONTRADICTED, Support.ABSENT


class Member:
    """A judge that always says the same."""

    def __init__(self, name: str, said: float | Outcome | Exception | list[Support], metric: str = "relevancy") -> None:
        """Say a value, fail in a way, raise, or judge sentences."""
        self.spec = JudgeSpec(name=name, version="1", metric=metric)
        self.said = said

    async def judge(self, item: Item, *, repeat: int) -> Verdict:  # noqa: ARG002  (the same for every draw)
        """Say it."""
        if isinstance(self.said, Exception):
            raise self.said
        made = {"metric": self.spec.metric, "judge": self.spec.digest, "usage": Usage(calls=1, latency_ms=5)}
        if isinstance(self.said, Outcome):
            unreached = self.said is Outcome.TIMED_OUT
            return Verdict(outcome=self.said, reason="why not", unreached=unreached, **made)  # type: ignore[arg-type]  # by name
        if isinstance(self.said, list):
            units = tuple(UnitVerdict(start=n, end=n + 1, support=s) for n, s in enumerate(self.said))
            share = sum(support is S for support in self.said) / len(self.said)
            return Verdict(outcome=Outcome.SCORED, value=share, units=units, **made)  # type: ignore[arg-type]  # by name
        return Verdict(outcome=Outcome.SCORED, value=self.said, **made)  # type: ignore[arg-type]  # by name


def qualities(**by_name: tuple[float, float]) -> Callable[[JudgeSpec], Quality | None]:
    """Return the judge cards of some members."""

    def of(spec: JudgeSpec) -> Quality | None:
        found = by_name.get(spec.name)
        return None if found is None else Quality(sensitivity=found[0], specificity=found[1])

    return of


def verdict_of(*members: Member, **cards: tuple[float, float]) -> Verdict:
    """Let a jury judge the item."""
    jury = Jury("panel", members, quality_of=qualities(**cards) if cards else None)
    return asyncio.run(jury.judge(ITEM, repeat=0))


def test_one_good_judge_outweighs_two_poor_ones() -> None:
    """Votes add up as log-likelihood ratios, and the probability is theirs."""
    cards = {"a": (0.95, 0.95), "b": (0.6, 0.6), "c": (0.6, 0.6)}

    verdict = verdict_of(Member("a", 1.0), Member("b", 0.0), Member("c", 0.0), **cards)

    assert verdict.value == 1.0
    odds = math.log(0.95 / 0.05) + 2 * math.log(0.4 / 0.6)
    assert verdict.probability == pytest.approx(1 / (1 + math.exp(-odds)))
    assert verdict.disagreement == pytest.approx(2 / 3)
    assert "1 of 3 judges call it good (a yes, b no, c no)" in verdict.reason


def test_without_a_card_all_weigh_alike_and_the_verdict_says_so() -> None:
    """A majority decides, there is no probability, and the spec tells it too."""
    members = [Member("a", 0.0), Member("b", 1.0), Member("c", 0.5)]
    jury = Jury("panel", members, quality_of=qualities(a=(0.99, 0.99), b=(0.6, 0.6)))

    verdict = asyncio.run(jury.judge(ITEM, repeat=0))

    assert (verdict.value, verdict.probability) == (0.25, None)
    assert "all weigh alike (no judge card: c)" in verdict.reason
    assert jury.spec.options["weights"] == "equal"


def test_a_tie_is_not_good() -> None:
    """Doubt does not pass."""
    verdict = verdict_of(Member("a", 1.0), Member("b", 0.0))

    assert (verdict.value, verdict.disagreement) == (0.0, 0.5)


def test_a_member_at_chance_weighs_nothing() -> None:
    """A judge that says good to everything cannot outvote one that knows."""
    verdict = verdict_of(Member("a", 0.0), Member("b", 1.0), Member("c", 1.0), a=(0.8, 0.8), b=(1, 0), c=(0.5, 0.4))

    assert verdict.value == 0.0


def test_each_sentence_is_voted_on() -> None:
    """The value is the share of sentences that the jury calls supported."""
    votes = ([S, C, A], [S, C, S], [A, S, A])
    members = [Member(str(n), list(said), "faithfulness") for n, said in enumerate(votes)]

    verdict = verdict_of(*members)

    assert [unit.support for unit in verdict.units] == [S, C, A]
    assert verdict.value == pytest.approx(1 / 3)
    assert verdict.disagreement == pytest.approx(1 / 3)


def test_members_that_show_other_sentences_vote_on_the_answer() -> None:
    """No sentence is shown that nobody voted on."""
    verdict = verdict_of(Member("a", [S, S], "faithfulness"), Member("b", [S], "faithfulness"))

    assert (verdict.units, verdict.value) == ((), 1.0)


@pytest.mark.parametrize("failure", [Outcome.REFUSED, Outcome.TIMED_OUT, Outcome.ERROR, ValueError("boom")])
def test_a_member_that_fails_leaves_the_others(failure: Outcome | Exception) -> None:
    """Two of three are enough, and the reason names the third."""
    verdict = verdict_of(Member("a", 1.0), Member("b", 1.0), Member("c", failure))

    assert (verdict.outcome, verdict.value, verdict.disagreement) == (Outcome.SCORED, 1.0, 0.0)
    assert "1 gave no verdict: c " in verdict.reason


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ([1.0, Outcome.TIMED_OUT, Outcome.TIMED_OUT], Outcome.TIMED_OUT),
        ([1.0, Outcome.NOT_APPLICABLE, Outcome.ERROR], Outcome.ERROR),
        ([1.0, Outcome.NOT_APPLICABLE, Outcome.NOT_APPLICABLE], Outcome.NOT_APPLICABLE),
        ([Outcome.UNPARSABLE, Outcome.UNPARSABLE, Outcome.NOT_APPLICABLE], Outcome.UNPARSABLE),
    ],
)
def test_fewer_votes_than_the_quorum_are_the_failure(said: list[float | Outcome], outcome: Outcome) -> None:
    """One judge is no jury: the verdict is typed as what kept the others away, and costs what they cost."""
    verdict = verdict_of(*(Member(str(number), one) for number, one in enumerate(said)))

    assert (verdict.outcome, verdict.value, verdict.usage.calls) == (outcome, None, 3)
    assert verdict.unreached is (outcome is Outcome.TIMED_OUT)


def test_what_fails_on_our_side_ends_the_run() -> None:
    """A disk that is full or a spent budget is no verdict of a member."""
    with pytest.raises(UnavailableError, match="spent"):
        verdict_of(Member("a", 1.0), Member("b", UnavailableError("spent")))


def test_another_member_or_another_card_is_another_judge() -> None:
    """The digest names members and weights."""
    members = [Member("a", 1.0), Member("b", 1.0)]
    one = Jury("panel", members, quality_of=qualities(a=(0.9, 0.9), b=(0.8, 0.8)))
    two = Jury("panel", members, quality_of=qualities(a=(0.9, 0.9), b=(0.8, 0.7)))

    assert len({one.spec.digest, two.spec.digest, Jury("panel", members).spec.digest}) == 3


@pytest.mark.parametrize(
    ("members", "quorum"),
    [([Member("a", 1.0)], None), ([Member("a", 1.0), Member("b", 1.0, "bleu")], None), ([Member("a", 1.0)] * 2, 3)],
)
def test_what_is_no_jury_is_refused(members: list[Member], quorum: int | None) -> None:
    """One member, two metrics, or a quorum that nobody can reach."""
    with pytest.raises(ConfigurationError, match="the jury 'panel'"):
        Jury("panel", members, quorum=quorum)
