"""Registers and inventories written as workbooks, for tests that read them again."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import load_workbook

from governance.actions import CorrectiveAction
from governance.evidence import Conclusion
from governance.imports import Preview, RiskRow, SystemRow, read_risks, read_systems
from governance.ratings import Rating, Treatment
from governance.status import RiskShown, RiskStatus, SystemStatus
from governance.systems import DescribedSystem, SystemProfile
from governance.waivers import RecordedWaiver
from reports.workbooks import Origin, SystemEntry, SystemRegister, write_inventory, write_register
from risks import framework

__all__ = [
    "FRAMEWORK",
    "ORIGIN",
    "TODAY",
    "described",
    "edited",
    "entry",
    "inventory_of",
    "place_of",
    "rating",
    "read_inventory",
    "read_register",
    "register_of",
    "sheet_of",
    "status_of",
]

FRAMEWORK = framework()
TODAY = date(2026, 11, 22)
ORIGIN = Origin(
    systems="all",
    day=TODAY.isoformat(),
    log="assay.example/log",
    size=7,
    root="cm9vdA==",
    version="0.1.0",
    catalogue={"Catalogue digest": "sha256:00"},
    limits=(),
)


def rating(risk: str = "9.1", system: str = "shop", **changes: Any) -> Rating:  # noqa: ANN401  # fields of a rating
    """Return a rating as it stands."""
    said: dict[str, Any] = {
        "seq": 3,
        "system": system,
        "risk": risk,
        "inherent_likelihood": 4,
        "inherent_impact": 5,
        "residual_likelihood": 2,
        "residual_impact": 3,
        "treatment": Treatment.MITIGATE,
        "owner": "person-1",
        "due": None,
        "review_by": "2027-03-31",
        "framework": FRAMEWORK.digest,
        "rater": "person-2",
        "recorded_at": "2026-11-01T00:00:00.000000Z",
        "reason": "because",
    }
    return Rating(**{**said, **changes})


def status_of(system: str, risks: Iterable[str]) -> SystemStatus:
    """Return a status of a few risks, without controls."""
    found = tuple(
        RiskStatus(
            risk=one,
            component=FRAMEWORK.risk(one).component,
            shown=RiskShown.UNDECIDED,
            outcome=Conclusion.INCONCLUSIVE,
            reason="nothing is there",
            controls=(),
        )
        for one in risks
    )
    return SystemStatus(system=system, framework=FRAMEWORK.digest, risks=found)


def register_of(
    ratings: Sequence[Rating],
    *,
    unrated: Iterable[str] = (),
    actions: Sequence[CorrectiveAction] = (),
    waivers: Sequence[RecordedWaiver] = (),
) -> bytes:
    """Write the register of the rated risks, system by system, with risks that nobody rated in the first."""
    systems = list(dict.fromkeys(one.system for one in ratings)) or ["shop"]
    found = []
    for system in systems:
        mine = {one.risk: one for one in ratings if one.system == system}
        risks = [*mine, *(one for one in unrated if one not in mine)] if system == systems[0] else list(mine)
        status = status_of(system, risks)
        found.append(SystemRegister(status=status, ratings=mine, actions=actions, waivers=waivers))
    stream = io.BytesIO()
    write_register(stream, FRAMEWORK, found, ORIGIN)
    return stream.getvalue()


def read_register(data: bytes, ratings: Sequence[Rating] = (), **options: Any) -> Preview[RiskRow]:  # noqa: ANN401
    """Read a register against what is recorded."""
    known = {(one.system, one.risk): one for one in ratings}
    return read_risks(data, file="register.xlsx", catalogue=FRAMEWORK.catalogue, today=TODAY, ratings=known, **options)


def described(system: str = "shop", **changes: Any) -> DescribedSystem:  # noqa: ANN401  # fields of a profile
    """Return what is said of a system."""
    said: dict[str, Any] = {"name": "Shop help", "purpose": "answers", "owner": "person-1"}
    profile = SystemProfile(**{**said, **changes})
    return DescribedSystem(system=system, version=1, profile=profile, seq=3, recorded_at="2026-11-01T00:00:00.000000Z")


def entry(system: str, said: DescribedSystem | None) -> SystemEntry:
    """Return a system of the inventory that nobody classified."""
    counts = {"treated": 1, "accepted": 0, "undecided": 54, "open": 0}
    return SystemEntry(
        system=system, described=said, classes=(), classification="", in_use=("1.2",), risks=counts, overdue=0
    )


def inventory_of(*entries: SystemEntry) -> bytes:
    """Write an inventory."""
    stream = io.BytesIO()
    write_inventory(stream, entries, ORIGIN)
    return stream.getvalue()


def read_inventory(data: bytes, said: Iterable[DescribedSystem]) -> Preview[SystemRow]:
    """Read an inventory against what is recorded."""
    known: Mapping[str, SystemProfile] = {one.system: one.profile for one in said}
    return read_systems(data, file="systems.xlsx", systems=set(known), described=known)


def sheet_of(data: bytes, name: str) -> Any:  # noqa: ANN401  # openpyxl has no types
    """Return a sheet as openpyxl opens it."""
    return load_workbook(io.BytesIO(data))[name]


def place_of(sheet: Any, heading: str) -> int:  # noqa: ANN401  # as above
    """Return the number of a column."""
    return next(int(cell.column) for cell in sheet[1] if str(cell.value).removesuffix(" ✎") == heading)


def edited(data: bytes, change: Callable[[Any], None], name: str = "Register") -> bytes:
    """Open a workbook, change a sheet and save it, as another program would."""
    book = load_workbook(io.BytesIO(data))
    change(book[name])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
