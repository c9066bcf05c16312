"""A target that is a program or a Python function of the user's, in processes of its own.

The contract: one JSON line `{"id", "question", "repeat"}` on stdin for each question; one JSON line `{"id", "answer",
"contexts"?, "model"?}` or `{"id", "error"}` on stdout for each reply. Everything else on stdout is ignored, stderr is
kept to explain failures. With the option `history`, each request also holds `"history": [{"role", "content"}, …]`, what
was said before in this conversation; without it, a question of several turns is asked as one text.

Rules of this place: a crash, a hang or a wrong reply is one answer with its outcome; the application sees a minimal
environment and what the user configured for it, never our secrets.
"""

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assay.kernel import JsonValue, digest_json
from evaluation.answers import Answer, AnswerOutcome
from evaluation.questions import Question
from evaluation.targets import _host
from evaluation.targets._conversation import Said, as_json, converse
from evaluation.targets._fingerprint import callable_record, command_record
from evaluation.targets._protocol import TargetSpec
from evaluation.targets._sighting import Sighting, clean, failed
from evaluation.targets._worker import Worker, WorkerEnd

__all__ = ["CommandOptions", "CommandTarget", "callable_command"]

_PASSED_ON = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LANGUAGE", "LD_LIBRARY_PATH"),
    *("VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_CACHE_HOME", "ASSAY_CACHE"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
)
_TRY = 'try the command by hand: echo \'{"id": "1", "question": "hello", "repeat": 0}\' | COMMAND'


@dataclass(frozen=True, kw_only=True)
class CommandOptions:
    """How to run the application."""

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)  # secrets are resolved; only names are recorded
    timeout_s: float = 120.0  # for one answer
    start_timeout_s: float = 120.0  # on top of it for the first answer of a process
    concurrency: int = 1  # processes
    version: str = ""  # as the user declares it
    callable: str = ""  # module:function, recorded instead of the command that hosts it
    history: bool = False  # it reads `history`; a function then takes it as its second argument


def callable_command(name: str, python: str = "") -> tuple[str, ...]:
    """Return the command that hosts `module:function` under the given Python, by default the one that runs Assay."""
    return (python or sys.executable, "-u", str(Path(_host.__file__).resolve()), name)


class CommandTarget:
    """Asks processes of the user's over JSON lines."""

    def __init__(self, options: CommandOptions) -> None:
        """Start nothing yet; processes start when they are needed."""
        self._options = options
        self._slots = asyncio.Semaphore(options.concurrency)
        self._idle: list[Worker] = []
        self.spec = _spec(options)

    async def ask(self, question: Question, *, repeat: int) -> Answer:
        """Ask once; whatever the process does comes back as an answer."""
        return (await self.look(question, repeat=repeat)).answer

    async def look(self, question: Question, *, repeat: int) -> Sighting:
        """Ask once, turn after turn where it reads the history, and say what was seen at the end."""
        if self._options.history:
            return await converse(question, lambda text, said: self._say(question.id, text, repeat, said))
        return await self._say(question.id, question.text, repeat, None)

    async def _say(self, name: str, text: str, repeat: int, said: Said | None) -> Sighting:
        request: dict[str, JsonValue] = {"id": name, "question": text, "repeat": repeat}
        if said is not None:
            request["history"] = as_json(said)
        async with self._slots:
            began = time.monotonic()
            try:
                worker = self._idle.pop() if self._idle else await self._start()
            except OSError as error:
                reason = f"the command {self._options.command[0]!r} cannot be started: {error.strerror}"
                return failed(AnswerOutcome.ERROR, reason, next_step="check `command` and `folder` in assay.yaml")
            return await self._ask(worker, request, name, began)

    async def close(self) -> None:
        """End all processes."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(worker.close() for worker in idle))

    async def _start(self) -> Worker:
        environment = {name: value for name, value in os.environ.items() if _passed_on(name)}
        environment["PYTHONUNBUFFERED"] = "1"  # a Python program that never flushes would seem to hang
        environment.update(self._options.environment)
        return await Worker.start(self._options.command, self._options.folder, environment)

    async def _ask(self, worker: Worker, request: Mapping[str, JsonValue], name: str, began: float) -> Sighting:
        seconds = self._options.timeout_s + (self._options.start_timeout_s if worker.fresh else 0)
        good = False
        try:
            async with asyncio.timeout(seconds):
                reply = await worker.exchange(request)
            sighting = _read_reply(reply, name, _milliseconds(began))
            good = sighting.answer.outcome is AnswerOutcome.ANSWERED or "error" in reply
        except TimeoutError:
            sighting = _timed_out(worker, seconds, _milliseconds(began))
        except WorkerEnd as end:
            outcome = AnswerOutcome.UNPARSABLE if "MiB" in str(end) else AnswerOutcome.ERROR
            reason = _with_traces(f"no reply came: {end}", worker)
            sighting = failed(outcome, reason, next_step=_TRY, latency_ms=_milliseconds(began))
        finally:
            if good:
                self._idle.append(worker)
            else:
                await asyncio.shield(worker.kill())
        return sighting


def _spec(options: CommandOptions) -> TargetSpec:
    hosted, folder = options.callable, options.folder
    how = callable_record(hosted, folder) if hosted else command_record(options.command, folder)
    recorded: dict[str, JsonValue] = {
        **how,
        "environment": sorted(options.environment),
        "timeout_s": str(options.timeout_s),
        **({"history": True} if options.history else {}),
    }
    return TargetSpec(
        name=options.name, kind="command", version=options.version or digest_json(recorded), options=recorded
    )


def _passed_on(name: str) -> bool:
    return name in _PASSED_ON or name.startswith("LC_")


def _read_reply(reply: Mapping[str, object], name: str, latency_ms: int) -> Sighting:
    problem = _problem(reply, name)
    if problem:
        step = 'each reply is one line {"id": …, "answer": "text", "contexts": ["text", …]} with the id of its question'
        return failed(AnswerOutcome.UNPARSABLE, problem, next_step=step, latency_ms=latency_ms)
    if "error" in reply:
        reason = f"the application reported: {clean(str(reply['error']))}"
        return failed(AnswerOutcome.ERROR, reason, next_step="mend the application", latency_ms=latency_ms)
    contexts, model = reply.get("contexts"), reply.get("model")
    answer = Answer(
        outcome=AnswerOutcome.ANSWERED,
        text=str(reply["answer"]),
        contexts=tuple(contexts) if isinstance(contexts, list) else None,
        latency_ms=latency_ms,
        model=clean(model, 200) if isinstance(model, str) else "",
    )
    return Sighting(answer=answer, notes=(f"a reply with the fields {sorted(reply)!r}",))


def _problem(reply: Mapping[str, object], name: str) -> str:
    """Return what is wrong with a reply, or ""."""
    if reply.get("id") != name:
        return f"the reply has the id {clean(repr(reply.get('id')), 80)}, expected {clean(repr(name), 80)}"
    if "error" in reply:
        return ""
    if not isinstance(reply.get("answer"), str):
        return f"the field 'answer' holds {clean(repr(reply.get('answer')), 80)}, expected text"
    contexts = reply.get("contexts")
    if contexts is not None and not (isinstance(contexts, list) and all(isinstance(one, str) for one in contexts)):
        return f"the field 'contexts' holds {clean(repr(contexts), 80)}, expected a list of texts"
    return ""


def _timed_out(worker: Worker, seconds: float, latency_ms: int) -> Sighting:
    if worker.noise:
        reason = _with_traces("lines came on stdout and none was a JSON reply", worker)
        return failed(AnswerOutcome.UNPARSABLE, reason, next_step=_TRY, latency_ms=latency_ms)
    reason = _with_traces(f"no reply within {seconds:g} s", worker)
    step = "raise `timeout_s` of the target in assay.yaml, or find out why it hangs"
    return failed(AnswerOutcome.TIMED_OUT, reason, next_step=step, latency_ms=latency_ms)


def _with_traces(reason: str, worker: Worker) -> str:
    noise = f"; on stdout: {' | '.join(worker.noise)!r}" if worker.noise else ""
    words = worker.last_words()
    return reason + noise + (f"; last on stderr: {words}" if words else "")


def _milliseconds(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
