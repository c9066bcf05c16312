"""What it would take: the shortest list of evidence that would settle a risk.

Rules of this place: evidence that serves several controls is listed once; what the product measures by itself comes
first, then what serves most controls; a waived control needs nothing.
"""

from collections.abc import Iterable

from governance.evidence import Conclusion
from governance.status._types import AskStatus, Need, RiskStatus
from risks import Ask

__all__ = ["needed"]

_SETTLED = frozenset({Conclusion.SATISFIED, Conclusion.NOT_APPLICABLE})


def needed(risks: Iterable[RiskStatus]) -> tuple[Need, ...]:
    """Return the evidence that is missing for these risks to be settled."""
    serves: dict[Ask, tuple[AskStatus, set[str], set[str]]] = {}
    for risk in risks:
        for control in risk.controls:
            if control.waiver is not None:
                continue
            for answer in control.asks:
                if answer.outcome not in _SETTLED:
                    _, controls, named = serves.setdefault(answer.ask, (answer, set(), set()))
                    controls.add(control.control)
                    named.add(risk.risk)
    found = [
        Need(ask=ask, controls=tuple(sorted(controls)), risks=tuple(sorted(named)), reason=answer.reason)
        for ask, (answer, controls, named) in serves.items()
    ]
    return tuple(sorted(found, key=lambda need: (not need.ask.automatic, -len(need.controls), need.ask.of)))
