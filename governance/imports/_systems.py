"""An inventory of AI systems.

Rules of this place: the same bounds hold as for `assay systems add`; an id that is almost one that is known is asked
about, for two systems with one name are hard to tell apart later.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from governance.imports._columns import find_columns
from governance.imports._reading import RowReader, did_you_mean
from governance.imports._types import Field, Preview, Problem, Row
from governance.imports._workbook import open_sheets, short
from risks.act import Role

__all__ = ["SYSTEM_FIELDS", "SystemRow", "read_systems"]

SYSTEM_FIELDS: Final = (
    Field(name="system", known_as=("id", "system id", "key", "short name", "kürzel"), is_needed=True),
    Field(name="owner", known_as=("system owner", "responsible", "accountable", "product owner", "verantwortlich",
                                  "verantwortlicher", "eigner"), is_needed=True),
    Field(name="name", known_as=("system name", "title", "ai system", "bezeichnung", "titel")),
    Field(name="purpose", known_as=("intended purpose", "use case", "description", "zweck", "verwendungszweck",
                                    "beschreibung")),
    Field(name="roles", known_as=("role", "ai act role", "role under the ai act", "rolle", "rollen")),
    Field(name="markets", known_as=("market", "countries", "country", "region", "regions", "märkte", "länder")),
)  # fmt: skip
_ROLES: Final[Mapping[str, Role]] = {
    **{role.value: role for role in Role},
    **{role.value.replace("_", " "): role for role in Role},
    "anbieter": Role.PROVIDER,
    "betreiber": Role.DEPLOYER,
    "einführer": Role.IMPORTER,
    "händler": Role.DISTRIBUTOR,
}
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_MARKET: Final = re.compile(r"[A-Z]{2}|EEA|WORLD")
_MOST_NAME: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class SystemRow:
    """What a row says of a system; the fields of `governance.systems.SystemProfile`."""

    system: str
    is_known: bool  # it would be described anew
    name: str
    purpose: str
    owner: str
    roles: tuple[Role, ...]
    markets: tuple[str, ...]


def read_systems(
    data: bytes,
    *,
    file: str,
    people: Collection[str] | None = None,
    systems: Collection[str] = (),
    sheet: str | None = None,
    mapped: Mapping[str, str] | None = None,
) -> Preview[SystemRow]:
    """Return what an inventory would become, with every problem; `people` are ids, None: not held against.

    Raises `InputError` for what is no workbook, and where columns cannot be told apart.
    """
    columns = find_columns(open_sheets(data, file), SYSTEM_FIELDS, file=file, sheet=sheet, mapped=mapped or {})
    rows: list[Row[SystemRow]] = []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    read = 0
    for cells in columns.body():
        read += 1
        reader = RowReader(columns, cells)
        said = _row(reader, people, systems, first)
        problems += reader.problems
        if not reader.is_blocked:
            rows.append(Row(row=reader.number, said=said))
    return Preview(
        sheet=columns.sheet.name,
        columns=columns.described,
        read=read,
        rows=tuple(rows),
        problems=tuple(sorted([*columns.problems, *problems], key=lambda one: (one.row, len(one.column), one.column))),
    )


def _row(
    reader: RowReader, people: Collection[str] | None, systems: Collection[str], first: dict[str, int]
) -> SystemRow:
    system = _system(reader, systems, first)
    owner = reader.text("owner", needed=True, most=_MOST_NAME)
    if owner and (len(owner.split()) != 1 or (people is not None and owner not in people)):
        reader.note("owner", "the owner is not named by a person's id", "assay users list shows the ids")
    return SystemRow(
        system=system,
        is_known=system in systems,
        name=reader.text("name", most=_MOST_NAME),
        purpose=reader.text("purpose"),
        owner=owner,
        roles=_roles(reader),
        markets=_markets(reader),
    )


def _system(reader: RowReader, systems: Collection[str], first: dict[str, int]) -> str:
    system = reader.text("system", needed=True)
    if not system:
        return ""
    if not _ID.fullmatch(system):
        hint = "letters, digits, dot, underscore and hyphen, at most 64: hiring-assistant"
        reader.note("system", f"{short(system)!r} cannot be an id", hint)
        return ""
    earlier = first.setdefault(system.casefold(), reader.number)
    if earlier != reader.number:
        reader.note("system", f"{short(system)} stands in row {earlier} already", "keep one of both")
    elif system not in systems:
        question = did_you_mean(system, systems)
        if question:
            reader.note("system", f"{short(system)} is new", question, blocks=False)
    return system


def _roles(reader: RowReader) -> tuple[Role, ...]:
    found = []
    for said in reader.several("roles"):
        role = _ROLES.get(said.casefold())
        if role is None:
            hint = did_you_mean(said.casefold(), list(_ROLES)) or f"one of {', '.join(Role)}"
            reader.note("roles", f"there is no role {short(said)!r} under the AI Act", hint)
        else:
            found.append(role)
    return tuple(dict.fromkeys(found))


def _markets(reader: RowReader) -> tuple[str, ...]:
    found = [said.upper() for said in reader.several("markets")]
    for market in found:
        if not _MARKET.fullmatch(market):
            reader.note("markets", f"{short(market)!r} is no market", "a code such as DE, EU, EEA or WORLD")
    return tuple(dict.fromkeys(found))
