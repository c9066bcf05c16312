"""Evidence: what was measured, imported or handed in, and what it states."""

from governance.evidence._types import Conclusion, Fact, FactStanding

__all__ = ["Conclusion", "Fact", "FactStanding"]
