"""Pairs for `Head.EQUIVALENCE` (does the answer say what the reference says) and `Head.ADDRESSES` (is it an answer)."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.training.corruption import change_number
from benchmarks.training.lexicon import EMPTY, MONTHS, REFUSALS
from benchmarks.training.rephrasing import number_form, respaced
from benchmarks.training.rows import Labelled, Pair, faithfulness, held_back, read, usable
from evaluation.encoder import Head, referenced
from evaluation.judges import split_sentences
from evaluation.judges._overlap import content_words

__all__ = ["addresses_pairs", "closest", "equivalence_pairs", "kind_of", "texts_of"]

_FRAMES: Final = (
    "The answer is {}.",
    "It was {}.",
    "{}, as far as I know.",
    "That would be {}.",
    "It is {}.",
    "I believe {}.",
)

_JUDGED_RIGHT: Final = 3.0  # weight of answers that people called right: there are seven wrong ones for each


@dataclass(frozen=True, kw_only=True)
class _Answered:
    """A question with its right answers."""

    question: str
    right: tuple[str, ...]
    source: str


def kind_of(answer: str) -> str:
    """Say roughly what an answer is: a date, a number, a name, yes or no, or words."""
    if answer.strip(" .").lower() in {"yes", "no", "true", "false"}:
        return "yes or no"
    if re.search(r"\b(1[0-9]|20)\d\d\b", answer) or any(month.lower() in answer.lower() for month in MONTHS):
        return "date"
    if re.search(r"\d", answer):
        return "number"
    words = answer.split()
    return "name" if words and sum(word[0].isupper() for word in words) * 2 >= len(words) else "words"


def closest(references: Sequence[str], answer: str) -> str:
    """Return the reference that shares most words with the answer."""
    spoken = set(content_words(answer))
    return max(references, key=lambda one: len(spoken & set(content_words(one))) / (1 + len(one.split())))


def equivalence_pairs(data: Path, draw: random.Random, *, dev: bool) -> list[Pair]:
    """Return judged answers of the tuning half and made ones."""
    pairs = []
    known: dict[str, _Answered] = {}
    for row in read(data, "nq_open_judged__dev"):
        question, gold = str(row["question"]), texts_of(row["gold"])
        if not usable(question, dev=dev):
            continue
        known[question] = _Answered(question=question, right=gold, source="nq_open_judged")
        if row["label"] is not None:
            said = str(row["prediction"])
            pairs.append(_equal(question, closest(gold, said), said, row["label"] == 1, "nq_open_judged"))
    if dev:
        return pairs
    answered = [*known.values(), *_of_halueval(data)]
    pairs += [pair for one in answered for pair in _variants(one, answered, draw)]
    return pairs + _hallucinated(data, draw) + _yes_no(data, draw)


def texts_of(value: object) -> tuple[str, ...]:
    """Return a list of texts, or the one text, as they stand in a row."""
    return tuple(str(one) for one in value) if isinstance(value, list) else (str(value),)


def _equal(question: str, reference: str, answer: str, positive: bool, source: str) -> Pair:  # noqa: FBT001 (a label)
    first = referenced(question, reference)
    weight = _JUDGED_RIGHT if positive and source == "nq_open_judged" else 1.0
    return Pair(head=Head.EQUIVALENCE, first=first, second=answer, positive=positive, source=source, weight=weight)


def _rows(data: Path) -> list[Labelled]:
    rows = faithfulness(data, "halueval_qa_sample")
    return [row for row in rows if usable(row.context, dev=False)]


def _of_halueval(data: Path) -> list[_Answered]:
    right = {row.question: row.response for row in _rows(data) if row.supported}
    return [_Answered(question=asked, right=(said,), source="halueval_qa_sample") for asked, said in right.items()]


def _variants(one: _Answered, everyone: Sequence[_Answered], draw: random.Random) -> list[Pair]:
    """Say a right answer in other ways, and wrong ones in the same ways."""
    reference = draw.choice(one.right)
    alike = [other.right[0] for other in draw.sample(everyone, 80) if kind_of(other.right[0]) == kind_of(reference)]
    wrong = [said for said in alike if said.lower() not in {right.lower() for right in one.right}]
    changed = change_number(reference, draw)
    said = [(draw.choice(one.right) if one.source == "halueval_qa_sample" else reference, True), (reference, True)]
    if wrong:
        said.append((draw.choice(wrong), False))
    if changed:
        said.append((changed, False))
    said += [(draw.choice((*REFUSALS, *EMPTY)), False)] if draw.random() < 0.2 else []
    return [_equal(one.question, reference, _said(text, draw), good, f"{one.source}: made") for text, good in said]


def _said(text: str, draw: random.Random) -> str:
    """Put the answer into a frame, another case, another number format, or with or without its article."""
    text = (number_form(text, draw) or text) if draw.random() < 0.3 else text
    kind = draw.randrange(6)
    if kind == 0:
        return re.sub(r"^(?:the|a|an) ", "", text, flags=re.IGNORECASE)
    if kind == 1:
        return respaced(text, draw) or text
    if kind == 2:
        return text.lower()
    return draw.choice(_FRAMES).format(text) if kind in {3, 4} else text


def _hallucinated(data: Path, draw: random.Random) -> list[Pair]:
    """Wrong answers in sentences, against the right one; and the right one in sentences of that length."""
    right = {row.question: row.response for row in _rows(data) if row.supported}
    pairs = []
    for row in _rows(data):
        reference = right.get(row.question)
        if reference is None or row.supported:
            continue
        if reference.lower() not in row.response.lower():
            pairs.append(_equal(row.question, reference, row.response, False, "halueval_qa_sample"))
        said = [span.of(row.context) for span in split_sentences(row.context) if reference in span.of(row.context)]
        if said and len(reference) > 3 and draw.random() < 0.5:
            text = f"{reference}. {draw.choice(said)}"
            pairs.append(_equal(row.question, reference, text, True, "halueval_qa_sample: in its sentence"))
    return pairs


def _yes_no(data: Path, draw: random.Random) -> list[Pair]:
    """Yes-or-no questions: the sign decides."""
    pairs = []
    for row in read(data, "boolq__dev"):
        if not usable(str(row["question"]), str(row["context"]), dev=False) or draw.random() > 0.4:
            continue
        right = draw.choice(("yes", "Yes.", "true") if str(row["answer"]) == "True" else ("no", "No.", "false"))
        good = draw.random() < 0.5
        affirms = (str(row["answer"]) == "True") == good
        said = draw.choice(
            ("Yes", "yes, it is", "Yes, that is right.") if affirms else ("No", "no, it is not", "No, not at all.")
        )
        pairs.append(_equal(str(row["question"]), right, said, good, "boolq: yes or no"))
    return pairs


def addresses_pairs(data: Path, draw: random.Random, *, dev: bool) -> list[Pair]:
    """Return answers to their own question, and texts that answer another one or none."""
    pairs: list[Pair] = []
    rows = [row for row in faithfulness(data, "halueval_qa_sample") if usable(row.context, dev=dev)]
    for row in rows:
        other = draw.choice(rows)
        pairs.append(_answers(row.question, row.response, True, "halueval_qa_sample"))
        if other.question != row.question:
            pairs.append(_answers(row.question, other.response, False, "halueval_qa_sample: other question"))
        pairs += _beside(row, rows, draw)
        if draw.random() < 0.25:
            empty = draw.choice((*REFUSALS, *EMPTY))
            pairs.append(_answers(row.question, empty, False, "refusals and empty phrases"))
    return (
        [pair for pair in pairs if not _hollow(pair)] + _predictions(data, draw, dev=dev) + _tasks(data, draw, dev=dev)
    )


def _answers(question: str, answer: str, positive: bool, source: str) -> Pair:  # noqa: FBT001 (a label)
    return Pair(head=Head.ADDRESSES, first=question, second=answer, positive=positive, source=source)


def _hollow(pair: Pair) -> bool:
    """Whether another question's short answer could as well answer this one."""
    return (
        not pair.positive
        and pair.source.endswith("other question")
        and len(pair.second.split()) < 4
        and bool(re.match(r"(?i)(who|which|what)\b", pair.first))
    )


def _beside(row: Labelled, rows: Sequence[Labelled], draw: random.Random) -> list[Pair]:
    """Sentences of the same source that leave the question open; of another source; and the answer's own sentence."""
    right = next((one.response for one in rows if one.question == row.question and one.supported), "").strip(" .")
    texts = [span.of(row.context).strip() for span in split_sentences(row.context)]
    beside = [text for text in texts if len(text) > 30 and right.lower() not in text.lower()]
    foreign = [
        span.of(other.context)
        for other in (draw.choice(rows),)
        if other.context != row.context
        for span in split_sentences(other.context)
    ]
    kinds = ((beside if right else [], "beside"), (foreign, "foreign"))
    return [
        _answers(row.question, draw.choice(texts), False, f"halueval_qa_sample: {how}")
        for texts, how in kinds
        if texts and draw.random() < 0.6
    ]


def _predictions(data: Path, draw: random.Random, *, dev: bool) -> list[Pair]:
    """Answers of systems to open questions address them, right or wrong, unless they are of another kind."""
    rows = [row for row in read(data, "nq_open_judged__dev") if usable(str(row["question"]), dev=dev)]
    pairs = []
    for row in rows:
        question, said = str(row["question"]), str(row["prediction"])
        if draw.random() < 0.5 and kind_of(said) == kind_of(texts_of(row["gold"])[0]):
            pairs.append(_answers(question, said, True, "nq_open_judged"))
        other = draw.choice(rows)
        text = texts_of(other["gold"])[0]
        if draw.random() < 0.4 and kind_of(text) != kind_of(texts_of(row["gold"])[0]):
            pairs.append(_answers(question, text, False, "nq_open_judged: other kind"))
    return pairs


def _tasks(data: Path, draw: random.Random, *, dev: bool) -> list[Pair]:
    """Instructions with their own output and with another's; dialogue turns with their own reply and another's."""
    asked = []
    for row in read(data, "self_instruct__seed_tasks"):
        instances = row["instances"]
        if isinstance(instances, list) and held_back(str(row["id"])) == dev:
            asked.append(
                (
                    f"{row['instruction']} {instances[0]['input']}"[:400],
                    str(instances[0]["output"])[:300],
                    "self_instruct",
                )
            )
    for name in ("begin__dev", "faithdial_audit"):
        rows = [row for row in faithfulness(data, name) if usable(row.context, dev=dev)]
        turns = [row for row in rows if row.question.rstrip().endswith("?") and row.supported]
        asked += [(row.question, row.response, name) for row in turns]
    pairs = []
    for question, answer, name in asked:
        pairs.append(_answers(question, answer, True, name))
        other = draw.choice(asked)
        if other[1] != answer:
            pairs.append(_answers(question, other[1], False, f"{name}: other question"))
    return pairs
