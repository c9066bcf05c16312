"""Runs: the plan, the run log, and the runner that fills it."""

from importlib import import_module
from typing import TYPE_CHECKING

from evaluation.runs._census import RowCensus, ids_digest
from evaluation.runs._compare import compare_runs
from evaluation.runs._diagnosis import Diagnosis, Fault, RunDiagnosis, diagnose, diagnose_rows
from evaluation.runs._encoding import FinishedRow
from evaluation.runs._erasing import erase_texts, texts_of
from evaluation.runs._estimates import estimate_run
from evaluation.runs._hallucinations import Hallucinations, hallucinations_of
from evaluation.runs._log import RunLog
from evaluation.runs._plan import parse_plan, plan_bytes, same_work
from evaluation.runs._plausible import Doubt
from evaluation.runs._repeats import RepeatedMetric, repeats_of
from evaluation.runs._resume import finished_rows
from evaluation.runs._sources import (
    CorpusSource,
    QuestionsSource,
    RunSources,
    SourceDocument,
    erase_source_names,
    read_sources,
    source_names,
    write_sources,
)
from evaluation.runs._spend import Spend
from evaluation.runs._survey import Survey, survey_run
from evaluation.runs._texts import doubt_of_texts, rows_taken_out
from evaluation.runs._types import Completeness, Origin, Payload, QuestionsRef, Row, RunOutcome, RunPlan

if TYPE_CHECKING:
    from evaluation.runs._export import ExportFormat, export_rows
    from evaluation.runs._order import OrderSensitivity, order_sensitivity, read_order, write_order
    from evaluation.runs._runner import RunLimits, RunProgress, execute_run
    from evaluation.runs._writer import RunLogWriter

__all__ = [
    "Completeness",
    "CorpusSource",
    "Diagnosis",
    "Doubt",
    "ExportFormat",
    "Fault",
    "FinishedRow",
    "Hallucinations",
    "OrderSensitivity",
    "Origin",
    "Payload",
    "QuestionsRef",
    "QuestionsSource",
    "RepeatedMetric",
    "Row",
    "RowCensus",
    "RunDiagnosis",
    "RunLimits",
    "RunLog",
    "RunLogWriter",
    "RunOutcome",
    "RunPlan",
    "RunProgress",
    "RunSources",
    "SourceDocument",
    "Spend",
    "Survey",
    "compare_runs",
    "diagnose",
    "diagnose_rows",
    "doubt_of_texts",
    "erase_source_names",
    "erase_texts",
    "estimate_run",
    "execute_run",
    "export_rows",
    "finished_rows",
    "hallucinations_of",
    "ids_digest",
    "order_sensitivity",
    "parse_plan",
    "plan_bytes",
    "read_order",
    "read_sources",
    "repeats_of",
    "rows_taken_out",
    "same_work",
    "source_names",
    "survey_run",
    "texts_of",
    "write_order",
    "write_sources",
]

_LAZY = {
    "OrderSensitivity": "evaluation.runs._order",
    "order_sensitivity": "evaluation.runs._order",
    "read_order": "evaluation.runs._order",
    "write_order": "evaluation.runs._order",
    "ExportFormat": "evaluation.runs._export",
    "RunLimits": "evaluation.runs._runner",
    "RunLogWriter": "evaluation.runs._writer",
    "RunProgress": "evaluation.runs._runner",
    "execute_run": "evaluation.runs._runner",
    "export_rows": "evaluation.runs._export",
}


def __getattr__(name: str) -> object:
    """Load the runner with asyncio and the judges when it is first named (PEP 562): most readers only read."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
