"""The `assay` command: finds the command that was typed, loads its module alone, and turns errors into words.

Rules of this place: exit 0 pass or ok · 1 fail · 2 wrong usage, configuration or input · 3 cannot decide. A defect of
ours ends with 3, so that it can never be read as a verdict.
"""

import errno
import gc
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Final

import typer
from typer.main import get_command

from assay import __version__
from assay.app.privacy import silence_telemetry
from assay.cli._help import Group
from assay.cli._output import discard, emit_json, say
from assay.kernel import AssayError

__all__ = ["COMMANDS", "build_app", "main"]

# name → first line of its help; the module is assay.cli.<name>, loaded only when the name is typed.
COMMANDS: Final = {
    "init": "Write an assay.yaml that works as it is.",
    "demo": "Measure and gate two versions of a real application.",
    "doctor": "Say what is missing, and what to type for it.",
    "models": "Pull, list and verify model weights.",
    "systems": "Describe the AI systems that are governed.",
    "corpus": "Read documents into sections and passages.",
    "questions": "Generate, import, list and export questions.",
    "targets": "Try the application under test.",
    "run": "Ask, judge, and keep the run log.",
    "scan": "Read rows for toxicity, personal data, injection and keywords.",
    "metrics": "Show what can be measured.",
    "runs": "List, show, export, compare and ingest runs.",
    "judges": "List judges, and hold them against people's labels.",
    "review": "Hand rows of a run to people, and take their labels back.",
    "policies": "Register gate policies before they decide.",
    "gate": "Decide a release: pass, fail or inconclusive.",
    "releases": "Lead a candidate from a draft into use, with four eyes.",
    "report": "Build documents for people.",
    "serve": "Serve the record to programs with tokens.",
    "dashboard": "Open the pages in a browser, for one user or a team.",
    "export": "Hand the record to other tools.",
    "lineage": "Follow evidence from a document to a report and back.",
    "risks": "Show the 55 risks with their controls and status, and rate them.",
    "controls": "Show what proves a control; attest or waive one.",
    "actions": "List, open and close corrective actions.",
    "act": "Show dates, classes and duties of the EU AI Act.",
    "monitor": "Show and settle alerts.",
    "incidents": "Open, declare, report and close incidents.",
    "retention": "Say how long what is kept, hold it, and list what was erased.",
    "evidence": "Hand in, import, accept, return and request evidence.",
    "approvals": "Ask for approval and answer with four eyes.",
    "ledger": "Show, verify and prove the tamper-evident log.",
    "store": "Migrate, back up and restore the store.",
    "users": "Say who belongs to the team, and grant and revoke roles.",
    "tokens": "Issue, list and revoke tokens for programs.",
    "mlflow": "Mirror results to MLflow, and keep its models and our releases together.",
}


_STDOUT: Final = 1
_STDERR: Final = 2
_FEW_COLLECTIONS: Final = (100_000, 20, 100)
_USAGE: Final = 2
_UNKNOWN: Final = 3
_INTERRUPTED: Final = 130
# Files of ours are opened with errors of their own; what comes without a name is stdout.
_REFUSED_WRITES: Final = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EBADF, errno.EIO})


def build_app(name: str | None) -> typer.Typer:
    """Return the application with the module of `name` loaded, and every other command as a line of the help."""
    app = typer.Typer(
        name="assay",
        cls=Group,
        help="Measure a generative-AI application, keep the record, decide whether it may ship.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    )
    app.callback()(_root)
    for command, summary in COMMANDS.items():
        if command == name:
            _attach(app, command, summary)
        else:
            app.command(command, help=summary)(_not_loaded)
    return app


def main() -> None:
    """Run the command line and exit."""
    # Start-up makes hundreds of thousands of objects that live to the end: looking for circles among them costs a
    # sixth of it.
    gc.set_threshold(*_FEW_COLLECTIONS)
    _keep_streams()
    silence_telemetry()
    arguments = sys.argv[1:]
    name = next((argument for argument in arguments if not argument.startswith("-")), None)
    code = _guarded(lambda: _called(build_app(name), arguments), as_json="--json" in arguments)
    # What is left belongs to the system in a moment: the interpreter's last look for circles costs a quarter of a
    # short command. What has to end well has a context, or is registered with `atexit`.
    gc.freeze()
    sys.exit(code)


def _keep_streams() -> None:
    """Give the number of a stream that was closed to nothing else: a store opened as number 1 would be written into."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is this one. A message may be lost; writing a result must fail.
            os.open(os.devnull, os.O_WRONLY if number == _STDERR else os.O_RDONLY)
    sys.stdout = sys.stdout or open(_STDOUT, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  until the end
    sys.stderr = sys.stderr or open(_STDERR, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _called(app: typer.Typer, arguments: list[str]) -> None:
    """Call the command without typer's own ending, which answers an unread pipe with 1 and Ctrl-C without a word."""
    command = get_command(app)
    with command.make_context("assay", arguments or ["--help"]) as context:
        command.invoke(context)


def _guarded(call: Callable[[], object], *, as_json: bool) -> int:
    code = 0
    try:
        try:
            call()
        except typer.Exit as stop:
            code = stop.exit_code
        sys.stdout.flush()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2 * bool(stop.code)
    except BrokenPipeError:  # the reader has left: no verdict reached anyone, and no word would
        discard(_STDOUT)
        return _UNKNOWN
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the outermost border
        return _report(*_words(error), as_json=as_json)
    return code


def _words(error: BaseException) -> tuple[str, str, int]:
    """Return what happened, what to type next, and the exit code."""
    if isinstance(error, AssayError):
        return error.message, error.hint, error.exit_code
    if isinstance(error, typer.TyperException):
        context = getattr(error, "ctx", None)
        return error.format_message(), f"{context.command_path if context else 'assay'} --help", _USAGE
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return "stopped by Ctrl-C", "the same command goes on where it stopped", _INTERRUPTED
    if isinstance(error, OSError) and error.filename is None and error.errno in _REFUSED_WRITES:
        discard(_STDOUT)
        return f"cannot write the result: {error.strerror}", "free space, or send stdout elsewhere", _UNKNOWN
    if os.environ.get("ASSAY_DEBUG"):
        traceback.print_exception(error)
    hint = "this is a defect of Assay; set ASSAY_DEBUG=1, run it again and send us what it prints"
    return f"{type(error).__name__}: {error}", hint, _UNKNOWN


def _report(message: str, hint: str, code: int, *, as_json: bool) -> int:
    if message.startswith("Usage: "):  # a group without a command is answered with its help
        say(message)
        return code
    say(f"error: {message}" + (f"\n  hint: {hint}" if hint else ""))
    if as_json:
        try:
            emit_json({"error": message, "hint": hint, "exit_code": code})
        except OSError:
            discard(_STDOUT)
    return code


def _attach(app: typer.Typer, command: str, summary: str) -> None:
    module = import_module(f"assay.cli.{command}")
    if hasattr(module, "app"):
        app.add_typer(module.app, name=command, cls=Group, help=summary)
    else:
        app.command(command)(module.command)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"assay {__version__}")
        raise typer.Exit


def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def _not_loaded() -> None:
    raise AssertionError("a command that was not typed cannot run")


if __name__ == "__main__":
    main()
