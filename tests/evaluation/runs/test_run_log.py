"""The run log: what was written is what is read, and what was changed is found."""

import dataclasses
import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import InputError, IntegrityError, MissingError, digest_bytes, digest_json
from evaluation.runs import (
    RowCensus,
    RunLog,
    RunOutcome,
    finished_rows,
)
from evaluation.runs._decoding import parse_row
from evaluation.runs._encoding import FinishedRow, encode_row
from evaluation.verdicts import Outcome, Usage
from tests.evaluation.runs.samples import AT, item, plan_for, row, verdict, write_log

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(name=TEXT, document=st.none() | TEXT, tag=TEXT, reason=TEXT, cost=st.decimals(0, 9, places=5))
def test_a_verdict_line_is_canonical_and_holds_no_free_text(
    name: str, document: str | None, tag: str, reason: str, cost: Decimal
) -> None:
    """What orjson writes is what RFC 8785 demands, for any text."""
    judged = dataclasses.replace(verdict(), reason="secret " + reason, usage=Usage(cost=cost))
    finished = FinishedRow(item=item(name, document=document, tags=(tag,)), repeat=0, verdicts=(judged,), at=AT)

    _, line = encode_row(finished, bytes(32))

    assert rfc8785.dumps(json.loads(line)) == line
    assert b"secret" not in line
    assert b"answer to" not in line
    assert parse_row(line, "here").verdicts[0].usage.cost == cost


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("org/model-3.1:8b@q4", "org/model-3.1:8b@q4"),
        ("Anna Muster, born 1970", ""),
        ("m\n", ""),
        ("m\u202e", ""),
        ("m" * 101, ""),
    ],
)
def test_a_model_or_tag_that_is_no_plain_name_stays_out_of_the_verdict_line(said: str, kept: str) -> None:
    """The application chooses its model's name, and could write a sentence about a person there."""
    answered = dataclasses.replace(item("a").answer, model=said)
    finished = FinishedRow(item=item("a", answer=answered, tags=(said, "t")), repeat=0, verdicts=(verdict(),), at=AT)

    line = json.loads(encode_row(finished, bytes(32))[1])

    assert line["answer"]["model"] == kept
    assert line["tags"] == ([kept, "t"] if kept else ["t"])


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    """Ids, outcomes, values, units and usage survive; reasons live in the payload."""
    log = write_log(tmp_path / "r", plan_for(["ä", "b"]), [row("ä"), row("b")])

    rows = list(log.rows())

    assert [one.id for one in rows] == ["ä", "b"]
    expected = dataclasses.replace(verdict(), value=0.666667, reason="")
    assert rows[0].verdicts == (expected,)
    assert (rows[0].contexts, rows[0].answer_empty, rows[0].answer_latency_ms) == (2, False, 7)


def test_texts_are_joined_to_their_rows(tmp_path: Path) -> None:
    """Each row finds its payload and every commitment holds."""
    log = write_log(tmp_path / "r", plan_for(["a", "b"]), [row("a"), row("b")])

    joined = {one.id: payload for one, payload in log.joined()}

    assert joined["b"] is not None
    assert joined["b"].question == "what is b?"
    assert joined["b"].reasons == {"faithfulness": "why faithfulness"}
    assert log.verify_payloads() == (2, 0)


def test_a_lone_surrogate_of_an_application_is_kept(tmp_path: Path) -> None:
    """What an application said is recorded as it said it, valid text or not."""
    odd = item("a")
    odd = dataclasses.replace(odd, answer=dataclasses.replace(odd.answer, text="half \ud83d"))
    finished = FinishedRow(item=odd, repeat=0, verdicts=(verdict(),), at=AT)

    log = write_log(tmp_path / "r", plan_for(["a"]), [finished])

    assert next(log.payloads()).answer == "half \ud83d"
    assert log.verify_payloads() == (1, 0)


def test_a_changed_text_is_found(tmp_path: Path) -> None:
    """A payload that is not what was judged is an integrity error that names the row."""
    log = write_log(tmp_path / "r", plan_for(["a", "b"]), [row("a"), row("b")])
    log.payloads_file.write_bytes(log.payloads_file.read_bytes().replace(b"answer to a", b"answer to x"))

    with pytest.raises(IntegrityError, match="'a'"):
        log.verify_payloads()


def test_an_erased_text_leaves_the_digest_as_it_was(tmp_path: Path) -> None:
    """Erasure touches no digested byte, and the row is still there."""
    log = write_log(tmp_path / "r", plan_for(["a", "b"]), [row("a"), row("b")])
    before = log.digest()
    lines = log.payloads_file.read_bytes().split(b"\n")
    lines[0] = b'{"erased":"2026-02-01T00:00:00.000000Z","id":"a","repeat":0}'
    log.payloads_file.write_bytes(b"\n".join(lines))

    assert log.verify_payloads() == (1, 1)
    assert log.digest() == before


def test_an_orphaned_text_is_not_taken_for_the_row_that_came_later(tmp_path: Path) -> None:
    """After a crash between the two files, the text that was written with the verdict wins."""
    plan = plan_for(["a", "b"])
    log = write_log(tmp_path / "r", plan, [row("b"), row("a")])
    orphan, _ = encode_row(row("a"), b"\1" * 32)
    log.payloads_file.write_bytes(
        orphan.replace(b"answer to a", b"an older try") + b"\n" + log.payloads_file.read_bytes()
    )

    texts = {one.id: payload for one, payload in log.joined()}

    assert texts["a"] is not None
    assert texts["a"].answer == "answer to a"


def test_a_changed_verdict_changes_the_run_digest(tmp_path: Path) -> None:
    """The digest covers the plan and the verdicts, as the contract says."""
    log = write_log(tmp_path / "r", plan_for(["a"]), [row("a")])
    plan, verdicts = (tmp_path / "r" / name for name in ("run.json", "verdicts.jsonl"))
    expected = {
        "format": "assay-run/1",
        "run": digest_bytes(plan.read_bytes()),
        "verdicts": digest_bytes(verdicts.read_bytes()),
    }
    assert log.digest() == digest_json(expected)

    verdicts.write_bytes(verdicts.read_bytes().replace(b"0.666667", b"0.966667"))

    assert log.digest() != digest_json(expected)


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        (b'"value":"0.666667"', b'"value":"0.66666"', None, ""),
        (b'"value":"0.666667"', b'"value":"7"', InputError, "line 1"),
        (b'"value":"0.666667"', b'"value":0.666667', InputError, "expected text or null"),
        (b'"value":"0.666667"', b'"value":null', InputError, "exactly when the outcome is scored"),
        (b'"outcome":"scored"', b'"outcome":"great"', InputError, "one of scored"),
        (b'"repeat":0', b'"repeat": 0', IntegrityError, "canonical"),
        (b'"repeat":0', b'"repeat":0,"repeat":0', IntegrityError, "canonical"),
        (b'"repeat":0', b'"repeat":0,"surprise":1', InputError, "surprise"),
        (b'{"answer"', b"{answer", InputError, "line 1: not JSON"),
    ],
)
def test_a_wrong_verdict_line_is_named(
    tmp_path: Path, old: bytes, new: bytes, error: type[Exception] | None, message: str
) -> None:
    """File, line and field stand in the message; only a well-formed line is read."""
    log = write_log(tmp_path / "r", plan_for(["a"]), [row("a")])
    log.verdicts_file.write_bytes(log.verdicts_file.read_bytes().replace(old, new))

    if error is None:
        assert len(list(log.rows())) == 1
        return
    with pytest.raises(error, match=message):
        list(log.rows())


def test_a_folder_without_a_plan_is_no_run_log(tmp_path: Path) -> None:
    """The message says what is missing."""
    with pytest.raises(MissingError, match=r"run\.json"):
        RunLog.open(tmp_path)


def test_a_run_with_every_row_is_complete(tmp_path: Path) -> None:
    """All ids, all repeats, all metrics."""
    plan = plan_for(["a", "b"], metrics=("faithfulness", "relevancy"), repeats=2)
    rows = [row(name, repeat=repeat, metrics=plan.metrics) for name in "ab" for repeat in (0, 1)]

    found = write_log(tmp_path / "r", plan, rows).completeness()

    assert (found.outcome, found.expected, found.found, found.reason) == (RunOutcome.COMPLETE, 4, 4, "")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "0 of 2 rows"),
        ([row("a")], "1 of 2 rows"),
        ([row("a"), row("a"), row("b")], "1 rows come twice"),
        ([row("a"), row("c")], "not those of the question set"),
        ([row("a"), row("b", metrics=("relevancy",))], "'b' lacks a metric"),
        ([row("a"), row("b", metrics=("faithfulness", "faithfulness"))], "'b' lacks a metric"),
        ([row("a"), row("b", repeat=1)], "'b' is repeat 1 of 1"),
    ],
)
def test_a_run_that_lacks_something_is_partial(tmp_path: Path, rows: list[FinishedRow], reason: str) -> None:
    """Completeness is derived from the rows, and says what is missing."""
    found = write_log(tmp_path / "r", plan_for(["a", "b"]), rows).completeness()

    assert found.outcome is RunOutcome.PARTIAL
    assert reason in found.reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"judge": "sha256:" + "a" * 64}, "'b' has a faithfulness verdict by another judge than the plan names"),
        ({"value": 1.0}, "'b' has a faithfulness value that is not the share of its supported sentences"),
    ],
)
def test_a_verdict_that_the_plan_cannot_have_led_to_completes_nothing(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    """Another judge, or a value that its own sentences contradict: the run is not what its plan asked for."""
    odd = dataclasses.replace(row("b"), verdicts=(dataclasses.replace(verdict(), **change),))  # type: ignore[arg-type]

    found = write_log(tmp_path / "r", plan_for(["a", "b"]), [row("a"), odd]).completeness()

    assert (found.outcome, found.found) == (RunOutcome.PARTIAL, 2)
    assert reason in found.reason


def test_finished_rows_are_found_again(tmp_path: Path) -> None:
    """What is there is not asked for again."""
    log = write_log(tmp_path / "r", plan_for(["a", "b"], repeats=2), [row("a"), row("b", repeat=1)])

    with finished_rows(log) as done:
        assert ("a", 0) in done
        assert ("a", 1) not in done
        assert ("b", 1) in done


def test_a_census_counts_pairs_and_not_lines() -> None:
    """Doubles are seen in the total and not in the distinct count."""
    with RowCensus() as census:
        for name, repeat in (("a", 0), ("a", 1), ("a", 0)):
            census.add(name, repeat)

        assert (census.total, census.distinct(), list(census.ids())) == (3, 2, ["a"])


def test_a_failed_verdict_has_no_value(tmp_path: Path) -> None:
    """A failure is recorded with its outcome and without a number."""
    failed = FinishedRow(item=item("a"), repeat=0, verdicts=(verdict(value=None, outcome=Outcome.ERROR),), at=AT)

    found = next(write_log(tmp_path / "r", plan_for(["a"]), [failed]).rows())

    assert (found.verdicts[0].outcome, found.verdicts[0].value) == (Outcome.ERROR, None)


def test_a_run_log_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Questions, answers and contexts are in it, whatever the umask."""
    before = os.umask(0o022)
    try:
        folder = write_log(tmp_path / "runs" / "r", plan_for(["a"]), [row("a")]).directory
    finally:
        os.umask(before)

    assert {path.name: path.stat().st_mode & 0o077 for path in (folder.parent, folder, *folder.iterdir())} == {
        "runs": 0,
        "r": 0,
        "run.json": 0,
        "verdicts.jsonl": 0,
        "payloads.jsonl": 0,
    }
