"""Evidence: what was measured, imported or handed in, and what it states.

Rules of this place: the types come at once, the service when it is asked for: the gate reads facts without a store.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from governance.evidence._counting import Instant, Sifted, Stand, Untimely, sift, stand
from governance.evidence._items import (
    CHECKED_KINDS,
    DOCUMENT,
    LARGEST_FILE,
    EvidenceRequest,
    Item,
    ItemState,
    RequestDraft,
    RequestState,
    Review,
    ReviewVerdict,
    Stated,
    SubmissionDraft,
    Submitted,
)
from governance.evidence._types import CLOCKS_APART, Conclusion, EvidenceOrigin, Fact, FactStanding

if TYPE_CHECKING:
    from governance.evidence._drafts import check_person
    from governance.evidence._service import Evidence

__all__ = [
    "CHECKED_KINDS",
    "CLOCKS_APART",
    "DOCUMENT",
    "LARGEST_FILE",
    "Conclusion",
    "Evidence",
    "EvidenceOrigin",
    "EvidenceRequest",
    "Fact",
    "FactStanding",
    "Instant",
    "Item",
    "ItemState",
    "RequestDraft",
    "RequestState",
    "Review",
    "ReviewVerdict",
    "Sifted",
    "Stand",
    "Stated",
    "SubmissionDraft",
    "Submitted",
    "Untimely",
    "check_person",
    "sift",
    "stand",
]


_LAZY = {"Evidence": "_service", "check_person": "_drafts"}


def __getattr__(name: str) -> object:
    """Load the service, and with it the store, when it is first named (PEP 562)."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
