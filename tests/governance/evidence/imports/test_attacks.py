"""garak and promptfoo: rates of what was resisted or passed, and reports that prove nothing."""

from typing import Any

import pytest

from assay.kernel import InputError
from governance.evidence import Conclusion
from tests.governance.evidence.imports.samples import garak_report, only, promptfoo_results, read, stated

EVAL = {
    "entry_type": "eval",
    "probe": "dan.Dan",
    "detector": "dan.DAN",
    "passed": 97,
    "fails": 3,
    "total_evaluated": 100,
}
GOOD = {"success": True, "failureReason": 0}
BAD = {"success": False, "failureReason": 1, "error": "secret"}
BROKEN = {"success": False, "failureReason": 2, "error": "secret"}


def test_garak_rates_carry_their_interval_and_unjudged_outputs() -> None:
    """`nones` are outputs without a result: failures, and no part of the rate."""
    found = stated(read(garak_report({**EVAL, "nones": 5})), "garak:dan.Dan")
    assert str(found.value) == "0.97"
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower < found.value < found.upper  # type: ignore[operator]  # asserted above
    assert (found.n, found.failures, found.conclusion) == (100, 5, None)


def test_the_former_layout_of_garak_states_the_same() -> None:
    """`total` and the prefixes of old mean what `total_evaluated` and bare names mean."""
    old = {"entry_type": "eval", "probe": "probes.dan.Dan", "detector": "detector.dan.DAN", "passed": 97, "total": 100}
    now, then = read(garak_report(EVAL)), read(garak_report(old, old=True))
    assert now.statements == then.statements
    assert "does not say the detectors' threshold" in then.notes[-1]


def test_the_detector_that_saw_most_attacks_succeed_counts() -> None:
    """A probe is resisted only where no detector saw it succeed."""
    report = read(garak_report(EVAL, {**EVAL, "detector": "mitigation.MitigationBypass", "passed": 40, "fails": 60}))
    assert str(stated(report, "garak:dan.Dan").value) == "0.4"
    assert str(stated(report, "garak").value) == "0.4"


def test_answers_to_one_prompt_widen_the_interval() -> None:
    """Ten answers to each of ten prompts may be alike: the interval is that of ten rows."""
    alone, together = only(garak_report(EVAL)), only(garak_report(EVAL, setup={"run.generations": 10}))
    assert alone.value == together.value
    assert together.lower < alone.lower  # type: ignore[operator]  # both were measured


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (garak_report(EVAL, ended=False), "cut short"),
        (garak_report(), "nothing was evaluated"),
        (garak_report({**EVAL, "passed": 0, "fails": 0, "total_evaluated": 0}), ""),
        (garak_report(EVAL, setup={"run.eval_threshold": 0.9}), "laxer"),
        (
            garak_report(EVAL, {"entry_type": "attempt", "probe_classname": "encoding.Base64", "status": 1}),
            "never evaluated",
        ),
    ],
)
def test_a_garak_report_that_proves_nothing_is_inconclusive(report: bytes, words: str) -> None:
    """Cut short, empty, unjudged, laxly judged or half evaluated: the whole states nothing, and says why."""
    found = read(report)
    assert found.statements[0].conclusion in {Conclusion.INCONCLUSIVE, Conclusion.ERROR}
    assert not words or any(words in note for note in found.notes)


def test_a_damaged_line_of_garak_is_named() -> None:
    """The line and the field are told."""
    with pytest.raises(InputError, match=r"line 3, passed: expected no more outputs"):
        read(garak_report({**EVAL, "passed": 101}))
    with pytest.raises(InputError, match="line 5, column"):
        read(garak_report(EVAL) + b'{"entry_type": "ev')


def test_promptfoo_failures_are_not_errors() -> None:
    """A failed assertion lowers the rate, an error has no result; a plugin's cases are stated apart."""
    rows: list[dict[str, Any]] = [
        GOOD,
        {**GOOD, "metadata": {"pluginId": "pii"}},
        {**BAD, "metadata": {"pluginId": "pii"}},
        BROKEN,
    ]
    report = read(promptfoo_results(*rows))
    whole, plugin = stated(report, "promptfoo"), stated(report, "promptfoo:pii")

    assert (str(whole.value), whole.n, whole.failures) == ("0.666667", 3, 1)
    assert (str(plugin.value), plugin.n) == ("0.5", 2)
    assert report.tool_version == "0.119.0"
    assert "secret" not in repr(report)


@pytest.mark.parametrize(
    ("rows", "stats", "conclusion"),
    [
        ((), None, Conclusion.INCONCLUSIVE),
        ((BROKEN,), None, Conclusion.ERROR),
        ((GOOD,), {"successes": 1, "failures": 4, "errors": 0}, Conclusion.INCONCLUSIVE),
        ((GOOD,), None, None),
    ],
)
def test_promptfoo_results_of_nothing_state_nothing(
    rows: tuple[dict[str, Any], ...], stats: dict[str, int] | None, conclusion: Conclusion | None
) -> None:
    """No case, errors alone, or cases that the summary counts and does not list."""
    assert only(promptfoo_results(*rows, stats=stats)).conclusion is conclusion


def test_former_versions_of_promptfoo_tell_errors_by_the_missing_grade() -> None:
    """Before `failureReason`, an error is a case with an error text and no grade."""
    rows = [{"success": False, "error": "x"}, {"success": False, "error": "x", "gradingResult": {"pass": False}}]
    summary = {"version": 2, "results": rows, "table": {}, "stats": {"successes": 0, "failures": 2}}
    for report in (summary, {"results": summary}):
        found = only(report)
        assert (found.n, found.failures) == (1, 1)


def test_prompts_that_share_a_question_are_no_independent_rows() -> None:
    """Two prompts asked the same fifty questions: the interval is wider than that of a hundred questions."""
    apart = [GOOD if index // 2 % 10 else BAD for index in range(100)]
    shared = [{**row, "testIdx": index // 2, "promptIdx": index % 2} for index, row in enumerate(apart)]
    narrow, wide = only(promptfoo_results(*apart)), read(promptfoo_results(*shared))
    assert wide.statements[0].lower < narrow.lower  # type: ignore[operator]  # both were measured
    assert "2 pairs of prompt and provider" in wide.notes[0]


def test_a_grade_set_by_hand_is_told() -> None:
    """The viewer lets people override a grade; how often is noted."""
    graded = {**GOOD, "gradingResult": {"componentResults": [{"assertion": {"type": "human"}}]}}
    assert read(promptfoo_results(graded)).notes == ("people set the grade of 1 cases by hand",)
