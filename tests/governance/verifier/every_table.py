"""A store with rows in every table that an entry seals, made by every act that the product has."""

import dataclasses
from contextlib import closing

from assay.kernel import format_time
from governance.access import Role
from tests.contracts.entry_points import ACTS
from tests.contracts.scene import Scene, fresh
from tests.governance.people.teams import LATER, begin_team
from tests.governance.samples import Place


def fill_every_table(place: Place) -> Place:
    """Do every act of the table of rights once, as somebody who may."""
    team = begin_team(place)
    with closing(team.record):
        here = Scene(team=team, folder=place.path)
        for act in ACTS.values():
            role = min(act.roles - {Role.SERVICE})
            actor = team.add(fresh(role.value))
            team.record.people.grant(actor.id, role, "*", team.admin, until=LATER)
            signed_in = dataclasses.replace(actor, method="oidc", authenticated_at=format_time(team.clock.now()))
            act.prepare(here)(signed_in)
    return place
