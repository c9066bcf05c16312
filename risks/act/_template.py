"""The answers file that a person fills in: every question of the tree with its options, none of them answered."""

import textwrap
from collections.abc import Iterator

from risks.act._answers import FORMAT
from risks.act._tree import NO, NONE, YES, Kind, Question, Tree

__all__ = ["template"]

_WIDTH = 110

_HEAD = """\
# Answers for the classification of one system under the EU AI Act. Not legal advice.
# A question that stays `null` is open; nothing is taken to be "no". Delete or leave what is not asked.
# `person` and `date` here count where an answer has none of its own. Use a pseudonym if you like.
"""


def template(tree: Tree) -> str:
    """Return the file as YAML."""
    head = [f"format: {FORMAT}", "system: my-system", f'text_version: "{tree.header.text}"']
    lines = [line for question in tree.questions for line in _question(question)]
    return _HEAD + "\n".join([*head, "# person: alex", "# date: 2026-11-21", "answers:", *lines]) + "\n"


def _question(question: Question) -> Iterator[str]:
    yield ""
    yield from _comment(f"{question.ask} ({question.ground})")
    if question.help:
        yield from _comment(question.help)
    for option in question.options:
        yield from _comment(f"  {option.id}: {option.text} ({option.ground})")
    yield from _comment(
        {
            Kind.CHOICE: "One of them.",
            Kind.MANY: f"A list of those that fit, or `{NONE}`.",
            Kind.YES_NO: f'"{YES}" or "{NO}".',
            Kind.AMOUNT: 'A number in quotes, such as "3e24".',
            Kind.DAY: "A day, such as 2026-12-02.",
        }[question.kind]
        + ("" if not question.asked_when else " Asked only where earlier answers make it matter.")
    )
    yield f"  {question.id}: {{answer: null, reason: null}}"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="  # ", subsequent_indent="  #     ")
