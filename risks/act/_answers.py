"""The answers file: what people said about a system, each with a reason, a person and a day.

Rules of this place: a question without an answer is open, never "no"; `none` must be said. A file with one mistake or
one contradiction is refused whole, with all of them.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from assay.kernel import InputError
from risks._fields import Fields, Problems, is_day
from risks._yaml import digest_yaml, read_yaml
from risks.act._expected import expected, meant, nearest
from risks.act._lines import PlacedProblems
from risks.act._logic import Truth, holds
from risks.act._tree import NO, NONE, YES, Kind, Question, Tree

__all__ = ["FORMAT", "Answer", "Answers", "parse_answers"]

FORMAT = "assay-act-answers/1"
_REFUSED = "?"  # in place of a person or day that was noted as a mistake
_SHOWN = 200  # characters of a wrong answer that a message repeats


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one person said to one question."""

    question: str  # Question.id
    outcomes: frozenset[str]  # what conditions see of it
    given: str  # as it was written
    reason: str
    person: str
    date: str  # ISO 8601


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Every answer that was given about one system."""

    system: str  # empty: not named
    given: Mapping[str, Answer]  # by Question.id
    digest: str  # of the file; of nothing, where there was none


@dataclass(frozen=True, kw_only=True)
class _Shared:
    """Who gave the answers that name nobody, and when."""

    person: str  # empty: nobody is named
    date: str


def parse_answers(text: str, file: str, tree: Tree) -> Answers:
    """Read answers (YAML or JSON); raise `InputError` that lists every mistake and contradiction."""
    document, problems = _document(text, file), PlacedProblems(file, text)
    fields = Fields(document, "", problems)
    if (found := fields.text("format")) != FORMAT:
        problems.add("/format", f"expected {FORMAT!r}, got {found!r}")
    _same_text(fields, tree, problems)
    system = fields.optional("system")
    shared = _Shared(person=_signed(fields, "person", fields.text, ""), date=_signed(fields, "date", fields.date, ""))
    listed = fields.inner("answers")
    questions = {question.id: question for question in tree.questions}
    given = {}
    for key in listed.keys():  # noqa: SIM118  Fields is no mapping
        if (question := questions.get(key)) is None:
            problems.add(f"/answers/{key}", f"no question of the tree is called {key!r}{nearest(key, questions)}")
            listed.drop(key)
        elif listed.peek(key) is None:
            listed.drop(key)
        elif not isinstance(value := listed.peek(key), dict):
            problems.add(f"/answers/{key}", f"expected {{answer: …, reason: …}}, got {str(value)[:_SHOWN]!r}")
            listed.drop(key)
        elif (answer := _answer(listed.inner(key), question, shared, problems)) is not None:
            given[key] = answer
    fields.close()
    _unsigned(given, problems)
    _contradictions(tree, given, problems)
    if problems.found:
        raise InputError(
            "\n".join([f"{len(problems.found)} mistakes in {file}:", *problems.found]),
            hint="`assay act questions` prints an answers file with every question and its options",
        )
    return Answers(system=system, given=given, digest=digest_yaml(document))


def _document(text: str, file: str) -> object:
    if not text.lstrip().startswith("{"):
        return read_yaml(text, file)
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file} is not readable JSON: {error}", hint="YAML is read too") from error


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(made := dict(pairs)) != len(pairs):
        raise ValueError(f"a key comes twice among {[key for key, _ in pairs]!r}")
    return made


def _same_text(fields: Fields, tree: Tree, problems: Problems) -> None:
    if (answered := fields.optional("text_version")) and answered != tree.header.text:
        problems.add("/text_version", f"answered under {answered!r}; this is {tree.header.text!r}")


def _answer(fields: Fields, question: Question, shared: _Shared, problems: Problems) -> Answer | None:
    value = fields.take("answer")
    if value is None:  # as the template leaves it
        for key in ("reason", "person", "date"):
            fields.drop(key)
        fields.close()
        return None
    outcomes = _READERS[question.kind](value, question)
    if not outcomes:
        got = f"got {repr(value)[:_SHOWN]}"
        problems.add(f"{fields.pointer}/answer", f"expected {expected(question)}, {got}{meant(value, question)}")
    made = Answer(
        question=question.id,
        outcomes=outcomes,
        given=", ".join(str(item) for item in value) if isinstance(value, list) else _written(value),
        reason=fields.text("reason"),
        person=_signed(fields, "person", fields.text, shared.person),
        date=_signed(fields, "date", fields.date, shared.date),
    )
    fields.close()
    return made


def _signed(fields: Fields, key: str, take: Callable[[str], str], shared: str) -> str:
    """Return who or when: what stands here, else what stands for all answers."""
    if fields.peek(key) is None:
        fields.drop(key)
        return shared
    return take(key) or _REFUSED


def _unsigned(given: Mapping[str, Answer], problems: Problems) -> None:
    for key, lacking in (
        ("person", [answer.question for answer in given.values() if not answer.person]),
        ("date", [answer.question for answer in given.values() if not answer.date]),
    ):
        if lacking:
            what = f"{len(lacking)} answers have no {key}, the first is {lacking[0]}"
            problems.add(f"/{key}", f"{what}: write `{key}: …` at the top of the file, or into each answer")


def _written(value: object) -> str:
    return {True: YES, False: NO}[value] if isinstance(value, bool) else str(value)


def _choice(value: object, question: Question) -> frozenset[str]:
    return frozenset({value}) if isinstance(value, str) and value in question.outcomes else frozenset()


def _yes_no(value: object, question: Question) -> frozenset[str]:
    return _choice(_written(value), question) if isinstance(value, (bool, str)) else frozenset()


def _many(value: object, question: Question) -> frozenset[str]:
    items = value if isinstance(value, list) else [value]
    chosen = [str(item) for item in items if isinstance(item, (str, int))]
    if len(chosen) != len(items) or not set(chosen) <= set(question.outcomes):
        return frozenset()
    if len(set(chosen)) != len(chosen) or (NONE in chosen and len(chosen) > 1):
        return frozenset()
    return frozenset(chosen)


def _amount(value: object, question: Question) -> frozenset[str]:
    try:
        number = Decimal(str(value)) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else None
    except InvalidOperation:
        return frozenset()
    if number is None or not number.is_finite() or number < 0:
        return frozenset()
    return frozenset({next(band.id for band in question.bands if band.up_to is None or number <= band.up_to)})


def _day(value: object, question: Question) -> frozenset[str]:
    if not is_day(value):
        return frozenset()
    day = date.fromisoformat(str(value)).isoformat()
    return frozenset({next(band.id for band in question.bands if not band.before or day < band.before)})


_READERS: Mapping[Kind, Callable[[object, Question], frozenset[str]]] = {
    Kind.CHOICE: _choice,
    Kind.MANY: _many,
    Kind.YES_NO: _yes_no,
    Kind.AMOUNT: _amount,
    Kind.DAY: _day,
}


def _contradictions(tree: Tree, given: Mapping[str, Answer], problems: Problems) -> None:
    said = {key: answer.outcomes for key, answer in given.items()}
    for pair in tree.contradictions:
        missing = all(need.step in said and not said[need.step] & set(need.among) for need in pair.lacks)
        if missing and holds(pair.when, said) is Truth.YES:
            problems.add("/answers", f"contradiction: {pair.says}")
