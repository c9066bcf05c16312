"""When a question is asked, in words: for people who look at it before they have answered the earlier ones."""

from risks.act._tree import NO, NONE, SOME, YES, Band, Fact, Kind, Need, Question, Tree

__all__ = ["asked"]


def asked(question: Question, tree: Tree) -> str:
    """Return the condition of a question as the end of "asked if"; empty where it is always asked."""
    steps = {step.id: step for step in tree.steps}
    return ", or if ".join(
        " and ".join(_need(need, steps[need.step]) for need in alternative) for alternative in question.asked_when
    )


def _need(need: Need, step: Question | Fact) -> str:
    if isinstance(step, Fact):
        return f"it is {'not ' if need.among == (NO,) else ''}{step.predicate}"
    if need.among == (SOME,):
        return f"`{step.id}` names any"
    if need.among == (NONE,):
        return f"`{step.id}` is {NONE}"
    if step.bands:
        return f"`{step.id}` lies {_bands(need, step)}"
    if step.kind is Kind.YES_NO:
        return f"`{step.id}` is {YES if need.among == (YES,) else NO}"
    return f"`{step.id}` {'names' if step.kind is Kind.MANY else 'is'} {_among(need, step)}"


def _among(need: Need, step: Question) -> str:
    others = tuple(option.id for option in step.options if option.id not in need.among)
    if step.kind is Kind.MANY and NONE not in need.among and len(others) == 1:
        return f"any but {others[0]}"
    return _either(tuple(one for one in step.outcomes if one in need.among))


def _bands(need: Need, step: Question) -> str:
    """Return a run of bands by its ends."""
    chosen = [band for band in step.bands if band.id in need.among]
    before = step.bands[: step.bands.index(chosen[0])]
    last = chosen[-1]
    ends = []
    if before:
        ends.append(f"from {before[-1].before}" if before[-1].before else f"above {_number(before[-1])}")
    if last.before or last.up_to is not None:
        ends.append(f"before {last.before}" if last.before else f"up to {_number(last)}")
    return " and ".join(ends)


def _number(band: Band) -> str:
    return str(band.up_to).replace("E+", "e")


def _either(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
