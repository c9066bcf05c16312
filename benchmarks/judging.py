"""How fast judging is, against bare asyncio HTTP loops with as many calls, in one run.

    python -m benchmarks.judging [--calls N] [--concurrency C] [--rounds R] [--record docs/quality.md]

Four contenders, in turn, round after round, so that a busy machine hurts all alike: `aiohttp` and `httpx`, a bare loop
over one of these clients that parses the JSON and does nothing else; `courier`, the same calls through the courier,
every reply on the disk before it is handed back; `run`, a whole run of one call a row through the code of `assay run`,
every reply and every row on the disk. Each ratio is the median over the rounds of that round's rate over the bare
loop's. At 50 ms the target is held against `aiohttp`. At 0 ms it is held against `httpx`, which is the floor that the
peers below were measured against; aiohttp spends a fraction of the processor time, so that is the softer of the
two, and the line about the harder one is printed with it.

The fake judge is a process of its own whose time is not counted; what is counted is the time between the first call and
the last row, and the processor time and memory of this process and the courier in it. Processor time is the figure that
a shared machine distorts least. Memory is what stands above interpreters that imported nothing.
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
from functools import cache
from pathlib import Path

import aiohttp
import httpx

from assay.app.compose import build_judges, open_engine
from assay.app.init import create_workspace
from assay.app.run_plan import RunRequest, plan_run, read_work
from assay.app.workspace import Workspace
from assay.kernel import JsonValue, SystemClock
from benchmarks.page import kept
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
LEAST_RATIO = {50.0: ("aiohttp", 0.98), 0.0: ("httpx", 0.65)}  # of `run` over a bare loop, by latency in milliseconds
MOST_MIB = 120
# Rows/s as a share of concurrency / (calls × latency) at 50 ms and 16 at once: our own measurement of 2026-11-20 on a
# machine like this one, each peer's faithfulness metric with its calls a row (versions as of that day); the floor of
# that measurement was a bare httpx loop.
PEERS = (
    ("mlflow is_grounded in a thread pool", 1, 0.87),
    ("trulens groundedness, pace lifted", 4, 0.85),
    ("ragas metrics.collections", 2, 0.74),
    ("llama-index FaithfulnessEvaluator", 1, 0.45),
    ("inspect-ai model_graded_fact", 1, 0.22),
    ("phoenix-evals, start rate raised", 1, 0.14),
    ("deepeval FaithfulnessMetric", 4, 0.11),
    ("mlflow genai.evaluate", 1, 0.08),
)
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
    runner_ms_per_call: float  # processor time of this process
    courier_ms_per_call: float  # processor time of the courier
    rss_mib: float  # of this process and the courier at the end of the round, above two bare interpreters


Contender = Callable[[Job], Awaitable[Round]]


def main() -> None:
    """Print one table for each latency with its targets, the peers, and all of it as one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judging", description=__doc__)
    parser.add_argument("--calls", type=int, default=1600)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--latency-ms", type=float, nargs="*", default=[50, 0])
    parser.add_argument("--record", type=Path, help="write what is printed into this page")
    options = parser.parse_args()
    with kept(options.record, "Judging: speed and memory", "python -m benchmarks.judging"):
        results = [_compare(latency, options) for latency in options.latency_ms]
        print("peers, share of the limit at 50 ms, measured apart from this run on a machine like this one:")
        for name, calls, share in PEERS:
            print(f"{share:>8.2f}  {name} ({calls} calls a row)")
    print(json.dumps({"benchmark": "judging", "results": results}))


def _compare(latency_ms: float, options: argparse.Namespace) -> dict[str, object]:
    contenders: dict[str, Contender] = {
        "aiohttp": _bare_aiohttp,
        "httpx": _bare_httpx,
        "courier": _through_courier,
        "run": _whole_run,
    }
    rounds: dict[str, list[Round]] = {name: [] for name in contenders}
    with _fake_judge(latency_ms) as (url, pid):
        for number, (name, contender) in enumerate(itertools.chain(*[contenders.items()] * options.rounds)):
            job = Job(url=url, calls=options.calls, concurrency=options.concurrency, number=number, judge_pid=pid)
            rounds[name].append(asyncio.run(_ended(contender, job)))
    print(f"{latency_ms:g} ms, {options.concurrency} at once, {options.calls} calls a round, {options.rounds} rounds")
    print(
        f"{'':>8} {'calls/s':>9} {'/aiohttp':>9} {'least':>7} {'most':>7} {'/httpx':>7} {'least':>7} {'most':>7}"
        f" {'runner ms':>10} {'courier ms':>11} {'MiB':>5}"
    )
    found = {name: _summary(name, measured, rounds) for name, measured in rounds.items()}
    if latency_ms:
        limit = options.concurrency / (latency_ms / 1000)
        print(f"share of the limit of {limit:g} calls/s: {found['run']['calls_per_s'] / limit:.3f}")
    _against_targets(latency_ms, found["run"])
    return {"latency_ms": latency_ms, "concurrency": options.concurrency, "calls": options.calls, **found}


def _summary(name: str, measured: list[Round], rounds: dict[str, list[Round]]) -> dict[str, float]:
    rate = statistics.median(one.calls_per_second for one in measured)
    runner = statistics.median(one.runner_ms_per_call for one in measured)
    courier = statistics.median(one.courier_ms_per_call for one in measured)
    rss = max(one.rss_mib for one in measured)
    ratios = {floor: _ratios(measured, rounds[floor]) for floor in ("aiohttp", "httpx")}
    print(
        f"{name:>8} {rate:>9.1f} {_spread(ratios['aiohttp'], 9)} {_spread(ratios['httpx'], 7)} {runner:>10.3f}"
        f" {courier:>11.3f} {rss:>5.0f}"
    )
    return {
        "calls_per_s": round(rate, 1),
        "runner_ms_per_call": round(runner, 3),
        "courier_ms_per_call": round(courier, 3),
        "mib": round(rss),
        **{f"over_{floor}": round(statistics.median(found), 3) for floor, found in ratios.items()},
    }


def _ratios(measured: list[Round], floor: list[Round]) -> list[float]:
    return [one.calls_per_second / other.calls_per_second for one, other in zip(measured, floor, strict=True)]


def _spread(ratios: list[float], width: int) -> str:
    return f"{statistics.median(ratios):>{width}.3f} {min(ratios):>7.3f} {max(ratios):>7.3f}"


def _against_targets(latency_ms: float, run: dict[str, float]) -> None:
    if latency_ms in LEAST_RATIO:
        held, least = LEAST_RATIO[latency_ms]
        for floor in ("aiohttp", "httpx"):
            ratio, line = run[f"over_{floor}"], "target" if floor == held else "not the line that is held"
            print(f"ratio to bare {floor} {ratio:.3f}, {line}, at least {least:g}: {_met(ratio >= least)}")
    print(f"memory {run['mib']:g} MiB above the interpreter, target at most {MOST_MIB}: {_met(run['mib'] <= MOST_MIB)}")


def _met(good: bool) -> str:  # noqa: FBT001 (a word for a truth)
    return "ok" if good else "NOT MET"


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


async def _bare_aiohttp(job: Job) -> Round:
    connector = aiohttp.TCPConnector(limit=job.concurrency)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def ask(index: int) -> None:
            async with session.post(f"{job.url}/chat/completions", json=_body(job, index)) as response:
                (await response.json())["choices"][0]["message"]["content"]

        await ask(-1)  # a warm connection on both sides
        return await _measured(job, lambda: _all(ask, job.calls, job.concurrency))


async def _bare_httpx(job: Job) -> Round:
    limits = httpx.Limits(max_connections=job.concurrency, max_keepalive_connections=job.concurrency)
    async with httpx.AsyncClient(limits=limits) as client:

        async def ask(index: int) -> None:
            response = await client.post(f"{job.url}/chat/completions", json=_body(job, index))
            response.json()["choices"][0]["message"]["content"]

        await ask(-1)
        return await _measured(job, lambda: _all(ask, job.calls, job.concurrency))


def _body(job: Job, index: int) -> dict[str, object]:
    return {
        "model": "fake",
        "messages": [{"role": "user", "content": f"{PROMPT} Claim {job.number}-{index}."}],
        "max_tokens": 64,
        "temperature": 0,
        "response_format": {"type": "json_schema", "json_schema": {"name": "reply", "schema": SCHEMA}},
    }


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
    us, *courier = pids = _ours(job.judge_pid)
    before, started = {pid: _cpu_seconds(pid) for pid in pids}, time.perf_counter()
    await work()
    seconds = time.perf_counter() - started
    spent = {pid: (_cpu_seconds(pid) - before[pid]) * 1000 / job.calls for pid in pids}
    return Round(
        calls_per_second=job.calls / seconds,
        runner_ms_per_call=spent[us],
        courier_ms_per_call=sum(spent[pid] for pid in courier),
        rss_mib=sum(_resident_mib(pid) for pid in pids) - len(pids) * _interpreter_mib(),
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


def _cpu_seconds(pid: int) -> float:
    fields = re.sub(r".*\) ", "", Path(f"/proc/{pid}/stat").read_text(), flags=re.DOTALL).split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime, proc(5)


@cache
def _interpreter_mib() -> float:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        time.sleep(0.5)
        size = _resident_mib(process.pid)
        process.kill()
    return size


def _resident_mib(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_MIB


if __name__ == "__main__":
    main()
