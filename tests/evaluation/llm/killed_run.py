"""A run for the kill test: asks a judge many questions and says how many replies it got. It is killed from outside.

`python -m tests.evaluation.llm.killed_run URL FOLDER COUNT`; the key of the endpoint comes from CANARY_KEY.
"""

import asyncio
import os
import sys
from pathlib import Path

from evaluation.llm import ChatRequest, Courier, EndpointOptions, Message, OpenAIChat


async def _ask_all(url: str, folder: Path, count: int) -> None:
    options = EndpointOptions(
        name="fake", base_url=url, model="m", concurrency=8, api_key=os.environ.get("CANARY_KEY", "")
    )
    done = 0
    async with Courier(folder / "cache.sqlite", folder / "lock", on_wait=lambda _: None) as courier:
        model = OpenAIChat(options, courier)

        async def ask(number: int) -> None:
            nonlocal done
            message = Message(role="user", content=f"question {number}")
            await model.chat(ChatRequest(messages=(message,), max_tokens=8))
            done += 1
            sys.stdout.write(f"{done}\n")
            sys.stdout.flush()

        await asyncio.gather(*(ask(number) for number in range(count)))


if __name__ == "__main__":
    asyncio.run(_ask_all(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
