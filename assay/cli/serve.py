"""`assay serve`: the record over HTTP, for a team's programs."""

import os
from pathlib import Path
from typing import Annotated

import typer

from assay.app.server import Exposure, serve_command
from assay.app.workspace import Workspace
from assay.cli._output import say

__all__ = ["command"]


def command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for a free one.")] = 8787,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate with its chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The certificate's key, PEM.")] = None,
    behind_proxy: Annotated[bool, typer.Option("--behind-proxy", help="A proxy in front has the certificate.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the address as one JSON document.")] = False,
) -> None:
    """Serve this workspace's record to programs with tokens; Ctrl-C or SIGTERM ends it, requests finish.

    Example: assay serve --host 127.0.0.1 --port 8787
    """
    Workspace.find()
    exposure = Exposure(
        host=host, port=port, certificate=_whole(tls_cert), key=_whole(tls_key), behind_proxy=behind_proxy
    )
    arguments, environment = serve_command(exposure, as_json=as_json)
    say("starting the server; Ctrl-C ends it")
    os.execve(arguments[0], arguments, environment)  # noqa: S606  it takes our place: one process, and its signals


def _whole(path: Path | None) -> Path | None:
    return None if path is None else path.absolute()
