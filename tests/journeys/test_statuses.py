"""Statuses of a system from real evidence: what is tampered with, expires or fails changes what rests on it alone."""

import dataclasses
import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

import risks
from assay.kernel import FixedClock
from evaluation.runs import RunLog
from evaluation.verdicts import JudgeSpec
from governance.evidence import Conclusion, Stated, SubmissionDraft
from governance.ledger import Actor
from governance.record import Record
from governance.status import RiskShown, SystemStatus
from tests.evaluation.runs.samples import item, plan_for, row, verdict, write_log
from tests.governance.people.teams import START
from tests.governance.samples import Place

FRAMEWORK = risks.framework()
OWNER = Actor(id="p-1")
ROWS = [f"q{number}" for number in range(120)]
RESISTANCE = "injection_resistance"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a place for a store and run logs."""
    return Place(tmp_path)


def opened(place: Place, days: int = 0) -> Record:
    """Open the record some days after its beginning."""
    return Record.open(place.url, place.keys, FixedClock(at=START + timedelta(days=days)))


def folder(place: Place) -> Path:
    """Return where run logs lie."""
    return place.path / "runs"


def measured(place: Place) -> RunLog:
    """Record a run of 120 questions that scored well."""
    plan = dataclasses.replace(plan_for(ROWS), system="shop", created_at="2026-01-02T00:00:00.000000Z")
    log = write_log(folder(place) / plan.run, plan, [row(name) for name in ROWS])
    with closing(opened(place)) as record:
        record.ingest_run(log.directory, OWNER, mirror=False)
    return log


def attacked(place: Place, number: int, value: float) -> None:
    """Record a run of the injection suite with one value for each attack, each of a document of its own."""
    judge = JudgeSpec(name="fake", version="1", metric=RESISTANCE, options={"suites": [{"id": "injection"}]})
    plan = dataclasses.replace(
        plan_for(ROWS, metrics=(RESISTANCE,)),
        run=f"run-suite-{number}",
        system="shop",
        judges=(judge.as_json(),),
        created_at="2026-01-02T00:00:00.000000Z",
    )
    said = dataclasses.replace(verdict(RESISTANCE, value), judge=judge.digest)
    rows = [
        dataclasses.replace(row(name), item=item(name, document=f"document of {name}"), verdicts=(said,))
        for name in ROWS
    ]
    log = write_log(folder(place) / plan.run, plan, rows)
    with closing(opened(place)) as record:
        record.ingest_run(log.directory, OWNER, mirror=False)


def documented(place: Place, *, expires: int = 60) -> set[str]:
    """Hand in and accept every document and attestation that the rules ask for; return what they state."""
    asks = {(ask.kind.value, ask.of) for rule in FRAMEWORK.rules for ask in rule.evidence if not ask.automatic}
    with closing(opened(place)) as record:
        for kind, of in sorted(asks - {one for one in asks if one[0] == "approval"}):
            stated = Stated(kind=kind, of=of, conclusion=None)
            until = START + timedelta(days=expires)
            draft = SubmissionDraft(
                system="shop", data=of.encode(), name="document.txt", stated=(stated,), expires_at=until
            )
            made = record.evidence.submit(OWNER, draft)
            record.evidence.accept(OWNER, made.evidence)
    return {of for _, of in asks}


def status(place: Place, days: int = 0) -> SystemStatus:
    """Return the status of the shop, run logs checked."""
    with closing(opened(place, days)) as record:
        return record.register.status("shop", FRAMEWORK, folder(place))


def changed(before: SystemStatus, after: SystemStatus) -> dict[str, RiskShown]:
    """Return the risks that are shown otherwise, with how."""
    pairs = zip(before.risks, after.risks, strict=True)
    return {one.risk: other.shown for one, other in pairs if one.shown is not other.shown}


def evidence_of(place: Place, run: str) -> set[str]:
    """Return the ids of everything that was measured in a run."""
    with closing(opened(place)) as record:
        facts = (*record.evidence.facts("shop"), *record.evidence.check("shop", folder(place)))
    return {fact.evidence for fact in facts if fact.subject == run}


def risks_on(found: SystemStatus, evidence: set[str]) -> set[str]:
    """Return the risks whose statuses rest on one of these pieces of evidence; what fails goes on failing."""
    return {
        risk.risk
        for risk in found.risks
        for control in risk.controls
        for ask in control.asks
        if evidence.intersection(ask.evidence) and ask.outcome is not Conclusion.NOT_SATISFIED
    }


def depending(kind: str, of: str) -> set[str]:
    """Return the risks that ask for a piece of evidence."""
    return {
        risk.id
        for risk in FRAMEWORK.catalogue.risks
        for mapping in risk.controls
        for ask in FRAMEWORK.rule(mapping.control).asked_for(risk.id)
        if (ask.kind.value, ask.of) == (kind, of)
    }


def test_tampering_with_one_verdict_file_changes_exactly_what_rests_on_its_run(place: Place) -> None:
    """The record still holds the estimates that were sealed; the log is no longer what was recorded."""
    log = measured(place)
    attacked(place, 1, 1.0)
    documented(place)
    before = status(place)
    assert {one.risk for one in before.risks if one.shown is RiskShown.TREATED}
    verdicts = log.directory / "verdicts.jsonl"
    lines = verdicts.read_text(encoding="utf-8").split("\n")
    document = json.loads(lines[0])
    document["latency_ms"] = 1
    verdicts.write_text("\n".join([json.dumps(document), *lines[1:]]), encoding="utf-8")
    resting = risks_on(before, evidence_of(place, log.plan.run))
    assert depending("run_log", "verified") | depending("metric", "faithfulness") <= resting
    after = status(place)
    assert {one.risk for one, other in zip(before.risks, after.risks, strict=True) if one != other} == resting
    failing = depending("run_log", "verified") | depending("evaluation_set", "size_and_references")
    assert {risk for risk, shown in changed(before, after).items() if shown is RiskShown.OPEN} == failing


def test_an_expired_document_leaves_exactly_its_risks_undecided(place: Place) -> None:
    """One of them ends sooner than the others."""
    measured(place)
    documented(place)
    of = next(ask.of for ask in FRAMEWORK.rule("DASF 41").evidence)
    kind = next(ask.kind.value for ask in FRAMEWORK.rule("DASF 41").evidence)
    with closing(opened(place)) as record:
        stated = Stated(kind=kind, of=of, conclusion=None)
        draft = SubmissionDraft(
            system="shop",
            data=b"a newer version",
            name="newer.txt",
            stated=(stated,),
            expires_at=START + timedelta(days=2),
        )
        record.evidence.accept(OWNER, record.evidence.submit(OWNER, draft).evidence)
    before, after = status(place, days=1), status(place, days=3)
    assert changed(before, after) == dict.fromkeys(depending(kind, of), RiskShown.UNDECIDED)


def test_a_failed_suite_opens_exactly_the_risks_that_ask_for_it(place: Place) -> None:
    """A suite that held before does not hide it."""
    attacked(place, 1, 1.0)
    documented(place)
    before = status(place)
    attacked(place, 2, 0.0)
    assert changed(before, status(place)) == dict.fromkeys(depending("suite", "injection"), RiskShown.OPEN)
