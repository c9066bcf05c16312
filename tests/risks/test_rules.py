"""Rules of evidence: every control has one, only what is measured is automatic, and a broken rule says where."""

import pytest

from assay.kernel import InputError
from evaluation.filters import filters
from evaluation.judges import metrics
from evaluation.suites import SuiteKind, shipped_suites
from risks import MEASURED, Automation, EvidenceKind, framework
from tests.risks.samples import RULES, SMALL, contents

# The risks for which the product truly measures something; for every other risk, people are asked.
TRULY_MEASURED = {
    "1.3": "data_quality",
    "1.6": "lineage",
    "1.9": "data_quality",
    "1.10": "ledger_verification",
    "4.1": "lineage",
    "5.1": "run_log",
    "5.2": "drift",
    "6.1": "evaluation_set",
    "6.2": "evaluation_set",
    "9.1": "suite",
    "9.8": "metric",
    "9.10": "scan",
    "10.1": "inference_table",
    "12.1": "vulnerability_scan",
}


@pytest.mark.parametrize("extensions", [(), ("v2",)])
def test_nothing_is_without_a_rule(extensions: tuple[str, ...]) -> None:
    """No risk without a control, no control without a rule, and for each pair of them something is asked."""
    known = framework(extensions)
    for risk in known.catalogue.risks:
        assert risk.controls
        for mapping in risk.controls:
            assert known.rule(mapping.control).asked_for(risk.id), (risk.id, mapping.control)
    assert [rule.control for rule in known.rules] == [control.id for control in known.catalogue.controls]


def test_every_rule_says_what_it_does_not_prove() -> None:
    """The sentences are whole and each control has its own."""
    rules = framework(["v2"]).rules
    for said in ("proves", "does_not_prove", "example"):
        assert len({getattr(rule, said) for rule in rules}) == len(rules)
        assert all(getattr(rule, said).endswith(".") for rule in rules)


def test_only_what_is_measured_is_automatic() -> None:
    """Each automatic piece of evidence counts for named risks, of which there are fourteen."""
    found: dict[str, set[str]] = {}
    for ask in (ask for rule in framework(["v2"]).rules for ask in rule.evidence if ask.automatic):
        assert ask.risks
        for risk in ask.risks:
            found.setdefault(risk, set()).add(ask.kind)
    assert found == {risk: {kind} for risk, kind in TRULY_MEASURED.items()}


@pytest.mark.parametrize(("control", "risk"), [("DASF 14", "1.10"), ("DASF 55", "1.10"), ("DASF 58", "9.10")])
def test_half_a_proof_asks_for_the_other_half(control: str, risk: str) -> None:
    """Our own log says nothing of the platform's, nor a scan of rights: each needs an attestation beside it."""
    asked = framework().rule(control).asked_for(risk)
    assert {ask.automatic for ask in asked} == {True, False}
    assert EvidenceKind.ATTESTATION in {ask.kind for ask in asked}


def test_what_a_rule_names_exists() -> None:
    """Metrics, suites and filters are those that can be measured, and no suite is asked for more than it has."""
    asks = [ask for rule in framework(["v2"]).rules for ask in rule.evidence]
    suites = shipped_suites()
    for ask in asks:
        if ask.kind is EvidenceKind.METRIC:
            metrics.check(ask.of)
        if ask.kind is EvidenceKind.SCAN:
            filters.check(ask.of)
        if ask.kind is EvidenceKind.SUITE:
            assert ask.min_n <= len(suites[SuiteKind(ask.of)].attacks)


def test_an_attestation_has_owner_document_and_expiry() -> None:
    """Where only somebody else can know, it is said who signs, what is attached, and until when it counts."""
    asks = [ask for rule in framework(["v2"]).rules for ask in rule.evidence]
    forms = [ask for ask in asks if ask.kind is EvidenceKind.ATTESTATION]
    assert len(forms) > 30
    assert all(ask.owner and ask.document and 0 < ask.max_age_days <= 366 for ask in forms)
    assert not {ask.kind for ask in asks if not ask.automatic} & MEASURED


def test_automation_is_told_from_the_evidence() -> None:
    """All, some or none of it comes by itself."""
    known = framework()
    assert known.rule("DASF 1").automation is Automation.BY_HAND
    assert known.rule("DASF 54").automation is Automation.PARTLY
    assert known.rule("DASF 13").automation is Automation.AUTOMATIC


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("control: C1", "control: C9", "/rules/0/control: there is no control 'C9'"),
        ("control: C1", "control: C9", "/rules: the control 'C1' has no rule"),
        ("    does_not_prove: That nobody has a key.\n", "", "/rules/0/does_not_prove: expected a text"),
        ('risks: ["1.1"], ', "", "/rules/0/evidence/0/risks: expected the risks that a measurement counts for"),
        ('["1.1"]', '["1.2"]', "/rules/0/evidence/0/risks: C1 is not mapped to the risk '1.2'"),
        ('at_least: "0.9", ', "", "/rules/0/evidence/0/at_least: expected a bound"),
        ('"0.9"', '"90"', "/rules/0/evidence/0/at_least: expected a share from 0 to 1"),
        ("owner: keeper, ", "", "/rules/0/evidence/1/owner: expected a text for an attestation"),
        ("kind: attestation", "kind: document", "/rules/0/evidence/1/owner: expected a text for an attestation"),
        ("kind: suite", "kind: hope", "/rules/0/evidence/0/kind: expected one of metric, suite"),
        ("max_age_days: 90", "max_age_days: 0", "/rules/0/evidence/1/max_age_days: expected at least one day"),
        ("rules: 1}", "rules: 2}", "/counts/rules: 2 are stated, 1 are there"),
    ],
)
def test_a_broken_rule_says_where(old: str, new: str, message: str) -> None:
    """Each mistake is named with file and pointer."""
    assert old in RULES
    with pytest.raises(InputError) as caught:
        contents(SMALL, RULES.replace(old, new))
    assert f"1.yaml#{message}" in str(caught.value)


def test_a_risk_for_which_nothing_is_asked_is_a_mistake() -> None:
    """A rule that asks only on account of one risk leaves the control's other risks without proof."""
    other = SMALL[SMALL.index('  - id: "1.1"') :].replace('"1.1"', '"1.2"')
    two = SMALL.replace("risks: 1,", "risks: 2,") + other
    alone = "\n".join(line for line in RULES.split("\n") if "attestation" not in line)
    with pytest.raises(InputError, match=r"nothing is asked for C1 and the risk '1\.2'"):
        contents(two, alone)
