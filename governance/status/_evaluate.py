"""From facts to the status of every control and risk of a system. Pure: time, facts and waivers are passed in.

Rules of this place: a control is held against a risk, for a rule may ask for other evidence on another risk's account;
all controls that are mapped to a risk are needed together, a waived one is left out and then the risk is accepted at
best; each ask is held against the facts once, however many controls share it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from governance.evidence import Conclusion, Fact
from governance.status._algebra import all_of
from governance.status._asks import Moment, hold
from governance.status._types import AskStatus, ControlStatus, Known, RiskShown, RiskStatus, SystemStatus, Waiver
from risks import Ask, Framework, Risk

__all__ = ["Assessor", "key_of"]

_Key = tuple[str, str]  # kind, name in small letters with single blanks
_RUN_LOGS: Final[_Key] = ("run_log", "verified")  # facts that say whether a log is the recorded one


def key_of(kind: str, of: str) -> _Key:
    """Return what an ask and the facts that answer it have in common."""
    return kind, " ".join(of.casefold().split())


@dataclass(frozen=True)
class Assessor:
    """A framework, ready to be held against the facts of many systems."""

    framework: Framework

    def assess(
        self, system: str, facts: Iterable[Fact], moment: Moment, *, waivers: Sequence[Waiver] = ()
    ) -> SystemStatus:
        """Return the status of a system; facts of other systems must not be among them."""
        found: defaultdict[_Key, list[Fact]] = defaultdict(list)
        for fact in facts:
            found[key_of(fact.kind, fact.of)].append(fact)
        altered = {log.subject for log in found.get(_RUN_LOGS, ()) if log.conclusion is Conclusion.NOT_SATISFIED}
        answers = [hold(ask, found.get(key, ()), moment, altered=altered) for ask, key in self._asks]
        controls = _Controls(answers, {(one.control, one.risk): one for one in waivers if one.expires_at > moment.text})
        risks = tuple(_risk(risk, [controls.status(*part, risk.id) for part in plan]) for risk, plan in self._plan)
        components: defaultdict[str, list[Conclusion]] = defaultdict(list)
        for one in risks:
            components[one.component].append(one.outcome)
        together = {component: all_of(outcomes) for component, outcomes in components.items()}
        return SystemStatus(system=system, framework=self.framework.digest, risks=risks, components=together)

    @cached_property
    def _asks(self) -> tuple[tuple[Ask, _Key], ...]:
        """Each different ask once."""
        return tuple((ask, key_of(ask.kind.value, ask.of)) for ask in self._places)

    @cached_property
    def _places(self) -> Mapping[Ask, int]:
        places: dict[Ask, int] = {}
        for rule in self.framework.rules:
            for ask in rule.evidence:
                places.setdefault(ask, len(places))
        return places

    @cached_property
    def _plan(self) -> tuple[tuple[Risk, tuple[tuple[str, tuple[int, ...]], ...]], ...]:
        """Each risk with its controls and where their asks are."""
        return tuple(
            (
                risk,
                tuple((mapping.control, self._places_of(mapping.control, risk.id)) for mapping in risk.controls),
            )
            for risk in self.framework.catalogue.risks
        )

    def _places_of(self, control: str, risk: str) -> tuple[int, ...]:
        return tuple(self._places[ask] for ask in self.framework.rule(control).asked_for(risk))


class _Controls:
    """The controls of one system: one that is asked for the same evidence by many risks is looked at once."""

    def __init__(self, answers: Sequence[AskStatus], waived: Mapping[tuple[str, str | None], Waiver]) -> None:
        self._answers, self._waived = answers, waived
        self._known: dict[tuple[str, tuple[int, ...], str | None], ControlStatus] = {}

    def status(self, control: str, places: tuple[int, ...], risk: str) -> ControlStatus:
        """Return a control on a risk's account."""
        waiver = self._waived.get((control, risk)) or self._waived.get((control, None))
        key = (control, places, None if waiver is None else waiver.id)
        found = self._known.get(key)
        if found is None:
            asks = tuple(self._answers[place] for place in places)
            found = self._known[key] = ControlStatus(
                control=control,
                outcome=all_of(answer.outcome for answer in asks),
                known=Known.WAIVED if waiver is not None else _known(asks),
                asks=asks,
                waiver=key[2],
            )
        return found


def _risk(risk: Risk, controls: Sequence[ControlStatus]) -> RiskStatus:
    counted = [one for one in controls if one.waiver is None]
    outcome = all_of(one.outcome for one in counted)
    return RiskStatus(
        risk=risk.id,
        component=risk.component,
        shown=_shown(outcome, waived=len(controls) - len(counted), counted=len(counted)),
        outcome=outcome,
        reason=_reason(outcome, controls, counted),
        controls=tuple(controls),
    )


def _known(answers: Sequence[AskStatus]) -> Known:
    """Measured only where nothing that was found rests on somebody's word."""
    there = [answer.ask for answer in answers if answer.evidence]
    if not there:
        return Known.UNKNOWN
    return Known.MEASURED if all(ask.automatic for ask in there) else Known.ATTESTED


def _shown(outcome: Conclusion, *, waived: int, counted: int) -> RiskShown:
    if outcome is Conclusion.NOT_SATISFIED:
        return RiskShown.OPEN
    if waived and (not counted or outcome in (Conclusion.SATISFIED, Conclusion.NOT_APPLICABLE)):
        return RiskShown.ACCEPTED
    return RiskShown.TREATED if outcome is Conclusion.SATISFIED else RiskShown.UNDECIDED


def _reason(outcome: Conclusion, controls: Sequence[ControlStatus], counted: Sequence[ControlStatus]) -> str:
    waived = len(controls) - len(counted)
    aside = f"; {waived} waived" if waived else ""
    if not counted:
        return f"all {len(controls)} controls are waived" if controls else "no control is mapped to it"
    if outcome is Conclusion.SATISFIED:
        return f"all {len(counted)} controls that count are satisfied{aside}"
    named = [one.control for one in counted if one.outcome is outcome]
    words = {
        Conclusion.NOT_SATISFIED: "not satisfied",
        Conclusion.ERROR: "in error",
        Conclusion.INCONCLUSIVE: "not decided",
        Conclusion.NOT_APPLICABLE: "not applicable",
    }
    return f"{len(named)} of {len(counted)} controls {words[outcome]}: {_listed(named)}{aside}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"  # noqa: PLR2004  as many as fit a line
