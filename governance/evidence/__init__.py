"""Evidence: what was measured, imported or handed in, and what it states.

Rules of this place: the types come at once, the service when it is asked for: the gate reads facts without a store.
"""

from governance.evidence._types import Conclusion, EvidenceOrigin, Fact, FactStanding

__all__ = ["Conclusion", "EvidenceOrigin", "Fact", "FactStanding"]
