"""The `assay` command: finds the command that was typed, loads its module alone, and turns errors into words.

Rules of this place: exit 0 pass or ok · 1 fail · 2 wrong usage, configuration or input · 3 cannot decide. A defect of
ours ends with 3, so that it can never be read as a verdict.
"""

import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Final

import typer

from assay import __version__
from assay.app.privacy import silence_telemetry
from assay.cli._output import emit_json, say
from assay.kernel import AssayError

__all__ = ["COMMANDS", "build_app", "main"]

# name → first line of its help; the module is assay.cli.<name>, loaded only when the name is typed.
COMMANDS: Final = {
    "init": "Write an assay.yaml that works as it is.",
    "demo": "Measure and gate two versions of a real application.",
    "doctor": "Say what is missing, and what to type for it.",
    "models": "Pull, list and verify model weights.",
    "corpus": "Read documents into sections and passages.",
    "questions": "Generate, import, list and export questions.",
    "targets": "Try the application under test.",
    "run": "Ask, judge, and keep the run log.",
    "runs": "List, show, export, compare and ingest runs.",
    "gate": "Decide a release: pass, fail or inconclusive.",
    "report": "Build documents for people.",
    "dashboard": "Open the pages in a browser, on this machine only.",
    "risks": "Show the 55 risks and the controls mapped to them.",
    "ledger": "Show, verify and prove the tamper-evident log.",
    "mlflow": "Mirror results to MLflow.",
}


def build_app(name: str | None) -> typer.Typer:
    """Return the application with the module of `name` loaded, and every other command as a line of the help."""
    app = typer.Typer(
        name="assay",
        help="Measure a generative-AI application, keep the record, decide whether it may ship.",
        no_args_is_help=True,
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
    silence_telemetry()
    arguments = sys.argv[1:]
    name = next((argument for argument in arguments if not argument.startswith("-")), None)
    sys.exit(_guarded(lambda: build_app(name)(args=arguments, prog_name="assay"), as_json="--json" in arguments))


def _guarded(call: Callable[[], object], *, as_json: bool) -> int:
    try:
        call()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2 * bool(stop.code)
    except AssayError as error:
        return _report(error.message, error.hint, error.exit_code, as_json=as_json)
    except KeyboardInterrupt:
        return _report("stopped by Ctrl-C", "the same command goes on where it stopped", 130, as_json=as_json)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  the outermost border: a defect becomes words and exit 3
        if os.environ.get("ASSAY_DEBUG"):
            traceback.print_exc()
        hint = "this is a defect of Assay; set ASSAY_DEBUG=1, run it again and send us what it prints"
        return _report(f"{type(error).__name__}: {error}", hint, 3, as_json=as_json)
    return 0


def _report(message: str, hint: str, code: int, *, as_json: bool) -> int:
    say(f"error: {message}" + (f"\n  hint: {hint}" if hint else ""))
    if as_json:
        emit_json({"error": message, "hint": hint, "exit_code": code})
    return code


def _attach(app: typer.Typer, command: str, summary: str) -> None:
    module = import_module(f"assay.cli.{command}")
    if hasattr(module, "app"):
        app.add_typer(module.app, name=command, help=summary)
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
