"""Turns what is no chat completion into a `ModelError`: which kind, what was seen, what to do next."""

from collections.abc import Sequence

from evaluation.llm._chat_reply import quoted
from evaluation.llm._endpoint import EndpointOptions
from evaluation.llm._http import HttpFailure, HttpReply
from evaluation.llm._types import ModelError, ModelFailure

__all__ = ["failure_of"]

_OF_TRANSPORT = {
    HttpFailure.TIMED_OUT: ModelFailure.TIMED_OUT,
    HttpFailure.UNREACHABLE: ModelFailure.UNAVAILABLE,
    HttpFailure.TOO_LARGE: ModelFailure.UNREADABLE,
    HttpFailure.REDIRECTED: ModelFailure.UNREADABLE,
    HttpFailure.INVALID: ModelFailure.UNAVAILABLE,
}
_OK = 200
_SERVER_ERROR = 500


def failure_of(reply: HttpReply, options: EndpointOptions, secrets: Sequence[str]) -> ModelError | None:
    """Return the error that the reply amounts to, None for a 200."""
    if reply.failure is not None:
        return _of_transport(reply, reply.failure, options)
    if reply.status == _OK:
        return None
    failure, hint = _of_status(reply.status, options)
    tries = "" if reply.attempts == 1 else f" after {reply.attempts} attempts"
    said = quoted(reply.body, secrets) if reply.body else "nothing more"
    return ModelError(failure, f"{options.name!r} answered HTTP {reply.status}{tries} and said {said}", hint=hint)


def _of_transport(reply: HttpReply, failure: HttpFailure, options: EndpointOptions) -> ModelError:
    where = f"judges.{options.name}" if options.name != "embedded" else "the embedded model"
    hints = {
        HttpFailure.TIMED_OUT: f"raise {where}.timeout_s, or lower {where}.concurrency",
        HttpFailure.UNREACHABLE: f"check that the server runs and {where}.base_url is right: assay doctor",
        HttpFailure.TOO_LARGE: f"check {where}.base_url: no chat completion is that long",
        HttpFailure.REDIRECTED: f"set {where}.base_url to the address that it redirects to, if you trust it",
        HttpFailure.INVALID: f"check {where}.base_url and its headers",
    }
    tries = "" if reply.attempts == 1 else f" after {reply.attempts} attempts"
    return ModelError(
        _OF_TRANSPORT[failure],
        f"{options.name!r} at {options.base_url} gave no reply{tries}: {reply.detail}",
        hint=hints[failure],
    )


def _of_status(status: int, options: EndpointOptions) -> tuple[ModelFailure, str]:
    where = f"judges.{options.name}"
    if status in {401, 403}:
        state = "the key that it names was refused" if options.api_key else "no key is set there"
        return ModelFailure.REFUSED, f"check {where}.api_key in assay.yaml and the variable it names: {state}"
    if status in {404, 405}:
        return ModelFailure.UNAVAILABLE, f"check {where}.base_url (often ends in /v1) and the model {options.model!r}"
    if status == 429:  # noqa: PLR2004 (Too Many Requests)
        return ModelFailure.UNAVAILABLE, f"lower {where}.concurrency or set {where}.requests_per_minute"
    if status >= _SERVER_ERROR or status == 408:  # noqa: PLR2004 (Request Timeout)
        return ModelFailure.UNAVAILABLE, "the endpoint is failing: try again later, replies so far are kept"
    if status < 400:  # noqa: PLR2004
        return ModelFailure.UNREADABLE, f"check {where}.base_url: this is no chat completion endpoint"
    return ModelFailure.REFUSED, f"read what it said, then check {where} in assay.yaml"
