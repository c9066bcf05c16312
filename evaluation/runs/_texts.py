"""Whether the texts of a run are all there and are those that were judged.

Rules of this place: an erased text is in order, a line for it stays; a text that is gone without a word is not, unless
a record took the log in without; in a complete log, texts of rows that nobody finds among the verdicts are what is left
of rows that somebody took out.
"""

from assay.kernel import IntegrityError
from evaluation.runs._census import RowCensus
from evaluation.runs._log import RunLog
from evaluation.runs._soundness import SHARE_OF_UNITS
from evaluation.runs._types import Payload, Row

__all__ = ["doubt_of_texts", "rows_taken_out"]


def doubt_of_texts(log: RunLog) -> str:
    """Return the first thing that is wrong, "" where nothing is; raise for lines that cannot be read."""
    rows = missing = 0
    try:
        for row, payload in log.joined():
            rows, missing = rows + 1, missing + (payload is None)
            if payload is not None and payload.erased is None and (problem := _misfit(row, payload)):
                return problem
    except IntegrityError as error:
        return error.message
    if missing:
        return f"the texts of {missing} of {rows} rows are not there, and no line says that they were erased"
    return ""


def rows_taken_out(log: RunLog, rows: int) -> str:
    """Say how many rows a complete log of so many `rows` has texts for beside them, "" where there are none."""
    with RowCensus() as census:
        for payload in log.payloads():
            census.add(payload.id, payload.repeat)
        extra = census.distinct() - rows
    return f"there are texts of {extra} rows that have no verdicts: rows were taken out" if extra > 0 else ""


def _misfit(row: Row, payload: Payload) -> str:
    """Say which sentence or quote lies outside of its text, "" where each lies within."""
    contexts = [len(text) for text in payload.contexts or ()]
    for verdict in row.verdicts:
        for unit in verdict.units:
            if verdict.metric == SHARE_OF_UNITS and unit.end > len(payload.answer):
                return f"the row {row.id!r} has a sentence that ends behind its answer"
            quote = unit.quote
            if quote is not None and (quote.context >= len(contexts) or quote.end > contexts[quote.context]):
                return f"the row {row.id!r} has a quote that ends behind its context"
    return ""
