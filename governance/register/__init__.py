"""The register: a system's risks with their evidence, waivers, ratings and actions, joined."""

from governance.register._register import NOT_CLASSIFIED, DutiesOfSystem, OverdueReview, Register

__all__ = ["NOT_CLASSIFIED", "DutiesOfSystem", "OverdueReview", "Register"]
