"""HTTP targets: questions go in as data, replies are read for what they are."""
# ruff: noqa: E501 - the table of replies is read as a table

import asyncio
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import ConfigurationError, JsonValue
from evaluation.answers import AnswerOutcome
from evaluation.llm import EndpointLimits, HttpCall, HttpFailure, HttpReply
from evaluation.questions import Question
from evaluation.targets import HttpOptions, HttpTarget, check_target
from evaluation.targets._template import fill, fill_url


class FakeCourier:
    """A courier that remembers calls and answers from a queue."""

    def __init__(self, *replies: HttpReply) -> None:
        """Take what it answers, in order."""
        self.replies = list(replies)
        self.calls: list[HttpCall] = []
        self.limits: dict[str, EndpointLimits] = {}

    def limit(self, endpoint: str, limits: EndpointLimits) -> None:
        """Remember the limits."""
        self.limits[endpoint] = limits

    async def send(self, call: HttpCall) -> HttpReply:
        """Remember the call and answer."""
        self.calls.append(call)
        return self.replies.pop(0)


def reply(
    body: object = None, *, status: int = 200, content_type: str = "application/json", **more: object
) -> HttpReply:
    """Return an HTTP reply."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"attempts": 1, "latency_ms": 5, "cached": False, **more}
    return HttpReply(status=status, content_type=content_type, body=data, **fields)  # type: ignore[arg-type]  # by name


def options(**changes: object) -> HttpOptions:
    """Return options with a question in the request."""
    fields = {"name": "app", "url": "http://app.test/ask", "request": {"question": "{{question}}"}, **changes}
    return HttpOptions(**fields)  # type: ignore[arg-type]  # by name


def look(made: HttpOptions, *replies: HttpReply, text: str = "why?") -> tuple[str, str, FakeCourier]:
    """Check once; return the outcome, what was seen with the next step, and the courier."""
    courier = FakeCourier(*replies)
    target = HttpTarget(made, courier, scope="run-1")  # type: ignore[arg-type]  # a fake of its interface
    report = asyncio.run(check_target(target, text))
    return str(report.answer.outcome), "\n".join([*report.saw, report.next_step]), courier


@given(st.text())
def test_a_question_is_data_wherever_it_goes(question: str) -> None:
    """Quotes, braces, placeholders and ampersands arrive as they were typed."""
    template: JsonValue = {"q": "{{question}}", "deep": [{"text": "<{{ question }}|{{id}}>"}], "n": 5, "yes": True}

    filled = fill(template, {"question": question, "id": "i", "repeat": "0"})

    assert filled == {"q": question, "deep": [{"text": f"<{question}|i>"}], "n": 5, "yes": True}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_question_in_an_address_is_encoded(question: str) -> None:
    """It can open neither a new path nor a new parameter."""
    url = fill_url(
        "http://app.test/ask/{{question}}?a=1", {"q": "{{question}}"}, {"question": question, "id": "i", "repeat": "0"}
    )

    parts = urlsplit(url)
    assert parts.path.count("/") == 2
    assert parse_qs(parts.query, keep_blank_values=True) == {"a": ["1"], "q": [question]}
    assert parts.fragment == ""


def test_a_question_like_a_placeholder_is_not_replaced_again() -> None:
    """One pass: `{{id}}` in a question stays what it is."""
    _, _, courier = look(options(), reply({"answer": "x"}), text='"}, {{id}} {{question}}')

    assert json.loads(courier.calls[0].body) == {"question": '"}, {{id}} {{question}}'}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"request": {"q": "fixed"}}, "never sends the question"),
        ({"request": {"q": "{{question}} {{user}}"}}, "'user'"),
    ],
)
def test_a_template_that_cannot_work_is_refused(changes: dict[str, object], message: str) -> None:
    """The message says which placeholder is wrong or missing."""
    with pytest.raises(ConfigurationError, match=message):
        options(**changes)


@pytest.mark.parametrize("field", ["answer", "contexts", "model"])
def test_a_path_that_is_none_is_refused(field: str) -> None:
    """The message names the field and the path."""
    with pytest.raises(ConfigurationError, match=rf"{field} path '\$\.\[' is no JSONPath"):
        HttpTarget(options(**{field: "$.["}), FakeCourier(), scope="r")  # type: ignore[arg-type]  # a fake


@pytest.mark.parametrize(
    ("document", "path", "expected"),
    [
        ({"contexts": ["a", "b"]}, "$.contexts[*]", ("a", "b")),
        ({"contexts": ["a", "b"]}, "$.contexts", ("a", "b")),
        ({"contexts": []}, "$.contexts[*]", ()),
        ({"contexts": []}, "$.contexts", ()),
        ({"docs": []}, "$.docs[*].text", ()),
        ({"docs": [{"text": "a"}]}, "$.docs[*].text", ("a",)),
        ({}, "$.contexts[*]", None),
        ({"contexts": None}, "$.contexts", None),
        ({"contexts": ["a"]}, None, None),
    ],
)
def test_contexts_are_texts_empty_or_unknown(
    document: dict[str, object], path: str | None, expected: tuple[str, ...] | None
) -> None:
    """An empty list means that nothing was retrieved; an absent field means that nobody knows."""
    target = HttpTarget(
        options(contexts=path),
        FakeCourier(reply({"answer": "x", **document})),  # type: ignore[arg-type]  # a fake
        scope="r",
    )

    answer = asyncio.run(target.ask(Question(id="a", text="?"), repeat=0))

    assert (answer.outcome, answer.contexts) == (AnswerOutcome.ANSWERED, expected)


@pytest.mark.parametrize(
    ("got", "outcome", "words"),
    [
        (reply({"text": "x", "docs": []}), "unparsable", "'$.answer' found nothing, expected one text; the reply has the fields ['docs', 'text']"),
        (reply({"answer": {"text": "x"}}), "unparsable", "objects with the fields ['text']"),
        (reply({"answer": None}), "unparsable", "1 of null"),
        (reply(["x"]), "unparsable", "no fields but 1 of lists"),
        (reply({"answer": "x", "contexts": [{"text": "c"}]}), "unparsable", "'$.contexts[*]' found 1 of objects with the fields ['text']"),
        (reply(b"<html><h1>Hi</h1>", content_type="text/html"), "unparsable", "a web page, expected JSON"),
        (reply(b"<form><input type=password>", content_type="text/html"), "unparsable", "a login page"),
        (reply(b"It is warm.", content_type="text/plain"), "unparsable", "not JSON, expected JSON; it begins 'It is warm.'"),
        (reply(b""), "unparsable", "an empty body"),
        (reply({"detail": "no"}, status=401), "refused", "HTTP 401 after 1 attempts: it wants a valid key"),
        (reply({}, status=404), "refused", "nothing at this address"),
        (reply(b"\x1b[31mboom", status=500), "error", "it said '[31mboom'"),
        (reply({}, status=429, attempts=4), "error", "after 4 attempts"),
        (reply({}, status=504), "timed_out", "HTTP 504"),
        (reply(b"", status=0, failure=HttpFailure.UNREACHABLE, detail="connection refused"), "error", "connection refused"),
        (reply(b"", status=0, failure=HttpFailure.UNREACHABLE, detail="x"), "error", "start the application"),
        (reply(b"", status=0, failure=HttpFailure.TIMED_OUT, detail="no reply within 60 s"), "timed_out", "timeout_s"),
        (reply(b"", status=0, failure=HttpFailure.REDIRECTED, detail="to elsewhere"), "refused", "login page redirects"),
        (reply({"answer": ""}), "answered", "the answer is empty"),
        (reply({"answer": "x"}), "answered", "faithfulness will be not_applicable"),
        (reply({"answer": "x", "contexts": ["c"]}), "answered", "1 contexts"),
    ],
)  # fmt: skip
def test_a_reply_is_read_for_what_it_is(got: HttpReply, outcome: str, words: str) -> None:
    """Each failure says what was seen, what was expected and what to do next."""
    found, saw, _ = look(options(), got)

    assert found == outcome
    assert words in saw


def test_a_call_carries_secrets_and_the_record_does_not() -> None:
    """Header values are sent; the spec names headers alone and the key knows no secret."""
    _, _, courier = look(options(headers={"Authorization": "Bearer canary"}), reply({"answer": "x"}))
    other = look(options(headers={"Authorization": "Bearer other"}), reply({"answer": "x"}))[2]

    call = courier.calls[0]
    assert ("Authorization", "Bearer canary") in call.headers
    assert call.key == other.calls[0].key
    assert "canary" not in repr(HttpTarget(options(), courier, scope="r").spec)  # type: ignore[arg-type]  # a fake


def test_a_reply_is_found_again_in_its_own_run_only() -> None:
    """The key repeats within a run and differs between runs, questions and repeats."""

    def key(scope: str, text: str, repeat: int) -> str | None:
        courier = FakeCourier(reply({"answer": "x"}))
        target = HttpTarget(options(), courier, scope=scope)  # type: ignore[arg-type]  # a fake
        asyncio.run(target.ask(Question(id="a", text=text), repeat=repeat))
        return courier.calls[0].key

    keys = [key("r1", "why?", 0), key("r2", "why?", 0), key("r1", "how?", 0), key("r1", "why?", 1)]

    assert len(set(keys)) == 4
    assert key("r1", "why?", 0) == keys[0]
