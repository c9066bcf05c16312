"""The pages of a team: who sees what, who approves, and what ends it."""

from pathlib import Path

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from governance.access import Role
from governance.approvals import ApprovalState
from governance.people import PersonStatus
from tests.dashboards.teams import SYSTEM, Office, claims, everything_said, go_on, open_office, open_pages
from tests.reports.run_logs import write

HOSTILE = "![x](https://evil.example/x) <script>alert(1)</script> \u202egnp.exe"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Return a team with an engineer, a reviewer, an auditor and somebody of another system."""
    made = open_office(tmp_path, monkeypatch)
    made.hire("eve", Role.ENGINEER)
    made.hire("rea", Role.REVIEWER)
    made.hire("otto", Role.REVIEWER, system="another")
    made.hire("aud", Role.AUDITOR)
    return made


def press(pages: AppTest, label: str) -> AppTest:
    """Press the one button with this label."""
    (button,) = [one for one in pages.button if one.label == label]
    return button.click().run()


def labels(pages: AppTest) -> set[str]:
    """Return what can be pressed."""
    return {button.label for button in pages.button}


def test_before_sign_in_nothing_of_the_record_is_shown(office: Office) -> None:
    """No run, no decision, no name, no system: an invitation to sign in."""
    office.ask("eve")
    pages = open_pages(None)
    said = everything_said(pages)
    assert labels(pages) == {"Sign in"}
    assert not pages.dataframe
    assert not any(word in said for word in ("run-1", "decision", SYSTEM, "eve", "Pass"))


def test_a_page_that_is_opened_past_the_frame_asks_too(office: Office) -> None:
    """A page asks who is there itself."""
    assert office.record.people.is_team()
    for page in ("overview", "approvals"):
        alone = AppTest.from_file(str(Path(__file__).parents[2] / "dashboards" / "pages" / f"{page}.py"))
        alone.user = {"is_logged_in": False}
        alone.run(timeout=60)
        assert labels(alone) == {"Sign in"}
        assert not alone.dataframe


@pytest.mark.parametrize("user", [claims("mallory"), claims("rea", issuer="https://other.example.org")])
def test_a_stranger_is_told_so(office: Office, user: dict[str, object]) -> None:
    """Whoever the provider knows and the store does not is nobody, under another issuer's name too."""
    pages = open_pages(user)
    assert office.record.people.is_team()
    assert "nobody in this store's team" in pages.error[0].value
    assert str(user["iss"]) in pages.code[0].value
    assert not pages.dataframe


def test_an_address_or_a_group_in_the_token_lets_nobody_in(office: Office) -> None:
    """Only issuer and subject say who somebody is."""
    pages = open_pages(claims("mallory", email="rea@example.org", name="rea", groups=["admin"], person="rea"))
    assert office.record.people.is_team()
    assert "nobody in this store's team" in pages.error[0].value


def test_without_a_configured_provider_a_team_sees_no_pages(office: Office) -> None:
    """A token of a provider that nobody named is nobody's word."""
    file = office.workspace.root / "assay.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    del document["sign_in"]
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    pages = open_pages(claims("rea"))
    assert "no sign-in is configured" in pages.error[0].value
    assert not pages.dataframe


@pytest.mark.parametrize("page", ["overview", "approvals"])
@pytest.mark.parametrize(("name", "reads"), [("aud", True), ("otto", False), ("ada", False)])
def test_lists_hold_what_a_role_lets_one_read(office: Office, name: str, page: str, *, reads: bool) -> None:
    """The reviewer of another system and the admin see no run and no request."""
    office.ask("eve")
    pages = open_pages(claims(name), page)
    assert not pages.exception
    assert ("run-1" in everything_said(pages)) is reads


def test_a_reviewer_approves_what_was_shown(office: Office) -> None:
    """The digest, the decision and its rules are on the page; the answer is recorded as four eyes, as theirs."""
    request = office.ask("eve")
    pages = open_pages(claims("rea"), "approvals")
    said = everything_said(pages)
    assert all(word in said for word in (request.subject_digest, "Pass", "faithfulness", "asked for this"))
    pages.text_area[0].input("the interval is narrow enough")
    press(pages, "Approve")
    assert "Recorded: approved" in pages.success[0].value
    (standing,) = office.record.approvals.standings()
    (answer,) = standing.answers
    assert (standing.state, answer.approver) == (ApprovalState.APPROVED, office.people["rea"].id)
    assert (answer.four_eyes, answer.method, answer.comment) == (True, "oidc", "the interval is narrow enough")


def test_who_may_not_answer_sees_why_and_no_buttons(office: Office) -> None:
    """The requester is barred; the auditor reads."""
    office.ask("eve")
    for name, why in (("eve", "needs one of these roles"), ("aud", "needs one of these roles")):
        pages = open_pages(claims(name), "approvals")
        assert not {"Approve", "Reject"} & labels(pages)
        assert why in everything_said(pages)


def test_a_requester_who_reviews_is_barred_on_the_page(office: Office) -> None:
    """Asking and answering are two people's."""
    office.hire("rob", Role.REVIEWER)
    office.ask("rob")
    pages = open_pages(claims("rob"), "approvals")
    assert "you may not answer this request: requester" in everything_said(pages)
    assert not {"Approve", "Reject"} & labels(pages)


def test_an_old_sign_in_has_to_be_renewed_for_an_answer(office: Office) -> None:
    """After a quarter of an hour there is a button to sign in again, and none to approve."""
    office.ask("eve")
    pages = open_pages(claims("rea", minutes_ago=16), "approvals")
    assert {"Sign in again"} <= labels(pages)
    assert not {"Approve", "Reject"} & labels(pages)


def test_the_providers_time_of_proof_counts_before_that_of_the_token(office: Office) -> None:
    """A token made now by a provider that asked for proof long ago is an old sign-in."""
    office.ask("eve")
    old = claims("rea", minutes_ago=60)["iat"]
    assert "Sign in again" in labels(open_pages(claims("rea", auth_time=old), "approvals"))


def test_a_rejection_without_a_comment_is_refused_in_words(office: Office) -> None:
    """What the service says is on the page, and nothing is recorded."""
    office.ask("eve")
    pages = press(open_pages(claims("rea"), "approvals"), "Reject")
    assert "a rejection needs a comment" in pages.error[0].value
    assert office.record.approvals.standings()[0].answers == ()


def test_what_changed_since_it_was_shown_is_not_approved(office: Office) -> None:
    """The run goes on between look and click: the click is about what was shown, and is refused."""
    folder = office.workspace.runs / "run-2"
    write(folder, {"q1": 1.0}, planned=["q2"])
    office.record.ingest_run(folder, office.people["eve"])
    office.hire("eli", Role.ENGINEER)
    request = office.ask("eli", "run")
    pages = open_pages(claims("rea"), "approvals")
    assert request.subject_digest in everything_said(pages)
    go_on(folder)
    office.record.ingest_run(folder, office.people["eve"])
    press(pages, "Approve")
    assert "is void" in pages.error[0].value
    (standing,) = office.record.approvals.standings()
    assert (standing.state, standing.answers) == (ApprovalState.VOID, ())
    assert "not what is there now" in everything_said(pages)


@pytest.mark.parametrize("end", ["signed out elsewhere", "disabled"])
def test_a_session_that_ended_shows_nothing_and_answers_nothing(office: Office, end: str) -> None:
    """The page is open, the browser's cookie lives: the click is refused, and so is the page."""
    office.ask("eve")
    pages = open_pages(claims("rea"), "approvals")
    rea = office.people["rea"].id
    if end == "disabled":
        office.record.people.change(rea, office.admin, status=PersonStatus.DISABLED)
    else:
        office.record.sessions.end_all(rea)
    press(pages, "Approve")
    assert "your session has ended" in everything_said(pages) or "nobody in this store" in everything_said(pages)
    assert not pages.dataframe
    assert office.record.approvals.standings()[0].answers == ()
    assert not pages.run().dataframe


def test_signing_out_ends_the_session_for_every_tab(office: Office) -> None:
    """A cookie that was copied before opens nothing."""
    assert office.record.people.is_team()
    user = claims("rea")
    pages = press(open_pages(user), "Sign out")
    assert not pages.dataframe
    again = open_pages(user)
    assert "Your session has ended" in everything_said(again)
    assert not again.dataframe


def test_a_page_that_is_loaded_anew_goes_on_with_the_session(office: Office) -> None:
    """One sign-in has one session."""
    user = claims("rea")
    for _ in range(2):
        assert open_pages(user).dataframe
    assert office.record.people.is_team()


def test_an_old_cookie_must_sign_in_again(office: Office) -> None:
    """Streamlit's cookie lives 30 days, a sign-in twelve hours."""
    pages = open_pages(claims("rea", minutes_ago=12 * 60 + 1))
    assert office.record.people.is_team()
    assert labels(pages) == {"Sign in"}
    assert not pages.dataframe


def test_asking_from_the_page_is_asking_as_oneself(office: Office) -> None:
    """The form asks about the decision that is shown."""
    pages = open_pages(claims("eve"), "approvals")
    pages.text_area(key="ask-comment").input("please look at the interval")
    press(pages, "Ask")
    assert "Asked" in pages.success[0].value
    (standing,) = office.record.approvals.standings()
    assert (standing.request.requester, standing.request.comment) == (
        office.people["eve"].id,
        "please look at the interval",
    )
    assert "Ask" not in labels(open_pages(claims("aud"), "approvals"))


def test_a_report_is_written_by_whoever_signed_in(office: Office) -> None:
    """The export is theirs."""
    pages = press(open_pages(claims("rea")), "Write the evaluation report")
    assert not pages.error
    made = office.record.reports()[0]
    assert office.record.entries(first=made.seq)[0].actor.id == office.people["rea"].id


def test_who_may_not_export_is_refused_in_words(office: Office) -> None:
    """The button is there for everybody; the right is not."""
    office.hire("vi", Role.VIEWER)
    refused = press(open_pages(claims("vi")), "Write the evaluation report")
    assert "export:make" in refused.error[0].value
    assert office.record.reports() == ()


def test_what_people_wrote_acts_on_nobodys_page(office: Office) -> None:
    """Comments and names are shown as inert text."""
    office.hire("<b>bob</b> ![y](https://evil.example/y)", Role.ENGINEER)
    office.ask("<b>bob</b> ![y](https://evil.example/y)", comment=HOSTILE)
    pages = open_pages(claims("rea"), "approvals")
    assert any("‹U+202E›" in one.value for one in pages.text)
    for one in pages.markdown:
        assert "![y](" not in one.value
        assert "<b>" not in one.value
        assert not one.allow_html


@pytest.mark.parametrize("broken", [{"sub": None}, {"iat": True}, {"iat": "now"}, {"iss": "no address"}])
def test_a_token_without_time_or_subject_is_refused_in_words(office: Office, broken: dict[str, object]) -> None:
    """What a provider leaves out is not guessed."""
    assert office.record.people.is_team()
    pages = open_pages({**claims("rea"), **broken})
    assert pages.error
    assert not pages.dataframe
