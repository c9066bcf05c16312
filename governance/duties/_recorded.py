"""As what the record holds the kinds of evidence that duties name.

Rules of this place: a kind that the product measures is one of its own kinds; everything else is a document that
somebody hands in under the kind's name (`assay evidence submit FILE --kind document --of technical_file`) and somebody
else accepts. Where both would do, either counts. That evidence is there says nothing about what it is worth.
"""

from collections.abc import Mapping
from typing import Final

from risks import EvidenceKind

__all__ = ["MEASURED_FOR_DAYS", "RECORDED_AS"]

MEASURED_FOR_DAYS: Final = 365  # a measurement shows a duty for so long; a document until it expires

RECORDED_AS: Final[Mapping[str, tuple[EvidenceKind, ...]]] = {
    "eval_run": (EvidenceKind.METRIC,),
    "red_team_run": (EvidenceKind.SUITE,),
    "security_test": (EvidenceKind.SUITE, EvidenceKind.VULNERABILITY_SCAN),
    "data_lineage": (EvidenceKind.LINEAGE,),
    "data_quality_report": (EvidenceKind.DATA_QUALITY,),
    "monitoring_metrics": (EvidenceKind.INFERENCE_TABLE,),
    "drift_report": (EvidenceKind.DRIFT,),
    "log_integrity": (EvidenceKind.LEDGER_VERIFICATION,),
    "release_gate_decision": (EvidenceKind.APPROVAL,),
}
