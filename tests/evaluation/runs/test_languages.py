"""The language of a row in the run log."""

from pathlib import Path

from evaluation.answers import Answer, AnswerOutcome
from evaluation.runs import FinishedRow
from evaluation.runs._decoding import parse_row
from tests.evaluation.runs.samples import AT, item, plan_for, verdict, write_log


def test_every_row_is_written_with_its_language(tmp_path: Path) -> None:
    """Told from the answer, with the question where the answer is short."""
    german = Answer(
        outcome=AnswerOutcome.ANSWERED, text="Der Turm steht in der Stadt und ist nicht neu.", contexts=None
    )
    rows = [
        FinishedRow(item=item("a", answer=german), repeat=0, verdicts=(verdict(),), at=AT),
        FinishedRow(item=item("b", question="What is the name of it?"), repeat=0, verdicts=(verdict(),), at=AT),
    ]

    log = write_log(tmp_path / "run-1", plan_for(["a", "b"]), rows)

    assert [row.language for row in log.rows()] == ["de", "en"]


def test_a_row_of_an_older_log_has_no_language(tmp_path: Path) -> None:
    """The field may be absent, and is then unknown."""
    log = write_log(
        tmp_path / "run-1", plan_for(["a"]), [FinishedRow(item=item("a"), repeat=0, verdicts=(verdict(),), at=AT)]
    )
    line = log.verdicts_file.read_bytes().rstrip(b"\n")
    start = line.index(b'"language":"')
    older = line[:start] + line[line.index(b",", start) + 1 :]

    assert parse_row(older, "line 1").language is None
