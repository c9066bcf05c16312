"""The register: a system's risks with their evidence, waivers, ratings and actions, joined."""

from governance.register._register import OverdueReview, Register

__all__ = ["OverdueReview", "Register"]
