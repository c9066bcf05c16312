"""From an HTTP reply to an answer: JSONPath to the text and to the contexts, and words for what went wrong.

Rules of this place: nothing is guessed; a page, a login form, a missing field and a wrong type are each said as what
they are, with the fields that do exist; contexts that the reply does not have are unknown, an empty list is empty.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assay.kernel import ConfigurationError
from evaluation.answers import Answer, AnswerOutcome
from evaluation.llm import HttpFailure, HttpReply
from evaluation.targets._sighting import Sighting, clean, failed

__all__ = ["ReplyPaths", "read_reply"]

_REFUSED = {
    401: ("it wants a valid key or login", "check the secret behind the header in assay.yaml"),
    403: ("it forbids this", "check the rights of the key behind the header in assay.yaml"),
    404: ("there is nothing at this address", "check `url` and `method` of the target in assay.yaml"),
    405: ("it does not take this method", "check `method` of the target in assay.yaml"),
    422: ("it did not understand the request", "hold `request` of the target against the endpoint's documentation"),
}
_FAILURES = {
    HttpFailure.TIMED_OUT: (AnswerOutcome.TIMED_OUT, "raise `timeout_s` of the target, or find out why it hangs"),
    HttpFailure.UNREACHABLE: (AnswerOutcome.ERROR, "start the application, or correct `url` of the target"),
    HttpFailure.TOO_LARGE: (AnswerOutcome.UNPARSABLE, "let the application answer with less"),
    HttpFailure.REDIRECTED: (AnswerOutcome.REFUSED, "give the final address in `url`; a login page redirects, too"),
    HttpFailure.INVALID: (AnswerOutcome.ERROR, "correct `url` and `headers` of the target"),
}


class ReplyPaths:
    """Compiled JSONPaths (RFC 9535) of one target."""

    def __init__(self, *, answer: str, contexts: str | None, model: str | None) -> None:
        """Compile; raise `ConfigurationError` for a path that is none."""
        self.answer = _Path.compile("answer", answer)
        self.contexts = None if contexts is None else _Path.compile("contexts", contexts)
        self.model = None if model is None else _Path.compile("model", model)


@dataclass(frozen=True)
class _Path:
    text: str
    compiled: Any
    parent: Any  # what stands before the first wildcard: an empty list there means no matches, not no field

    @classmethod
    def compile(cls, field: str, text: str) -> "_Path":
        # Lazy: the parser costs start-up time and only HTTP targets need it.
        import jsonpath  # noqa: PLC0415

        try:
            before, star, _ = text.partition("[*]")
            return cls(text, jsonpath.compile(text), jsonpath.compile(before) if star else None)
        except jsonpath.JSONPathError as error:
            raise ConfigurationError(
                f"the target's {field} path {text!r} is no JSONPath: {clean(str(error))}",
                hint='write for example "$.answer" or "$.contexts[*].text"',
            ) from error

    def find(self, document: object) -> list[object]:
        return list(self.compiled.findall(document))

    def is_empty_list(self, document: object) -> bool:
        return self.parent is not None and list(self.parent.findall(document)) == [[]]


def read_reply(reply: HttpReply, paths: ReplyPaths) -> Sighting:
    """Return the answer in an HTTP reply, or what was there instead."""
    if reply.failure is not None:
        outcome, step = _FAILURES.get(reply.failure, (AnswerOutcome.ERROR, "run it again"))
        return failed(outcome, clean(reply.detail), next_step=step, latency_ms=reply.latency_ms)
    seen = (f"HTTP {reply.status}, content type {clean(reply.content_type, 80) or 'not given'}",)
    if not 200 <= reply.status < 300:  # noqa: PLR2004 - RFC 9110 §15.3: successful
        return _unsuccessful(reply, seen)
    try:
        document = json.loads(reply.body)
    except (ValueError, RecursionError):
        return _not_json(reply, seen)
    return _answer_in(document, reply, paths, seen)


def _unsuccessful(reply: HttpReply, seen: tuple[str, ...]) -> Sighting:
    text = clean(reply.body[:2000].decode("utf-8", "replace"), 200)
    what, step = _REFUSED.get(reply.status, ("it did not serve the request", "look into the application's own log"))
    outcome = AnswerOutcome.REFUSED if 300 <= reply.status < 500 else AnswerOutcome.ERROR  # noqa: PLR2004 - 3xx and 4xx
    outcome = AnswerOutcome.TIMED_OUT if reply.status in {408, 504} else outcome
    outcome = AnswerOutcome.ERROR if reply.status == 429 else outcome  # noqa: PLR2004 - too many requests
    reason = f"HTTP {reply.status} after {reply.attempts} attempts: {what}" + (f"; it said {text!r}" if text else "")
    return failed(outcome, reason, next_step=step, notes=seen, latency_ms=reply.latency_ms)


def _not_json(reply: HttpReply, seen: tuple[str, ...]) -> Sighting:
    start = clean(reply.body[:2000].decode("utf-8", "replace"), 160)
    page = "html" in reply.content_type.lower() or start[:1] == "<"
    login = page and any(word in reply.body[:20_000].lower() for word in (b"password", b"login", b"sign in"))
    what = "a login page" if login else "a web page" if page else "an empty body" if not start else "not JSON"
    step = "check the secret behind the header in assay.yaml" if login else "point `url` at the API, not at its page"
    reason = f"the reply is {what}, expected JSON" + (f"; it begins {start!r}" if start else "")
    return failed(AnswerOutcome.UNPARSABLE, reason, next_step=step, notes=seen, latency_ms=reply.latency_ms)


def _answer_in(document: object, reply: HttpReply, paths: ReplyPaths, seen: tuple[str, ...]) -> Sighting:
    seen = (*seen, f"a JSON reply with {_fields(document)}")
    texts = paths.answer.find(document)
    if len(texts) != 1 or not isinstance(texts[0], str):
        what = f"found {_kinds(texts)}" if texts else "found nothing"
        reason = f"the answer path {paths.answer.text!r} {what}, expected one text; the reply has {_fields(document)}"
        step = "set `answer` of the target to the JSONPath of the text"
        return failed(AnswerOutcome.UNPARSABLE, reason, next_step=step, notes=seen, latency_ms=reply.latency_ms)
    contexts, problem = _contexts_in(document, paths.contexts)
    if problem:
        step = "set `contexts` of the target to the JSONPath of the texts"
        return failed(AnswerOutcome.UNPARSABLE, problem, next_step=step, notes=seen, latency_ms=reply.latency_ms)
    models = paths.model.find(document) if paths.model is not None else []
    answer = Answer(
        outcome=AnswerOutcome.ANSWERED,
        text=texts[0],
        contexts=contexts,
        latency_ms=reply.latency_ms,
        model=clean(models[0], 200) if len(models) == 1 and isinstance(models[0], str) else "",
    )
    return Sighting(answer=answer, notes=seen)


def _contexts_in(document: object, path: _Path | None) -> tuple[tuple[str, ...] | None, str]:
    if path is None:
        return None, ""
    found = path.find(document)
    if len(found) == 1 and isinstance(found[0], list):
        found = list(found[0])
    elif not found:
        return (() if path.is_empty_list(document) else None), ""
    elif found == [None]:
        return None, ""
    texts = tuple(one for one in found if isinstance(one, str))
    if len(texts) == len(found):
        return texts, ""
    return None, f"the contexts path {path.text!r} found {_kinds(found)}, expected texts"


def _fields(document: object) -> str:
    if isinstance(document, dict):
        return f"the fields {clean(repr(sorted(map(str, document))), 200)}"
    return f"no fields but {_kinds([document])}"


def _kinds(found: Sequence[object]) -> str:
    names = {dict: "objects", list: "lists", str: "texts", type(None): "null"}
    kinds = sorted({names.get(type(one), "numbers or truth values") for one in found})
    inner = next((f" with {_fields(one)}" for one in found if isinstance(one, dict)), "")
    return f"{len(found)} of {' and '.join(kinds)}{inner}"
