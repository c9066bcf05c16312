"""Plans of runs: read back as they were written, refused with words, and held against each other."""

import dataclasses
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import InputError, IntegrityError, digest_json
from evaluation.runs import (
    ids_digest,
    parse_plan,
    plan_bytes,
    same_work,
)
from tests.evaluation.runs.samples import plan_for

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def test_a_plan_is_read_back_as_it_was_written() -> None:
    """Bytes to plan to bytes is the identity."""
    plan = plan_for(["a", "b"])

    assert parse_plan(plan_bytes(plan)) == plan


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"surprise": 1}, "unknown fields"),
        ({"repeats": 0}, "repeats"),
        ({"metrics": []}, "metrics"),
        ({"system": 5}, "'system' holds 5, expected text"),
        ({"format": "assay-run/2"}, "assay-run/2"),
        ({"questions": {"digest": "d", "count": True, "ids_digest": "i"}}, "an integer from 0 up"),
        ({"questions": {"digest": "d", "count": 0, "ids_digest": "i"}}, "'count' holds 0, expected 1 or more"),
        ({"run": "a/../../x"}, "'run' holds 'a/../../x', expected a plain name"),
        ({"run": "run-1\n"}, "plain name"),
        ({"run": ""}, "plain name"),
        ({"run": "r" * 129}, "plain name"),
        ({"system": "../x"}, "'system' holds '../x', expected a plain name"),
        ({"system": "Default"}, "plain name"),
    ],
)
def test_a_plan_with_a_wrong_field_is_refused(change: dict[str, object], message: str) -> None:
    """The message names the field, what it holds and what was expected."""
    document = json.loads(plan_bytes(plan_for(["a"]))) | change

    with pytest.raises(InputError, match=message):
        parse_plan(rfc8785.dumps(document))


def test_a_reformatted_plan_is_not_believed() -> None:
    """The same JSON in other bytes was not written by us."""
    document = json.loads(plan_bytes(plan_for(["a"])))

    with pytest.raises(IntegrityError):
        parse_plan(json.dumps(document, indent=1).encode())


def test_the_same_work_differs_in_nothing_but_id_and_time() -> None:
    """The order of the environment does not matter, its content does."""
    plan = plan_for(["a"])
    again = dataclasses.replace(
        plan,
        run="run-2",
        created_at="2027-01-01T00:00:00.000000Z",
        environment=dict(reversed(list(plan.environment.items()))),
    )

    assert same_work(plan, again)
    assert not same_work(plan, dataclasses.replace(again, seed=1))


def test_another_job_on_another_machine_goes_on_with_the_same_work() -> None:
    """A CI job that is tried again resumes; other package versions are other work."""
    plan = plan_for(["a"])
    retried = dataclasses.replace(
        plan,
        origin=dataclasses.replace(plan.origin, actor="runner-2", job="job-2", commit="abc"),
        environment={**plan.environment, "platform": "Linux-7"},
    )

    assert same_work(plan, retried)
    assert not same_work(plan, dataclasses.replace(plan, environment={**plan.environment, "python": "3.99"}))


@given(st.lists(TEXT, unique=True))
def test_ids_digest_is_the_digest_of_the_sorted_ids(names: list[str]) -> None:
    """The streamed digest equals the plain one."""
    assert ids_digest(names) == (len(names), digest_json(sorted(names)))


def test_an_id_that_comes_twice_is_refused() -> None:
    """Two rows under one id could not be told apart."""
    with pytest.raises(InputError, match="1 of 3"):
        ids_digest(["a", "b", "a"])
