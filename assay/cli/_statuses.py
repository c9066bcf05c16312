"""Statuses of risks and controls as JSON documents and lines; evidence is measured, attested or waived, never mixed."""

import shlex
from typing import TYPE_CHECKING

from assay.cli._frameworks import ask_document
from assay.cli._output import show, show_table

if TYPE_CHECKING:
    from assay.app.register import RegisterView
    from governance.status import ControlStatus, Need, RiskStatus

__all__ = ["how_to", "show_status", "status_document"]

_HOW_TO = {
    "metric": "assay run --metrics {of}",
    "suite": "assay run --suite {of}",
    "scan": "assay scan FILE --filters {of}",
    "vulnerability_scan": "assay evidence import REPORT",
    "sbom": "assay evidence import SBOM.json",
    "run_log": "assay runs ingest DIR",
    "ledger_verification": "assay ledger verify",
    "lineage": "assay lineage show latest",
    "evaluation_set": "assay questions coverage",
    "approval": "assay releases request RELEASE",
}


def how_to(need: "Need") -> str:
    """Return what to type for a missing piece of evidence; "" where nothing here gives it yet."""
    kind = need.ask.kind.value
    if kind in ("attestation", "document"):
        control, of = shlex.quote(need.controls[0]), shlex.quote(need.ask.of)
        return f"assay controls attest {control} --document FILE --expires DAY --of {of}"
    return _HOW_TO.get(kind, "").format(of=need.ask.of)


def status_document(view: "RegisterView", risk: "RiskStatus") -> dict[str, object]:
    """Return the status of a risk with what it rests on."""
    rating = view.ratings.get(risk.risk)
    return {
        "status": risk.shown.value,
        "outcome": risk.outcome.value,
        "reason": risk.reason,
        "controls": [_control_document(one) for one in risk.controls],
        "rating": None
        if rating is None
        else {
            "inherent": rating.inherent.value,
            "residual": rating.residual.value,
            "treatment": rating.treatment.value,
            "owner": rating.owner,
            "due": rating.due,
            "review_by": rating.review_by,
        },
    }


def _control_document(control: "ControlStatus") -> dict[str, object]:
    return {
        "id": control.control,
        "outcome": control.outcome.value,
        "known": control.known.value,
        "waiver": control.waiver,
        "asks": [
            {
                **ask_document(one.ask),
                "outcome": one.outcome.value,
                "reason": one.reason,
                "evidence": list(one.evidence),
            }
            for one in control.asks
        ],
    }


def show_status(view: "RegisterView", risk: "RiskStatus") -> None:
    """Print the status of one risk, control by control, and what it would take."""
    from governance.status import needed  # noqa: PLC0415  lazy: the catalogue alone needs no record

    show(f"Status for {view.status.system}: {risk.shown.value}. {_sentence(risk.reason)}")
    rows = [(one.control, one.outcome.value.replace("_", " "), one.known.value, _why(one)) for one in risk.controls]
    show_table(("control", "evidence", "known", "why"), rows)
    needs = needed([risk])
    if needs:
        show("\nWhat it would take, measured first:")
        lines = [
            (one.ask.kind.value.replace("_", " "), one.ask.of, ", ".join(one.controls), how_to(one)) for one in needs
        ]
        show_table(("evidence", "of", "serves", "type!"), lines)


def _why(control: "ControlStatus") -> str:
    if control.waiver is not None:
        return f"waived: {control.waiver}"
    return next((one.reason for one in control.asks if one.outcome is control.outcome), "")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
