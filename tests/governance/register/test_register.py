"""The register: which runs count, and that statuses come from what is recorded."""

import dataclasses

import risks
from governance.evidence import Conclusion
from governance.ledger import Actor
from governance.status import Known, SystemStatus
from risks.act import duties, tree
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.governance.samples import Place, on_both_stores

FRAMEWORK = risks.framework()
OWNER = Actor(id="p-1")


def reasons(status: SystemStatus, risk: str, control: str) -> list[str]:
    """Return why each ask of a control stands as it does."""
    found = next(one for one in status.risks if one.risk == risk)
    return [ask.reason for one in found.controls if one.control == control for ask in one.asks]


@on_both_stores
def test_a_recorded_run_is_evidence_of_its_system_alone(place: Place) -> None:
    """Faithfulness was measured, on too few rows."""
    record = place.open()
    plan = plan_for(["a", "b"])
    log = write_log(place.path / plan.run, plan, [row("a"), row("b")])
    record.ingest_run(log.directory, OWNER, mirror=False)
    mine, other = record.register.statuses((plan.system, "another"), FRAMEWORK)
    assert any("rows, 100 are needed" in one for one in reasons(mine, "9.8", "DASF 49"))
    assert set(reasons(other, "9.8", "DASF 49")) == {"no evidence is there"}
    known = {one.known for status in other.risks for one in status.controls}
    assert known == {Known.UNKNOWN}
    assert record.register.status(plan.system, FRAMEWORK) == mine
    record.close()


def test_only_the_version_that_was_asked_last_counts(place: Place) -> None:
    """Without a release it is the newest run's; runs of another version are named as such."""
    record = place.open()
    for number, version in enumerate(("1", "2")):
        target = {"name": "shop", "version": version}
        plan = dataclasses.replace(plan_for(["a"]), run=f"run-{number}", target=target)
        log = write_log(place.path / plan.run, plan, [row("a")])
        record.ingest_run(log.directory, OWNER, mirror=False)
    status = record.register.status(plan.system, FRAMEWORK)
    evidence = {one.subject: one.evidence for one in record.evidence.facts(plan.system) if one.kind == "metric"}
    found = next(one for one in status.risks if one.risk == "9.8")
    used = {one for control in found.controls for ask in control.asks for one in ask.evidence}
    assert evidence["run-1"] in used
    assert evidence["run-0"] not in used
    record.close()


def test_what_the_product_checks_by_itself_counts_where_run_logs_are_at_hand(place: Place) -> None:
    """Without the folder of the logs nothing is checked, and nothing is said."""
    record = place.open()
    plan = plan_for(["a"])
    log = write_log(place.path / "runs" / plan.run, plan, [row("a")])
    record.ingest_run(log.directory, OWNER, mirror=False)
    found = {}
    for runs in (None, place.path / "runs"):
        risk = next(one for one in record.register.status(plan.system, FRAMEWORK, runs).risks if one.risk == "5.1")
        found[runs] = {ask.outcome for one in risk.controls for ask in one.asks if ask.ask.kind == "run_log"}
    assert list(found.values()) == [{Conclusion.INCONCLUSIVE}, {Conclusion.SATISFIED}]
    record.close()


def test_a_gate_is_told_under_which_catalogue_risks_are_counted(place: Place) -> None:
    """By the digest of catalogue and rules, the extension's among them."""
    record = place.open()
    for known in (FRAMEWORK, risks.framework(["v2"])):
        told = record.register.obligations("default", known, duties(), tree())
        assert told.catalogue == known.digest
        assert len(told.open_risks) == len(known.catalogue.risks)
    record.close()
