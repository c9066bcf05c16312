"""Releases for tests of pages."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime

from governance.releases import Release, ReleaseDraft
from governance.systems import Part
from tests.dashboards.teams import SYSTEM, Office
from tests.governance.test_record import decision

_NUMBERS = itertools.count(1)


def ask_for_release(office: Office, who: str, *components: Part) -> Release:
    """Let somebody put `run-1` together as a new version that a gate let pass, and ask for its approval."""
    actor, run, number = office.people[who], office.record.run("run-1"), next(_NUMBERS)
    place = f"place-{number}"
    draft = ReleaseDraft(system=SYSTEM, version=f"1.{number}", runs=("run-1",), deployment=place, components=components)
    made = office.record.releases.create(actor, draft)
    passed = replace(
        decision("run-1", run.digest), release=made.id, release_digest=made.digest, decided_at=datetime.now(UTC)
    )
    office.record.record_decision(passed, actor)
    return office.record.releases.request(actor, made.id, comment="the third try")
