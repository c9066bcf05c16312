"""Status of a system: what a change of evidence changes, how it is known, and what is still needed."""

import dataclasses

import risks
from governance.evidence import Conclusion, Fact
from governance.status import Assessor, Known, RiskShown, SystemStatus, Waiver, needed
from risks import EvidenceKind
from tests.governance.status.samples import MOMENT, days_ago, fact
from tests.governance.status.test_laws import complete

ASSESSOR = Assessor(risks.framework())


def status(found: list[Fact], *waivers: Waiver) -> SystemStatus:
    """Return the status at the tests' moment."""
    return ASSESSOR.assess("shop", found, MOMENT, waivers=waivers)


def changed(before: SystemStatus, after: SystemStatus) -> set[str]:
    """Return the risks that are shown otherwise."""
    pairs = zip(before.risks, after.risks, strict=True)
    return {one.risk for one, other in pairs if one.shown is not other.shown}


def asking(kind: str, of: str) -> set[str]:
    """Return the risks for which a piece of evidence is asked."""
    return {
        risk.id
        for risk in ASSESSOR.framework.catalogue.risks
        for mapping in risk.controls
        for ask in ASSESSOR.framework.rule(mapping.control).asked_for(risk.id)
        if (ask.kind.value, ask.of) == (kind, of)
    }


def without(kind: str, of: str) -> list[Fact]:
    """Return everything that is asked but for one piece."""
    return [one for one in complete() if (one.kind, one.of) != (kind, of)]


def test_one_piece_of_evidence_changes_exactly_the_risks_that_ask_for_it() -> None:
    """A failed suite opens them, a removed or expired document leaves them undecided."""
    whole = status(complete())
    suite = [one for one in complete() if (one.kind, one.of) == ("suite", "injection")]
    failed = dataclasses.replace(suite[0], conclusion=Conclusion.NOT_SATISFIED)
    assert changed(whole, status([*complete(), failed])) == asking("suite", "injection") == {"9.1"}
    document = next(ask for rule in ASSESSOR.framework.rules for ask in rule.evidence if ask.kind == "document")
    assert changed(whole, status(without("document", document.of))) == asking("document", document.of)
    expired = [fact(kind="document", of=document.of, expires_at=days_ago(1))]
    after = status([*without("document", document.of), *expired])
    assert changed(whole, after) == asking("document", document.of)
    shown = {one.risk: one for one in after.risks}
    assert {shown[risk].shown for risk in asking("document", document.of)} == {RiskShown.UNDECIDED}


def test_measured_attested_and_waived_are_told_apart() -> None:
    """A control that rests on a word is attested, whatever else was measured."""
    whole = {(one.risk, item.control): item for one in status(complete()).risks for item in one.controls}
    for (risk, control), item in whole.items():
        asks = ASSESSOR.framework.rule(control).asked_for(risk)
        by_hand = any(ask.kind in (EvidenceKind.ATTESTATION, EvidenceKind.DOCUMENT) for ask in asks)
        assert item.known is (Known.ATTESTED if by_hand else item.known)
        assert item.known is not Known.WAIVED
    control = ASSESSOR.framework.catalogue.risks[0].controls[0].control
    waiver = Waiver(id="waiver-1", control=control, risk=None, expires_at=days_ago(-5))
    first = status(complete(), waiver).risks[0]
    assert (first.controls[0].known, first.controls[0].waiver) == (Known.WAIVED, "waiver-1")
    assert first.shown is RiskShown.ACCEPTED


def test_a_waiver_for_one_risk_is_for_no_other() -> None:
    """The same control stays needed elsewhere."""
    risk = ASSESSOR.framework.catalogue.risks[0]
    waiver = Waiver(id="waiver-1", control=risk.controls[0].control, risk=risk.id, expires_at=days_ago(-5))
    assert changed(status(complete()), status(complete(), waiver)) == {risk.id}


def test_what_it_would_take_is_what_settles_it() -> None:
    """Handing in what is listed treats the risk; each piece is listed once, what is measured first."""
    empty = status([])
    needs = needed([empty.risks[0], empty.risks[2]])
    asks = [need.ask for need in needs]
    assert len(asks) == len(set(asks))
    assert [ask.automatic for ask in asks] == sorted((ask.automatic for ask in asks), reverse=True)
    names = {(ask.kind.value, ask.of) for ask in asks}
    settled = status([one for one in complete() if (one.kind, one.of) in names])
    assert (settled.risks[0].shown, settled.risks[2].shown) == (RiskShown.TREATED, RiskShown.TREATED)
    assert needed(settled.risks[:1]) == ()


def test_names_of_documents_are_compared_without_their_case_and_blanks() -> None:
    """People type them."""
    loud = [dataclasses.replace(one, of=f"  {one.of.upper()} ") for one in complete()]
    assert changed(status(complete()), status(loud)) == set()
