"""Pairs for `Head.SUPPORT`: answers that people labelled, and sentences made true or untrue on purpose.

Rules of this place: a true and an untrue sentence pass through the same rephrasings, so that style tells nothing; most
untrue ones keep the length and nearly all words; short answers are right and wrong alike.
"""

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from benchmarks.training import corruption
from benchmarks.training.passages import Passage, Stretch, open_passages, stretch
from benchmarks.training.rephrasing import rephrased
from benchmarks.training.rows import FAITHFULNESS, Labelled, Pair, faithfulness, usable
from evaluation.encoder import Head
from evaluation.judges._evidence import evidence_for, evidence_text
from evaluation.judges._overlap import content_words

__all__ = ["labelled_pairs", "made_pairs", "shown"]

_LIMITS: Final = (200, 300, 450)  # code points of evidence shown
_LONGEST_MADE: Final = 320
_TRIES: Final = 6  # kinds of change tried on one sentence
_CANDIDATES: Final = 60  # foreign sentences looked at for a hard negative
_PERSONAL: Final = (
    "I think it is really interesting.", "I love it!", "My friend told me about it.", "I went there last year.",
    "It is one of my favorites.", "I have never tried it myself.", "I hope to see it one day.",
    "Have you ever been there?",
)  # fmt: skip
_Made: TypeAlias = tuple[str, str, bool, str]  # evidence, sentence, supported, how it was made


def shown(context: str, sentence: str, limit: int) -> str:
    """Return the evidence as the cascade shows it."""
    return evidence_text(evidence_for(sentence, (context,), limit))


def labelled_pairs(data: Path, draw: random.Random, *, dev: bool) -> list[Pair]:
    """Return the labelled answers of the tuning halves, or the slice of them kept out of training."""
    pairs = []
    for name in FAITHFULNESS:
        rows = [row for row in faithfulness(data, name) if usable(row.context, dev=dev)]
        for row in rows:
            pairs += _of_answer(row, draw)
        if name == "halueval_qa_sample" and not dev:
            pairs += _short_answers(rows, draw)
    return pairs


def _of_answer(row: Labelled, draw: random.Random) -> list[Pair]:
    """Show the answer as it is; a short one also after its question, because alone it says too little."""
    spoken = [row.response]
    if row.name == "halueval_qa_sample":
        spoken.append(f"{row.question} {row.response}")
    return [
        Pair(
            head=Head.SUPPORT,
            first=shown(row.context, text, draw.choice(_LIMITS)),
            second=text,
            positive=row.supported,
            source=row.name,
        )
        for text in spoken
    ]


def _short_answers(rows: Sequence[Labelled], draw: random.Random) -> list[Pair]:
    """Right answers of other questions as short wrong ones; sentences of the source as long right ones."""
    right = [row for row in rows if row.supported]
    made: list[_Made] = []
    for row in right:
        other = draw.choice(right).response
        inside = [
            name for name in corruption.names_in(row.context) if name not in row.response and row.response not in name
        ]
        wrong = draw.choice(inside) if inside and draw.random() < 0.5 else other
        if wrong.lower() not in row.context.lower():
            made.append((row.context, wrong, False, "short, foreign"))
        if wrong.lower() != row.response.lower():
            made.append((row.context, f"{row.question} {wrong}", False, "short, after its question"))
            made.append((row.context, f"{row.question} {row.response}", True, "short, after its question"))
        made.append((row.context, f"The answer is {row.response}.", True, "short, in a sentence"))
    return [_pair(one, "halueval_qa_sample") for one in made]


def made_pairs(data: Path, draw: random.Random, count: int) -> list[Pair]:
    """Make about `count` pairs from open passages: for every true sentence an untrue one."""
    passages = open_passages(data)
    by_source: dict[str, list[Passage]] = {}
    for passage in passages:
        by_source.setdefault(passage.source, []).append(passage)
    pairs: list[Pair] = []
    while len(pairs) < count:
        source = draw.choices(list(by_source), weights=[len(found) ** 0.5 for found in by_source.values()])[0]
        passage = draw.choice(by_source[source])
        found = stretch(passage, draw)
        if found:
            pairs += [_pair(one, source) for one in _true_and_untrue(found, passage, passages, draw)]
    return pairs


def _true_and_untrue(found: Stretch, passage: Passage, passages: Sequence[Passage], draw: random.Random) -> list[_Made]:
    made: list[_Made] = [(found.evidence, rephrased(found.sentence, draw), True, "rephrased")]
    for _ in range(_TRIES):
        kind = draw.choices(list(_UNTRUE), weights=[weight for _, weight in _UNTRUE.values()])[0]
        untrue = _UNTRUE[kind][0](found, passage, passages, draw)
        if untrue and untrue[1].strip() and (untrue[1] != found.sentence or untrue[0] != found.evidence):
            made.append(
                (untrue[0], untrue[1] if kind == "judge addressed" else rephrased(untrue[1], draw), False, kind)
            )
            break
    if draw.random() < 0.1:
        joined = [
            sentence for sentence in passage.sentences if sentence in found.evidence and sentence != found.sentence
        ]
        if joined:
            made.append(
                (found.evidence, f"{rephrased(found.sentence, draw)} {draw.choice(joined)}", True, "two joined")
            )
    return made


def _pair(made: _Made, source: str) -> Pair:
    evidence, sentence, supported, how = made
    first = shown(evidence, sentence, _LONGEST_MADE)
    return Pair(head=Head.SUPPORT, first=first, second=sentence, positive=supported, source=f"{source}: {how}")


_Untrue: TypeAlias = Callable[[Stretch, Passage, Sequence[Passage], random.Random], tuple[str, str] | None]


def _edited(change: Callable[[str, random.Random], str | None]) -> _Untrue:
    def untrue(found: Stretch, _: Passage, __: Sequence[Passage], draw: random.Random) -> tuple[str, str] | None:
        changed = change(found.sentence, draw)
        return (found.evidence, changed) if changed else None

    return untrue


def _other_name(
    found: Stretch, passage: Passage, passages: Sequence[Passage], draw: random.Random
) -> tuple[str, str] | None:
    near = [name for name in passage.names if name not in found.sentence]
    others = (
        near if near and draw.random() < 0.6 else [name for other in draw.sample(passages, 12) for name in other.names]
    )
    changed = corruption.swap_name(found.sentence, others, draw)
    return (found.evidence, changed) if changed else None


def _left_out(found: Stretch, _: Passage, __: Sequence[Passage], ___: random.Random) -> tuple[str, str] | None:
    return (found.without, found.sentence) if len(found.without) > 40 else None


def _foreign(found: Stretch, passage: Passage, passages: Sequence[Passage], draw: random.Random) -> tuple[str, str]:
    """Return the foreign sentence with the most words of the evidence."""
    known = set(content_words(found.evidence))
    others = [
        sentence for other in draw.sample(passages, _CANDIDATES) if other is not passage for sentence in other.sentences
    ]
    able = [sentence for sentence in others if len(sentence.split()) > 4] or others
    return found.evidence, max(able, key=lambda text: len(known & set(content_words(text))) / (5 + len(text.split())))


def _mixed(found: Stretch, passage: Passage, passages: Sequence[Passage], draw: random.Random) -> tuple[str, str]:
    """Begin with the true sentence and end with half of a foreign one."""
    foreign = _foreign(found, passage, passages, draw)[1].split()
    words = found.sentence.split()
    half = draw.randint(len(words) // 3, max(len(words) // 3, 2 * len(words) // 3))
    return found.evidence, " ".join(words[:half] + foreign[len(foreign) // 2 :])


def _added(found: Stretch, passage: Passage, passages: Sequence[Passage], draw: random.Random) -> tuple[str, str]:
    """Add what the source does not say: a foreign sentence, or something personal."""
    more = draw.choice(_PERSONAL) if draw.random() < 0.4 else _foreign(found, passage, passages, draw)[1]
    both = [found.sentence, more] if draw.random() < 0.75 else [more, found.sentence]
    return found.evidence, " ".join(both)


def _hostile(found: Stretch, passage: Passage, passages: Sequence[Passage], draw: random.Random) -> tuple[str, str]:
    """Let an untrue or a true sentence come with words for the judge."""
    sentence = found.sentence if draw.random() < 0.5 else _foreign(found, passage, passages, draw)[1]
    return found.evidence, corruption.address_judge(sentence, draw)


_UNTRUE: Final[dict[str, tuple[_Untrue, float]]] = {
    "another name": (_other_name, 3.0),
    "names exchanged": (_edited(corruption.swap_names_inside), 1.5),
    "another number": (_edited(corruption.change_number), 3.0),
    "negation": (_edited(corruption.flip_negation), 1.5),
    "opposite word": (_edited(corruption.opposite_word), 2.0),
    "wrong cut": (_edited(corruption.splice), 3.0),
    "sentence not in the source": (_left_out, 2.5),
    "sentence of another source": (_foreign, 1.0),
    "two sources mixed": (_mixed, 1.5),
    "something added": (_added, 2.0),
    "judge addressed": (_hostile, 1.0),
}
