"""A question of several turns is a conversation where the application can hold one, and one text where it cannot."""

import asyncio
import json
import sys
import textwrap
from decimal import Decimal
from pathlib import Path

import pytest

from assay.kernel import ConfigurationError
from evaluation.answers import Answer, AnswerOutcome
from evaluation.llm import (
    ChatReply,
    ChatRequest,
    EndpointLimits,
    HttpCall,
    HttpReply,
    ModelError,
    ModelFailure,
    ModelSpec,
)
from evaluation.questions import Question
from evaluation.targets import (
    CommandOptions,
    CommandTarget,
    HttpOptions,
    HttpTarget,
    OpenAIOptions,
    OpenAITarget,
    callable_command,
)

TURNS = Question(id="t", text="one\n\ntwo", turns=("one", "two"))
ONE = Question(id="s", text="one")


class Chat:
    """A chat model that says how many messages it saw, and fails at a turn if told to."""

    spec = ModelSpec(endpoint="chat", model="m")
    supports_schema = False

    def __init__(self, *, fails_at: int = 0) -> None:
        """Fail at this call, counted from 1."""
        self.requests: list[ChatRequest] = []
        self._fails_at = fails_at

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Answer in two milliseconds."""
        self.requests.append(request)
        if len(self.requests) == self._fails_at:
            raise ModelError(ModelFailure.REFUSED, "no")
        return ChatReply(
            text=f"reply {len(self.requests)}",
            model="m",
            finish_reason="stop",
            prompt_tokens=1,
            completion_tokens=1,
            cost=Decimal(0),
            latency_ms=2,
            cached=False,
        )


class Courier:
    """A courier that answers every call."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self.calls: list[HttpCall] = []

    def limit(self, endpoint: str, limits: EndpointLimits) -> None:
        """Limit nothing."""

    async def send(self, call: HttpCall) -> HttpReply:
        """Answer with the number of the call."""
        self.calls.append(call)
        body = json.dumps({"answer": f"reply {len(self.calls)}"}).encode()
        return HttpReply(status=200, content_type="application/json", body=body, attempts=1, latency_ms=5, cached=False)


def http(request: object) -> tuple[Answer, list[HttpCall]]:
    """Ask the question of two turns with a request template."""
    courier = Courier()
    options = HttpOptions(name="app", url="http://app.test/", request=request)  # type: ignore[arg-type]  # as in YAML
    target = HttpTarget(options, courier, scope="run-1")  # type: ignore[arg-type]  # a fake of its interface
    return asyncio.run(target.ask(TURNS, repeat=0)), courier.calls


def command(folder: Path, code: str, question: Question, *, history: bool, hosted: bool = False) -> Answer:
    """Ask a program, or a function where `hosted`."""
    (folder / "app.py").write_text(textwrap.dedent(code), encoding="utf-8")
    program = callable_command("app:answer") if hosted else (sys.executable, str(folder / "app.py"))
    target = CommandTarget(CommandOptions(name="app", command=program, folder=folder, history=history))

    async def go() -> Answer:
        try:
            return await target.ask(question, repeat=0)
        finally:
            await target.close()

    return asyncio.run(go())


def test_a_chat_is_sent_all_that_was_said() -> None:
    """The second turn carries the first and its reply; the last reply is the answer, the time is that of all."""
    chat = Chat()

    answer = asyncio.run(OpenAITarget(OpenAIOptions(name="c", system="be kind"), chat).ask(TURNS, repeat=0))

    assert (answer.text, answer.latency_ms) == ("reply 2", 4)
    said = [[(one.role, one.content) for one in request.messages] for request in chat.requests]
    assert said[0] == [("system", "be kind"), ("user", "one")]
    assert said[1] == [*said[0], ("assistant", "reply 1"), ("user", "two")]


def test_a_turn_without_an_answer_ends_the_conversation() -> None:
    """Which turn it was is said, and nothing more is asked."""
    chat = Chat(fails_at=1)

    answer = asyncio.run(OpenAITarget(OpenAIOptions(name="c"), chat).ask(TURNS, repeat=0))

    assert answer.outcome is AnswerOutcome.REFUSED
    assert answer.reason.startswith("turn 1 of 2: ")
    assert len(chat.requests) == 1


def test_an_http_request_with_a_history_is_a_conversation() -> None:
    """In a list its items stand beside the others, as a value it is the list."""
    answer, calls = http({"messages": ["{{history}}", {"role": "user", "content": "{{question}}"}], "h": "{{history}}"})

    bodies = [json.loads(call.body) for call in calls]
    said = [{"role": "user", "content": "one"}, {"role": "assistant", "content": "reply 1"}]
    assert answer.text == "reply 2"
    assert bodies[0] == {"messages": [{"role": "user", "content": "one"}], "h": []}
    assert bodies[1] == {"messages": [*said, {"role": "user", "content": "two"}], "h": said}
    assert calls[0].key != calls[1].key


def test_the_same_words_in_another_turn_are_another_call() -> None:
    """A kept reply is never taken for that of another turn."""
    courier = Courier()
    options = HttpOptions(name="app", url="http://app.test/", request={"q": "{{question}}", "h": "{{history}}"})
    target = HttpTarget(options, courier, scope="run-1")  # type: ignore[arg-type]  # a fake of its interface

    asyncio.run(target.ask(Question(id="t", text="a\n\na", turns=("a", "a")), repeat=0))

    assert courier.calls[0].key != courier.calls[1].key


def test_an_http_request_with_a_conversation_id_is_a_conversation() -> None:
    """The id is the same in all turns."""
    _, calls = http({"q": "{{question}}", "session": "{{conversation}}"})

    first, second = (json.loads(call.body) for call in calls)
    assert (first["q"], second["q"]) == ("one", "two")
    assert first["session"] == second["session"] != ""


def test_an_http_request_without_either_is_asked_one_text() -> None:
    """All turns at once, in one call."""
    _, calls = http({"q": "{{question}}"})

    assert [json.loads(call.body) for call in calls] == [{"q": "one\n\ntwo"}]


@pytest.mark.parametrize(
    "request_", [{"q": "{{question}} after {{history}}"}, {"q": "{{question}}", "x": "{{ history }}!"}]
)
def test_a_history_inside_a_text_is_refused(request_: object) -> None:
    """A list has no place there."""
    with pytest.raises(ConfigurationError, match="history"):
        http(request_)


PROGRAM = """
    import json, sys
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps({"id": asked["id"], "answer": json.dumps(asked)}), flush=True)
"""


def test_a_program_that_reads_the_history_is_told_it(tmp_path: Path) -> None:
    """With the option, every request holds it, the first an empty one."""
    last = json.loads(command(tmp_path, PROGRAM, TURNS, history=True).text)
    alone = json.loads(command(tmp_path, PROGRAM, ONE, history=True).text)

    assert (last["question"], [one["role"] for one in last["history"]]) == ("two", ["user", "assistant"])
    assert alone["history"] == []


def test_a_program_that_does_not_is_asked_one_text(tmp_path: Path) -> None:
    """Its requests are as they always were."""
    asked = json.loads(command(tmp_path, PROGRAM, TURNS, history=False).text)

    assert asked == {"id": "t", "question": "one\n\ntwo", "repeat": 0}


def test_a_function_takes_the_history_as_its_second_argument(tmp_path: Path) -> None:
    """A function of one argument never sees it."""
    two = "def answer(question, history): return f'{question} after {len(history)}'"
    one = "def answer(question): return question"

    assert command(tmp_path, two, TURNS, history=True, hosted=True).text == "two after 2"
    (tmp_path / "b").mkdir()
    assert command(tmp_path / "b", one, TURNS, history=False, hosted=True).text == "one\n\ntwo"


def test_reading_the_history_is_another_version_of_the_target(tmp_path: Path) -> None:
    """What was recorded before the option existed keeps its digest."""
    plain = CommandOptions(name="app", command=("true",), folder=tmp_path)
    reading = CommandOptions(name="app", command=("true",), folder=tmp_path, history=True)

    assert "history" not in CommandTarget(plain).spec.options
    assert CommandTarget(plain).spec.version != CommandTarget(reading).spec.version
