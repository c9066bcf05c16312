"""An inventory of AI systems.

Rules of this place: the same bounds hold as for `assay systems add`; an id that is almost one that is known is asked
about, for two systems with one name are hard to tell apart later; a row that says what is recorded is left alone.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from governance.imports._columns import find_columns
from governance.imports._preview import preview
from governance.imports._reading import ME, RowReader, did_you_mean
from governance.imports._texts import LONGEST_CELL, as_read
from governance.imports._types import Field, Preview
from governance.imports._workbook import open_sheets, short
from governance.imports._written import INVENTORY
from governance.systems import SystemProfile
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
_MOST_PURPOSE: Final = 4000
_DESCRIBED: Final = tuple(field.name for field in SYSTEM_FIELDS if field.name != "system")


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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What rows are held against."""

    people: Collection[str] | None
    systems: Collection[str]
    described: Mapping[str, SystemProfile]
    me: str


def read_systems(
    data: bytes,
    *,
    file: str,
    people: Collection[str] | None = None,
    systems: Collection[str] = (),
    described: Mapping[str, SystemProfile] | None = None,
    me: str = "",
    sheet: str | None = None,
    mapped: Mapping[str, str] | None = None,
) -> Preview[SystemRow]:
    """Return what an inventory would become, with every problem; `people` are ids, None: not held against.

    `described` is what is recorded, by system, and `me` who is meant by `me`: a row that says nothing else is no
    problem, and nothing to write.

    Raises `InputError` for what is no workbook, and where columns cannot be told apart.
    """
    sheets = open_sheets(data, file)
    columns = find_columns(sheets, SYSTEM_FIELDS, file=file, sheet=sheet, mapped=mapped or {}, kind=INVENTORY)
    known = _Known(people=people, systems=systems, described=described or {}, me=me)
    first: dict[str, int] = {}
    return preview(columns, lambda reader: _row(reader, known, first), words=_DESCRIBED)


def _row(reader: RowReader, known: _Known, first: dict[str, int]) -> SystemRow | None:
    """Return what a row says; `None` where it is what is recorded."""
    system = _system(reader, known.systems, first)
    recorded = known.described.get(system)
    said = SystemRow(
        system=system,
        is_known=system in known.systems,
        name=_as_recorded(reader.text("name", most=LONGEST_CELL), recorded.name if recorded else None),
        purpose=_as_recorded(reader.text("purpose", most=LONGEST_CELL), recorded.purpose if recorded else None),
        owner=reader.text("owner", needed=True, most=_MOST_NAME),
        roles=_roles(reader),
        markets=_markets(reader),
    )
    if recorded is not None and not reader.is_blocked and _says_nothing_new(said, recorded, known.me):
        return None
    for field, text, most in (("name", said.name, _MOST_NAME), ("purpose", said.purpose, _MOST_PURPOSE)):
        if len(text) > most:
            reader.note(field, f"{field} has {len(text):,} characters; expected at most {most:,}")
    if said.owner and (len(said.owner.split()) != 1 or (known.people is not None and said.owner not in known.people)):
        reader.note("owner", "the owner is not named by a person's id", "assay users list shows the ids")
    return said


def _as_recorded(said: str, recorded: str | None) -> str:
    """Return a text as it was written, where a cell shows just that."""
    return recorded if recorded and as_read(recorded) == said else said


def _says_nothing_new(said: SystemRow, recorded: SystemProfile, me: str) -> bool:
    """Whether a row changes nothing; an empty cell leaves what was said."""
    owner = me if said.owner == ME else said.owner
    return (
        said.name in ("", recorded.name)
        and said.purpose in ("", recorded.purpose)
        and owner == recorded.owner
        and (not said.roles or set(said.roles) == set(recorded.roles))
        and (not said.markets or set(said.markets) == set(recorded.markets))
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
