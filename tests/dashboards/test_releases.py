"""A release on the page of approvals: what is shown of it, who leads it on, and what is said when it changed."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from governance.access import Role
from governance.releases import ReleaseState
from governance.systems import Part
from tests.dashboards.releases import ask_for_release
from tests.dashboards.teams import Office, claims, everything_said, open_office, open_pages
from tests.governance.test_record import decision


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Return a team with an engineer who may review, too, and a reviewer."""
    made = open_office(tmp_path, monkeypatch)
    made.hire("eve", Role.ENGINEER)
    made.hire("rea", Role.REVIEWER)
    return made


def press(pages: AppTest, label: str) -> AppTest:
    """Press the one button with this label."""
    (button,) = [one for one in pages.button if one.label == label]
    return button.click().run()


def test_a_reviewer_sees_manifest_and_decision_takes_it_up_and_approves(office: Office) -> None:
    """The engineer has no button; after the answer the release is approved, by four eyes."""
    made = ask_for_release(office, "eve")
    engineer = open_pages(claims("eve"), "approvals")
    assert {"Approve", "Take up the review"}.isdisjoint(one.label for one in engineer.button)
    pages = open_pages(claims("rea"), "approvals")
    said = everything_said(pages)
    shown = (made.digest, office.record.run("run-1").digest, made.version, "Pass", "1 approval still needed")
    assert [word for word in shown if word not in said] == []
    press(pages, "Take up the review")
    assert office.record.releases.release(made.id).state is ReleaseState.IN_REVIEW
    assert "Take up the review" not in {one.label for one in pages.button}
    press(pages, "Approve")
    assert "Recorded: approved" in pages.success[0].value
    assert office.record.releases.release(made.id).state is ReleaseState.APPROVED


def test_a_release_that_changed_says_so_and_takes_no_answer(office: Office) -> None:
    """A decision that came after the request voids it."""
    made = ask_for_release(office, "eve")
    run = office.record.run("run-1")
    again = decision("run-1", run.digest)
    document = {**again.as_json(), "release": made.id, "release_digest": made.digest}
    office.record.record_decision(type(again).from_json(document), office.people["eve"])
    pages = open_pages(claims("rea"), "approvals")
    assert "does not count any more" in everything_said(pages)
    assert "Approve" not in {one.label for one in pages.button}


def test_the_name_of_a_part_stays_text(office: Office) -> None:
    """Whoever puts a release together writes no pictures and no links onto the reviewer's page."""
    ask_for_release(office, "eve", Part(name="![x](https://evil.example/x)"))
    pages = open_pages(claims("rea"), "approvals")
    drawn = [str(one.value) for kind in ("markdown", "info") for one in pages.get(kind)]
    assert any("known by name alone" in text for text in drawn)
    assert not any("![x](https" in text for text in drawn)
