"""Evidence that is asked for, as JSON documents and lines, each with what to type to get it.

Rules of this place: a command is named only where it gives the very piece that is asked for; where nothing here does,
that is said.
"""

import shlex
from collections.abc import Iterable
from typing import Final

from risks import Ask, EvidenceKind

__all__ = ["ask_document", "ask_line", "command_for"]

_BY_NAME: Final = {
    ("evaluation_set", "size_and_references"): "assay run --questions SET",
    ("evaluation_set", "coverage"): "assay run --questions SET",
    ("evaluation_set", "unchanged_since_approval"): "assay approvals request run:RUN",
}
_BY_KIND: Final = {
    "metric": "assay run --metrics {of}",
    "suite": "assay run --suite {of}",
    "scan": "assay scan FILE --filters {of}",
    "vulnerability_scan": "assay evidence import REPORT",
    "sbom": "assay evidence import SBOM.json",
    "run_log": "assay runs ingest DIR",
    "ledger_verification": "assay ledger verify",
    "lineage": "assay lineage show latest",
    "approval": "assay releases request RELEASE",
}
_NOWHERE: Final = "nothing in this version gives it"


def command_for(ask: Ask, control: str) -> str:
    """Return what to type for a piece of evidence of a control; "" where nothing here gives it yet."""
    if ask.kind in (EvidenceKind.ATTESTATION, EvidenceKind.DOCUMENT):
        return f"assay controls attest {shlex.quote(control)} --document FILE --expires DAY --of {shlex.quote(ask.of)}"
    named = _BY_NAME.get((ask.kind.value, ask.of)) or _BY_KIND.get(ask.kind.value, "")
    return named.format(of=shlex.quote(ask.of))


def ask_document(ask: Ask, control: str) -> dict[str, object]:
    """Return one piece of evidence that is asked for; bounds and forms only where it has them."""
    told = {"kind": ask.kind, "of": ask.of, "max_age_days": ask.max_age_days, "automatic": ask.automatic}
    more = {
        "risks": list(ask.risks),
        "at_least": ask.at_least,
        "at_most": ask.at_most,
        "min_n": ask.min_n,
        "owner": ask.owner,
        "document": ask.document,
        "command": command_for(ask, control),
    }
    return {**told, **{key: value for key, value in more.items() if value}}


def ask_line(ask: Ask) -> tuple[str, str, str, str]:
    """Return kind, what, how much or who, and age for a table."""
    if ask.kind is EvidenceKind.ATTESTATION:
        needs = f"signed by {ask.owner}, with {ask.document}"
    else:
        needs = ", ".join(_bounds(ask)) or "–"
    kind = ask.kind.replace("_", " ") + (" (automatic)" if ask.automatic else "")
    if ask.automatic and not command_for(ask, ""):
        needs = f"{needs}; {_NOWHERE}" if needs != "–" else _NOWHERE
    return kind, ask.of, needs, f"{ask.max_age_days} days"


def _bounds(ask: Ask) -> Iterable[str]:
    if ask.at_least:
        yield f"interval from {ask.at_least} up"
    if ask.at_most:
        yield f"interval up to {ask.at_most}"
    if ask.min_n:
        yield f"n ≥ {ask.min_n}"
