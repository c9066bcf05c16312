"""The examples of one run of the toxicity filter, and those that are kept back to choose its threshold.

Rules of this place: what is learned from never uses a template or a group that is kept aside; every text goes through
the filter's own normalising first; no sentence that was made stands twice.
"""

import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from benchmarks.training.text_learning import Example
from benchmarks.training.toxicity_dress import disguised, dressed
from benchmarks.training.toxicity_grammar import Drawn, Grammar, read_languages
from benchmarks.training.toxicity_mentions import mentions, predicates
from benchmarks.training.toxicity_sources import OUTPUTS, UNKNOWN, is_obscene, labelled, ordinary
from evaluation.filters.normal import normalise

__all__ = ["foreign", "kept_back", "made", "mixture"]

_DISGUISED: Final = 0.17
_COMPANY: Final = 0.15  # share of texts that one to three other sentences stand beside
_BESIDE: Final = ("neutral", "idiom", "business", "person_ordinary", "positive", "profanity", "object")
_VIOLENT: Final = re.compile(r"\{(?:kill|killed|hurt|hurt_you|hurt_him|punished|threat_\w+)\}|\b(?:die|kill|blood)\b")
_KEPT_BACK: Final = 120  # sentences a function, of each kind
_REAL: Final = 500  # of each set of ordinary texts
_OFTEN: Final = {"davidson dialect": 4, "davidson hate": 2}  # how often a text stands in a run: they are few
_BACK: Final = 10  # every tenth text that people wrote is kept back


def made(grammar: Grammar, draw: random.Random, count: int, functions: Iterable[str] | None = None) -> list[Example]:
    """Return up to `count` sentences from the grammar, functions by their shares."""
    chosen = [grammar.functions[name] for name in functions or grammar.functions]
    found: dict[str, Example] = {}
    for function in draw.choices(chosen, [one.share for one in chosen], k=count):
        drawn = grammar.drawn(function.name, draw)
        if drawn:
            example = _example(grammar, drawn, draw)
            found.setdefault(example.text, example)
    return list(found.values())


def foreign(draw: random.Random, count: int) -> list[Example]:
    """Return up to `count` sentences in other languages, half of them flagged."""
    found: dict[str, Example] = {}
    for language, grammar in read_languages().items():
        for function in draw.choices(("hate", "abuse", "threat", "other"), (2, 2, 1, 5), k=count // 7):
            drawn = grammar.drawn(function, draw)
            if drawn:
                said = grammar.functions[function].labels
                labels = tuple(said.get(name, UNKNOWN if drawn.toxic or name == "obscene" else 0.0) for name in OUTPUTS)
                text = normalise(dressed(drawn.text, draw)).text
                found.setdefault(text, Example(text=text, labels=labels, source=language))
    return list(found.values())


def mixture(data: Path, grammar: Grammar, seed: int, toxic: int, other: int, abroad: int) -> list[Example]:
    """Return the examples of a run, in no order."""
    draw = random.Random(seed)  # noqa: S311 (a repeatable sample, not a secret)
    functions = grammar.functions.values()
    positive = [one.name for one in functions if one.labels["toxicity"] >= 0.5]
    negative = [one.name for one in functions if one.labels["toxicity"] < 0.5]
    real = [example for at, example in enumerate(_real(data)) if at % _BACK for _ in range(_times(example))]
    sentences = made(grammar, draw, toxic, positive) + made(grammar, draw, other, negative)
    return sentences + foreign(draw, abroad) + _named(data, grammar, draw) + real


def _named(data: Path, grammar: Grammar, draw: random.Random) -> list[Example]:
    """Return sentences that name a group as people wrote them, and what they say of others said of a group."""
    texts = mentions(data, apart=False)
    for subject, predicate in predicates(data) * _SAID_OF:
        texts.append(f"{grammar.named('{G}' if subject == 'They' else draw.choice(_ONE), draw)} {predicate}")
    harmless = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return [Example(text=normalise(dressed(text, draw)).text, labels=harmless, source="mention") for text in texts]


_SAID_OF: Final = 6  # groups for each predicate
_ONE: Final = (
    "the {g}",
    "a {g}",
    "my {A} friend",
    "the {A} woman",
    "the {A} man",
    "our {A} neighbour",
    "{name}, a {g},",
)


def kept_back(data: Path, grammar: Grammar, seed: int) -> Iterator[tuple[str, Example]]:
    """Yield (kind, example): templates and groups that were kept aside, and texts that people wrote."""
    draw = random.Random(seed + 1)  # noqa: S311 (as above)
    for name in grammar.functions:
        for kind, asked in (("template", {"template": True}), ("group", {"group": True})):
            texts = {}
            for _ in range(_KEPT_BACK):
                drawn = grammar.drawn(name, draw, **asked)
                if drawn:
                    example = _example(grammar, drawn, draw)
                    texts[example.text] = example
            yield from ((kind, example) for example in texts.values())
    yield from (("written", example) for at, example in enumerate(_real(data)) if not at % _BACK)


def _times(example: Example) -> int:
    return _OFTEN.get(example.source, 1)


def _real(data: Path) -> list[Example]:
    draw = random.Random(0)  # noqa: S311 (as above)
    return [_read(example) for example in labelled(data) + ordinary(data, draw, _REAL)]


def _read(example: Example) -> Example:
    return Example(
        text=normalise(example.text).text, labels=example.labels, weight=example.weight, source=example.source
    )


def _example(grammar: Grammar, drawn: Drawn, draw: random.Random) -> Example:
    labels = list(_labels(grammar, drawn))
    text = dressed(drawn.text, draw)
    if draw.random() < _DISGUISED:
        text = disguised(text, draw)
    if draw.random() < _COMPANY:
        company = [grammar.drawn(draw.choice(_BESIDE), draw) for _ in range(draw.choice((1, 1, 1, 2, 3)))]
        beside = [dressed(one.text, draw) for one in company if one]
        labels[2] = max(labels[2], *(float(is_obscene(one)) for one in beside), 0.0)
        said = [*beside, text]
        draw.shuffle(said)
        text = " ".join(part if part[-1] in ".!?" else f"{part}." for part in said)
    return Example(text=normalise(text).text, labels=tuple(labels), source=drawn.function)


def _labels(grammar: Grammar, drawn: Drawn) -> Iterator[float]:
    """Yield what the function says of each output; what it leaves open is unknown where the template may touch it."""
    said = grammar.functions[drawn.function].labels
    for name in OUTPUTS:
        if name in said:
            yield said[name]
        elif name == "obscene":
            yield float(is_obscene(drawn.text))
        elif not drawn.toxic:
            yield 0.0
        elif name == "insult":
            yield UNKNOWN
        elif name in ("threat", "severe"):
            yield UNKNOWN if _VIOLENT.search(drawn.template) or "{claim}" in drawn.template else 0.0
        else:
            yield 0.0
