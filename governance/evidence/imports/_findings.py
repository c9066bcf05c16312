"""Findings of a scanner, counted into one statement.

Rules of this place: a finding is open until somebody settled it; a scan that found nothing states something only where
the report says that the scan took place.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from governance.evidence._types import Conclusion
from governance.evidence.imports._types import Finding, Severity, Statement
from risks import EvidenceKind

__all__ = ["OPEN_FINDINGS", "Tally", "gravest_conclusion", "pooled"]

OPEN_FINDINGS: Final = "open_findings"  # the name that rules of evidence ask for
_SHOWN: Final = 50  # findings that a statement names; it counts all
_ORDER: Final = {severity: place for place, severity in enumerate(Severity)}
_BAD_FIRST: Final = (Conclusion.NOT_SATISFIED, Conclusion.ERROR, Conclusion.INCONCLUSIVE)


@dataclass(kw_only=True, slots=True)
class Tally:
    """What was counted so far."""

    open: Counter[tuple[str, str | None, Severity]] = field(default_factory=Counter)
    settled: int = 0
    examined: int = 0  # results, packages or components that were looked at
    failures: int = 0  # of them those that could not be looked at
    conclusion: Conclusion = Conclusion.SATISFIED  # where nothing is open

    def statement(self, of: str) -> Statement:
        """Return what was counted as one statement."""
        by_severity: Counter[Severity] = Counter()
        for (_, _, severity), count in self.open.items():
            by_severity[severity] += count
        return Statement(
            kind=EvidenceKind.VULNERABILITY_SCAN,
            of=of,
            conclusion=Conclusion.NOT_SATISFIED if self.open else self.conclusion,
            n=self.examined,
            failures=self.failures,
            open_findings=self.open.total(),
            by_severity={severity: by_severity[severity] for severity in Severity if by_severity[severity]},
            settled=self.settled,
            findings=self._gravest(),
        )

    def _gravest(self) -> tuple[Finding, ...]:
        ordered = sorted(self.open.items(), key=lambda one: (_ORDER[one[0][2]], -one[1], one[0][0], one[0][1] or ""))
        return tuple(
            Finding(rule=rule, package=package, severity=severity, count=count)
            for (rule, package, severity), count in ordered[:_SHOWN]
        )


def gravest_conclusion(conclusions: Iterable[Conclusion]) -> Conclusion:
    """Return what several scans say together; no scan says nothing."""
    found = set(conclusions)
    return next((bad for bad in _BAD_FIRST if bad in found), Conclusion.SATISFIED if found else Conclusion.INCONCLUSIVE)


def pooled(tallies: Iterable[Tally]) -> Tally:
    """Return several scans as one."""
    whole, conclusions = Tally(), []
    for tally in tallies:
        whole.open.update(tally.open)
        whole.settled += tally.settled
        whole.examined += tally.examined
        whole.failures += tally.failures
        conclusions.append(tally.conclusion)
    whole.conclusion = gravest_conclusion(conclusions)
    return whole
