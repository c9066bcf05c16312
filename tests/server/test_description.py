"""The API as it describes itself, tried by schemathesis: with a token, and without."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from assay.server._application import build_api
from tests.server.served import Server, run_log

pytestmark = pytest.mark.soak


@schemathesis.serializer("application/gzip", "application/x-tar")
def as_it_is(_context: object, value: object) -> bytes:
    """Send what was made up for a run log."""
    return value if isinstance(value, bytes) else repr(value).encode()


described = schemathesis.openapi.from_dict(build_api(None).openapi())
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
CHECKS_OF_RIGHTS = (ignored_auth, unsupported_method)
SLOW = "/v1/verify"


@pytest.fixture(scope="module")
def filled(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Give the server something to show, and a generous caller."""
    ci = server.with_token("service")
    assert ci.push(run_log(tmp_path_factory.mktemp("logs"), "0")).status == 201  # an id that is soon guessed
    assert ci.ask("POST", "/v1/decisions", {"run": "0"}).status == 200
    assert ci.ask("POST", "/v1/reports", {"run": "0"}).status == 201
    return ci


@described.exclude(path=SLOW).parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_request_makes_a_server_error(case: schemathesis.Case[Any], filled: Server) -> None:
    """Whatever the description allows, and what it does not: answers as described, never a 5xx."""
    case.call_and_validate(
        base_url=filled.url, headers={"Authorization": f"Bearer {filled.token}"}, checks=[*CHECKS, *CHECKS_OF_RIGHTS]
    )


@described.include(path_regex="^/v1/").parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_without_a_token_whatever_is_sent_is_refused(case: schemathesis.Case[Any], server: Server) -> None:
    """401, as a problem."""
    answer = case.call(base_url=server.url, headers={"Authorization": ""})
    assert answer.status_code == 401
    assert answer.headers["content-type"][0] == "application/problem+json"
