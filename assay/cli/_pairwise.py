"""Preferences between two runs, as a table for people and as documents for machines."""

import dataclasses
from collections.abc import Sequence

from assay.app.pairwise import Preference
from assay.cli._output import show_table

__all__ = ["preference_document", "show_preferences"]


def preference_document(found: Preference) -> dict[str, object]:
    """Return every field by its name."""
    share = found.preferred
    document = dataclasses.asdict(found)
    document["preferred"] = None if share is None else share._asdict()
    return document


def show_preferences(preferences: Sequence[Preference]) -> None:
    """Print one line for each candidate."""
    rows = [
        (
            one.candidate,
            _share(one),
            f"{one.wins} / {one.ties} / {one.losses}",
            one.order_changed,
            ", ".join(f"{count} {kind}" for kind, count in one.failures.items()) or "none",
            one.unpaired,
        )
        for one in preferences
    ]
    columns = ("candidate", "preferred (95 %)", "better / tie / worse", "order decided>", "not judged", "unpaired>")
    show_table(columns, rows)


def _share(found: Preference) -> str:
    share = found.preferred
    return "unknown" if share is None else f"{share.value:.3f} ({share.lower:.3f} to {share.upper:.3f})"
