"""A time-stamping authority of RFC 3161 for tests: `openssl ts` behind an HTTP server on this machine."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

__all__ = ["Authority", "running_authority"]

_CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
_EXTENSIONS = "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=critical,timeStamping\n"


class Authority:
    """Keys and certificates of an authority, and what it answers."""

    def __init__(self, folder: Path) -> None:
        """Make a root, and a certificate for time stamping under it."""
        self.folder = folder
        self.queries = 0
        self.reply: bytes | None = None  # instead of an honest answer
        folder.mkdir()
        (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder), encoding="utf-8")
        (folder / "extensions").write_text(_EXTENSIONS, encoding="utf-8")
        (folder / "serial").write_text("01\n", encoding="utf-8")
        new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        self._openssl(*new, "-x509", "-days", "30", "-subj", "/CN=root", "-keyout", "root.key", "-out", "root.pem")
        self._openssl(*new, "-subj", "/CN=tsa", "-keyout", "tsa.key", "-out", "tsa.csr")
        sign = ("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial")
        self._openssl(*sign, "-days", "30", "-extfile", "extensions", "-out", "tsa.pem")

    @property
    def root(self) -> Path:
        """The certificate that its tokens are signed under."""
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """Return a time-stamp response."""
        self.queries += 1
        if self.reply is not None:
            return self.reply
        (self.folder / "query").write_bytes(query)
        self._openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply")
        return (self.folder / "reply").read_bytes()

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True, timeout=60)


@contextmanager
def running_authority(authority: Authority) -> Iterator[str]:
    """Serve it; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
