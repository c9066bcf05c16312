"""What the filter must not do: log what it reads, open a connection, import what it does not need."""

import logging
import socket
import subprocess
import sys
from typing import NoReturn

import pytest

from evaluation.filters import FilterOutcome
from evaluation.filters.pii import build
from evaluation.filters.pii._candidates import Candidate
from evaluation.filters.pii._filter import PiiFilter
from tests.evaluation.filters.pii.conftest import built, scan

SECRETS = ["jo@example.org", "4111 1111 1111 1111", "ES91ZZ00 0418 4502 0005 1332", "12 Example Street", "123-45-6789"]


def test_nothing_that_was_read_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Not even by libraries at the lowest level."""
    caplog.set_level(logging.DEBUG)

    scan(built(), [f"iban {secret} employee passport" for secret in SECRETS])

    assert not [secret for secret in SECRETS if secret in caplog.text]


def test_presidios_loggers_are_silent() -> None:
    """Some of its recognisers write what they read into the log when they fail."""
    built()

    assert logging.getLogger("presidio-analyzer").disabled
    assert logging.getLogger("decision_process").disabled


def test_no_connection_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses of mail and of the web are recognised without asking anybody."""

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    results = scan(built(), ["jo@example.org http://example.org +44 20 7946 0958"])

    assert [len(result.findings) for result in results] == [3]


@pytest.mark.parametrize("module", ["evaluation.filters", "evaluation.filters.pii"])
def test_presidio_is_not_imported_before_a_filter_is_built(module: str) -> None:
    """A command that scans nothing does not wait for it."""
    program = f"import sys, {module}; print([name for name in ('presidio_analyzer', 'spacy') if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


class _Broken:
    """A reader that fails on one text and says what it read."""

    def read(self, texts: list[str]) -> list[list[Candidate]]:
        if "bad" in texts:
            raise ValueError("bad secret text")
        return [[] for _ in texts]


def test_a_recogniser_that_fails_is_an_error_of_its_text_alone() -> None:
    """The reason names the kind of error and quotes nothing."""
    results = scan(PiiFilter(built().spec, _Broken()), ["good", "bad", "good"])  # type: ignore[arg-type]  # a list is given

    assert [result.outcome for result in results] == [FilterOutcome.SCORED, FilterOutcome.ERROR, FilterOutcome.SCORED]
    assert results[1].reason == "a recogniser failed with ValueError"


def test_build_is_the_door() -> None:
    """The registry calls what the package shows."""
    assert build.__module__.startswith("evaluation.filters.pii")
