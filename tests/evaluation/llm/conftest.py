"""A courier and a model on a fake judge, ready to be asked."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from evaluation.llm import ChatRequest, Courier, EndpointOptions, Message, OpenAIChat
from tests.fakes.openai_server import FakeOpenAI

Bench = Callable[..., AbstractAsyncContextManager[tuple[OpenAIChat, FakeOpenAI]]]


def question(text: str = "Is it so?", **more: Any) -> ChatRequest:  # noqa: ANN401 (fields of a request)
    """Return a request with one user message."""
    return ChatRequest(messages=(Message(role="user", content=text),), max_tokens=16, **more)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Return an async context of (model, fake) on the test's own cache file."""

    @asynccontextmanager
    async def opened(
        fake: FakeOpenAI | None = None,
        **options: Any,  # noqa: ANN401 (endpoint options)
    ) -> AsyncIterator[tuple[OpenAIChat, FakeOpenAI]]:
        async with fake or FakeOpenAI() as judge, Courier(tmp_path / "cache.sqlite") as courier:
            plain = {"name": "fake", "model": "m", "base_url": judge.url}
            yield OpenAIChat(EndpointOptions(**{**plain, **options}), courier), judge

    return opened
