"""`assay doctor`: what is here, what is missing, and the command that mends it."""

from typing import Annotated

import typer

from assay.app.doctor import CheckState, diagnose
from assay.cli._output import emit_json, say, show_table

__all__ = ["command"]

_BROKEN = {CheckState.MISSING, CheckState.PROBLEM}


def command(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """Say what is installed, pulled and reachable, and what to type for what is missing.

    Ends with 0 when nothing is missing, else with 2. Example: assay doctor
    """
    checks = list(diagnose())
    broken = [check for check in checks if check.state in _BROKEN]
    if as_json:
        emit_json({"checks": [vars(check) for check in checks], "ready": not broken})
    else:
        show_table(["check", "state", "found", "to mend it"], [(c.name, c.state, c.found, c.fix) for c in checks])
        say(f"{len(broken)} of {len(checks)} checks need you" if broken else "everything is in place")
    if broken:
        raise typer.Exit(2)
