"""`assay dashboard`: the pages, for one person on this machine, or for a team that signs in."""

import signal
import webbrowser
from contextlib import suppress
from typing import Annotated

import typer

from assay.app.dashboard import HOST, address, check_reach, free_port, serving
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show
from assay.kernel import UnavailableError

__all__ = ["command"]


def command(
    host: Annotated[str, typer.Option(help="Address to listen on; another than this takes sign-in.")] = HOST,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on; else a free one.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the address as one JSON document.")] = False,
) -> None:
    """Open the pages in a browser; a store's one user sees them on this machine, a team signs in.

    Example: assay dashboard --no-browser
    """
    workspace = Workspace.find()
    check_reach(workspace, host)
    sign_in = workspace.settings.sign_in
    chosen = free_port(port or (sign_in.own_port if sign_in else None), host)
    url = sign_in.origin if sign_in else address(chosen, host)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the server ends with us, however we are ended
    say("starting the pages; Ctrl-C ends them")
    with suppress(KeyboardInterrupt), serving(workspace, chosen, host) as process:
        say("people of the team sign in" if sign_in else "single user: no log-in, not four eyes")
        if as_json:
            emit_json({"url": url, "pid": process.pid})
        else:
            show(url)
        if not no_browser:
            webbrowser.open(url)
        if process.wait():
            raise UnavailableError("the dashboard ended by itself", hint="`assay doctor` says what is missing")
