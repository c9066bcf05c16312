"""`assay systems`: what is governed, and what is said of it."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.app.frameworks import load_framework
from assay.app.systems import KnownSystem, add_system, change_system, list_systems, show_system
from assay.app.workbook_exports import export_inventory
from assay.app.workbooks import import_systems, preview_systems, read_mapping
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table
from assay.cli._workbooks import Book, Force, Map, SheetOption, Write, tell_export, tell_import
from assay.kernel import InputError

if TYPE_CHECKING:
    from governance.systems import DescribedSystem

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Describe the AI systems that are governed.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_System = Annotated[str, typer.Argument(metavar="ID", help="Of the system, as in assay.yaml.")]
_File = Annotated[Path | None, typer.Option("--from", metavar="FILE.yaml", help="A file that says it all.")]
_Name = Annotated[str | None, typer.Option("--name", help="In people's words; kept where it can be erased.")]
_Purpose = Annotated[str | None, typer.Option("--purpose", help="What it is for; kept where it can be erased.")]
_Owner = Annotated[str | None, typer.Option("--owner", metavar="PERSON", help="Who answers for it [default: you].")]
_Role = Annotated[
    list[str] | None,
    typer.Option("--role", help="Yours under the AI Act: provider, deployer, importer, … Repeatable."),
]
_Market = Annotated[list[str] | None, typer.Option("--market", help="DE, EU, EEA, WORLD, … Repeatable.")]
_Deployment = Annotated[
    list[str] | None, typer.Option("--deployment", metavar="NAME[=HOSTING]", help="production=cloud. Repeatable.")
]
_PART = "NAME[@VERSION][=sha256:…]"
_Component = Annotated[list[str] | None, typer.Option("--component", metavar=_PART, help="Repeatable.")]
_Data = Annotated[list[str] | None, typer.Option("--data", metavar=_PART, help="A data set. Repeatable.")]
_Model = Annotated[list[str] | None, typer.Option("--model", metavar=_PART, help="Repeatable.")]
_AsOf = Annotated[int | None, typer.Option("--as-of", metavar="SIZE", min=0, help="As at this size of the ledger.")]


@app.command("add")
def add(
    system: _System,
    *,
    file: _File = None,
    name: _Name = None,
    purpose: _Purpose = None,
    owner: _Owner = None,
    role: _Role = None,
    market: _Market = None,
    deployment: _Deployment = None,
    component: _Component = None,
    data: _Data = None,
    model: _Model = None,
    as_json: AsJson = False,
) -> None:
    """Describe a system, by options or a file. Example: assay systems add shop --role provider --market EU."""
    words = {"name": name, "purpose": purpose, "owner": owner}
    lists = {"roles": role, "markets": market, "deployments": deployment}
    parts = {"components": component, "data": data, "models": model}
    _tell(add_system(Workspace.find(), system, _named(file, words, {**lists, **parts})), as_json=as_json)


@app.command("change")
def change(
    system: _System,
    *,
    file: _File = None,
    name: _Name = None,
    purpose: _Purpose = None,
    owner: _Owner = None,
    role: _Role = None,
    market: _Market = None,
    deployment: _Deployment = None,
    component: _Component = None,
    data: _Data = None,
    model: _Model = None,
    as_json: AsJson = False,
) -> None:
    """Describe a system anew; what is not named stays. Example: assay systems change shop --market EU --market CH."""
    words = {"name": name, "purpose": purpose, "owner": owner}
    lists = {"roles": role, "markets": market, "deployments": deployment}
    parts = {"components": component, "data": data, "models": model}
    named = _named(file, words, {**lists, **parts})
    if not named:
        raise InputError("nothing is to be changed", hint="assay systems change --help")
    _tell(change_system(Workspace.find(), system, named), as_json=as_json)


@app.command("list")
def list_all(as_of: _AsOf = None, as_json: AsJson = False) -> None:
    """List the systems of the store and of assay.yaml, and which nobody described. Example: assay systems list."""
    found = list_systems(Workspace.find(), as_of=as_of)
    if as_json:
        emit_json({"systems": [_document(one) for one in found]})
        return
    show_table(["system", "name", "owner", "role", "markets", "known from"], (_row(one) for one in found))
    if bare := [one.system for one in found if one.described is None]:
        say(f"not described: {', '.join(bare[:10])}; next: assay systems add {bare[0]}")


@app.command("show")
def show_one(system: _System, as_of: _AsOf = None, as_json: AsJson = False) -> None:
    """Show what is said of a system, and what of it is in use. Example: assay systems show shop."""
    found = show_system(Workspace.find(), system, as_of=as_of)
    if as_json:
        emit_json(_document(found))
        return
    show(f"{found.system} ({_place(found)})")
    if found.described is None:
        show("not described")
        say(f"next: assay systems add {found.system}")
    else:
        _show_profile(found.described)
    for one in found.releases:
        show(f"in use in {one.deployment}: {one.version}, {one.id}")


@app.command("import")
def import_inventory(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="An inventory, one system a row.")],
    *,
    sheet: SheetOption = None,
    mapped: Map = None,
    write: Write = False,
    as_json: AsJson = False,
) -> None:
    """Look through an inventory in a workbook, and with --write describe its systems.

    Example: assay systems import systems.xlsx
    """
    found = preview_systems(file, sheet=sheet, mapped=read_mapping(mapped or ()))
    rows: list[tuple[object, ...]] = [
        (row.row, row.said.system, "anew" if row.said.is_known else "new", row.said.name, row.said.owner,
         ", ".join(row.said.roles), ", ".join(row.said.markets))
        for row in found.rows
    ]  # fmt: skip
    columns = ["row>", "system", "described", "name", "owner", "roles", "markets"]
    tell_import(found, columns, rows, write=partial(import_systems, found) if write else None, as_json=as_json)


@app.command("export")
def export_book(file: Book, force: Force = False, as_json: AsJson = False) -> None:
    """Write all systems with their class, risks and releases into a workbook, which `assay systems import` reads again.

    Example: assay systems export systems.xlsx
    """
    tell_export(export_inventory(load_framework(), file, force=force), "systems", as_json=as_json)


def _named(file: Path | None, words: dict[str, str | None], lists: dict[str, list[str] | None]) -> dict[str, Any]:
    """Return what was named, options before the file."""
    # Lazy: the types of systems bring SQLAlchemy.
    from assay.app.system_file import SystemWords, read_system_file, roles_named  # noqa: PLC0415

    given: dict[str, Any] = {key: value for key, value in {**words, **lists}.items() if value}
    if "roles" in given:
        given["roles"] = roles_named(given["roles"])
    return {**({} if file is None else read_system_file(file).named()), **SystemWords.model_validate(given).named()}


def _tell(made: "DescribedSystem", *, as_json: bool) -> None:
    if as_json:
        emit_json(asdict(made))
    else:
        show(f"{made.system} is described, version {made.version}, entry {made.seq} of the ledger")


def _place(one: KnownSystem) -> str:
    places = [*(["the record"] if one.in_store else []), *(["assay.yaml"] if one.in_settings else [])]
    return " and ".join(places)


def _row(one: KnownSystem) -> Sequence[object]:
    if one.described is None:
        return (one.system, "not described", "", "", "", _place(one))
    said = one.described.profile
    name = "erased" if said.name is None else said.name
    return (one.system, name, said.owner, ", ".join(said.roles), ", ".join(said.markets), _place(one))


def _show_profile(described: "DescribedSystem") -> None:
    said = described.profile
    lines = {
        "name": "erased" if said.name is None else said.name,
        "purpose": "erased" if said.purpose is None else said.purpose,
        "owner": said.owner,
        "roles": ", ".join(said.roles),
        "markets": ", ".join(said.markets),
        "deployments": ", ".join(f"{one.name} ({one.hosting})" for one in said.deployments),
    }
    for what, text in lines.items():
        show(f"  {what}: {text or 'nothing was said'}")
    for what, parts in {"components": said.components, "data": said.data, "models": said.models}.items():
        show(f"  {what}: {len(parts) or 'nothing was said'}")
        for one in parts:
            show(f"    {one.name}{'@' if one.version else ''}{one.version} {one.digest or 'no digest'}")
    show(f"  version {described.version} of {described.recorded_at}, entry {described.seq}")


def _document(one: KnownSystem) -> dict[str, object]:
    described = None if one.described is None else asdict(one.described)
    return {
        "system": one.system,
        "is_described": one.described is not None,
        "described": described,
        "in_store": one.in_store,
        "in_settings": one.in_settings,
        "is_default": one.is_default,
        "in_use": [
            {"release": each.id, "version": each.version, "deployment": each.deployment} for each in one.releases
        ],
    }
