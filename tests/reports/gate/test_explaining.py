"""`--explain`: each rule in words, with what would settle it."""

from reports.gate import explained
from tests.reports.gate.samples import FAIL, PASS, measured, rule, sheet


def test_each_rule_says_what_it_demands_what_was_found_and_what_settles_it() -> None:
    """An undecided number asks for questions, an absence for a command, and a fail for a better application."""
    lines = list(
        explained(sheet(measured(), rule("run.recorded"), rule("worse", FAIL, threshold=0.5), rule("a", PASS)))
    )

    assert "faithfulness-at-least: inconclusive (gates/release policy.yaml, line 9)" in lines
    assert "  observed   0.800 (0.627 to 0.915), mean with 95 % interval" in lines
    assert "  needed     ≥ 0.7" in lines
    assert "  settled by 60 more questions: assay questions generate --count 60" in lines
    assert "  settled by assay runs ingest DIR" in lines
    assert "  settled by a better application: more questions would not change it" in lines
    assert len([line for line in lines if "settled by" in line]) == 3
    assert lines[-1].startswith("rests on evidence evidence-7")
