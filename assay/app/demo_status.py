"""How the demo's system stands in the end, and which evidence would settle something with the least effort."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assay.app.compose import open_record
from assay.app.workspace import Workspace

if TYPE_CHECKING:
    from governance.status import Need, RiskStatus, SystemStatus

__all__ = ["NextPiece", "Standing", "stand"]

_SHOWN: Final = 3


@dataclass(frozen=True, kw_only=True)
class NextPiece:
    """A piece of evidence that is missing."""

    need: "Need"
    risk: str  # the risk that it brings nearest to settled
    missing: int  # pieces that this risk lacks, this one among them


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The status of the system, and what would take it further."""

    status: "SystemStatus"
    cheapest: tuple[NextPiece, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How risks are shown → how many are."""
        from governance.status import RiskShown  # noqa: PLC0415  lazy, as below

        return {shown.value: self.status.count(shown) for shown in RiskShown}


def stand(workspace: Workspace) -> Standing:
    """Return the status of the workspace's system, its run logs and its ledger looked at anew."""
    from risks import framework  # noqa: PLC0415  lazy: the catalogue is read where it is told

    with closing(open_record(workspace)) as record:
        status = record.register.status(workspace.settings.default_system, framework(), workspace.runs)
    return Standing(status=status, cheapest=_cheapest(status.risks))


def _cheapest(risks: "Iterable[RiskStatus]") -> "tuple[NextPiece, ...]":
    """Return the pieces that settle a risk with the fewest others; what the product measures comes first."""
    from governance.status import needed  # noqa: PLC0415  lazy: it brings SQLAlchemy

    found = list[NextPiece]()
    lists = [(one.risk, needed([one])) for one in risks]
    for risk, needs in sorted(lists, key=lambda each: len(each[1])):  # sorted keeps the catalogue's order
        named = {piece.need.ask for piece in found}
        found += [NextPiece(need=one, risk=risk, missing=len(needs)) for one in needs if one.ask not in named]
    return tuple(found[:_SHOWN])
