"""The weights of a jury come from judge cards, pooled over languages."""

import dataclasses
import json
from pathlib import Path

import pytest

from assay.app.init import create_workspace
from assay.app.judge_cards import ListedJudge, list_judges
from assay.app.judge_check import CheckRequest, check_judge
from assay.app.jury_quality import measured_quality, pooled
from assay.app.workspace import Workspace
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


def test_a_card_that_was_recorded_here_weighs_its_judge(tmp_path: Path) -> None:
    """What people said of sixty answers is what a jury knows of a member."""
    workspace = create_workspace(tmp_path / "w")
    rows = [
        {"id": f"{n}", "question": "q?", "answer": f"It is {n}.", "contexts": [f"It is {n if n % 2 else 'not'}."]}
        for n in range(60)
    ]
    text = "".join(json.dumps({**row, "label": bool(number % 2)}) + "\n" for number, row in enumerate(rows))
    (workspace.root / "labels.jsonl").write_text(text)
    request = CheckRequest(labels=workspace.root / "labels.jsonl", judge="checks")
    check_judge(workspace, request, on_message=lambda _: None, on_progress=lambda _: None)

    (spec,) = (one.spec for one in list_judges(Workspace(workspace.root)) if _is_checked(one))

    assert spec is not None
    found = measured_quality(workspace)(spec)
    assert found is not None
    assert found.sensitivity > 0.5


def _is_checked(listed: ListedJudge) -> bool:
    return (listed.judge, listed.metric) == ("checks", "faithfulness")
