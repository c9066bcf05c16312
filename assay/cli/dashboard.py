"""`assay dashboard`: the pages, for one person on this machine."""

import signal
import webbrowser
from contextlib import suppress
from typing import Annotated

import typer

from assay.app.dashboard import address, free_port, serving
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show
from assay.kernel import UnavailableError

__all__ = ["command"]


def command(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on; else a free one.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the address as one JSON document.")] = False,
) -> None:
    """Open the pages in a browser; bound to 127.0.0.1, for a single user.

    Example: assay dashboard --no-browser
    """
    workspace = Workspace.find()
    chosen = free_port(port)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the server ends with us, however we are ended
    say("starting the pages; Ctrl-C ends them")
    with suppress(KeyboardInterrupt), serving(workspace, chosen) as process:
        say("single user: no log-in, not four eyes")
        if as_json:
            emit_json({"url": address(chosen), "pid": process.pid})
        else:
            show(address(chosen))
        if not no_browser:
            webbrowser.open(address(chosen))
        if process.wait():
            raise UnavailableError("the dashboard ended by itself", hint="`assay doctor` says what is missing")
