"""How fast judging is, against a bare asyncio HTTP loop with as many calls, in one run.

Run it as `python -m benchmarks.judging [--calls N] [--concurrency C] [--rounds R]`. Three contenders, in turn, round
after round, so that a busy machine hurts all alike: `bare`, aiohttp and nothing else; `courier`, the same calls through
the courier, every reply on the disk before it is handed back; `run`, a whole run of one call a row through the code of
`assay run`, every reply and every row on the disk. Each ratio is that of the medians over `bare` of the same run. The
fake judge is a process of its own whose time is not counted; what is counted is the time between the first call and the
last row, and the processor time and memory of this process and the courier in it.
"""

import argparse
import asyncio
import itertools
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from assay.app.compose import build_judges, open_engine
from assay.app.init import create_workspace
from assay.app.run_plan import RunRequest, plan_run, read_work
from assay.app.workspace import Workspace
from assay.kernel import JsonValue, SystemClock
from evaluation.llm import ChatRequest, Courier, EndpointOptions, Message, OpenAIChat
from evaluation.runs import RunLimits, RunLogWriter, execute_run

ROOT = Path(__file__).parent.parent
TEXT = "Records are kept for ten years after the sale. "
PROMPT = "Does the source support the claim? Source: " + TEXT * 20  # as long as the run's
SCHEMA: dict[str, JsonValue] = {
    "type": "object",
    "properties": {name: {"type": "integer", "enum": [0, 1]} for name in ("subject", "focus")},
    "required": ["subject", "focus"],
    "additionalProperties": False,
}
# Callers at a time, as a multiple of the endpoint's concurrency: while one reply is being written, another call goes.
CALLERS = 4
PAGE_MIB = resource.getpagesize() / (1 << 20)


@dataclass(frozen=True, kw_only=True)
class Job:
    """What every contender is to do."""

    url: str
    calls: int
    concurrency: int
    number: int  # makes this round's prompts different from all others
    judge_pid: int


@dataclass(frozen=True, kw_only=True)
class Round:
    """One measured round."""

    calls_per_second: float
    cpu_ms_per_call: float
    rss_mib: float  # of this process and the courier at the end of the round


Contender = Callable[[Job], Awaitable[Round]]


def main() -> None:
    """Print one table for each latency, and all of them as one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judging", description=__doc__)
    parser.add_argument("--calls", type=int, default=1600)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency-ms", type=float, nargs="*", default=[50, 0])
    options = parser.parse_args()
    results = [_compare(latency, options) for latency in options.latency_ms]
    print(json.dumps({"benchmark": "judging", "results": results}))


def _compare(latency_ms: float, options: argparse.Namespace) -> dict[str, object]:
    contenders: dict[str, Contender] = {"bare": _bare, "courier": _through_courier, "run": _whole_run}
    rounds: dict[str, list[Round]] = {name: [] for name in contenders}
    with _fake_judge(latency_ms) as (url, pid):
        for number, (name, contender) in enumerate(itertools.chain(*[contenders.items()] * options.rounds)):
            job = Job(url=url, calls=options.calls, concurrency=options.concurrency, number=number, judge_pid=pid)
            rounds[name].append(asyncio.run(_ended(contender, job)))
    result: dict[str, object] = {"latency_ms": latency_ms, "concurrency": options.concurrency, "calls": options.calls}
    bare = statistics.median(one.calls_per_second for one in rounds["bare"])
    print(f"{latency_ms:g} ms, {options.concurrency} at once, {options.calls} calls a round, {options.rounds} rounds")
    print(f"{'':>8} {'calls/s':>9} {'ratio':>7} {'cpu ms/call':>12} {'MiB':>7}")
    for name, measured in rounds.items():
        rate = statistics.median(one.calls_per_second for one in measured)
        cpu = statistics.median(one.cpu_ms_per_call for one in measured)
        rss = max(one.rss_mib for one in measured)
        print(f"{name:>8} {rate:>9.1f} {rate / bare:>7.3f} {cpu:>12.2f} {rss:>7.0f}")
        result[name] = {
            "calls_per_s": round(rate, 1),
            "ratio": round(rate / bare, 3),
            "cpu_ms_per_call": round(cpu, 3),
            "rss_mib": round(rss),
        }
    return result


async def _ended(contender: Contender, job: Job) -> Round:
    return await contender(job)


@contextmanager
def _fake_judge(latency_ms: float) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-m", "tests.fakes.openai_server", "--latency-ms", str(latency_ms)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 (it was asked for)
        try:
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.kill()


async def _bare(job: Job) -> Round:
    connector = aiohttp.TCPConnector(limit=job.concurrency)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def ask(index: int) -> None:
            body = {
                "model": "fake",
                "messages": [{"role": "user", "content": f"{PROMPT} Claim {job.number}-{index}."}],
                "max_tokens": 64,
                "temperature": 0,
                "response_format": {"type": "json_schema", "json_schema": {"name": "reply", "schema": SCHEMA}},
            }
            async with session.post(f"{job.url}/chat/completions", json=body) as response:
                (await response.json())["choices"][0]["message"]["content"]

        await ask(-1)  # a warm connection on both sides
        return await _measured(job, lambda: _all(ask, job.calls, job.concurrency))


async def _through_courier(job: Job) -> Round:
    endpoint = EndpointOptions(name="fake", base_url=job.url, model="fake", concurrency=job.concurrency)
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".bench-") as folder:
        async with Courier(Path(folder) / "cache.sqlite") as courier:
            model = OpenAIChat(endpoint, courier)

            async def ask(index: int) -> None:
                message = Message(role="user", content=f"{PROMPT} Claim {job.number}-{index}.")
                await model.chat(ChatRequest(messages=(message,), max_tokens=64, schema=SCHEMA))

            await ask(-1)
            return await _measured(job, lambda: _all(ask, job.calls, job.concurrency * CALLERS))


async def _whole_run(job: Job) -> Round:
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".bench-") as folder:
        workspace, answers = _workspace(Path(folder), job)
        request = RunRequest(answers=answers, metrics=("relevancy",), judge="fake")
        work = read_work(workspace, request)
        plan = plan_run(workspace, request, work, SystemClock())
        writer = RunLogWriter.create(workspace.runs / plan.run, plan)
        async with writer, open_engine(workspace, "fake", lock_file=writer.directory / "lock") as engine:
            judges = build_judges(engine, plan.metrics)
            assert engine.model is not None  # noqa: S101 (the judge is an endpoint)
            await engine.model.chat(ChatRequest(messages=(Message(role="user", content="warm"),), max_tokens=1))

            async def judge_all() -> None:
                limits = RunLimits(concurrency=job.concurrency)
                end = await execute_run(plan, work.rows(), None, judges, writer, limits=limits)
                assert (end.done, end.failed) == (job.calls, 0), end  # noqa: S101 (else the figure means nothing)

            return await _measured(job, judge_all)


def _workspace(folder: Path, job: Job) -> tuple[Workspace, Path]:
    workspace = create_workspace(folder)
    settings = folder / "assay.yaml"
    judge = f"judges:\n  fake: {{base_url: {json.dumps(job.url)}, model: fake, concurrency: {job.concurrency}}}\n"
    settings.write_text(settings.read_text(encoding="utf-8").replace("judges: {}\n", judge), encoding="utf-8")
    answers = folder / "answers.jsonl"
    with answers.open("w", encoding="utf-8") as stream:
        for index in range(job.calls):
            row = {"question": f"How long are records kept, {job.number}-{index}?", "answer": TEXT * 10}
            stream.write(json.dumps(row) + "\n")
    return workspace, answers


async def _measured(job: Job, work: Callable[[], Awaitable[None]]) -> Round:
    before, started = _cpu_seconds(job.judge_pid), time.perf_counter()
    await work()
    seconds = time.perf_counter() - started
    return Round(
        calls_per_second=job.calls / seconds,
        cpu_ms_per_call=(_cpu_seconds(job.judge_pid) - before) * 1000 / job.calls,
        rss_mib=sum(_resident_mib(pid) for pid in _ours(job.judge_pid)),
    )


async def _all(ask: Callable[[int], Awaitable[None]], calls: int, callers: int) -> None:
    indices = iter(range(calls))

    async def worker() -> None:
        for index in indices:
            await ask(index)

    await asyncio.gather(*(worker() for _ in range(callers)))


def _ours(judge_pid: int) -> list[int]:
    """Return this process and its children (the courier), but for the judge."""
    children = (task.joinpath("children").read_text() for task in Path("/proc/self/task").iterdir())
    return [os.getpid(), *(int(pid) for pid in " ".join(children).split() if int(pid) != judge_pid)]


def _cpu_seconds(judge_pid: int) -> float:
    ticks = 0
    for pid in _ours(judge_pid):
        fields = re.sub(r".*\) ", "", Path(f"/proc/{pid}/stat").read_text(), flags=re.DOTALL).split()
        ticks += int(fields[11]) + int(fields[12])  # utime and stime, proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def _resident_mib(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_MIB


if __name__ == "__main__":
    main()
