"""What is read over the API: documents, the ledger, systems, approvals, and verification."""

import base64
import json
from pathlib import Path

import pytest

from assay.kernel import digest_bytes
from governance.verifier import LedgerVerdict, verify_consistency, verify_proof
from tests.server.served import Server, run_log


@pytest.fixture(scope="module")
def pushed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Push a run and return its id."""
    answer = server.with_token("service").push(run_log(tmp_path_factory.mktemp("logs"), "run-read"))
    assert answer.status == 201, answer.body
    return "run-read"


def test_a_document_is_built_and_handed_out_as_it_was_recorded(server: Server, pushed: str) -> None:
    """Its bytes have the recorded digest, and that they left is an entry with the caller in it."""
    auditor = server.with_token("auditor")
    report = auditor.ask("POST", "/v1/reports", {"run": pushed, "format": "md"}).json
    before = auditor.ask("GET", "/v1/ledger/checkpoint").json["size"]
    answer = auditor.ask("GET", f"/v1/documents/{report['id']}")
    assert answer.status == 200, answer.body
    assert digest_bytes(answer.body) == report["digest"] == answer.headers["digest-recorded"]
    assert answer.headers["content-type"].startswith("text/markdown")
    assert answer.headers["content-disposition"].startswith("attachment; ")
    with server.team.record() as record:
        (entry,) = record.entries(first=before, limit=5)
    assert (entry.action, entry.subject.digest, entry.actor.role) == ("export.made", report["digest"], "auditor")
    assert entry.details["kind"] == "document"


def test_a_later_document_does_not_take_the_place_of_an_earlier_one(server: Server, pushed: str) -> None:
    """Both are handed out; one whose file was changed is refused, one whose file is gone is not there."""
    auditor = server.with_token("auditor")
    first = auditor.ask("POST", "/v1/reports", {"run": pushed, "format": "html"}).json
    server.with_token("service").ask("POST", "/v1/decisions", {"run": pushed})
    second = auditor.ask("POST", "/v1/reports", {"run": pushed, "format": "html"}).json
    assert first["digest"] != second["digest"]
    for one in (first, second):
        assert digest_bytes(auditor.ask("GET", f"/v1/documents/{one['id']}").body) == one["digest"]
    file = server.team.workspace.reports_dir / f"evaluation-{pushed}-{first['digest'][7:19]}.html"
    file.write_text("changed", encoding="utf-8")
    assert auditor.ask("GET", f"/v1/documents/{first['id']}").status == 409
    file.unlink()
    assert auditor.ask("GET", f"/v1/documents/{first['id']}").status == 404
    assert auditor.ask("GET", f"/v1/reports/{first['id']}").status == 200


def test_a_viewer_reads_and_takes_nothing_out(server: Server, pushed: str) -> None:
    """A document is an export: 403, and there is no entry."""
    report = server.with_token("auditor").ask("POST", "/v1/reports", {"run": pushed, "format": "json"}).json
    viewer = server.with_token("viewer")
    assert viewer.ask("GET", f"/v1/reports/{report['id']}").json == report
    before = viewer.ask("GET", "/v1/ledger/checkpoint").json["size"]
    answer = viewer.ask("GET", f"/v1/documents/{report['id']}")
    assert answer.status == 403
    assert "export:make" in answer.json["detail"]
    assert viewer.ask("GET", "/v1/ledger/checkpoint").json["size"] == before


def test_an_entry_is_proved_to_somebody_who_holds_the_key(server: Server, pushed: str) -> None:
    """The proof of a run's entry is checked without the store, against the checkpoint that was kept."""
    ci = server.with_token("service")
    entry = ci.ask("GET", f"/v1/runs/{pushed}").json["entry"]
    kept = ci.ask("GET", "/v1/ledger/checkpoint").json
    proof = ci.ask("GET", f"/v1/ledger/proofs/{entry}")
    assert proof.status == 200, proof.body
    result = verify_proof(proof.body, vkey=kept["vkey"], trusted=[kept["checkpoint"]])
    assert result.verdict is LedgerVerdict.OK, result


def test_the_ledger_is_proved_to_continue_a_checkpoint(server: Server, pushed: str) -> None:
    """The path leads from the root that was kept to the root now; a size that is still to come is refused."""
    ci = server.with_token("service")
    kept = ci.ask("GET", "/v1/ledger/checkpoint").json
    ci.ask("POST", "/v1/decisions", {"run": pushed})
    answer = ci.ask("GET", f"/v1/ledger/consistency?from={kept['size']}").json
    new_root = base64.b64decode(answer["checkpoint"].split("\n")[2])
    path = [base64.b64decode(one) for one in answer["path"]]
    old_root = base64.b64decode(kept["root"])
    assert verify_consistency(kept["size"], old_root, answer["size"], new_root, path)
    assert ci.ask("GET", "/v1/ledger/consistency?from=4711").status == 422


def test_entries_of_the_whole_store_are_not_for_the_token_of_one_system(server: Server, pushed: str) -> None:
    """People, grants and tokens stay away; those of the system are there, and a proof of another is not."""
    ci = server.with_token("service")
    page = ci.ask("GET", "/v1/ledger/entries?limit=1000").json
    actions = {one["action"] for one in page["entries"]}
    assert {"run.ingested", "system.registered"} <= actions
    assert not {one for one in actions if one.partition(".")[0] in {"person", "role", "token", "workspace"}}
    assert server.with_token("other").ask("GET", "/v1/ledger/entries?limit=1000").json["entries"] == []
    seq = ci.ask("GET", f"/v1/runs/{pushed}").json["entry"]
    assert server.with_token("other").ask("GET", f"/v1/ledger/proofs/{seq}").status == 404
    assert ci.ask("GET", "/v1/ledger/proofs/0").status == 404


def test_verification_answers_with_the_verdict_and_its_exit_code(server: Server) -> None:
    """What it found is for those who may read the whole store."""
    answer = server.with_token("service").ask("POST", "/v1/verify?fast=true")
    assert answer.status == 200, answer.body
    assert (answer.json["verdict"], answer.json["exit_code"]) == ("ok", 0)
    assert answer.json["findings"] is None


def test_approval_is_asked_for_by_a_token_and_answered_by_none(server: Server, pushed: str) -> None:
    """The request is pending; there is no address to answer it at, and no one of another system sees it."""
    ci, other = server.with_token("service"), server.with_token("other")
    asked = {"subject_type": "run", "subject": pushed, "comment": "please look"}
    answer = ci.ask("POST", "/v1/approvals", asked)
    assert answer.status == 201, answer.body
    assert answer.json["state"] == "pending"
    assert answer.json["id"] in {one["id"] for one in ci.ask("GET", "/v1/approvals").json["approvals"]}
    assert b"please look" not in ci.ask("GET", "/v1/approvals").body
    assert other.ask("GET", "/v1/approvals").json == {"approvals": []}
    assert other.ask("POST", "/v1/approvals", asked).status == 404
    for method in ("POST", "PUT", "PATCH"):
        assert ci.ask(method, f"/v1/approvals/{answer.json['id']}/answer", {}).status in {404, 405}
    stale = {**asked, "subject_digest": "sha256:" + "0" * 64}
    assert ci.ask("POST", "/v1/approvals", stale).status == 422


def test_systems_are_those_that_one_may_read(server: Server, pushed: str) -> None:
    """Each has the entry that registered it."""
    assert pushed
    (found,) = server.with_token("viewer").ask("GET", "/v1/systems").json["systems"]
    assert found["id"] == "default"
    assert server.with_token("other").ask("GET", "/v1/systems").json == {"systems": []}


def test_the_description_loads_nothing_and_names_no_version(server: Server) -> None:
    """OpenAPI 3.1 without a page; no answer has a banner."""
    answer = server.ask("GET", "/openapi.json")
    document = answer.json
    assert document["openapi"].startswith("3.1")
    assert document["info"]["version"] == "1"
    assert "server" not in answer.headers
    assert "https://" not in json.dumps(document).replace("https://spec.openapis.org", "")
    for page in ("/docs", "/redoc"):
        assert server.ask("GET", page).status == 404


def test_health_needs_no_token_and_tells_no_more(server: Server) -> None:
    """Whether it lives, and whether store, key and disk work."""
    assert server.ask("GET", "/healthz").json == {"alive": True}
    assert server.ask("GET", "/readyz").json == {"ready": True, "store": True, "key": True, "disk": True}


def test_readiness_notices_that_the_key_is_gone(server: Server, surroundings: Path) -> None:
    """503 while it is away, 200 when it is back."""
    (key,) = (surroundings / "keys").rglob("signing.key")
    away = key.with_name("away")
    key.rename(away)
    try:
        answer = server.ask("GET", "/readyz")
    finally:
        away.rename(key)
    assert (answer.status, answer.json["key"]) == (503, False)
    assert server.ask("GET", "/readyz").status == 200
