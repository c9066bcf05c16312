"""What a policy may demand beside a run: what is accepted, what is refused, and that digests of before hold."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from assay.app.policies import policy_schema
from assay.kernel import InputError
from governance.gate import Policy
from risks import EvidenceKind
from tests.governance.gate.samples import POLICY, policy

ROOT = Path(__file__).parents[3]
DEMANDS = """
attempts: pooled
baseline: released
evidence:
  - {kind: vulnerability_scan, of: trivy, max_age_days: 7, open_findings: {critical: 0, high: 2}}
  - {id: drift, kind: drift, of: answers, at_most: 0.2, min_n: 500, origin: ci, standing: [recorded]}
suites: [{suite: injection, at_most: 0.05, min_n: 200}]
filters: [{filter: pii, at_most: 0.01, max_age_days: 30}]
languages: {judges: [de, en], filters: [de]}
risks: {open_at_most: 0}
duties: {due: complete}
sign_offs: {needed: 2, roles: [reviewer]}
"""
# Digests that were fixed before a policy could demand any of this.
FIXED = {
    "examples/weak-app/gate.yaml": "sha256:f539309b4c3f32d10ff9635f552037581ea94f6480fdef42a62432bf25eda63b",
    "examples/nist-playbook/gate.yaml": "sha256:253e6e847a146eb3c8a3a2c861d5aa9c9cdc409db06b873754bfb98e6ee63f65",
    "assay/app/templates/gate.yaml": "sha256:2b51ab3ed33068efc8a11999bb7c8e9609a4affd5e4cc3c78a5ce37ef0e2a3b9",
}


@pytest.mark.parametrize("path", FIXED)
def test_a_digest_of_before_holds(path: str) -> None:
    """A policy that demands nothing new means what it meant."""
    assert Policy.load(ROOT / path).digest == FIXED[path]


def test_every_demand_is_read_and_is_part_of_the_digest() -> None:
    """All sections at once; each changes the digest."""
    found = policy(POLICY + DEMANDS)

    assert [one.name for one in found.evidence] == ["vulnerability_scan:trivy", "drift"]
    assert found.evidence[0].open_findings is not None
    assert found.evidence[0].open_findings.limits == {"critical": 0, "high": 2}
    assert (found.suites[0].name, found.filters[0].name) == ("suite:injection", "filter:pii")
    sections = [section for section in yaml.safe_load(DEMANDS) if section != "languages"]
    digests = {policy(POLICY + yaml.safe_dump({one: yaml.safe_load(DEMANDS)[one]})).digest for one in sections}
    assert len({*digests, policy().digest, found.digest}) == len(sections) + 2


def test_what_is_written_out_or_in_another_order_means_the_same() -> None:
    """Defaults, the order of lists of demands and of roles change no digest."""
    written = "attempts: first\nbaseline: not_superseded\n"
    two = "suites:\n  - {suite: leak, at_most: 0.1}\n  - {suite: bias, at_most: 0.1}\n"
    turned = "suites:\n  - {suite: bias, at_most: 0.1, origin: null}\n  - {suite: leak, at_most: 0.1}\n"

    assert policy(POLICY + written).digest == policy().digest
    assert policy(POLICY + two).digest == policy(POLICY + turned).digest


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        ("evidence: []", "evidence", ""),
        ("evidence: [{kind: rumour, of: x}]", "evidence.0.kind", ""),
        ("evidence: [{kind: document}]", "'evidence.0.of' is missing", ""),
        ("evidence: [{kind: drift, of: x, at_least: 0.1, at_most: 0.2}]", "write each as one of its own", ""),
        ("evidence: [{kind: drift, of: x, open_findings: {}}]", "open_findings limits nothing", ""),
        ("evidence: [{kind: drift, of: x, open_findings: {severe: 1}}]", "severe", ""),
        ("evidence: [{kind: drift, of: x, standing: []}]", "standing", ""),
        ("evidence: [{kind: drift, of: x, standing: [returned]}]", "standing", ""),
        ("evidence: [{kind: drift, of: x}, {kind: drift, of: x}]", "twice", ""),
        ("evidence: [{kind: drift, of: x, max_age: 3}]", "unknown key 'evidence.0.max_age'", "max_age_days"),
        ("suites: [{suite: phishing, at_most: 0.1}]", "suites.0.suite", ""),
        ("suites: [{suite: leak, at_most: 1}]", "a rule that cannot fail is none", ""),
        ("suites: [{suite: leak}]", "'suites.0.at_most' is missing", ""),
        ("filters: [{filter: pi, at_most: 0.1}]", "filters.0.filter", ""),
        ("languages: {}", "languages names none", ""),
        ("languages: {judges: [German]}", "languages.judges.0", ""),
        ("languages: {filters: [de]}", "no filter is limited", ""),
        ("risks: {open_at_most: -1}", "risks.open_at_most", ""),
        ("risks: {open_at_most: 0, catalogue: newest}", "risks.catalogue", ""),
        ("duties: {due: later}", "duties.due", ""),
        ("sign_offs: {needed: 0}", "sign_offs.needed", ""),
        ("sign_offs: {needed: 1, roles: [engineer]}", "sign_offs.roles.0", ""),
        ("sign_of: {needed: 1}", "unknown key 'sign_of'", "sign_offs"),
        ("attempts: last", "attempts", ""),
        ("baseline: newest", "baseline", ""),
    ],
)
def test_a_demand_that_is_none_is_refused(text: str, words: str, hint: str) -> None:
    """A demand that nothing could miss, or that nobody understands, is wrong usage with its place."""
    with pytest.raises(InputError) as caught:
        policy(POLICY + text + "\n")

    assert words in caught.value.message
    assert hint in caught.value.hint


def test_the_published_schema_is_the_model_s() -> None:
    """What editors check against is what the gate reads: `assay policies schema` writes the file."""
    published = json.loads((ROOT / "docs" / "schemas" / "gate-policy.schema.json").read_text(encoding="utf-8"))

    assert published == policy_schema(), "write it anew: assay policies schema > docs/schemas/gate-policy.schema.json"


@pytest.mark.parametrize("text", [POLICY, POLICY + DEMANDS, *((ROOT / path).read_text("utf-8") for path in FIXED)])
def test_the_schema_accepts_what_the_gate_accepts(text: str) -> None:
    """A validator of JSON Schema agrees."""
    jsonschema.Draft202012Validator(policy_schema()).validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "change",
    [("rules:", "rulse:"), ("at_least: 0.7", "at_least: 7"), ("at_least: 0.7", "at_least: 0"), ("margin: 0.1", "x: 1")],
)
def test_the_schema_refuses_what_the_gate_refuses(change: tuple[str, str]) -> None:
    """Unknown keys, numbers outside their bounds, and bounds that are always reached."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(policy_schema()).validate(yaml.safe_load(POLICY.replace(*change)))


def test_kinds_of_evidence_are_those_of_the_catalogue() -> None:
    """A policy can expect every kind that a control can ask for."""
    for kind in EvidenceKind:
        assert policy(f"{POLICY}evidence: [{{kind: {kind}, of: x}}]\n").evidence[0].kind is kind
