"""What is wrong with `assay.yaml`, in lines that a person can act on.

Rules of this place: no line of the file is repeated, and a value only where no secret can stand: a plain value, under
a name that tells of no secret, address or command.
"""

import difflib
import re
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

__all__ = ["explain_unreadable", "explain_validation"]

_MAX_SHOWN = 60
_SECRETIVE = re.compile(
    r"auth|key|token(?!s)|cookie|secret|password|credential|header|environment|query|store|command|ur[il]|request",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"""'(?!<)[^']{2,}'|"[^"]{2,}\"""")  # words of the file; PyYAML's own are like '<scalar>'


def explain_unreadable(error: Exception) -> str:
    """Return why a file is no YAML: line, column and problem, never the line itself."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        problem = _QUOTED.sub("'…'", error.problem or "this is no YAML")
        return f"line {mark.line + 1}, column {mark.column + 1}: {problem}"
    if isinstance(error, yaml.reader.ReaderError):
        return f"character {error.position + 1}: {error.reason}"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} is not UTF-8"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "a value is of no known kind, such as a date that does not exist"


def explain_validation(error: ValidationError, model: type[BaseModel]) -> str:
    """Return one line per problem: where, what was found, what was expected."""
    return "\n".join(_line(dict(problem), model) for problem in error.errors(include_url=False))


def _line(problem: dict[str, Any], model: type[BaseModel]) -> str:
    path = ".".join(str(step) for step in problem["loc"]) or "(top level)"
    if problem["type"] == "extra_forbidden":
        return f"  {path}: unknown key{_nearest(str(problem['loc'][-1]), model)}"
    message = str(problem["msg"]).removeprefix("Value error, ")
    found = f" (got {_short(problem['input'])})" if _may_be_shown(problem) else ""
    return f"  {path}: {message[:1].lower()}{message[1:]}{found}"


def _may_be_shown(problem: dict[str, Any]) -> bool:
    steps = problem["loc"][3:] if problem["loc"][:1] == ("targets",) else problem["loc"]  # targets.NAME.KIND
    told = any(_SECRETIVE.search(str(step)) for step in steps)
    plain = problem["input"] is None or isinstance(problem["input"], str | int | float)
    return bool(steps) and plain and not told and problem["type"] != "missing"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"


def _nearest(key: str, model: type[BaseModel]) -> str:
    close = difflib.get_close_matches(key, _all_fields(model), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _all_fields(model: type[BaseModel], seen: frozenset[type] = frozenset()) -> set[str]:
    names: set[str] = set()
    for name, field in model.model_fields.items():
        names.add(name)
        for part in _models_in(field.annotation):
            if part not in seen:
                names |= _all_fields(part, seen | {model})
    return names


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
