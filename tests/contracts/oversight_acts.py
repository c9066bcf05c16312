"""What is done with alerts, incidents and registered models, and who may: rows of the table of entry points."""

from typing import Final

from governance.access import Role
from governance.alerts import AlertDraft, AlertKind
from governance.incidents import Declaration
from governance.registry import ModelAlias, SeenModel, SeenVersion
from tests.contracts.scene import SYSTEM, Act, Attempt, Scene, fresh, may

_PROGRAMS = may("engineer", "service")
_SETTLERS = may("engineer", "reviewer")
_OPENERS = may("engineer", "reviewer", "approver")
_DECLARERS = may("reviewer", "approver")
_CARE = "care"  # a system of its own: a serious incident keeps releases of its system in


def _draft() -> AlertDraft:
    return AlertDraft(kind=AlertKind.ALIAS_MOVED, system=SYSTEM, subject=fresh("models:/m@champion"))


def _alert(here: Scene) -> str:
    return here.record.alerts.raise_(here.team.add(fresh("engineer"), Role.ENGINEER), _draft()).id


def _incident(here: Scene, *, declared: bool = False) -> str:
    reviewer = here.team.add(fresh("reviewer"), Role.REVIEWER, system=_CARE)
    incident = here.record.incidents.begin(reviewer, _CARE, comment="it lied").id
    if declared:
        here.record.incidents.declare(reviewer, incident, _declaration(here))
    return incident


def _declaration(here: Scene) -> Declaration:
    return Declaration(grounds=("health",), aware_at=here.team.clock.now(), zone="UTC", comment="harm")


def raise_alert(here: Scene) -> Attempt:
    """Notice something."""
    draft = _draft()
    return lambda actor: here.record.alerts.raise_(actor, draft)


def acknowledge_alert(here: Scene) -> Attempt:
    """Say that one knows."""
    alert = _alert(here)
    return lambda actor: here.record.alerts.acknowledge(actor, alert, comment="seen")


def close_alert(here: Scene) -> Attempt:
    """Say that it is over."""
    alert = _alert(here)
    return lambda actor: here.record.alerts.close(actor, alert, comment="over")


def propose_incident(here: Scene) -> Attempt:
    """Propose an incident from an alert."""
    alert = _alert(here)
    return lambda actor: here.record.incidents.propose(actor, alert)


def begin_incident(here: Scene) -> Attempt:
    """Open an incident."""
    return lambda actor: here.record.incidents.begin(actor, SYSTEM, comment="it lied")


def take_up_incident(here: Scene) -> Attempt:
    """Open an incident that was proposed."""
    incident = here.record.incidents.propose(here.team.add(fresh("engineer"), Role.ENGINEER), _alert(here)).id
    return lambda actor: here.record.incidents.take_up(actor, incident, comment="it is so")


def declare_incident(here: Scene) -> Attempt:
    """Declare an incident serious."""
    incident, draft = _incident(here), _declaration(here)
    return lambda actor: here.record.incidents.declare(actor, incident, draft)


def withdraw_incident(here: Scene) -> Attempt:
    """Take a declaration back."""
    incident = _incident(here, declared=True)
    return lambda actor: here.record.incidents.withdraw(actor, incident, comment="another system")


def report_incident(here: Scene) -> Attempt:
    """Record a report."""
    incident = _incident(here, declared=True)
    return lambda actor: here.record.incidents.report(actor, incident, comment="told")


def close_incident(here: Scene) -> Attempt:
    """Say that an incident is over."""
    incident = _incident(here)
    return lambda actor: here.record.incidents.close(actor, incident, comment="over")


def note_model(here: Scene) -> Attempt:
    """Record a version of a model that a registry shows."""
    name = fresh("helpdesk")
    seen = SeenVersion(name=name, version="1", run=None, source="s3://b/m", created_at=0, status="READY", stage=None)
    model = SeenModel(name=name, versions=(seen,), aliases={})
    return lambda actor: here.record.registry.note_model(actor, SYSTEM, model, {})


def note_alias(here: Scene) -> Attempt:
    """Record what a registry was told."""
    alias = ModelAlias(model=fresh("helpdesk"), alias="champion", system=SYSTEM, version="1", release=None)
    return lambda actor: here.record.registry.note_alias(actor, alias)


ACTS: Final = {
    "alerts.raise_": Act(roles=_PROGRAMS, prepare=raise_alert),
    "alerts.acknowledge": Act(roles=_SETTLERS, prepare=acknowledge_alert),
    "alerts.close": Act(roles=_SETTLERS, prepare=close_alert),
    "incidents.propose": Act(roles=_PROGRAMS, prepare=propose_incident),
    "incidents.begin": Act(roles=_OPENERS, prepare=begin_incident),
    "incidents.take_up": Act(roles=_OPENERS, prepare=take_up_incident),
    "incidents.declare": Act(roles=_DECLARERS, prepare=declare_incident, by_token=False, on=_CARE),
    "incidents.withdraw": Act(roles=_DECLARERS, prepare=withdraw_incident, by_token=False, on=_CARE),
    "incidents.report": Act(roles=_DECLARERS, prepare=report_incident, by_token=False, on=_CARE),
    "incidents.close": Act(roles=_DECLARERS, prepare=close_incident, by_token=False, on=_CARE),
    "registry.note_model": Act(roles=_PROGRAMS, prepare=note_model),
    "registry.note_alias": Act(roles=_PROGRAMS, prepare=note_alias),
}
READING: Final = frozenset(
    {
        *("alerts.alert", "alerts.alerts", "registry.versions", "registry.version", "registry.aliases"),
        *("incidents.open", "incidents.incident", "incidents.incidents", "incidents.history"),
    }
)
COMMANDS: Final = {
    "mlflow sync": "registry.note_model registry.note_alias alerts.raise_",
    "monitor alerts acknowledge": "alerts.acknowledge",
    "monitor alerts close": "alerts.close",
    "incidents open": "incidents.begin incidents.take_up",
    "incidents propose": "incidents.propose",
    "incidents declare": "incidents.declare",
    "incidents withdraw": "incidents.withdraw",
    "incidents report": "incidents.report",
    "incidents close": "incidents.close",
}
OTHER_COMMANDS: Final = frozenset(
    {"mlflow registry", "monitor alerts list", "incidents list", "incidents show", "incidents grounds"}
)
