"""Statuses of risks and controls as JSON documents and lines; evidence is measured, attested or waived, never mixed."""

from typing import TYPE_CHECKING, Final

from assay.cli._asks import ask_document, command_for
from assay.cli._output import show, show_table

if TYPE_CHECKING:
    from assay.app.register import RegisterView
    from governance.status import ControlStatus, Need, RiskStatus

__all__ = ["NO_RECORD", "how_to", "show_status", "status_document"]

# What is said of each risk where no record is: nothing is known of any system here.
NO_RECORD: Final = {
    "status": "undecided",
    "outcome": "inconclusive",
    "reason": "here is no workspace with a record that could hold evidence",
}


def how_to(need: "Need") -> str:
    """Return what to type for a missing piece of evidence; "" where nothing here gives it yet."""
    return command_for(need.ask, need.controls[0])


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
            "same_catalogue": rating.framework == view.status.framework,
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
                **ask_document(one.ask, control.control),
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
    _show_evidence(risk)
    _show_rating(view, risk.risk)
    needs = needed([risk])
    if needs:
        show("\nWhat it would take, measured first:")
        lines = [
            (one.ask.kind.value.replace("_", " "), one.ask.of, ", ".join(one.controls), how_to(one)) for one in needs
        ]
        show_table(("evidence", "of", "serves", "type!"), lines)


def _show_evidence(risk: "RiskStatus") -> None:
    """Print the ids of the evidence that decided, ask by ask."""
    rows = {
        (f"{one.ask.kind.value.replace('_', ' ')} {one.ask.of}", evidence)
        for control in risk.controls
        for one in control.asks
        for evidence in one.evidence
    }
    if rows:
        show("\nRests on:")
        show_table(("evidence of", "id!"), sorted(rows))


def _show_rating(view: "RegisterView", risk: str) -> None:
    rating = view.ratings.get(risk)
    if rating is None:
        return
    before = f"{rating.inherent_likelihood}x{rating.inherent_impact} ({rating.inherent.value.replace('_', ' ')})"
    after = f"{rating.residual_likelihood}x{rating.residual_impact} ({rating.residual.value.replace('_', ' ')})"
    show(
        f"\nRated {before} before treatment ({rating.treatment.value}) and {after} after; review by {rating.review_by}"
    )
    if rating.framework != view.status.framework:
        show("It was rated under another catalogue than the one in force: something in it has changed since.")


def _why(control: "ControlStatus") -> str:
    if control.waiver is not None:
        return f"waived: {control.waiver}"
    return next((one.reason for one in control.asks if one.outcome is control.outcome), "")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
