"""Where an alias is and where it belongs: every combination, and the laws behind them."""

import itertools

import pytest

from governance.registry import AliasPlan, AliasStep, ModelAlias, Wanted, plan_alias

PLACE = ModelAlias(model="m", alias="champion", system="shop", version=None, release=None)


def told(version: str | None, release: str = "r-1") -> ModelAlias:
    """Return what we said last."""
    return ModelAlias(model="m", alias="champion", system="shop", version=version, release=release)


def wanted(version: str, release: str = "r-1") -> Wanted:
    """Return what a release wants."""
    return Wanted(model="m", alias="champion", version=version, release=release)


CASES = {
    # wanted, told, found, restore → step, note, alert
    "nothing is wanted and nothing is there": (None, None, None, False, "keep", False, False),
    "released for the first time": (wanted("1"), None, None, False, "point", True, False),
    "done, but killed before it was noted": (wanted("1"), None, "1", False, "keep", True, False),
    "all is well": (wanted("1"), told("1"), "1", False, "keep", False, False),
    "the next release": (wanted("2", "r-2"), told("1"), "1", False, "point", True, False),
    "the next release with the same version": (wanted("1", "r-2"), told("1"), "1", False, "keep", True, False),
    "recalled": (None, told("1"), "1", False, "remove", True, False),
    "recalled, and somebody had taken it away": (None, told("1"), None, False, "keep", True, False),
    "points at what nobody released": (None, None, "9", False, "keep", False, True),
    "moved by somebody": (wanted("1"), told("1"), "9", False, "keep", False, True),
    "taken away by somebody": (wanted("1"), told("1"), None, False, "keep", False, True),
    "moved, and put back on a person's word": (wanted("1"), told("1"), "9", True, "point", True, True),
    "moved, and then the next release": (wanted("2", "r-2"), told("1"), "9", False, "point", True, True),
    "moved, and then recalled": (None, told("1"), "9", False, "keep", False, True),
    "moved, recalled, and a person's word": (None, told("1"), "9", True, "remove", True, True),
    "nobody's alias stays nobody's": (None, None, "9", True, "keep", False, True),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_done_and_what_is_raised(name: str) -> None:
    """One line a situation."""
    want, said, found, restore, step, note, alert = CASES[name]
    plan = plan_alias(PLACE, want, said, found, restore=restore)
    assert (plan.step, plan.note, plan.alert is not None) == (step, note, alert)


EVERYTHING = list(
    itertools.product(
        [None, wanted("1"), wanted("2", "r-2")],
        [None, told(None), told("1"), told("2", "r-2")],
        [None, "1", "2", "9"],
        [False, True],
    )
)


def after(
    plan: AliasPlan, want: Wanted | None, said: ModelAlias | None, found: str | None
) -> tuple[str | None, ModelAlias | None]:
    """Carry a plan out; return where the alias is then, and what we said."""
    target = None if want is None else want.version
    at = found if plan.step is AliasStep.KEEP else target
    return at, told(target, "" if want is None else want.release) if plan.note else said


@pytest.mark.parametrize(("want", "said", "found", "restore"), EVERYTHING)
def test_the_second_time_changes_nothing(
    want: Wanted | None, said: ModelAlias | None, found: str | None, *, restore: bool
) -> None:
    """Whatever was found: after one synchronisation another one finds nothing to do."""
    at, now = after(plan_alias(PLACE, want, said, found, restore=restore), want, said, found)
    again = plan_alias(PLACE, want, now, at, restore=restore)
    assert (again.step, again.note) == (AliasStep.KEEP, False)


@pytest.mark.parametrize(("want", "said", "found", "restore"), EVERYTHING)
def test_what_points_elsewhere_never_goes_unsaid(
    want: Wanted | None, said: ModelAlias | None, found: str | None, *, restore: bool
) -> None:
    """Where an alias is left at a version that nobody released, there is an alert."""
    plan = plan_alias(PLACE, want, said, found, restore=restore)
    at, _ = after(plan, want, said, found)
    if at is not None and (want is None or at != want.version):
        assert plan.alert is not None


@pytest.mark.parametrize(("want", "said", "found", "restore"), EVERYTHING)
def test_whoever_is_killed_after_pointing_ends_in_the_same_place(
    want: Wanted | None, said: ModelAlias | None, found: str | None, *, restore: bool
) -> None:
    """The alias was set and nothing noted: the next one notes it, raises nothing and moves nothing."""
    plan = plan_alias(PLACE, want, said, found, restore=restore)
    if plan.step is AliasStep.KEEP:
        return
    at, _ = after(plan, want, said, found)
    again = plan_alias(PLACE, want, said, at, restore=restore)
    assert (again.step, again.alert) == (AliasStep.KEEP, None)
    assert after(again, want, said, at)[1] == (after(plan, want, said, found)[1] if again.note else said)
