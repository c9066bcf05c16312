"""What must hold of a tree as a whole: ids, references, order, counts, and that every answer leads somewhere."""

from collections import Counter
from collections.abc import Iterable, Mapping

from risks._fields import Problems
from risks.act._tree import NONE, SOME, Condition, Fact, Kind, Need, Question, Tree

__all__ = ["check"]


def check(tree: Tree, stated: Mapping[str, int], problems: Problems) -> None:
    """Note every mistake that no single entry shows."""
    found = {
        "questions": len(tree.questions),
        "facts": len(tree.steps) - len(tree.questions),
        "cases": len(tree.cases),
    }
    for key, count in stated.items():
        if found[key] != count:
            problems.add(f"/counts/{key}", f"{count} are stated, {found[key]} are there")
    _unique((step.id for step in tree.steps), "/steps", problems)
    _unique((case.id for case in tree.cases), "/cases", problems)
    known = _steps(tree, problems)
    _cases(tree, known, problems)
    for index, rule in enumerate(tree.roles):
        _condition(rule.when, known, f"/roles/{index}/when", problems)
    for index, pair in enumerate(tree.contradictions):
        _condition(pair.when, known, f"/contradictions/{index}/when", problems)
        _needs(pair.lacks, known, f"/contradictions/{index}/lacks", problems)


def _steps(tree: Tree, problems: Problems) -> dict[str, Question | Fact]:
    known: dict[str, Question | Fact] = {}
    for index, step in enumerate(tree.steps):
        if isinstance(step, Fact):
            _condition(step.when, known, f"/steps/{index}/when", problems)
        else:
            _condition(step.asked_when, known, f"/steps/{index}/asked_when", problems)
            _question(step, f"/steps/{index}", problems)
        known[step.id] = step
    return known


def _question(question: Question, pointer: str, problems: Problems) -> None:
    _unique(question.outcomes, f"{pointer}/options", problems)
    if question.kind in (Kind.CHOICE, Kind.MANY) and SOME in question.outcomes:
        problems.add(f"{pointer}/options", f"{SOME!r} is a word of conditions")
    for place, band in enumerate(question.bands):
        ends = bool(band.before) if question.kind is Kind.DAY else band.up_to is not None
        if ends == (place == len(question.bands) - 1):
            problems.add(f"{pointer}/bands/{place}", "every band but the last has an end")
    days, limits = [band.before for band in question.bands[:-1]], [band.up_to or 0 for band in question.bands[:-1]]
    if days != sorted(days) or limits != sorted(limits):
        problems.add(f"{pointer}/bands", "the bands are not in order")


def _cases(tree: Tree, known: Mapping[str, Question | Fact], problems: Problems) -> None:
    for index, case in enumerate(tree.cases):
        pointer = f"/cases/{index}"
        _condition(case.when, known, f"{pointer}/when", problems)
        for place, dated in enumerate(case.dates):
            _condition(dated.when, known, f"{pointer}/dates/{place}/when", problems)
        for name in (*case.decided_by, *([case.each] if case.each else [])):
            if not isinstance(known.get(name), Question):
                problems.add(pointer, f"there is no question {name!r}")
        if case.each and case.only:
            _needs((Need(step=case.each, among=case.only),), known, f"{pointer}/only", problems)


def _condition(condition: Condition, known: Mapping[str, Question | Fact], pointer: str, problems: Problems) -> None:
    for index, alternative in enumerate(condition):
        _needs(alternative, known, f"{pointer}/{index}", problems)


def _needs(needs: Iterable[Need], known: Mapping[str, Question | Fact], pointer: str, problems: Problems) -> None:
    for need in needs:
        step = known.get(need.step)
        if step is None:
            problems.add(pointer, f"no earlier step is called {need.step!r}")
            continue
        allowed = {*step.outcomes, *((SOME,) if NONE in step.outcomes else ())}
        for outcome in need.among:
            if outcome not in allowed:
                problems.add(f"{pointer}/{need.step}", f"{outcome!r} is no outcome of {need.step!r}")


def _unique(ids: Iterable[str], pointer: str, problems: Problems) -> None:
    for name, count in Counter(ids).items():
        if count > 1:
            problems.add(pointer, f"the id {name!r} comes {count} times")
