"""Rows for the judges of references and contexts, from the open sets, and how they are halved.

Rules of this place: shuffled with a seed; halves by digest of what rows share (the question, or the passage where the
row is made from one), as in `benchmarks.training.rows`, so that no encoder was trained on a measured row.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from benchmarks.training.rows import held_back, read, tuning
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.judges import split_sentences
from evaluation.judges._overlap import content_words

__all__ = ["SETS", "Case", "cases"]

SEED = 20261121
ALIKE = 300  # passages among which the most alike is looked for
SHORTEST = 40  # code points of a sentence that a reference is made of


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row for one metric, and whether it is good."""

    metric: str
    item: Item
    good: bool
    group: str  # what goes together into a resample
    half: str  # what its half is decided by
    wanted: str  # for the trivial scores: what is looked for …
    held: str  # … and where

    @property
    def tuning(self) -> bool:
        """Whether it belongs to the half on which coefficients and prompts are chosen."""
        return tuning(self.half)

    @property
    def unseen(self) -> bool:
        """Whether it belongs to the part of the tuning half that no encoder was trained on."""
        return self.tuning and held_back(self.half)


def cases(data: Path, name: str) -> list[Case]:
    """Return all rows of one set, shuffled."""
    made = _MADE[name](data, random.Random(SEED))  # noqa: S311 (a repeatable sample, not a secret)
    random.Random(SEED).shuffle(made)  # noqa: S311 (as above)
    return made


def _case(metric: str, item: Item, half: str, *, good: bool, wanted: str, held: str) -> Case:
    return Case(metric=metric, item=item, good=good, group=item.question, half=half, wanted=wanted, held=held)


def _item(question: str, answer: str, contexts: Sequence[str] | None = None, reference: str | None = None) -> Item:
    given = Answer(outcome=AnswerOutcome.ANSWERED, text=answer, contexts=None if contexts is None else tuple(contexts))
    return Item(id="row", question=question, answer=given, reference=reference)


def _judged_answers(data: Path, _: random.Random) -> list[Case]:
    """Take answers that people judged, against all references of the question as alternatives."""
    made = []
    for row in read(data, "nq_open_judged__dev"):
        gold = row["gold"]
        if row["label"] is None or not isinstance(gold, list):
            continue
        question, said = str(row["question"]), str(row["prediction"])
        item = _item(question, said, reference="; ".join(map(str, gold)))
        closest = max(map(str, gold), key=lambda one: len(set(content_words(one)) & set(content_words(said))))
        good = row["label"] == 1
        made.append(_case("answer_correctness", item, question, good=good, wanted=closest, held=said))
    return made


def _clauses(data: Path, _: random.Random) -> list[Case]:
    """Take clauses that experts called relevant to a question, or not."""
    made = []
    for row in read(data, "privacy_policy_relevance__dev"):
        question, clause = str(row["question"]), str(row["context"])
        item = _item(question, "See the policy.", (clause,))
        made.append(_case("context_relevance", item, question, good=row["label"] == 1, wanted=question, held=clause))
    return made


def _retrieved(data: Path, draw: random.Random) -> list[Case]:
    """Make rows of a question's own passage, or the most alike of some others."""
    asked = [(str(row["question"]), str(row["context"])) for row in read(data, "boolq__dev")]
    draw.shuffle(asked)
    made = []
    for question, own in asked[:1200]:
        other = _most_alike(question, own, asked, draw)
        for passage in (own, other):
            item = _item(question, "Yes.", (passage,))
            good = passage == own
            made.append(_case("context_relevance", item, own, good=good, wanted=question, held=passage))
    return made


def _ranked(data: Path, draw: random.Random) -> list[Case]:
    """Put the own passage first of four, or last."""
    asked = [(str(row["question"]), str(row["context"])) for row in read(data, "boolq__dev")]
    draw.shuffle(asked)
    made = []
    for question, own in asked[:400]:
        others = [_most_alike(question, own, asked, draw) for _ in range(3)]
        for contexts in ([own, *others], [*others, own]):
            good = contexts[0] == own
            item = _item(question, "Yes.", contexts)
            made.append(_case("context_precision", item, own, good=good, wanted=question, held=contexts[0]))
    return made


def _most_alike(question: str, own: str, asked: Sequence[tuple[str, str]], draw: random.Random) -> str:
    wanted = _stems(question)
    others = [passage for _, passage in draw.sample(asked, ALIKE) if passage != own]
    return max(others, key=lambda text: len(wanted & _stems(text)) / (8 + len(text.split()) ** 0.5))


@cache
def _stems(text: str) -> frozenset[str]:
    return frozenset(content_words(text))


def _recalled(data: Path, draw: random.Random) -> list[Case]:
    """Take the passages of a question, and the same without the sentences that hold its short answer."""
    made = []
    rows = [row for row in read(data, "halueval_qa_sample") if row["label"] == 1]
    draw.shuffle(rows)
    for row in rows:
        question, reference, context = str(row["question"]), str(row["response"]), str(row["context"])
        spans = [span.of(context) for span in split_sentences(context)]
        rest = [text for text in spans if reference.strip(" .").casefold() not in text.casefold()]
        if not rest or len(rest) == len(spans):
            continue
        for text in (context, " ".join(rest)):
            item = _item(question, "An answer.", (text,), reference)
            good = text == context
            made.append(_case("context_recall", item, context, good=good, wanted=reference, held=text))
    return made


def _covered(data: Path, draw: random.Random) -> list[Case]:
    """Take two sentences of a passage as the reference; the answer says both, or one of them and another."""
    passages = sorted({str(row["context"]) for row in read(data, "boolq__dev")})
    draw.shuffle(passages)
    made = []
    for passage in passages[:600]:
        texts = [text for span in split_sentences(passage) if len(text := span.of(passage)) >= SHORTEST]
        if len(texts) < 3:
            continue
        first, second, third = draw.sample(texts, 3)
        for answer in (f"{second} {third} {first}", f"{third} {first}"):
            item = _item("What does the passage say?", answer, reference=f"{first} {second}")
            good = second in answer
            case = _case("completeness", item, passage, good=good, wanted=f"{first} {second}", held=answer)
            made.append(replace(case, group=passage))
    return made


def _answered(data: Path, draw: random.Random) -> list[Case]:
    """Take a question's right answer, or another question's: completeness without a reference."""
    rows = [row for row in read(data, "halueval_qa_sample") if row["label"] == 1]
    draw.shuffle(rows)
    made = []
    for place, row in enumerate(rows[:800]):
        question, context = str(row["question"]), str(row["context"])
        other = str(rows[(place + 11) % len(rows)]["response"])
        for answer in (str(row["response"]), other):
            good = answer == row["response"]
            made.append(
                _case("completeness", _item(question, answer), context, good=good, wanted=question, held=answer)
            )
    return made


_MADE = {
    "nq_open_judged": _judged_answers,
    "privacy_policy_relevance": _clauses,
    "boolq retrieval": _retrieved,
    "boolq ranking": _ranked,
    "halueval recall": _recalled,
    "boolq completeness": _covered,
    "halueval completeness": _answered,
}
SETS = tuple(_MADE)
