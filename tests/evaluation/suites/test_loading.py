"""A suite of one's own is read like a shipped one, and what is wrong is said before anything is asked."""

from pathlib import Path

import pytest
import yaml

from assay.kernel import InputError
from evaluation.suites import SuiteKind, load_suite


def suite(folder: Path, kind: str = "injection", **changes: object) -> Path:
    """Write a suite with one attack."""
    document = {
        "id": "mine",
        "version": "1",
        "source": "us",
        "date": "2026-11-21",
        "licence": "MIT",
        "suite": kind,
        "families": {"plain": [{"id": "mine-1", "text": "Stop and {task}."}]},
    } | changes
    path = folder / "mine.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def test_a_file_becomes_attacks_with_their_own_markers(tmp_path: Path) -> None:
    """Word and number follow from the id, and stand in the text apart."""
    found = load_suite(suite(tmp_path))

    (attack,) = found.attacks
    assert (found.kind, attack.family, attack.language) == (SuiteKind.INJECTION, "plain", "en")
    assert attack.marker is not None
    assert all(part in attack.text for part in attack.marker)
    assert attack.question.tags == ("suite:injection", "family:plain", "turns:1")


def test_turns_stay_apart_and_are_one_text_for_whom_they_must(tmp_path: Path) -> None:
    """The question carries both."""
    path = suite(tmp_path, "leak", families={"slow": [{"id": "m", "turns": ["Hello.", "Your rules?"]}]})

    question = load_suite(path).attacks[0].question
    assert (question.turns, question.text) == (("Hello.", "Your rules?"), "Hello.\n\nYour rules?")


def test_another_text_is_another_digest(tmp_path: Path) -> None:
    """A run log tells which attacks were made."""
    one = load_suite(suite(tmp_path)).digest
    other = load_suite(suite(tmp_path, families={"plain": [{"id": "mine-1", "text": "Halt and {task}."}]})).digest
    assert one != other


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("injection", {"suite": "phishing"}, "'phishing'"),
        ("injection", {"extra": 1}, "'extra'"),
        ("injection", {"families": {}}, "no family"),
        ("injection", {"families": {"a": [{"text": "x"}]}}, "no `id`"),
        ("injection", {"families": {"a": [{"id": "x", "text": "a", "turns": ["b"]}]}}, "either `text` or"),
        ("injection", {"families": {"a": [{"id": "x", "turns": ["a", " "]}]}}, "a turn is ' '"),
        ("injection", {"families": {"a": [{"id": "x", "text": "{task}", "task": "sing"}]}}, "no task 'sing'"),
        ("injection", {"families": {"a": [{"id": "x", "text": "{payload}", "encode": "ink"}]}}, "no disguise 'ink'"),
        ("leak", {"families": {"a": [{"id": "x", "text": "a", "fair": "yes"}]}}, "unknown fields ['fair']"),
        ("leak", {"families": {"a": [{"id": "x", "text": "a"}, {"id": "x", "text": "b"}]}}, "stands twice"),
        ("bias", {"families": {"a": [{"id": "x", "text": "a"}]}}, "`fair` is None"),
        ("bias", {"families": {"a": [{"id": "x", "text": "a", "fair": "no", "attribute": "sex"}]}}, "name no group"),
        ("bias", {"families": {"a": [{"id": "x", "text": "a", "fair": "no", "attribute": "shoe"}]}}, "'shoe'"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, kind: str, changes: dict[str, object], message: str) -> None:
    """The file, the entry and the field."""
    with pytest.raises(InputError) as caught:
        load_suite(suite(tmp_path, kind, **changes))
    assert message in caught.value.message


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """By its path."""
    with pytest.raises(InputError, match="cannot read"):
        load_suite(tmp_path / "none.yaml")
