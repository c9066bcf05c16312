"""The cards that come with Assay: built-in judges held against open labelled sets.

Rules of this place: `data/cards.yaml` is written by `benchmarks/cards.py` and by nobody else; a card names the digest
of its judge, so that one of an earlier judge is no card of this one.
"""

from functools import cache
from pathlib import Path

from evaluation.calibration._card_documents import parse_card
from evaluation.calibration._types import JudgeCard

__all__ = ["SHIPPED_CARDS", "shipped_cards"]

SHIPPED_CARDS = Path(__file__).parent / "data" / "cards.yaml"


@cache
def shipped_cards() -> tuple[JudgeCard, ...]:
    """Return them all; raise `InputError` for a data file that is broken."""
    import yaml  # noqa: PLC0415  lazy: who needs no card reads none

    document = yaml.safe_load(SHIPPED_CARDS.read_text(encoding="utf-8"))
    return tuple(parse_card(card) for card in document["cards"])
