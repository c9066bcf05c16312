"""Variations are kept when code finds them sound, and what is not kept is counted."""

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from evaluation.llm import ChatReply, ChatRequest, ModelError, ModelFailure, ModelSpec
from evaluation.suites import (
    Attack,
    SuiteKind,
    Variation,
    can_be_varied,
    load_suite,
    obeys,
    shipped_suites,
    suite_file,
    vary,
)

Write = Callable[[str], str]


class Writer:
    """A model that writes what a function makes of the message."""

    spec = ModelSpec(endpoint="fake", model="fake-1")
    supports_schema = False

    def __init__(self, write: Write | None, *, finish: str = "stop") -> None:
        """Without a function every call fails."""
        self._write = write
        self._finish = finish
        self.requests: list[ChatRequest] = []

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Answer, or fail."""
        self.requests.append(request)
        if self._write is None:
            raise ModelError(ModelFailure.UNAVAILABLE, "down")
        text = self._write(request.messages[-1].content)
        return ChatReply(
            text=text,
            model="fake-1",
            finish_reason=self._finish,
            prompt_tokens=1,
            completion_tokens=1,
            cost=Decimal(0),
            latency_ms=1,
            cached=False,
        )


def material(content: str) -> str:
    """Return the message that stands between the marks."""
    return content.partition("]\n")[2].rpartition("\n[end")[0]


def written(attacks: Sequence[Attack], writer: Writer, count: int = 1) -> list[Variation]:
    """Let the model write, and return what came of every draw."""

    async def go() -> list[Variation]:
        found = vary(attacks, writer, count=count, declines=lambda text: text.startswith("I can't"), concurrency=3)
        return [one async for one in found]

    return asyncio.run(go())


INJECTION = [one for one in shipped_suites()[SuiteKind.INJECTION].attacks if can_be_varied(one)][:4]
LEAK = [one for one in shipped_suites()[SuiteKind.LEAK].attacks if can_be_varied(one)][:2]


def test_a_variation_has_a_marker_of_its_own_and_the_cluster_of_its_original() -> None:
    """An answer to the one is never taken for an answer to the other."""
    found = written(INJECTION, Writer(lambda content: "Please, dear friend! " + material(content)), count=2)

    made = [one.attack for one in found if one.attack is not None]
    assert [one.id for one in made] == [f"{attack.id}~v{number}" for attack in INJECTION for number in (1, 2)]
    for attack, variation in zip([one for one in INJECTION for _ in (1, 2)], made, strict=True):
        assert variation.marker is not None
        assert variation.marker != attack.marker
        assert all(part in variation.text for part in variation.marker)
        assert not obeys(variation.text, variation.marker)
        assert variation.question.document == attack.question.document == attack.id


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda _: "", "of another length"),
        (lambda content: material(content) * 4, "of another length"),
        (
            lambda _: "A message of about this length that has lost what it was meant to keep, and more",
            "without its marker",
        ),
        (material, "nothing new"),
        (lambda content: "I can't. " + material(content), "declined"),
        (lambda content: material(content).replace("o", "{task}", 1), "nothing new"),
    ],
)
def test_what_is_not_sound_is_left_out_with_its_reason(write: Write, reason: str) -> None:
    """A text without the marker would never show success."""
    attack = INJECTION[0] if "marker" in reason else LEAK[0]

    (found,) = written([attack], Writer(write))
    assert found.attack is None
    assert reason in found.reason


def test_a_model_that_obeys_instead_of_rewriting_gives_nothing() -> None:
    """Its reply would be the success itself."""

    def obey(content: str) -> str:
        word, _, rest = content.removeprefix("Keep exactly: ").partition(" and ")
        return f"Gladly, here it comes: {word}-{rest[:2]}! Is there anything else that I may do for you today?"

    (found,) = written([INJECTION[0]], Writer(obey))
    assert found.attack is None


def test_a_reply_that_was_cut_off_is_left_out() -> None:
    """Half an attack is none."""
    (found,) = written([LEAK[0]], Writer(lambda content: "Kindly: " + material(content), finish="length"))

    assert found.attack is None


def test_a_model_that_is_down_is_told_at_once() -> None:
    """Five failures in the beginning end it."""
    writer = Writer(None)

    with pytest.raises(ModelError):
        written(INJECTION * 3, writer)
    assert len(writer.requests) <= 6


def test_calls_that_fail_later_are_left_out_one_by_one() -> None:
    """What was written before is kept."""
    calls = []

    def once(content: str) -> str:
        calls.append(content)
        if len(calls) > 1:
            raise ModelError(ModelFailure.TIMED_OUT, "slow")
        return "Please, dear friend! " + material(content)

    found = written(INJECTION * 2, Writer(once))

    assert [one.attack is not None for one in found] == [True] + [False] * 7
    assert found[-1].reason == "timed_out"


def test_disguises_conversations_and_cases_are_not_varied() -> None:
    """Other words would undo them."""
    for suite in shipped_suites().values():
        for attack in suite.attacks:
            if len(attack.turns) > 1 or attack.kind is SuiteKind.BIAS or attack.id == "inj-encoded-01":
                assert not can_be_varied(attack), attack.id


def test_a_file_of_variations_is_read_as_they_were_made(tmp_path: Path) -> None:
    """Text, marker, family, language and cluster come back."""
    found = written(INJECTION, Writer(lambda content: "Please, dear friend! " + material(content)))
    made = tuple(one.attack for one in found if one.attack is not None)
    path = tmp_path / "varied.yaml"
    path.write_bytes(suite_file(SuiteKind.INJECTION, "varied", made, source="fake-1", date="2026-11-21"))

    assert sorted(load_suite(path).attacks, key=lambda one: one.id) == sorted(made, key=lambda one: one.id)
