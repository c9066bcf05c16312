"""What would be answered about a described system: proposals for people, never answers.

Rules of this place: what is proposed cites the description, at a place that code found; a model is asked for yes or no
and writes nothing. Where the description is silent the graver reading is taken, so that a class can be shown at all,
and stands under `assumed`, not under what is proposed. Days are left to people.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from assay.app.act_asking import Asker
from assay.app.act_reading import Reading, read
from assay.app.act_weighing import Weights, weights_for
from assay.kernel import UnavailableError
from evaluation.judges import Span
from evaluation.llm import ChatModel
from risks.act import NO, NONE, YES, ActClass, Answer, Answers, Kind, Option, Question, Strength, classify, cues, tree

__all__ = ["Proposal", "ProposedAnswer", "ProposedOption", "propose"]

_ASKED: Final = ("prohibited", "annex_iii")  # what a model is asked about: long lists of options near each other
_EVEN: Final = 0.5
_LIKELY: Final = 0.35  # of several that are likely together, the likeliest is at least so likely
_NEAR: Final = 0.2  # from where on an option that is not proposed is shown as considered


@dataclass(frozen=True, kw_only=True)
class ProposedOption:
    """One option, why, and where the description says so (code points)."""

    question: str  # Question.id
    option: str
    belief: float  # probability, 0..1
    words: Strength | None  # how strongly the words of a sentence point at it
    reader: float | None  # what the small reader says, 0..1, where it tells of the option
    likelihood: float | None  # P(yes) of the model, where it was asked
    quote: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class ProposedAnswer:
    """What would be answered to one question, with its best place in the description."""

    question: str
    answer: tuple[str, ...]
    quote: str
    start: int
    end: int
    options: tuple[ProposedOption, ...]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What is proposed, what is assumed, and what would follow if people answered so."""

    model: str  # empty: words alone
    measured: bool  # whether beliefs were fitted for this model
    weights: str  # digest of the fitted numbers
    cues: str  # digest of the words
    complete: bool  # whether the model was shown all of the description
    answers: tuple[ProposedAnswer, ...]
    assumed: Mapping[str, tuple[str, ...]]  # Question.id → the answer that a silent description is given
    considered: tuple[ProposedOption, ...]  # options that are not proposed and not far from it
    dropped: Mapping[str, str]  # Question.id → why nothing is proposed
    failures: Mapping[str, int]  # why the model could not be asked → how often
    classes: tuple[ActClass, ...]  # that would follow


@dataclass
class _Draft:
    answers: dict[str, ProposedAnswer] = field(default_factory=dict)
    assumed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    considered: list[ProposedOption] = field(default_factory=list)
    dropped: dict[str, str] = field(default_factory=dict)

    def as_answers(self) -> Answers:
        """Return what the tree reads."""
        said = {key: one.answer for key, one in self.answers.items()} | self.assumed
        given = {
            key: Answer(question=key, outcomes=frozenset(answer), given="", reason="", person="", date="")
            for key, answer in said.items()
        }
        return Answers(system="", given=given, digest="")

    def next(self) -> Question | None:
        """Return the first open question that was not tried."""
        left = classify(tree(), self.as_answers()).open_questions
        return next((one for one in left if one.id not in self.dropped), None)


async def propose(
    description: str, model: ChatModel | None, on_question: Callable[[str], None] = lambda _: None
) -> Proposal:
    """Go through the tree; without a model, words and reader decide. Raise `UnavailableError` if none replies."""
    reading = read(description)
    asker = Asker(model, reading.shown) if model is not None else None
    weights = weights_for(model.spec.digest if model is not None else None)
    draft = _Draft()
    while (question := draft.next()) is not None:
        on_question(question.ask)
        likelihoods = await asker.likelihoods(_to_ask(question, reading)) if asker is not None else {}
        _settle(question, [_weighed(question, o, reading, weights, likelihoods) for o in question.outcomes], draft)
        if question.id not in draft.answers:
            _fall_back(question, reading, draft)
    if asker is not None and asker.unreachable:
        raise UnavailableError(
            f"the model gave no reply to any question: {asker.failures[0]}", hint="assay doctor says what is missing"
        )
    return Proposal(
        model=model.spec.model if model is not None else "",
        measured=weights.measured,
        weights=weights.digest,
        cues=cues().header.digest,
        complete=reading.complete or model is None,
        answers=tuple(draft.answers.values()),
        assumed=draft.assumed,
        considered=tuple(sorted(draft.considered, key=lambda one: -one.belief)),
        dropped=draft.dropped,
        failures=Counter(asker.failures if asker is not None else ()),
        classes=classify(tree(), draft.as_answers()).classes,
    )


def _to_ask(question: Question, reading: Reading) -> Iterable[Option]:
    """Return the options that a model is asked about: all, unless strong words settle that one of them holds."""
    settled = any(reading.strength(question.id, one.id) is Strength.STRONG for one in question.options)
    return () if settled or question.id not in _ASKED else question.options


def _weighed(
    question: Question, option: str, reading: Reading, weights: Weights, likelihoods: Mapping[str, float]
) -> ProposedOption:
    words, likelihood = reading.strength(question.id, option), likelihoods.get(option)
    told = reading.chance(question.id, option)
    span = reading.place(question.id, option)
    return ProposedOption(
        question=question.id,
        option=option,
        belief=weights.belief(f"{question.id}.{option}", words, told, likelihood),
        words=words,
        reader=told,
        likelihood=likelihood,
        quote=span.of(reading.description),
        start=span.start,
        end=span.end,
    )


def _settle(question: Question, options: list[ProposedOption], draft: _Draft) -> None:
    """Propose what is likelier than not; keep what comes near it."""
    ranked = sorted(options, key=lambda one: -one.belief)  # stable: of even ones the first of the tree
    chosen = [one for one in ranked if one.belief >= _EVEN]
    if not chosen and question.id in _ASKED and ranked[0].belief >= _LIKELY and _any_of(ranked) >= _EVEN:
        chosen = ranked[:1]  # likelier one of them than none, and which one is a guess
    if question.kind is not Kind.MANY:
        chosen = chosen[:1]
    elif any(one.option == NONE for one in chosen):
        chosen = [one for one in chosen if one.option == NONE]
    draft.considered.extend(one for one in ranked if one not in chosen and one.belief >= _NEAR)
    if chosen:
        best = chosen[0]
        draft.answers[question.id] = ProposedAnswer(
            question=question.id,
            answer=tuple(one.option for one in chosen),
            quote=best.quote,
            start=best.start,
            end=best.end,
            options=tuple(chosen),
        )


def _any_of(options: Iterable[ProposedOption]) -> float:
    """Return the probability that at least one holds, as if they did not know of each other."""
    return 1 - math.prod(1 - one.belief for one in options)


def _fall_back(question: Question, reading: Reading, draft: _Draft) -> None:
    """Take a number that the text names, what follows from a denial, or what a silent text is given."""
    if question.kind is Kind.AMOUNT and (found := reading.compute()) is not None:
        amount, span = found
        band = next(one.id for one in question.bands if one.up_to is None or amount <= one.up_to)
        draft.answers[question.id] = _cited(question, band, span, reading)
    elif question.kind is Kind.YES_NO and (denied := reading.denied(question.id, YES)) is not None:
        draft.answers[question.id] = _cited(question, NO, denied, reading)
    elif question.id in cues().silent:
        draft.assumed[question.id] = cues().silent[question.id]
    else:
        draft.dropped[question.id] = "the description does not say"


def _cited(question: Question, answer: str, span: Span, reading: Reading) -> ProposedAnswer:
    quote = span.of(reading.description)
    return ProposedAnswer(
        question=question.id, answer=(answer,), quote=quote, start=span.start, end=span.end, options=()
    )
