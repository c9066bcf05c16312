"""The page about rights says what the code does."""

from pathlib import Path

from governance.access import NEVER_BY_TOKEN, ONLY_SIGNED_IN, ROLE_PERMISSIONS, Permission, Role
from governance.people import LONGEST_DAYS, SessionLimits

PAGE = (Path(__file__).parents[2] / "docs" / "rights.md").read_text(encoding="utf-8")
ROLES = [role for role in Role if role is not Role.OWNER]


def table() -> str:
    """Return the table of roles and rights as the page writes it."""
    lines = ["| right | " + " | ".join(ROLES) + " | by a token | at the machine |", "|---|" + "---|" * (len(ROLES) + 2)]
    for permission in Permission:
        given = [permission in ROLE_PERMISSIONS[role] for role in ROLES]
        ways = [permission not in NEVER_BY_TOKEN, permission not in ONLY_SIGNED_IN]
        lines.append(f"| `{permission}` | " + " | ".join("yes" if one else "" for one in (*given, *ways)) + " |")
    return "\n".join(lines)


def test_the_page_shows_the_table_of_the_code() -> None:
    """Whoever changes a role changes the page: put the table that this computes there."""
    assert table() in PAGE


def test_the_page_names_the_limits_of_the_code() -> None:
    """Days of a role, minutes and hours of a session."""
    limits = SessionLimits()
    assert f"{LONGEST_DAYS} days" in PAGE
    assert f"{limits.idle.seconds // 60} minutes without use" in PAGE
    assert f"{limits.absolute.seconds // 3600} hours in all" in PAGE
