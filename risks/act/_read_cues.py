"""Reading the cues: all mistakes at once, each with file and pointer; every option that is named exists in the tree."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from risks._fields import Fields, Problems
from risks.act._cues import Cue, Cues, Pointer, Strength, compiled
from risks.act._header import finish, open_file, read_header, shipped
from risks.act._read_tree import tree
from risks.act._tree import Tree

__all__ = ["cues", "parse_cues"]

FORMAT = "assay-act-cues/1"


@cache
def cues() -> Cues:
    """Return the cues that come with the product."""
    return parse_cues(shipped("cues.yaml"), "cues.yaml", tree())


def parse_cues(text: str, file: str, of: Tree) -> Cues:
    """Read cues from text; raise `InputError` that lists every mistake."""
    fields, problems, digest = open_file(text, file)
    header = read_header(fields, problems, FORMAT, digest)
    counts = fields.inner("counts")
    stated = counts.whole("options")
    counts.close()
    denials, affirmations = _words(fields, "denials"), _words(fields, "affirmations")
    inner = fields.inner("cues")
    options = {question.id: question.outcomes for question in of.questions}
    pointers = tuple(_pointer(key, inner.inner(key), options, problems) for key in inner.keys())  # noqa: SIM118
    silent = _silent(fields.inner("silent"), options)
    if stated != len(pointers):
        problems.add("/counts/options", f"{stated} are stated, {len(pointers)} are there")
    finish(fields, problems, file)
    return Cues(header=header, denials=denials, affirmations=affirmations, pointers=pointers, silent=silent)


def _silent(fields: Fields, options: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    assumed = {}
    for key in fields.keys():  # noqa: SIM118  Fields is no mapping
        assumed[key] = fields.texts(key)
        if not set(assumed[key]) <= set(options.get(key, ())):
            fields.refuse(key, assumed[key], f"answers of a question of the tree: {', '.join(options.get(key, ()))}")
    return assumed


def _words(fields: Fields, key: str) -> re.Pattern[str]:
    return compiled("|".join(fields.texts(key)))


def _pointer(key: str, fields: Fields, options: Mapping[str, tuple[str, ...]], problems: Problems) -> Pointer:
    question, _, option = key.partition(".")
    if option not in options.get(question, ()):
        problems.add(fields.pointer, f"the tree has no answer {option!r} to a question {question!r}")
    found = tuple(
        cue
        for strength in (Strength.STRONG, Strength.WEAK)
        if fields.has(strength)
        for cue in _cues(fields, strength, strength)
    )
    unless = tuple(_cues(fields, "unless", Strength.STRONG)) if fields.has("unless") else ()
    if not found:
        problems.add(fields.pointer, "expected cues under `strong` or `weak`, there are none")
    fields.close()
    return Pointer(question=question, option=option, cues=found, unless=unless)


def _cues(fields: Fields, key: str, strength: Strength) -> Iterator[Cue]:
    for terms in fields.lists(key):
        yield Cue(strength=strength, terms=tuple(compiled(term) for term in terms))
