"""The courier: what it keeps, what it does when its run is killed, and what it says when something breaks."""

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assay.kernel import UnavailableError
from evaluation.llm import (
    ChatRequest,
    Courier,
    EndpointLimits,
    EndpointOptions,
    HttpCall,
    HttpFailure,
    Keep,
    Message,
    OpenAIChat,
)
from tests.evaluation.llm.conftest import Bench, question
from tests.fakes.openai_server import Behaviour, FakeOpenAI

KEY = "sha256:" + "0" * 64


def _call(url: str, key: str | None = KEY, **more: object) -> HttpCall:
    fields: dict[str, object] = {
        "key": key,
        "endpoint": "app",
        "method": "POST",
        "url": url,
        "headers": (("Content-Type", "application/json"), ("Authorization", "Bearer sk-canary-42")),
        "body": b"{}",
    }
    return HttpCall(**{**fields, **more})  # type: ignore[arg-type]  # fields of one test each


def _holders(needle: bytes, folder: Path, process: int) -> list[Path]:
    paths = [*folder.iterdir(), Path(f"/proc/{process}/cmdline")]
    return [path for path in paths if path.exists() and needle in path.read_bytes()]


def test_a_reply_is_found_again_by_another_courier_and_on_another_port(tmp_path: Path) -> None:
    """The key decides; where the endpoint listens does not."""

    async def act() -> None:
        for expected in (False, True):
            async with FakeOpenAI() as fake, Courier(tmp_path / "c.sqlite") as courier:
                reply = await courier.send(_call(fake.url))
                assert (reply.cached, len(fake.calls)) == (expected, 0 if expected else 1)

    asyncio.run(act())


def test_the_chat_key_depends_on_what_is_asked_and_not_on_the_port_or_the_secret(bench: Bench) -> None:
    """Another secret and another port find the reply; another temperature or model digest asks anew."""

    async def act() -> None:
        async with bench(api_key="sk-one") as (model, _):
            await model.chat(question())
        async with bench(api_key="sk-two") as (model, fake):
            assert (await model.chat(question())).cached
            assert not (await model.chat(question(temperature="0.7"))).cached
        async with bench(digest="sha256:" + "1" * 64) as (model, fake):
            await model.chat(question())
            assert len(fake.calls) == 1

    asyncio.run(act())


def test_no_secret_reaches_the_cache_or_a_command_line(tmp_path: Path) -> None:
    """A canary in a header is in no file and in no process list entry."""

    async def act() -> None:
        async with FakeOpenAI() as fake, Courier(tmp_path / "c.sqlite") as courier:
            await courier.send(_call(fake.url))
            assert fake.calls[0].headers["Authorization"] == "Bearer sk-canary-42"
            assert courier._process is not None
            assert not _holders(b"sk-canary-42", tmp_path, courier._process.pid)

    asyncio.run(act())
    assert not _holders(b"sk-canary-42", tmp_path, os.getpid())


@pytest.mark.parametrize(("behaviour", "keep"), [("500", Keep.ANY), ("html", Keep.JSON), ("404", Keep.JSON)])
def test_what_is_no_good_reply_is_not_kept(tmp_path: Path, behaviour: str, keep: Keep) -> None:
    """An error page of today must not be the answer of tomorrow."""

    async def act() -> None:
        fake = FakeOpenAI()
        fake.enqueue(Behaviour.parse(behaviour), Behaviour.parse(behaviour))
        async with fake, Courier(tmp_path / "c.sqlite") as courier:
            courier.limit("app", EndpointLimits(max_retries=0))
            first = await courier.send(_call(fake.url, keep=keep))
            calls = len(fake.calls)
            await courier.send(_call(fake.url, keep=keep))
            assert first.body
            assert len(fake.calls) > calls

    asyncio.run(act())


def test_a_redirect_to_another_origin_is_not_followed(tmp_path: Path) -> None:
    """A key must not travel to a host that nobody named."""

    async def act() -> None:
        async with FakeOpenAI() as other, FakeOpenAI() as fake, Courier(tmp_path / "c.sqlite") as courier:
            fake.enqueue(Behaviour(status=307, raw="", headers={"Location": other.url}))
            reply = await courier.send(_call(fake.url))
            assert reply.failure is HttpFailure.REDIRECTED
            assert other.url.removesuffix("/v1") in reply.detail
            assert not other.calls

    asyncio.run(act())


def test_a_reply_without_end_is_cut(tmp_path: Path) -> None:
    """More than 8 MiB is a failure, not memory."""

    async def act() -> None:
        async with FakeOpenAI(behaviour=Behaviour(raw="x" * (9 << 20))) as fake, Courier(tmp_path / "c") as courier:
            assert (await courier.send(_call(fake.url))).failure is HttpFailure.TOO_LARGE

    asyncio.run(act())


def test_proxies_of_the_environment_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that somebody set must not decide where answers travel."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def act() -> None:
        async with FakeOpenAI() as fake, Courier(tmp_path / "c.sqlite") as courier:
            assert (await courier.send(_call(fake.url))).status == 200

    asyncio.run(act())


def test_a_courier_that_dies_is_said_clearly(tmp_path: Path) -> None:
    """Whoever waits hears it at once, and so does whoever asks next."""

    async def act() -> None:
        async with (
            FakeOpenAI(behaviour=Behaviour.parse("hang")) as fake,
            Courier(tmp_path / "c.sqlite") as courier,
        ):
            waiting = asyncio.ensure_future(courier.send(_call(fake.url)))
            await fake.received(1)
            assert courier._process is not None
            courier._process.kill()
            for attempt in (waiting, asyncio.ensure_future(courier.send(_call(fake.url)))):
                with pytest.raises(UnavailableError, match="courier ended") as caught:
                    await attempt
                assert "already paid for are kept" in caught.value.hint

    asyncio.run(act())


def test_a_file_that_is_no_cache_is_refused_at_the_start(tmp_path: Path) -> None:
    """The message names the file, and the file is left as it was."""
    (tmp_path / "c.sqlite").write_bytes(b"not a database, but somebody's notes" * 100)

    async def act() -> None:
        with pytest.raises(UnavailableError, match=r"c\.sqlite"):
            async with Courier(tmp_path / "c.sqlite"):
                pass

    asyncio.run(act())
    assert (tmp_path / "c.sqlite").read_bytes().startswith(b"not a database")


def test_a_withdrawn_call_that_was_not_sent_is_never_sent(tmp_path: Path) -> None:
    """A row that ran out of time does not go on costing."""

    async def act() -> None:
        async with (
            FakeOpenAI(latency_ms=200) as fake,
            Courier(tmp_path / "c.sqlite") as courier,
        ):
            calls = [asyncio.ensure_future(courier.send(_call(fake.url, key=f"k{number}"))) for number in range(17)]
            await fake.received(16)
            calls[-1].cancel()
            await asyncio.gather(*calls, return_exceptions=True)
            await courier.send(_call(fake.url, key="later"))
            assert len(fake.calls) == 17

    asyncio.run(act())


def test_a_killed_run_pays_no_call_twice(tmp_path: Path) -> None:
    """Killed with -9 in mid-call, three times; the next process waits for the courier and finds every paid reply."""
    log = tmp_path / "judge.jsonl"
    judge = [sys.executable, "-m", "tests.fakes.openai_server", "--latency-ms", "120", "--log", str(log)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(judge, cwd=root, stdout=subprocess.PIPE, text=True) as fake:
        assert fake.stdout is not None
        url = fake.stdout.readline().strip()
        run = [sys.executable, "-m", "tests.evaluation.llm.killed_run", url, str(tmp_path), "60"]
        for replies in (3, 11, 14):
            with subprocess.Popen(run, cwd=root, stdout=subprocess.PIPE, text=True) as killed:
                assert killed.stdout is not None
                for _ in range(replies):
                    killed.stdout.readline()
                os.kill(killed.pid, signal.SIGKILL)
        done = subprocess.run(run, cwd=root, capture_output=True, text=True, timeout=60, check=True)
        fake.kill()
    seen = [(line["digest"], line["seed"]) for line in map(json.loads, log.read_text().splitlines())]
    assert done.stdout.split()[-1] == "60"
    assert len(seen) == len(set(seen)) == 60


def test_the_next_run_waits_for_the_calls_of_a_killed_one_and_says_so(tmp_path: Path) -> None:
    """The lock is held by the courier when its run is dead; eight calls in flight are kept, and none is made again."""

    async def act() -> None:
        root = Path(__file__).parents[3]
        told: list[str] = []
        async with FakeOpenAI(latency_ms=1500) as fake:
            run = [sys.executable, "-m", "tests.evaluation.llm.killed_run", fake.url, str(tmp_path), "8"]
            killed = await asyncio.create_subprocess_exec(*run, cwd=root, stdout=subprocess.DEVNULL)
            await fake.received(8)
            killed.kill()
            await killed.wait()
            async with Courier(tmp_path / "cache.sqlite", tmp_path / "lock", on_wait=told.append) as courier:
                model = OpenAIChat(EndpointOptions(name="fake", base_url=fake.url, model="m"), courier)
                for number in range(8):
                    message = Message(role="user", content=f"question {number}")
                    assert (await model.chat(ChatRequest(messages=(message,), max_tokens=8))).cached
            assert len(fake.calls) == 8
            assert len(told) == 1

    asyncio.run(act())


def test_a_full_disk_stops_the_run_with_words(tmp_path: Path) -> None:
    """A reply that cannot be kept is not handed out as if it were; the limit on file size stands for the full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    async def act() -> None:
        async with FakeOpenAI(behaviour=Behaviour(raw="x" * 300_000)) as fake:
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
            try:
                courier = await Courier(tmp_path / "c.sqlite").__aenter__()
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            with pytest.raises(UnavailableError, match="cannot be kept") as caught:
                await courier.send(_call(fake.url))
            await courier.__aexit__(None, None, None)
            assert "free space" in caught.value.hint

    asyncio.run(act())
