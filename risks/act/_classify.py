"""From answers to classes: which cases hold, on which ground, who said so, and what is still open.

Rules of this place: nothing here reads a clock or a store. While a question is open the result is inconclusive, and the
class `none` is never among the classes. A result names the text version and the digest of the tree that it came from.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from risks.act._answers import Answers
from risks.act._explain import explained
from risks.act._logic import UNASKED, Outcomes, Truth, holds, outcomes
from risks.act._tree import ActClass, Case, Dated, Option, Question, Role, Tree

__all__ = ["CaseFound", "Classification", "RoleFound", "Status", "classify"]


class Status(StrEnum):
    """Whether every question that had to be asked is answered."""

    DECIDED = "decided"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, kw_only=True)
class CaseFound:
    """A case that holds; of class `none`, it says why a class does not apply or what else to know."""

    id: str  # Case.id, with the option where there is one per option
    act_class: ActClass
    title: str
    ground: str  # the provision
    applies_from: str  # ISO 8601; empty: not by a date, or not known yet
    applies_ground: str
    note: str
    explanation: str  # one sentence with ground, persons, day and text version
    answers: tuple[str, ...]  # the questions that decided it


@dataclass(frozen=True, kw_only=True)
class RoleFound:
    """A role that somebody has, and the provision that gives it."""

    role: Role
    ground: str


@dataclass(frozen=True, kw_only=True)
class Classification:
    """What follows from the answers."""

    status: Status
    classes: tuple[ActClass, ...]
    cases: tuple[CaseFound, ...]
    roles: tuple[RoleFound, ...]
    open_questions: tuple[Question, ...]
    askable: tuple[Question, ...]  # those of them that are asked whatever the others bring
    unused: tuple[str, ...]  # questions that were answered and need not have been
    text_version: str
    catalogue: str  # digest of the tree
    answers: Answers


def classify(tree: Tree, answers: Answers) -> Classification:
    """Decide as far as the answers go."""
    found = outcomes(tree.steps, {key: answer.outcomes for key, answer in answers.given.items()})
    open_ones = tuple(
        question for question in tree.questions if question.id not in answers.given and found[question.id] != UNASKED
    )
    status = Status.INCONCLUSIVE if open_ones else Status.DECIDED
    cases = tuple(case for rule in tree.cases for case in _cases(rule, tree, found, answers))
    return Classification(
        status=status,
        classes=_classes(cases, status),
        cases=cases,
        roles=_roles(tree, found),
        open_questions=open_ones,
        askable=tuple(question for question in open_ones if holds(question.asked_when, found) is Truth.YES),
        unused=tuple(key for key in answers.given if found[key] == UNASKED),
        text_version=tree.header.text,
        catalogue=tree.header.digest,
        answers=answers,
    )


def _classes(cases: Iterable[CaseFound], status: Status) -> tuple[ActClass, ...]:
    held = {case.act_class for case in cases} - {ActClass.NONE}
    if not held and status is Status.DECIDED:
        return (ActClass.NONE,)
    return tuple(each for each in ActClass if each in held)


def _roles(tree: Tree, found: Outcomes) -> tuple[RoleFound, ...]:
    return tuple(
        RoleFound(role=rule.role, ground=rule.ground) for rule in tree.roles if holds(rule.when, found) is Truth.YES
    )


def _cases(case: Case, tree: Tree, found: Outcomes, answers: Answers) -> Iterable[CaseFound]:
    if holds(case.when, found) is not Truth.YES:
        return
    if not case.each:
        yield _found(case, None, tree, found, answers)
        return
    question = next(step for step in tree.questions if step.id == case.each)
    for option in question.options:
        if option.id in found[case.each] and (not case.only or option.id in case.only):
            yield _found(case, option, tree, found, answers)


def _found(case: Case, option: Option | None, tree: Tree, found: Outcomes, answers: Answers) -> CaseFound:
    cited = [answers.given[key] for key in case.decided_by if key in answers.given and found[key] != UNASKED]
    dated = _dated(case.dates, found)
    title, ground = case.title, case.ground
    if option is not None:
        text = f"{option.text[0].lower()}{option.text[1:]}"
        title = f"{title} ({text})" if ": " in text else f"{title}: {text}"
        ground = option.ground if option.ground.startswith(ground) else f"{option.ground}; {ground}"
    return CaseFound(
        id=f"{case.id}.{option.id}" if option else case.id,
        act_class=case.act_class,
        title=title,
        ground=ground,
        applies_from=dated.start if dated else "",
        applies_ground=dated.ground if dated else "",
        note=dated.note if dated else "",
        explanation=explained(
            title,
            ground,
            tree.header.text,
            persons={answer.person for answer in cited},
            days={answer.date for answer in cited},
            reasons=[answer.reason for answer in cited],
        ),
        answers=tuple(answer.question for answer in cited),
    )


def _dated(dates: Iterable[Dated], found: Outcomes) -> Dated | None:
    for dated in dates:
        truth = holds(dated.when, found)
        if truth is Truth.YES:
            return dated
        if truth is Truth.UNKNOWN:
            return None
    return None
