"""Which judge cards there are: those that come with Assay, and those that this workspace made.

Rules of this place: a card counts for the very digest that it names; the workspace's own card of a judge, metric and
language takes the place of the one that came with Assay, whatever it says.
"""

import dataclasses
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.app.compose import open_record
from assay.app.judges import seat_judges
from assay.app.jury_quality import quality_among
from assay.app.paper_model import described_model
from assay.app.settings import Settings
from assay.app.workspace import Workspace
from assay.kernel import AssayError
from evaluation.calibration import JudgeCard
from evaluation.judges import BUILT_IN_JUDGES
from governance.gate import RunFacts

if TYPE_CHECKING:
    from evaluation.verdicts import JudgeSpec
    from governance import Record

__all__ = ["ListedJudge", "known_cards", "list_judges", "with_cards"]


@dataclass(frozen=True, kw_only=True)
class ListedJudge:
    """One judge on one metric, and what is known of how good it is."""

    judge: str
    metric: str
    spec: "JudgeSpec | None"  # None where it cannot be built
    problem: str  # why, "" where it can
    cards: tuple[JudgeCard, ...]  # by language


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


def list_judges(workspace: Workspace | None) -> Iterator[ListedJudge]:
    """Yield every judge that can be named on every metric that is judged; without a workspace the built-in ones."""
    from evaluation.judges import metrics  # noqa: PLC0415  lazy: prompts and calibration are read with them

    settings = Settings() if workspace is None else workspace.settings
    cards = tuple(_cards_of(workspace))
    for judge in (*sorted(BUILT_IN_JUDGES), *settings.judges):
        for info in metrics.infos():
            if not info.computed:
                yield _listed(settings, judge, info.id, cards)


def _listed(settings: Settings, judge: str, metric: str, cards: tuple[JudgeCard, ...]) -> ListedJudge:
    try:
        (built,) = seat_judges(
            settings,
            judge,
            [metric],
            lambda name: described_model(settings, name),
            quality_of=quality_among(cards),
        )
    except AssayError as error:
        return ListedJudge(judge=judge, metric=metric, spec=None, problem=error.message, cards=())
    found = tuple(card for card in cards if (card.judge, card.metric) == (built.spec.digest, metric))
    return ListedJudge(judge=judge, metric=metric, spec=built.spec, problem="", cards=found)


def _cards_of(workspace: Workspace | None) -> Iterator[JudgeCard]:
    if workspace is None or not (workspace.settings.store or workspace.store_file.is_file()):
        yield from known_cards(None)
        return
    with closing(open_record(workspace)) as record:
        yield from known_cards(record)


def _key(card: JudgeCard) -> tuple[str, str, str]:
    return card.judge, card.metric, card.language
