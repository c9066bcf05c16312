"""ragas' results as people save them: `to_pandas()` written as CSV, JSON (records, columns, lists) or JSON Lines.

ragas has no file of its own and writes neither its version nor the time.
Rules of this place: a column is a metric if its name is one of ragas' own, or, beside one of those, if all it holds are
numbers; NaN, an empty cell and null are rows without a score. A mean alone, without its rows, states nothing.
"""

import csv
import io
from collections.abc import Mapping
from typing import Final, TypeAlias

from assay.kernel import InputError
from governance.evidence.imports._bytes import LARGEST, too_many
from governance.evidence.imports._names import clean_name
from governance.evidence.imports._node import Node
from governance.evidence.imports._scores import Scores
from governance.evidence.imports._types import ImportedReport, ReportFormat

__all__ = ["knows", "knows_row", "knows_table", "read", "read_table"]

METRICS: Final = frozenset({
    "agent_goal_accuracy", "answer_accuracy", "answer_correctness", "answer_relevancy", "answer_similarity",
    "bleu_score", "chrf_score", "context_entity_recall", "context_precision", "context_recall", "context_relevance",
    "context_utilization", "data_compare_score", "domain_specific_rubrics", "exact_match", "factual_correctness",
    "faithful_rate", "faithfulness", "faithfulness_with_hhem", "id_based_context_precision",
    "id_based_context_recall", "instance_rubrics", "llm_context_precision_with_reference",
    "llm_context_precision_without_reference", "llm_sql_equivalence_with_reference", "noise_sensitivity",
    "non_llm_context_precision_with_reference", "non_llm_context_recall", "non_llm_string_similarity",
    "nv_accuracy", "nv_context_relevance", "nv_response_groundedness", "relevance_rate", "response_groundedness",
    "response_relevancy", "rouge_score", "semantic_similarity", "string_present", "summary_score",
    "tool_call_accuracy", "tool_call_f1", "topic_adherence",
})  # fmt: skip
INPUTS: Final = frozenset({
    "answer", "contexts", "ground_truth", "ground_truths", "id", "index", "multi_responses", "persona_name",
    "query_length", "query_style", "question", "reference", "reference_context_ids", "reference_contexts",
    "reference_tool_calls", "reference_topics", "response", "retrieved_context_ids", "retrieved_contexts", "rubrics",
    "synthesizer_name", "user_input",
})  # fmt: skip
_NOTHING: Final = frozenset({"", "nan", "none", "null", "na", "n/a"})
_LONGEST_NUMBER: Final = 40
_Column: TypeAlias = list[Node]
_AGAIN: Final = 'save the result as result.to_pandas().to_csv("ragas.csv", index=False)'


def knows_row(row: Node) -> bool:
    """Whether an object is a row that carries a metric of ragas."""
    return isinstance(row.value, dict) and any(map(_is_metric, row.value))


def knows(top: Node) -> bool:
    """Whether a document is a list of such rows, or such columns."""
    if isinstance(top.value, list):
        return bool(top.value) and knows_row(Node(top.value[0], top.file))
    return knows_row(top)


def knows_table(text: str) -> bool:
    """Whether the first line of a text names a metric of ragas as a column."""
    return any(_is_metric(name.strip(' "\r')) for name in text[:65536].lstrip().partition("\n")[0].split(","))


def read(top: Node) -> ImportedReport:
    """Return each metric of a list of rows, or of an object of columns, as `ragas:<name>`."""
    if isinstance(top.value, list):
        return _of_rows(top)
    columns = {name: _cells(column) for name, column in top.fields() if isinstance(column.value, (list, dict))}
    if not columns:
        return _made(Scores("ragas", top.file), ("the report holds means without their rows",))
    return _report(columns, max(map(len, columns.values())), top.file)


def read_table(text: str, file: str) -> ImportedReport:
    """Return each metric of a CSV file as `ragas:<name>`."""
    csv.field_size_limit(LARGEST)  # contexts are long cells
    reader = csv.reader(io.StringIO(text.lstrip(), newline=""), strict=True)
    columns: dict[str, _Column] = {}
    rows = 0
    try:
        for row in reader:
            where = f"line {reader.line_num}"
            if not columns:
                columns = _header(row, file)
            elif row:
                rows += 1
                too_many(rows, file)
                _add(row, columns, file, where)
    except csv.Error as error:
        raise InputError(f"{file}, line {reader.line_num}: no CSV that can be read", hint=_AGAIN) from error
    return _report(columns, rows, file)


def _of_rows(top: Node) -> ImportedReport:
    columns: dict[str, _Column] = {}
    rows = list(top.items())
    for row in rows:
        for name, cell in row.fields():
            columns.setdefault(name, []).append(cell)
    return _report(columns, len(rows), top.file)


def _header(row: list[str], file: str) -> dict[str, _Column]:
    columns: dict[str, _Column] = {name.strip(): [] for name in row}
    if len(columns) != len(row):
        raise InputError(f"{file}, line 1: a column stands twice", hint=_AGAIN)
    return columns


def _add(row: list[str], columns: Mapping[str, _Column], file: str, where: str) -> None:
    if len(row) != len(columns):
        raise InputError(f"{file}, {where}: expected {len(columns)} cells, got {len(row)}", hint=_AGAIN)
    for (name, column), cell in zip(columns.items(), row, strict=True):
        column.append(Node(_read_cell(cell), file, key=f"{where}, column {clean_name(name)}"))


def _read_cell(cell: str) -> object:
    """Return a number, None for no score, or the text."""
    if cell.strip().lower() in _NOTHING:
        return None
    try:
        return float(cell) if len(cell) <= _LONGEST_NUMBER else cell
    except ValueError:
        return cell


def _cells(column: Node) -> _Column:
    """Return the cells of a column: a list, or an object by row number as pandas writes it."""
    if isinstance(column.value, dict):
        return [cell for _, cell in column.fields()]
    return list(column.items())


def _report(columns: Mapping[str, _Column], rows: int, file: str) -> ImportedReport:
    """Return the report; a row that has no cell in a column has no score there."""
    too_many(rows, file)
    scores = Scores("ragas", file)
    for name, cells in columns.items():
        if _is_scored(name, cells):
            for cell in cells:
                scores.take(clean_name(name), cell.number())
            scores.lack(clean_name(name), rows - len(cells))
    return _made(scores, tuple(scores.notes()))


def _made(scores: Scores, notes: tuple[str, ...]) -> ImportedReport:
    return ImportedReport(
        format=ReportFormat.RAGAS,
        tool="ragas",
        tool_version=None,
        issued_at=None,
        statements=tuple(scores.statements()),
        summary=scores.summary,
        notes=notes,
    )


def _is_metric(name: str) -> bool:
    """Whether a column is named as ragas names one: `noise_sensitivity(mode=relevant)` too."""
    return name.partition("(")[0].strip() in METRICS


def _is_scored(name: str, cells: _Column) -> bool:
    if _is_metric(name):
        return True
    if not name or name in INPUTS or name.startswith("Unnamed"):
        return False
    found = [cell.value for cell in cells if cell.given]
    return bool(found) and all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in found)
