"""Logs: one JSON object a line on stderr, made of fields that are named here and of no others.

Rules of this place: no body, no query, no path as it was typed (its route stands for it), no secret, no name, no
address of anybody; a defect is told by its type and the places in our code, never by its message; libraries may say
that something happened, and their words stay away unless they are ours or the listener's own.
"""

import json
import logging
import sys
import traceback
from typing import Final

from assay.kernel import SystemClock, format_time

__all__ = ["LOGGER", "JsonLines", "defect_fields", "log_to_stderr"]

LOGGER: Final = logging.getLogger("assay.server")
FIELDS: Final = (
    *("request_id", "method", "route", "status", "duration_ms", "bytes_in", "actor", "error", "places"),
    *("host", "port", "requests"),
)
_OURS: Final = ("assay", "governance", "evaluation", "reports", "uvicorn")
_FRAMES: Final = 8


class JsonLines(logging.Formatter):
    """A record of the log as one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        is_ours = record.name.partition(".")[0] in _OURS
        line: dict[str, object] = {
            "at": format_time(SystemClock().now()),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage() if is_ours else "a library's message, left out",
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            line |= defect_fields(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def defect_fields(error: BaseException) -> dict[str, object]:
    """Return what may be said of a defect."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "places": places}


def log_to_stderr() -> None:
    """Send every logger of the process there, from warnings on; ours and the listener's from informations on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("assay", "uvicorn"):
        logging.getLogger(name).setLevel(logging.INFO)
