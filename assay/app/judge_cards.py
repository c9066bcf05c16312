"""Which judge cards there are: those that come with Assay, and those that this workspace made.

Rules of this place: a card counts for the very digest that it names; the workspace's own card of a judge, metric and
language takes the place of the one that came with Assay, whatever it says.
"""

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

from evaluation.calibration import JudgeCard
from governance.gate import RunFacts

if TYPE_CHECKING:
    from governance import Record

__all__ = ["known_cards", "with_cards"]


def known_cards(record: "Record | None") -> Iterator[JudgeCard]:
    """Yield every card that counts; one per judge, metric and language."""
    from evaluation.calibration import shipped_cards  # noqa: PLC0415  lazy: they are read from a file

    own = {} if record is None else {_key(found.card): found.card for found in record.cards()}
    yield from ({_key(card): card for card in shipped_cards()} | own).values()


def with_cards(facts: RunFacts, record: "Record | None") -> RunFacts:
    """Add what the cards of the run's judges say, language by language."""
    cards: dict[str, dict[str, str]] = {}
    for card in known_cards(record):
        if facts.judge_digests.get(card.metric) == card.judge:
            cards.setdefault(card.metric, {})[card.language] = card.shortcoming
    return dataclasses.replace(facts, cards=cards)


def _key(card: JudgeCard) -> tuple[str, str, str]:
    return card.judge, card.metric, card.language
