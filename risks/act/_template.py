"""The answers file that a person fills in: every question of the tree with its options, none of them answered."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Final

from risks.act._answers import FORMAT
from risks.act._tree import NO, NONE, YES, Kind, Question, Tree

__all__ = ["template"]

_COMMENT: Final = textwrap.TextWrapper(
    110, initial_indent="  # ", subsequent_indent="  #     ", break_on_hyphens=False, break_long_words=False
)
_HOW: Final[Mapping[Kind, str]] = {
    Kind.CHOICE: "One of them, such as `answer: {first}`.",
    Kind.MANY: f"All that fit, such as `answer: [{{first}}]`, or `answer: {NONE}`.",
    Kind.YES_NO: f"`answer: {YES}` or `answer: {NO}`.",
    Kind.AMOUNT: 'A number in quotes, such as `answer: "3e24"`.',
    Kind.DAY: "A day, such as `answer: 2026-12-02`.",
}

_HEAD = """\
# Answers for the classification of one system under the EU AI Act. Not legal advice.
# A question that stays `null` is open; nothing is taken to be "no". Begin at the top, run
#   assay act classify --answers FILE
# as often as you like: it lists what is still open. What need not be asked may stay `null`.
# `reason`: one sentence in quotes. `person` and `date` count for every answer that has none of its own; a pseudonym
# will do.
"""


def template(tree: Tree) -> str:
    """Return the file as YAML."""
    head = [f"format: {FORMAT}", "# system: its id in this workspace", f'text_version: "{tree.header.text}"']
    lines = [line for question in tree.questions for line in _question(question)]
    return _HEAD + "\n".join([*head, "person: null", "date: null", "answers:", *lines]) + "\n"


def _question(question: Question) -> Iterator[str]:
    yield ""
    yield from _comment(f"{question.ask} ({question.ground})")
    if question.asked_if:
        yield from _comment(f"Asked if {question.asked_if}.")
    if question.help:
        yield from _comment(question.help)
    for option in question.options:
        yield from _comment(f"  {option.id}: {option.text} ({option.ground})")
    yield from _comment(_HOW[question.kind].format(first=question.outcomes[0]))
    yield f"  {question.id}: {{answer: null, reason: null}}"


def _comment(text: str) -> list[str]:
    return _COMMENT.wrap(text)
