"""The models that give second opinions, open while a scan asks them.

Rules of this place: one model is loaded for all workers, in this process, and never in theirs; what was paid for is
kept in the workspace's cache of replies, and the same question is not asked twice.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from assay.app.compose import endpoint_options
from assay.app.scan_opinions import FRESH, Asking
from assay.app.workspace import Workspace
from evaluation.judges import EMBEDDED_JUDGE
from evaluation.llm import ChatModel, Courier, EmbeddedServer, EndpointOptions, OpenAIChat
from evaluation.opinions import SecondReader
from evaluation.scans import SecondReading
from evaluation.weights import entry_of, path_of

__all__ = ["open_reading"]

_LOCK_NAME: Final = "opinions.lock"


@contextmanager
def open_reading(
    workspace: Workspace, folder: Path, asking: Asking, on_message: Callable[[str], None]
) -> Iterator[SecondReading]:
    """Start the models and what asks them, on an event loop of its own.

    `folder` is the scan's: who goes on with it waits until the replies of a killed one are kept.
    """
    with _event_loop() as submit:
        stack = AsyncExitStack()
        opening = _open(workspace, stack, folder / _LOCK_NAME, asking, on_message)
        try:
            yield SecondReading(submit(opening).result(), submit, asking.key)
        finally:
            submit(stack.aclose()).result()


async def _open(
    workspace: Workspace, stack: AsyncExitStack, lock: Path, asking: Asking, on_message: Callable[[str], None]
) -> dict[str, SecondReader]:
    courier = await stack.enter_async_context(Courier(workspace.cache_file, lock, on_wait=on_message))
    if asking.budget is not None:
        courier.spend_at_most(asking.budget)
    models: dict[str, ChatModel] = {}
    for judge in sorted({spec.judge for spec in asking.specs.values()}):
        if judge == EMBEDDED_JUDGE:
            options = _embedded(stack, asking.row_timeout_s)
        else:
            options = endpoint_options(judge, workspace.settings.endpoints[judge])
        models[judge] = OpenAIChat(options, courier)
    return {name: SecondReader(spec, models[spec.judge]) for name, spec in asking.specs.items()}


def _embedded(stack: AsyncExitStack, row_timeout_s: float) -> EndpointOptions:
    """Load the weights, once for all workers; a core is left to them."""
    entry = entry_of("judge")
    options = stack.enter_context(EmbeddedServer(path_of("judge"), sha256=entry.sha256, model=entry.model))
    return replace(options, options=FRESH, timeout_s=min(options.timeout_s, row_timeout_s))


@contextmanager
def _event_loop() -> "Iterator[Callable[[Coroutine[Any, Any, Any]], Future[Any]]]":
    """Run an event loop in a thread; yield what starts a coroutine on it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="second-opinions", daemon=True)
    thread.start()
    try:
        yield lambda coroutine: asyncio.run_coroutine_threadsafe(coroutine, loop)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
