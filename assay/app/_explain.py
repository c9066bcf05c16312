"""Turn a pydantic error into lines that a person can act on, without repeating what was typed as a secret."""

import difflib
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

__all__ = ["explain_validation"]

_MAX_SHOWN = 60


def explain_validation(error: ValidationError, model: type[BaseModel]) -> str:
    """Return one line per problem: where, what was found, what was expected."""
    return "\n".join(_line(dict(problem), model) for problem in error.errors(include_url=False))


def _line(problem: dict[str, Any], model: type[BaseModel]) -> str:
    path = ".".join(str(step) for step in problem["loc"]) or "(top level)"
    if problem["type"] == "extra_forbidden":
        return f"  {path}: unknown key{_nearest(str(problem['loc'][-1]), model)}"
    message = str(problem["msg"]).removeprefix("Value error, ")
    secretive = any(word in path.lower() for word in ("key", "secret", "header"))
    found = "" if secretive or problem["type"] == "missing" else f" (got {_short(problem['input'])})"
    return f"  {path}: {message[:1].lower()}{message[1:]}{found}"


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
