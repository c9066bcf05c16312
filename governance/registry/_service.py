"""The registry in the record: which versions of models were seen, and what we told about aliases.

Rules of this place: what changed becomes one entry each, in one transaction; the same again changes nothing; tags of
others are free text, hence payload; a version that is not shown any more stays, as gone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from assay.kernel import InputError, JsonValue, MissingError
from governance._change import Change, Recorded, StateRow
from governance._door import Door
from governance.access import Permission
from governance.ledger import Action, Actor, Subject
from governance.lineage import draw
from governance.registry._lineage import training_links
from governance.registry._names import address_of, name_address, parse_address
from governance.registry._rows import alias_cells, read_aliases, read_versions, version_cells
from governance.registry._types import GONE, ModelAlias, ModelVersion, ReadVersion, SeenModel, SeenVersion
from governance.store import ModelAliasRow, ModelVersionRow

__all__ = ["Registry"]

OWN_TAGS = "assay."  # tags with this beginning are ours


@dataclass(frozen=True)
class Registry:
    """What an open store knows of the registry of models."""

    _door: Door

    def versions(self, *, system: str | None = None, model: str | None = None) -> tuple[ModelVersion, ...]:
        """Return the versions that were seen, in the order in which they came; `model` by its name."""
        address = None if model is None else name_address(model)
        with self._door.reading() as connection:
            return read_versions(connection, system=system, model=address)

    def version(self, address: str) -> ModelVersion:
        """Return a version by `models:/NAME/VERSION`; raise `MissingError` for one that was not seen."""
        name, version = parse_address(address)
        with self._door.reading() as connection:
            found = read_versions(connection, address=address_of(name, version or ""))
        if not found:
            raise MissingError(
                f"the record knows no version {address[:80]!r} of a model", hint=f"assay mlflow sync --model {address}"
            )
        return found[0]

    def aliases(self) -> tuple[ModelAlias, ...]:
        """Return what we told about each alias."""
        with self._door.reading() as connection:
            return read_aliases(connection)

    def note_model(
        self, actor: Actor, system: str, model: SeenModel, read: Mapping[str, ReadVersion]
    ) -> tuple[str, ...]:
        """Record what is new about the versions of a model, and their lineage; return their addresses.

        `read`: what somebody read of versions; of the others, what was known stays. Raise `InputError` for a model
        that another system follows: who has a right there is asked there.
        """
        with self._door.change(actor, Permission.PREPARE_RELEASE, system) as change:
            known = {one.address: one for one in read_versions(change.connection, model=name_address(model.name))}
            _refuse_other_system(known.values(), system)
            made = [
                (_recorded(change, one, known.get(one.address), system, model, read.get(one.version)), one.tags)
                for one in model.versions
            ]
            shown = {one.address for one in model.versions}
            gone = [replace(one, status=GONE, aliases=()) for one in known.values() if one.address not in shown]
            news = [(one, tags) for one, tags in (*made, *((one, {}) for one in gone)) if _is_news(one, known)]
            change.record_all([_entry(change, one, tags, known) for one, tags in news])
            trained = [(one, read[one.version].data) for one, _ in made if one.version in read]
            draw(change, (link for one, data in trained for link in training_links(one, data)))
        return tuple(one.address for one, _ in news)

    def note_alias(self, actor: Actor, alias: ModelAlias) -> ModelAlias:
        """Record what we told about an alias."""
        with self._door.change(actor, Permission.PREPARE_RELEASE, alias.system) as change:
            made = replace(alias, seq=change.next_seq, recorded_at=change.at)
            cells = alias_cells(made)
            subject = Subject(type="model_alias", id=made.address, version=1, digest=None)
            details: dict[str, JsonValue] = {"version": made.version, "release": made.release}
            change.record(Action.REGISTRY_SYNCED, subject, [StateRow(ModelAliasRow, cells)], details)
        return made


def _refuse_other_system(known: Iterable[ModelVersion], system: str) -> None:
    for one in known:
        if one.system != system:
            raise InputError(f"{one.address} is followed for the system {one.system!r}, not for {system!r}")


def _recorded(
    change: Change,
    seen: SeenVersion,
    known: ModelVersion | None,
    system: str,
    model: SeenModel,
    read: ReadVersion | None,
) -> ModelVersion:
    kept = None if known is None else known.artefacts
    files = kept if read is None or read.artefacts is None else read.artefacts
    return ModelVersion(
        address=seen.address,
        seq=change.next_seq,
        model=seen.name,
        version=seen.version,
        system=system if known is None else known.system,
        digest=seen.digest(files),
        artefacts=files,
        run=seen.run,
        stage=seen.stage,
        status=seen.status,
        aliases=model.aliases_of(seen.version),
        recorded_at=change.at,
    )


def _is_news(one: ModelVersion, known: Mapping[str, ModelVersion]) -> bool:
    before = known.get(one.address)
    return before is None or replace(one, seq=before.seq, recorded_at=before.recorded_at) != before


def _entry(change: Change, one: ModelVersion, tags: Mapping[str, str], known: Mapping[str, ModelVersion]) -> Recorded:
    cells = version_cells(replace(one, recorded_at=change.at))
    theirs: dict[str, JsonValue] = {key: tags[key] for key in sorted(tags) if not key.startswith(OWN_TAGS)}
    return Recorded(
        action=Action.REGISTRY_SYNCED,
        subject=Subject(type="model_version", id=one.address, version=1 + (one.address in known), digest=one.digest),
        rows=[StateRow(ModelVersionRow, cells)],
        details={"system": one.system, "status": one.status},
        payload={"tags": theirs} if theirs else None,
    )
