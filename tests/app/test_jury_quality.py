"""The weights of a jury come from judge cards, pooled over languages."""

import dataclasses

import pytest

from assay.app.jury_quality import pooled
from evaluation.calibration import JudgeCard
from evaluation.statistics import LabelledPair, agreement


def card(right: tuple[int, int], wrong: tuple[int, int], language: str = "en") -> JudgeCard:
    """Return a card with (good, not good) answers that the judge called rightly and wrongly."""
    pairs = [(True, True)] * right[0] + [(False, True)] * wrong[0]
    pairs += [(False, False)] * right[1] + [(True, False)] * wrong[1]
    fields = {field.name: None for field in dataclasses.fields(JudgeCard)}
    found = agreement([LabelledPair(judge=judge, human=human) for judge, human in pairs])
    return JudgeCard(**{**fields, "language": language, "agreement": found})  # type: ignore[arg-type]  # what is read


def test_languages_are_pooled_by_their_labels() -> None:
    """Ninety rows in one language weigh more than thirty in another."""
    quality = pooled([card((45, 40), (5, 10)), card((20, 20), (5, 5), "de")])

    assert quality is not None
    assert quality.sensitivity == pytest.approx(65 / 75)
    assert quality.specificity == pytest.approx(60 / 75)


@pytest.mark.parametrize("cards", [[], [card((10, 10), (2, 2))], [card((60, 0), (2, 0))]])
def test_what_measures_nothing_gives_no_weight(cards: list[JudgeCard]) -> None:
    """No card, too few labels, or labels of one kind."""
    assert pooled(cards) is None
