"""What `assay gate` leaves on the disk: no pass survives, and an attestation is verified by other tools."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jsonschema import Draft4Validator
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]  # exported without __all__

from assay.app.gate import Asked, GateOutputs, gate_run
from assay.kernel import CannotDecideError, SystemClock, digest_bytes
from governance.ledger import Verifier
from governance.releases import ReleaseDraft
from governance.systems import Part
from tests.governance.gate.scenes import BASE, Scene, begin_scene
from tests.governance.samples import ME
from tests.reports.gate.test_sarif import SCHEMA

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
FILES = ("gate.md", "gate.xml", "gate.sarif", "gate.intoto.json")
OUTPUTS = ("--markdown", FILES[0], "--junit", FILES[1], "--sarif", FILES[2], "--attestation", FILES[3])


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Return a workspace whose run passes."""
    return begin_scene(tmp_path / "workspace")


def predicate(scene: Scene, public: Ed25519PublicKey) -> dict[str, object]:
    """Return what the attestation says, verified by securesystemslib."""
    read = Envelope.from_dict(json.loads((scene.root / FILES[3]).read_bytes()))
    read.verify([SSlibKey.from_crypto(public)], 1)
    return dict(json.loads(read.payload)["predicate"])


def test_an_attestation_is_signed_by_the_ledgers_key_and_is_an_entry(scene: Scene) -> None:
    """Whoever has the log's public key verifies it without us."""
    ended = scene.gate("--run", "run-1", *OUTPUTS)

    with scene.record() as record:
        public = Ed25519PublicKey.from_public_bytes(Verifier.parse(record.vkey).public)
        entries = [one.subject.digest for one in record.entries() if one.action == "export.made"]
    assert ended.code == 0, ended
    assert predicate(scene, public)["result"] == "PASSED"
    assert entries == [digest_bytes((scene.root / FILES[3]).read_bytes())]


def test_a_key_of_the_users_signs_where_it_is_named(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a file, or out of the environment as CI systems hand secrets over."""
    pem = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (scene.root / "key.pem").write_bytes(pem)
    monkeypatch.setenv("ATTESTATION_KEY", pem.decode())

    for key in ("key.pem", "file:key.pem", "env:ATTESTATION_KEY"):
        assert scene.gate("--run", "run-1", "--attestation", FILES[3], "--attestation-key", key).code == 0
        assert predicate(scene, PRIVATE.public_key())["result"] == "PASSED"


@pytest.mark.parametrize(
    ("policy", "options", "code"),
    [
        (BASE.replace("20}", "2000}"), (), 3),
        (BASE.replace("rules:", "rulse:"), (), 2),
        (None, (), 3),
        (BASE, ("--attestation-key", "absent.pem"), 2),
    ],
    ids=["undecided", "malformed policy", "absent policy", "absent key"],
)
def test_no_pass_survives_a_gate_that_does_not_pass(
    scene: Scene, policy: str | None, options: tuple[str, ...], code: int
) -> None:
    """Files of the decision before are gone, whatever stops this one."""
    assert scene.gate("--run", "run-1", *OUTPUTS).code == 0
    if policy is None:
        (scene.root / "gate.yaml").unlink()
    else:
        scene.write(policy)

    ended = scene.gate("--run", "run-1", *OUTPUTS, *options)

    assert ended.code == code, ended
    assert {name for name in FILES if (scene.root / name).exists()} == (set(FILES) if code == 3 and policy else set())
    if (scene.root / FILES[3]).exists():
        statement = json.loads((scene.root / FILES[3]).read_bytes())["payload"]
        assert json.loads(base64.b64decode(statement))["predicate"]["result"] == "FAILED"
        assert (scene.root / FILES[0]).read_text(encoding="utf-8").startswith("## Blocked")


def test_without_a_store_an_attestation_needs_a_key(scene: Scene, tmp_path: Path) -> None:
    """On a CI runner there is no ledger whose key could sign; the reader is told which option names one."""
    log = scene.log("run-9")
    bare = Scene(tmp_path / "runner")
    bare.root.mkdir()
    bare.write(BASE)
    options = ("--run", str(log.directory), "--policy", "gate.yaml")

    refused = bare.gate(*options, "--attestation", FILES[3])

    assert refused.code == 3
    assert "--attestation-key FILE" in refused.said
    assert not (bare.root / FILES[3]).exists()


def test_no_pass_survives_a_gate_without_a_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing names one, nothing is decided, and the file of an earlier decision is gone."""
    monkeypatch.chdir(tmp_path)
    old = tmp_path / FILES[0]
    old.write_text("passed", encoding="utf-8")

    with pytest.raises(CannotDecideError, match="no policy was named"):
        gate_run(
            Asked(run="run-1"), policy=None, outputs=GateOutputs(markdown=old), workspace=None, now=SystemClock().now()
        )

    assert not old.exists()


def test_all_documents_carry_the_same_facts(scene: Scene) -> None:
    """JSON, SARIF, JUnit and Markdown name the same rule, line and next step."""
    scene.under(BASE.replace("20}", "2000}"))

    ended = scene.gate("--run", scene.run("run-2"), *OUTPUTS)

    document = json.loads(ended.said.strip().split("\n")[-1])
    sarif = json.loads((scene.root / FILES[2]).read_text(encoding="utf-8"))
    Draft4Validator(SCHEMA).validate(sarif)
    (found,) = sarif["runs"][0]["results"]
    (blocking,) = [one for one in document["results"] if one["outcome"] != "pass"]
    region = found["locations"][0]["physicalLocation"]["region"]
    assert (found["ruleId"], region["startLine"]) == (blocking["rule"], blocking["line"]) == ("run.questions", 6)
    assert blocking["next"] == "assay questions generate --count N"
    assert document["spent"]["calls"] > 0
    assert document["blocked"] is True
    for name in FILES[:2]:
        assert blocking["next"] in (scene.root / name).read_text(encoding="utf-8")


def test_what_a_release_is_made_of_is_what_is_attested(scene: Scene) -> None:
    """Its manifest comes first, then run, application and the parts that have a digest."""
    parts = (Part(name="images/shop", version="1.4.0", digest="sha256:" + "5" * 64), Part(name="nobody-knows"))
    with scene.record() as record:
        made = record.releases.create(
            ME, ReleaseDraft(system="default", version="1.4.0", runs=("run-1",), components=parts)
        )

    ended = scene.gate("--release", made.id, "--attestation", FILES[3])

    statement = json.loads(base64.b64decode(json.loads((scene.root / FILES[3]).read_bytes())["payload"]))
    found = {one["name"]: one["digest"].get("sha256") for one in statement["subject"]}
    assert ended.code == 0, ended
    assert next(iter(found)) == f"release/{made.id}"
    assert f"sha256:{found[f'release/{made.id}']}" == made.digest
    assert found["component/images/shop"] == "5" * 64
    assert "component/nobody-knows" not in found
