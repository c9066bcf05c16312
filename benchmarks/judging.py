"""How fast judging through the courier is, against a bare asyncio HTTP loop with as many calls, in one run.

Run it as `python -m benchmarks.judging [--calls N] [--concurrency C]`. The fake judge is a process of its own; the
rounds alternate (bare, ours, bare, ours, …) so that a busy machine hurts both alike; the ratio is of the medians of
the same run. Ours keeps every reply on the disk before it is handed back, and the bare loop keeps nothing.
"""

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp

from evaluation.llm import ChatRequest, Courier, EndpointOptions, Message, OpenAIChat

ROOT = Path(__file__).parent.parent
PROMPT = "Does the source support the claim? Source: " + "Records are kept for ten years after the sale. " * 12
# Callers at a time, as a multiple of the endpoint's concurrency: while one reply is being written, another call goes.
CALLERS = 2


@dataclass(frozen=True, kw_only=True)
class Round:
    """One measured round."""

    calls_per_second: float
    cpu_ms_per_call: float  # of this process and its ended children, the courier with its start among them


def main() -> None:
    """Print the ratio at 50 ms and at 0 ms as a table and as one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judging", description=__doc__)
    parser.add_argument("--calls", type=int, default=1600)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency-ms", type=float, nargs="*", default=[50, 0])
    options = parser.parse_args()
    results = [_compare(latency, options) for latency in options.latency_ms]
    print(json.dumps({"benchmark": "judging", "results": results}))


def _compare(latency_ms: float, options: argparse.Namespace) -> dict[str, object]:
    bare: list[Round] = []
    ours: list[Round] = []
    with _fake_judge(latency_ms) as url:
        for number in range(options.rounds):
            bare.append(_measured(options.calls, partial(_bare, url, number, options)))
            ours.append(_measured(options.calls, partial(_through_courier, url, number, options)))
    rates = [statistics.median(item.calls_per_second for item in rounds) for rounds in (bare, ours)]
    result = {
        "latency_ms": latency_ms,
        "concurrency": options.concurrency,
        "calls": options.calls,
        "bare_per_s": round(rates[0], 1),
        "ours_per_s": round(rates[1], 1),
        "ratio": round(rates[1] / rates[0], 3),
        "bare_cpu_ms_per_call": round(statistics.median(item.cpu_ms_per_call for item in bare), 2),
        "ours_cpu_ms_per_call": round(statistics.median(item.cpu_ms_per_call for item in ours), 2),
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        "courier_peak_rss_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10,
    }
    for name, value in result.items():
        print(f"{name:>24}: {value}")
    print()
    return result


@contextmanager
def _fake_judge(latency_ms: float) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.fakes.openai_server", "--latency-ms", str(latency_ms)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 (it was asked for)
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def _measured(calls: int, work: Callable[[], Awaitable[float]]) -> Round:
    before = _cpu_seconds()
    seconds = asyncio.run(_awaited(work))
    return Round(calls_per_second=calls / seconds, cpu_ms_per_call=(_cpu_seconds() - before) * 1000 / calls)


async def _awaited(work: Callable[[], Awaitable[float]]) -> float:
    return await work()


def _cpu_seconds() -> float:
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


async def _bare(url: str, number: int, options: argparse.Namespace) -> float:
    connector = aiohttp.TCPConnector(limit=options.concurrency)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def ask(index: int) -> None:
            body = {
                "model": "fake",
                "messages": [{"role": "user", "content": f"{PROMPT} Claim {number}-{index}."}],
                "max_tokens": 64,
                "temperature": 0,
            }
            async with session.post(f"{url}/chat/completions", json=body) as response:
                (await response.json())["choices"][0]["message"]["content"]

        await ask(-1)  # a warm connection on both sides
        return await _timed(ask, options.calls, options.concurrency)


async def _through_courier(url: str, number: int, options: argparse.Namespace) -> float:
    endpoint = EndpointOptions(name="fake", base_url=url, model="fake", concurrency=options.concurrency)
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".bench-") as folder:
        async with Courier(Path(folder) / "cache.sqlite") as courier:
            model = OpenAIChat(endpoint, courier)

            async def ask(index: int) -> None:
                message = Message(role="user", content=f"{PROMPT} Claim {number}-{index}.")
                await model.chat(ChatRequest(messages=(message,), max_tokens=64))

            await ask(-1)
            return await _timed(ask, options.calls, options.concurrency * CALLERS)


async def _timed(ask: Callable[[int], Awaitable[None]], calls: int, callers: int) -> float:
    indices = iter(range(calls))

    async def worker() -> None:
        for index in indices:
            await ask(index)

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(callers)))
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
