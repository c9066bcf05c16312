"""Status: what the evidence amounts to for controls, risks and systems, by laws that are tested."""

from governance.status._algebra import all_of
from governance.status._asks import Moment, hold
from governance.status._evaluate import Assessor, key_of
from governance.status._needed import needed
from governance.status._types import (
    AskStatus,
    ControlStatus,
    Known,
    Need,
    RiskShown,
    RiskStatus,
    SystemStatus,
    Waiver,
)

__all__ = [
    "AskStatus",
    "Assessor",
    "ControlStatus",
    "Known",
    "Moment",
    "Need",
    "RiskShown",
    "RiskStatus",
    "SystemStatus",
    "Waiver",
    "all_of",
    "hold",
    "key_of",
    "needed",
]
