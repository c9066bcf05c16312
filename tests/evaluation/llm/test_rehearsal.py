"""A rehearsal sends nothing, counts everything, and finds what was paid for before."""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from evaluation.llm import Characters, ChatRequest, EndpointOptions, KeptReplies, Message, RehearsalChat, Stance
from tests.evaluation.llm.conftest import Bench, question

OPTIONS = EndpointOptions(name="fake", base_url="http://127.0.0.1:9/v1", model="m")
VERDICTS = {
    "type": "array",
    "minItems": 2,
    "items": {
        "type": "object",
        "properties": {
            "number": {"type": "integer", "minimum": 1, "maximum": 2},
            "verdict": {"type": "string", "enum": ["absent", "supported"]},
            "quote": {"type": "string"},
        },
    },
}


def rehearse(request: ChatRequest, stance: Stance = Stance.FIRST, cache: Path = Path("none")) -> RehearsalChat:
    """Ask once in a rehearsal."""
    model = RehearsalChat(OPTIONS, KeptReplies(cache))
    model.stance = stance
    asyncio.run(model.chat(request))
    return model


def test_a_call_is_counted_with_its_characters_and_its_longest_reply() -> None:
    """Everything that the prompt holds, told apart by what tokenizers make of it."""
    request = ChatRequest(
        messages=(Message(role="system", content="ab"), Message(role="user", content="c日本")), max_tokens=9
    )

    tally = rehearse(request).tally

    assert (tally.calls, tally.kept, tally.most_reply_tokens) == (1, 0, 9)
    assert tally.characters == Characters(ascii=3, other=2)


def test_a_kept_reply_is_found_without_being_paid(bench: Bench, tmp_path: Path) -> None:
    """The key is the one of the real call, so a kept one costs nothing in the estimate either."""

    async def pay() -> None:
        async with bench() as (model, _):
            await model.chat(question())

    asyncio.run(pay())

    tally = rehearse(question(), cache=tmp_path / "cache.sqlite").tally
    other = rehearse(question("another?"), cache=tmp_path / "cache.sqlite").tally

    assert (tally.calls, tally.kept, tally.kept_tokens) == (0, 1, 100)
    assert (other.calls, other.kept) == (1, 0)


@pytest.mark.parametrize(
    ("stance", "expected"),
    [
        (Stance.FIRST, [{"number": 1, "verdict": "absent"}, {"number": 2, "verdict": "absent"}]),
        (Stance.LAST, [{"number": 2, "verdict": "supported"}, {"number": 1, "verdict": "supported"}]),
    ],
)
def test_a_reply_follows_the_schema(stance: Stance, expected: list[Mapping[str, object]]) -> None:
    """Judges read it: each number comes back once, and the stances differ in the verdict."""
    schema: dict[str, Any] = {"type": "object", "properties": {"verdicts": VERDICTS, "sure": {"type": "boolean"}}}
    model = RehearsalChat(OPTIONS, KeptReplies(Path("none")))
    model.stance = stance

    reply = json.loads(asyncio.run(model.chat(question(schema=schema))).text)

    assert reply["verdicts"] == [{**entry, "quote": ""} for entry in expected]
    assert reply["sure"] is (stance is Stance.FIRST)


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(b"no database at all"), lambda _: None])
def test_a_cache_that_cannot_be_read_holds_nothing(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    """An estimate is not stopped by it, and nothing is written."""
    damage(tmp_path / "c.sqlite")
    before = sorted(tmp_path.iterdir())

    assert rehearse(question(), cache=tmp_path / "c.sqlite").tally.calls == 1
    assert sorted(tmp_path.iterdir()) == before
