"""`python -m assay.server`: what `assay serve` becomes; the workspace is the one of the folder it starts in."""

import argparse
import json
import sys
from pathlib import Path

from assay.app.privacy import silence_telemetry
from assay.app.server import Exposure, serving_record
from assay.app.workspace import Workspace
from assay.kernel import AssayError
from assay.server._application import build_application
from assay.server._listening import bind, listen
from assay.server._logs import log_to_stderr


def main() -> int:
    """Serve until told to end; return the exit code."""
    options = _options()
    exposure = Exposure(
        host=options.host,
        port=options.port,
        certificate=options.tls_cert,
        key=options.tls_key,
        behind_proxy=options.behind_proxy,
    )
    silence_telemetry()
    try:
        _serve(exposure, as_json=options.json)
    except AssayError as error:
        hint = f"\n  hint: {error.hint}" if error.hint else ""
        sys.stderr.write(f"error: {error.message}{hint}\n")
        if options.json:
            sys.stdout.write(json.dumps({"error": {"message": error.message, "hint": error.hint}}) + "\n")
        return error.exit_code
    return 0


def _serve(exposure: Exposure, *, as_json: bool) -> None:
    with serving_record(Workspace.find(), exposure) as served, bind(exposure) as taken:
        scheme = "http" if exposure.certificate is None else "https"
        host = f"[{exposure.host}]" if ":" in exposure.host else exposure.host
        url = f"{scheme}://{host}:{taken.getsockname()[1]}"
        sys.stderr.write("".join(f"note: {line}\n" for line in served.access.notes()))
        sys.stdout.write((json.dumps({"url": url}) if as_json else url) + "\n")
        sys.stdout.flush()
        log_to_stderr()
        listen(
            build_application(served, behind_proxy=exposure.behind_proxy, is_tls=exposure.certificate is not None),
            taken,
            exposure,
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="assay serve")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--tls-cert", type=Path)
    parser.add_argument("--tls-key", type=Path)
    parser.add_argument("--behind-proxy", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
