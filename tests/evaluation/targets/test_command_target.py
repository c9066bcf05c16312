"""Command targets: real processes that answer, crash, hang, chatter and lie, each one answer of ours."""

import asyncio
import os
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluation.answers import Answer, AnswerOutcome
from evaluation.questions import Question
from evaluation.targets import CommandOptions, CommandTarget, callable_command, check_target

Ask = Callable[..., list[Answer]]

PREAMBLE = """
import json, os, sys, time
def reply(**fields):
    print(json.dumps(fields), flush=True)
def asked():
    return json.loads(sys.stdin.readline())
"""


def _target(tmp_path: Path, code: str, **options: object) -> CommandTarget:
    program = tmp_path / "app.py"
    program.write_text(PREAMBLE + textwrap.dedent(code), encoding="utf-8")
    settings = {"timeout_s": 20.0, "start_timeout_s": 20.0, **options}
    made = CommandOptions(
        name="app",
        command=(sys.executable, str(program)),
        folder=tmp_path,
        **settings,  # type: ignore[arg-type]  # by name
    )
    return CommandTarget(made)


def _ask(target: CommandTarget, *texts: str) -> list[Answer]:
    async def go() -> list[Answer]:
        try:
            return [await target.ask(Question(id=text, text=text), repeat=0) for text in texts]
        finally:
            await target.close()

    return asyncio.run(go())


def test_one_process_answers_question_after_question(tmp_path: Path) -> None:
    """Answer, contexts and model come through, and the process is kept."""
    target = _target(
        tmp_path,
        """
        while True:
            q = asked()
            reply(id=q["id"], answer=f'{os.getpid()} {q["question"]}', contexts=["c"], model="m-1")
        """,
    )

    first, second = _ask(target, 'with "quotes" and {{id}}\n', "ü\u2028")

    assert (first.outcome, first.contexts, first.model) == (AnswerOutcome.ANSWERED, ("c",), "m-1")
    assert first.text.endswith('with "quotes" and {{id}}\n')
    assert second.text.endswith("ü\u2028")
    assert first.text.split()[0] == second.text.split()[0]


def test_prints_and_log_lines_do_not_break_the_protocol(tmp_path: Path) -> None:
    """What is not a reply is noise, JSON log lines included."""
    code = 'q = asked(); print("loading…"); print("5"); reply(level="info"); reply(id=q["id"], answer="good")'

    (answer,) = _ask(_target(tmp_path, code), "a")

    assert (answer.outcome, answer.text, answer.contexts) == (AnswerOutcome.ANSWERED, "good", None)


@pytest.mark.parametrize(
    ("code", "outcome", "reason"),
    [
        ('asked(); sys.exit("out of memory\\x1b[31m")', AnswerOutcome.ERROR, "status 1; last on stderr: out of memory"),
        ("asked(); os.kill(os.getpid(), 9)", AnswerOutcome.ERROR, "killed by signal 9"),
        ("sys.exit(0)", AnswerOutcome.ERROR, "status 0"),
        ("asked(); time.sleep(60)", AnswerOutcome.TIMED_OUT, "no reply within 1.5 s"),
        ('asked(); print("hello", flush=True); time.sleep(60)', AnswerOutcome.UNPARSABLE, "'hello'"),
        ('asked(); print("{}x" * 9000000, flush=True); time.sleep(60)', AnswerOutcome.UNPARSABLE, "more than 16 MiB"),
        ('asked(); reply(id="other", answer="x")', AnswerOutcome.UNPARSABLE, "has the id 'other', expected 'a'"),
        ('q = asked(); reply(id=q["id"])', AnswerOutcome.UNPARSABLE, "'answer' holds None"),
        ('q = asked(); reply(id=q["id"], answer=5)', AnswerOutcome.UNPARSABLE, "'answer' holds 5"),
        ('q = asked(); reply(id=q["id"], answer="x", contexts="y")', AnswerOutcome.UNPARSABLE, "'contexts' holds 'y'"),
    ],
)
def test_what_goes_wrong_is_one_answer_and_the_next_question_is_asked(
    tmp_path: Path, code: str, outcome: AnswerOutcome, reason: str
) -> None:
    """The failure is explained without control characters, and a fresh process takes over."""
    body = f"""
mark = {str(tmp_path / "mark")!r}
if not os.path.exists(mark):
    open(mark, "w").close()
    {code}
    time.sleep(60)
q = asked(); reply(id=q["id"], answer="recovered")
"""
    target = _target(tmp_path, body, timeout_s=1.0, start_timeout_s=0.5)

    first, second = _ask(target, "a", "b")

    assert first.outcome is outcome
    assert reason in first.reason
    assert "\x1b" not in first.reason
    assert (second.outcome, second.text) == (AnswerOutcome.ANSWERED, "recovered")


def test_an_error_that_the_application_reports_costs_no_restart(tmp_path: Path) -> None:
    """The process is in step and answers the next question."""
    code = 'q = asked(); reply(id=q["id"], error="no index"); q = asked(); reply(id=q["id"], answer="x")'

    first, second = _ask(_target(tmp_path, code), "a", "b")

    assert (first.outcome, first.reason) == (AnswerOutcome.ERROR, "the application reported: no index")
    assert second.text == "x"


def test_a_command_that_does_not_exist_is_an_error_answer(tmp_path: Path) -> None:
    """The message names the command."""
    options = CommandOptions(name="app", command=("no-such-program",), folder=tmp_path)

    (answer,) = _ask(CommandTarget(options), "a")

    assert answer.outcome is AnswerOutcome.ERROR
    assert "'no-such-program' cannot be started" in answer.reason


def test_grandchildren_die_with_a_hanging_process(tmp_path: Path) -> None:
    """The whole group is killed, not only the process that we started."""
    code = """
    import subprocess
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    asked()
    open("child", "w").write(str(child.pid))
    time.sleep(600)
    """
    (answer,) = _ask(_target(tmp_path, code, timeout_s=0.5, start_timeout_s=1.5), "a")

    pid = int((tmp_path / "child").read_text())
    assert answer.outcome is AnswerOutcome.TIMED_OUT
    assert _ends(pid)


def test_a_cancelled_question_leaves_no_process_out_of_step(tmp_path: Path) -> None:
    """A row that was cut by its deadline never hands its late reply to the next question."""
    code = """
    while True:
        q = asked()
        time.sleep(1.0 if q["id"] == "slow" else 0)
        reply(id=q["id"], answer=q["id"])
    """
    target = _target(tmp_path, code)

    async def go() -> Answer:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(target.ask(Question(id="slow", text="?"), repeat=0), 0.4)
        try:
            return await target.ask(Question(id="quick", text="?"), repeat=0)
        finally:
            await target.close()

    assert asyncio.run(go()).text == "quick"


def test_processes_answer_side_by_side(tmp_path: Path) -> None:
    """With concurrency 2, two processes answer."""
    code = """
    while True:
        q = asked()
        time.sleep(0.3)
        reply(id=q["id"], answer=str(os.getpid()))
    """
    target = _target(tmp_path, code, concurrency=2)

    async def go() -> set[str]:
        try:
            asked = [target.ask(Question(id=str(n), text="?"), repeat=0) for n in range(4)]
            return {answer.text for answer in await asyncio.gather(*asked)}
        finally:
            await target.close()

    assert len(asyncio.run(go())) == 2


def test_the_application_sees_what_was_configured_and_not_our_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment is minimal; variables of ours stay ours."""
    monkeypatch.setenv("ASSAY_JUDGE_KEY", "secret-canary")
    monkeypatch.setenv("OPENAI_API_KEY", "secret-canary")
    code = 'q = asked(); reply(id=q["id"], answer=json.dumps(dict(os.environ)))'

    (answer,) = _ask(_target(tmp_path, code, environment={"APP_MODE": "test"}), "a")

    assert "secret-canary" not in answer.text
    assert '"APP_MODE": "test"' in answer.text


def test_values_of_the_environment_are_not_recorded(tmp_path: Path) -> None:
    """The spec names variables and never holds what is in them."""
    target = _target(tmp_path, "", environment={"TOKEN": "secret-canary"})

    assert "secret-canary" not in repr(target.spec)
    assert target.spec.options["environment"] == ["TOKEN"]


@pytest.mark.parametrize("package", ["evaluation", "reports", "assay"])
def test_a_users_package_may_carry_the_name_of_ours(tmp_path: Path, package: str) -> None:
    """A callable in a package named like one of ours is the user's own."""
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").write_text("WHO = 'theirs'\n")
    (tmp_path / package / "app.py").write_text(
        textwrap.dedent(
            f"""
            import {package}
            print("a print at import")
            def answer(question):
                print("a print while answering")
                return {{"answer": {package}.WHO + " " + question, "contexts": []}}
            """
        )
    )
    command = callable_command(f"{package}.app:answer")

    (answer,) = _ask(CommandTarget(CommandOptions(name="app", command=command, folder=tmp_path)), "hello")

    assert (answer.text, answer.contexts) == ("theirs hello", ())


@pytest.mark.parametrize(
    ("body", "outcome", "found"),
    [
        ("def answer(question): return 'plain'", AnswerOutcome.ANSWERED, "plain"),
        ("async def answer(question): return 'async'", AnswerOutcome.ANSWERED, "async"),
        ("def answer(question): raise KeyError('index')", AnswerOutcome.ERROR, "KeyError: 'index'"),
        ("def answer(question): return object()", AnswerOutcome.ERROR, "not JSON serializable"),
        ("def answer(question): return None", AnswerOutcome.UNPARSABLE, "'answer' holds None"),
        ("def other(question): return ''", AnswerOutcome.ERROR, "has no attribute 'answer'"),
        ("import no_such_module", AnswerOutcome.ERROR, "No module named 'no_such_module'"),
    ],
)
def test_a_function_may_answer_in_any_way(tmp_path: Path, body: str, outcome: AnswerOutcome, found: str) -> None:
    """Text, dict, awaitable or exception: each is one answer."""
    (tmp_path / "their_app.py").write_text(body)
    options = CommandOptions(name="app", command=callable_command("their_app:answer"), folder=tmp_path)

    (answer,) = _ask(CommandTarget(options), "hello")

    assert answer.outcome is outcome
    assert found in answer.text + answer.reason


def test_a_check_says_what_was_seen_and_what_it_means(tmp_path: Path) -> None:
    """An answer without contexts works, and the report says what will not be measured."""
    target = _target(tmp_path, 'q = asked(); reply(id=q["id"], answer="good")')

    async def go() -> tuple[bool, str]:
        report = await check_target(target, "hello")
        await target.close()
        return report.answered, "\n".join(report.saw)

    answered, saw = asyncio.run(go())
    assert answered
    assert "faithfulness will be not_applicable" in saw
    assert "'good'" in saw


def _ends(pid: int) -> bool:
    """Return whether the process is gone soon: a kill is asked for before it has happened."""
    for _ in range(100):
        if not _alive(pid):
            return True
        time.sleep(0.05)
    return False


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
