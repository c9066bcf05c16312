"""Who handed a run in: what the record saw, not what the log says; a policy may demand a service account."""

from pathlib import Path

import pytest

from governance.gate import Policy
from tests.server.served import POLICY, Server, make_team, run_log, running

STRICT = POLICY.replace("judge_card: optional", "judge_card: optional, origin: ci")


def test_a_policy_that_demands_nothing_more_keeps_its_digest() -> None:
    """What was fixed before the demand existed still fits; the demand makes it another policy."""
    assert "origin" not in Policy.parse(POLICY).as_json()["expect"]  # type: ignore[operator]  # an object
    assert Policy.parse(STRICT).digest != Policy.parse(POLICY).digest


def test_whoever_pushed_is_what_the_record_holds(server: Server, tmp_path: Path) -> None:
    """The token of a service account is `ci`, an engineer's is `person`; the log says the same of both."""
    for role, origin in {"service": "ci", "engineer": "person"}.items():
        one = server.with_token(role)
        assert one.push(run_log(tmp_path, f"run-by-{role}")).status == 201
        assert one.ask("GET", f"/v1/runs/run-by-{role}").json["origin"] == origin


@pytest.mark.soak
def test_a_policy_demands_a_service_account(surroundings: Path, tmp_path: Path) -> None:
    """A run that a person handed in is inconclusive under it, by that rule; the service account's passes the rule."""
    own = make_team(surroundings / "strict")
    (own.root / "gate.yaml").write_text(STRICT, encoding="utf-8")
    with running(own) as server:
        found = {}
        for role in ("service", "engineer"):
            one = server.with_token(role)
            one.push(run_log(tmp_path, f"run-{role}"))
            decision = one.ask("POST", "/v1/decisions", {"run": f"run-{role}"}).json
            (found[role],) = [rule for rule in decision["results"] if rule["rule"] == "run.origin"]
    assert found["service"]["outcome"] == "pass"
    assert found["engineer"]["outcome"] == "inconclusive"
    assert "a person handed it in" in found["engineer"]["reason"]
