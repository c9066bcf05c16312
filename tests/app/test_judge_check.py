"""`assay judges check` below the command line: labels through a real judge, cards in the record and before the gate."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.app.compose import open_record
from assay.app.init import create_workspace
from assay.app.judge_cards import known_cards, list_judges
from assay.app.judge_check import CheckRequest, CheckResult, check_judge
from assay.app.workspace import Workspace
from assay.cli.main import build_app
from assay.kernel import FixedClock, InputError, parse_time
from evaluation.calibration import shipped_cards

CONTEXT = "The tower was built in 1889 by the company of Gustave Eiffel and stands in Paris."
GOOD, BAD = "The tower was built in 1889.", "Penguins swim better than whales."
SECRET = "Gustave"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace."""
    return create_workspace(tmp_path / "w")


def labels_file(workspace: Workspace, pairs: int, **changes: object) -> Path:
    """Write as many good as bad answers, labelled truly."""
    path = workspace.root / "labels.jsonl"
    rows = [
        {"id": f"{kind}{n}", "question": "When was the tower built?", "answer": answer, "contexts": [CONTEXT]}
        | {"label": int(answer == GOOD), **changes}
        for n in range(pairs)
        for kind, answer in (("g", GOOD), ("b", BAD))
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def check(workspace: Workspace, labels: Path, **request: object) -> CheckResult:
    """Check the judge that needs no model."""
    made = CheckRequest(labels=labels, judge="checks", **request)  # type: ignore[arg-type]  # by name
    clock = FixedClock(at=parse_time("2026-01-01T00:00:00.000000Z"))
    return check_judge(workspace, made, on_message=lambda _: None, on_progress=lambda _: None, clock=clock)


def test_a_check_makes_a_card_that_the_record_and_the_list_hold(workspace: Workspace) -> None:
    """The card is of the very judge that runs, takes the place of the shipped one, and is listed."""
    result = check(workspace, labels_file(workspace, 30))

    (card,) = result.cards
    assert (card.language, card.agreement.n, card.shortcoming) == ("en", 60, "")
    with closing(open_record(workspace)) as record:
        own = [one for one in known_cards(record) if (one.judge, one.metric) == (card.judge, card.metric)]
        assert record.entries(first=result.seq)[0].action == "judge.card"
    listed = [one for one in list_judges(workspace) if (one.judge, one.metric) == ("checks", "faithfulness")]
    assert [one.source for one in own] == [card.source] == ["labels.jsonl"]
    assert [one.cards for one in listed] == [tuple(own)]


def test_no_text_is_in_the_store_and_the_salt_lies_beside_it(workspace: Workspace) -> None:
    """Ids, labels and commitments; the salt belongs to its owner alone."""
    result = check(workspace, labels_file(workspace, 3))

    salt = workspace.state / "labels" / f"{result.label_set}.salt"
    stored = b"".join(path.read_bytes() for path in workspace.state.glob("store.sqlite*"))
    assert SECRET.encode() not in stored
    assert salt.stat().st_mode & 0o077 == 0
    assert len(salt.read_bytes()) == 32


def test_a_rubric_is_kept_with_the_labels(workspace: Workspace) -> None:
    """Its digest is on the card."""
    rubric = workspace.root / "rubric.txt"
    rubric.write_text("Every sentence must follow from the contexts.\n", encoding="utf-8")

    result = check(workspace, labels_file(workspace, 3), rubric=rubric)

    assert result.rubric == "Every sentence must follow from the contexts."
    assert result.cards[0].rubric_digest.startswith("sha256:")


@pytest.mark.parametrize(
    ("request_", "words"),
    [({"metric": "bleu"}, "code computes 'bleu'"), ({"repeat": 0}, "--repeat is 0")],
)
def test_what_cannot_be_checked_is_refused_before_anything_starts(
    workspace: Workspace, request_: dict[str, object], words: str
) -> None:
    """No store is made."""
    with pytest.raises(InputError, match=words):
        check(workspace, labels_file(workspace, 3), **request_)
    assert not workspace.store_file.exists()


def test_a_broken_file_writes_nothing(workspace: Workspace) -> None:
    """The last line is wrong, and no row was judged."""
    labels = labels_file(workspace, 3)
    labels.write_text(labels.read_text(encoding="utf-8") + '{"question": "Why?"}\n', encoding="utf-8")

    with pytest.raises(InputError, match="line 7"):
        check(workspace, labels)
    assert not workspace.store_file.exists()


def test_the_command_prints_the_card_as_a_table_and_as_json(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person reads numbers with intervals; a program gets the card and every disagreement."""
    monkeypatch.chdir(workspace.root)
    labels = labels_file(workspace, 30)
    rows = labels.read_text(encoding="utf-8").splitlines()
    wrong = json.loads(rows[0]) | {"label": 0, "id": "odd\u001b[31m"}
    labels.write_text("\n".join([*rows, json.dumps(wrong)]) + "\n", encoding="utf-8")
    command = ["judges", "check", "--labels", str(labels), "--judge", "checks"]

    shown = CliRunner().invoke(build_app("judges"), command, catch_exceptions=False)
    printed = CliRunner().invoke(build_app("judges"), [*command, "--json"], catch_exceptions=False)

    document = json.loads(printed.stdout.splitlines()[-1])
    assert "Youden's J" in shown.stdout
    assert "judge and people differ on 1 rows" in shown.stdout
    assert "\u001b[31m" not in shown.stdout
    assert [one["id"] for one in document["disagreements"]] == ["odd\u001b[31m"]
    assert document["cards"][0]["agreement"]["n"] == 61


def test_the_built_in_judges_are_listed_without_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its digest, none of them needs weights for it."""
    monkeypatch.chdir(tmp_path)

    listed = CliRunner().invoke(build_app("judges"), ["judges", "list", "--json"], catch_exceptions=False)

    found = json.loads(listed.stdout)["judges"]
    assert {one["judge"] for one in found} == {"checks", "embedded", "local"}
    assert all(one["digest"].startswith("sha256:") for one in found if not one["problem"])


def test_every_shipped_card_is_of_the_judge_as_it_is_now() -> None:
    """A card of an earlier judge is no card: `python -m benchmarks.cards` writes them anew."""
    current = {one.spec.digest for one in list_judges(None) if one.spec is not None}

    stale = [(one.name, one.metric) for one in shipped_cards() if one.judge not in current]

    assert stale == []


@pytest.mark.parametrize("judge", ["local", "embedded"])
@pytest.mark.parametrize("metric", ["faithfulness", "relevancy"])
def test_the_judges_of_the_default_gate_come_with_a_card_that_is_enough(judge: str, metric: str) -> None:
    """Else the gate that `assay init` writes could never pass: run `python -m benchmarks.cards`."""
    (found,) = [one for one in list_judges(None) if (one.judge, one.metric) == (judge, metric)]

    assert {card.language: card.shortcoming for card in found.cards} == {"en": ""}
