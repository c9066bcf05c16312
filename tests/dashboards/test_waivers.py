"""A waiver on the page of approvals: what whoever answers is shown of it."""

from pathlib import Path

import pytest

import risks
from governance.access import Role
from governance.waivers import WaiverDraft
from tests.dashboards.teams import SYSTEM, claims, everything_said, open_office, open_pages


def test_an_approver_sees_which_control_is_waived_why_and_until_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A digest alone is nothing that a person could agree to."""
    office = open_office(tmp_path, monkeypatch)
    office.hire("rob", Role.REVIEWER)
    office.hire("ann", Role.APPROVER)
    draft = WaiverDraft(system=SYSTEM, control="DASF 3", risk="1.1", reason="no fixed network", days=30)
    made = office.record.waivers.ask(office.people["rob"], draft, risks.framework())
    said = everything_said(open_pages(claims("ann"), "approvals"))
    shown = ("DASF 3", "1.1", "no fixed network", made.expires_at[:10], "never treated")
    assert [word for word in shown if word not in said] == []
