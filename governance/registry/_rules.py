"""Where an alias is and where it belongs: what to do, and what to raise an alert about.

Rules of this place: pure. We move an alias only when people decided anew (what is wanted is not what we told last), so
a rollback in the night is not undone by a program: it is an alert, and `restore` is a person's word. What points where
nobody released, or is not where we left it, is an alert; where it belongs already, it is none.
"""

from dataclasses import dataclass
from enum import StrEnum

from governance.alerts import AlertDraft, AlertKind
from governance.registry._names import alias_address
from governance.registry._types import ModelAlias, Wanted

__all__ = ["AliasPlan", "AliasStep", "plan_alias"]


class AliasStep(StrEnum):
    """What to do with an alias."""

    KEEP = "keep"
    POINT = "point"  # at the version that is wanted
    REMOVE = "remove"


@dataclass(frozen=True, kw_only=True)
class AliasPlan:
    """What to do with one alias."""

    step: AliasStep
    note: bool  # whether the record does not know yet where we left it
    alert: AlertDraft | None


def plan_alias(
    alias: ModelAlias, wanted: Wanted | None, told: ModelAlias | None, found: str | None, *, restore: bool = False
) -> AliasPlan:
    """Return what to do with an alias that points at `found`.

    `alias` names it and its system; `told` is what we said last (None: nothing yet), `wanted` what releases want.
    """
    target = None if wanted is None else wanted.version
    left_at = None if told is None else told.version
    alert = None if found in (left_at, target) else _alert(alias, expected=target, found=found)
    decided_anew = _is_news(wanted, told)
    if found == target:
        return AliasPlan(step=AliasStep.KEEP, note=decided_anew, alert=alert)
    if target is not None and (decided_anew or restore):
        return AliasPlan(step=AliasStep.POINT, note=True, alert=alert)
    if target is None and left_at is not None and (found == left_at or restore):
        return AliasPlan(step=AliasStep.REMOVE, note=True, alert=alert)
    return AliasPlan(step=AliasStep.KEEP, note=False, alert=alert)


def _is_news(wanted: Wanted | None, told: ModelAlias | None) -> bool:
    if wanted is None:
        return told is not None and told.version is not None
    return told is None or (told.version, told.release) != (wanted.version, wanted.release)


def _alert(alias: ModelAlias, *, expected: str | None, found: str | None) -> AlertDraft:
    return AlertDraft(
        kind=AlertKind.ALIAS_MOVED,
        system=alias.system,
        subject=alias_address(alias.model, alias.alias),
        details={"expected": expected, "found": found},
    )
