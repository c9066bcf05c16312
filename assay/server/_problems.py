"""Errors as RFC 9457 problem documents: our message, our hint, and nothing of what was sent.

Rules of this place: which status an error has is one table; what is wrong on the server's side is said without its
particulars; a defect says nothing but its request id.
"""

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from assay.kernel import (
    AssayError,
    CannotDecideError,
    ConfigurationError,
    ForbiddenError,
    InputError,
    IntegrityError,
    MissingError,
    UnavailableError,
)

__all__ = ["MEDIA_TYPE", "Problem", "RefusedError", "answers_with_problems", "problem", "register_problems"]

MEDIA_TYPE: Final = "application/problem+json"
_STATUS: Final = (
    (ForbiddenError, 403),
    (MissingError, 404),
    (IntegrityError, 409),
    (CannotDecideError, 409),
    (InputError, 422),
    (UnavailableError, 503),
    (ConfigurationError, 500),
)
_SERVER_SIDE: Final = 500
_LATER_S: Final = 5
_SAID: Final = {
    400: "the request cannot be read",
    404: "there is nothing at this address",
    405: "this address does not take this method",
}


class Problem(BaseModel):
    """RFC 9457, with our hint."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    hint: str = ""
    request_id: str


class RefusedError(HTTPException):
    """An answer that a request gets before its end; of the framework's kind, which lets it through from anywhere."""

    def __init__(self, status: int, detail: str, hint: str = "", headers: dict[str, str] | None = None) -> None:
        """Take what the answer says."""
        super().__init__(status, detail, headers)
        self.hint = hint


answers_with_problems: Final[dict[int | str, dict[str, Any]]] = {
    key: {"model": Problem, "description": "It was not done, and why."} for key in ("4XX", "default")
}


def problem(
    request_id: str, status: int, detail: str, *, hint: str = "", headers: dict[str, str] | None = None
) -> JSONResponse:
    """Return the answer."""
    found = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, hint=hint, request_id=request_id)
    return JSONResponse(found.model_dump(), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def register_problems(app: FastAPI) -> None:
    """Let the application answer every error of ours, of the framework, and of the form of a request."""
    app.add_exception_handler(AssayError, _ours)
    app.add_exception_handler(HTTPException, _frameworks)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(Exception, _defect)


def _ours(request: Request, error: Exception) -> JSONResponse:
    found = error if isinstance(error, AssayError) else AssayError("")
    status = int(getattr(found, "status", 0)) or next((code for kind, code in _STATUS if isinstance(found, kind)), 500)
    request.state.error = type(found).__name__
    if status >= _SERVER_SIDE:
        detail, hint = "the server cannot do this now", "ask again in a while; its keeper runs: assay doctor"
    else:
        detail, hint = found.message, found.hint
    after = getattr(found, "retry_after_s", _LATER_S if status == HTTPStatus.SERVICE_UNAVAILABLE else None)
    headers = None if after is None else {"Retry-After": str(after)}
    return problem(request.state.request_id, status, detail, hint=hint, headers=headers)


def _frameworks(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, RefusedError):
        headers = dict(error.headers or {})
        return problem(request.state.request_id, error.status_code, error.detail, hint=error.hint, headers=headers)
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    detail = _SAID.get(status, HTTPStatus(status).phrase.lower())
    return problem(request.state.request_id, status, detail, hint="GET /openapi.json", headers=headers)


def _defect(request: Request, _error: Exception) -> JSONResponse:
    detail, hint = "this is a defect of the server", "tell its keeper the request id"
    return problem(request.state.request_id, 500, detail, hint=hint)


def _malformed(request: Request, error: Exception) -> JSONResponse:
    """Say where and what kind; the framework's own answer would repeat what was sent."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    places = [f"{_place(one.get('loc', ()))}: {one.get('type', 'wrong')}" for one in found[:10]]
    return problem(request.state.request_id, 422, "; ".join(places) or "malformed", hint="GET /openapi.json")


def _place(location: tuple[Any, ...]) -> str:
    """Name the field by the words of the contract; a key that the sender made up is not repeated."""
    known = [str(part) if isinstance(part, int) or str(part).isidentifier() else "…" for part in location]
    return ".".join(part[:40] for part in known[:4])
