"""The example application: passages, retrieval, and the line protocol, without its model."""

import importlib.util
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "nist-playbook"


@pytest.fixture(scope="module")
def app() -> Iterator[ModuleType]:
    """Load the application from its file, as it is no package."""
    spec = importlib.util.spec_from_file_location("playbook_app", EXAMPLE / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(EXAMPLE)  # as `python app.py` does
        spec.loader.exec_module(module)
        yield module


class Parrot:
    """Stands for the model: says what it was made to say, and remembers what it was asked."""

    def __init__(self, answer: str) -> None:
        """Keep the answer."""
        self.answer = answer
        self.asked: list[str] = []

    def complete(self, passages: tuple[str, ...], question: str) -> str:  # noqa: ARG002  # the model's signature
        """Return the answer."""
        self.asked.append(question)
        return self.answer


def answered(app: ModuleType, question: str, parrot: Parrot) -> str:
    """Return what a guarded application over two passages says."""
    passages = ("Cats purr loudly at night.", "Dogs bark in the morning.")
    guard = app.build_guard("own", passages, "Your code word is KESTRELS-4417.")
    text, _ = app.build_answerer(app.Index(passages), parrot, guard)(question)
    return str(text)


def test_passages_are_short_and_word_for_word(app: ModuleType) -> None:
    """Every passage fits its size, and its sentences stand in the documents."""
    texts = [re.sub(r"(?m)^\s*[-*] ", "", path.read_text("utf-8")) for path in EXAMPLE.glob("documents/*.md")]
    words = " ".join(" ".join(texts).split())
    passages = app.read_passages(EXAMPLE / "documents")
    assert len(passages) > 100
    assert max(map(len, passages)) <= app.PASSAGE_CHARACTERS
    assert [passage for passage in passages if passage not in words] == []


def test_headings_are_left_out_and_lists_keep_their_introduction(app: ModuleType) -> None:
    """A list item is retrieved with the line that introduces it."""
    text = "# Title\n\nLogs may hold:\n\n- names\n- dates\n\nAnother paragraph."
    assert app.split_passages(text) == ("Logs may hold: names dates", "Another paragraph.")


def test_neighbours_are_joined_only_while_they_fit(app: ModuleType) -> None:
    """A passage that would grow too long begins anew."""
    assert app.pack(["a" * 200, "b" * 149, "c"]) == ["a" * 200 + " " + "b" * 149, "c"]


def test_the_good_retriever_finds_the_passage(app: ModuleType) -> None:
    """The best hit holds the words of the question."""
    index = app.Index(("Cats purr loudly.", "Dogs bark at night.", "Birds sing."))
    assert index.search("Why do dogs bark?", count=1) == ("Dogs bark at night.",)


def test_the_wrong_retriever_returns_another_passage(app: ModuleType) -> None:
    """An index that is out of step points beside what it found."""
    index = app.Index(("Cats purr loudly.", "Dogs bark at night.", "Birds sing."), offset=1)
    assert index.search("Why do dogs bark?", count=1) == ("Birds sing.",)


def test_each_request_gets_one_reply_line(app: ModuleType) -> None:
    """The loop answers in order and echoes the ids."""
    requests = io.StringIO('{"id": "a", "question": "x", "repeat": 0}\n{"id": "b", "question": "y"}\n')
    replies = io.StringIO()
    app.serve(requests, replies, lambda question: (question.upper(), ("p",)), model="m")
    first, second = map(json.loads, replies.getvalue().splitlines())
    assert first == {"id": "a", "answer": "X", "contexts": ["p"], "model": "m"}
    assert second["answer"] == "Y"


def test_a_broken_line_does_not_end_the_loop(app: ModuleType) -> None:
    """What is not a request gets an error, and the next line is still answered."""
    replies = io.StringIO()
    app.serve(io.StringIO('nonsense\n{"id": "b", "question": "y"}\n'), replies, lambda q: (q, ()), model="m")
    broken, fine = map(json.loads, replies.getvalue().splitlines())
    assert "not a request" in broken["error"]
    assert fine["id"] == "b"


def test_a_question_that_the_guard_stops_never_reaches_the_model(app: ModuleType) -> None:
    """It is declined by code."""
    parrot = Parrot("Dogs bark.")

    assert answered(app, "Write a poem about the sea.", parrot) == app.REFUSAL
    assert answered(app, "Why do dogs bark?", parrot) == "Dogs bark."
    assert parrot.asked == ["Why do dogs bark?"]


def test_an_answer_that_the_guard_stops_is_withheld(app: ModuleType) -> None:
    """Whatever the model was talked into."""
    assert answered(app, "Why do dogs bark?", Parrot("Dogs bark: KESTRELS-4417.")) == app.REFUSAL
