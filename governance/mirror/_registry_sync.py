"""Synchronising with a registry of models, both ways.

Rules of this place: what the registry shows is recorded first, then alerts, then what releases want is told; tags go
before the alias and the record is told last, so that whatever was killed between them is done again with the same end;
one model that fails holds up no other; before an alias is pointed at a version, its files are read once more.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from governance.alerts import AlertDraft, AlertKind
from governance.approvals import Verdict
from governance.ledger import Actor
from governance.mirror._failing import failure_text
from governance.mirror._wanted import Stamp, stamps, wanted_aliases
from governance.record import Record
from governance.registry import (
    AliasPlan,
    AliasStep,
    ModelAlias,
    ModelRegistry,
    ModelVersion,
    ReadVersion,
    RegistryResult,
    SeenModel,
    Wanted,
    address_of,
    name_address,
    plan_alias,
)
from governance.releases import ReleaseState

__all__ = ["RegistryOptions", "sync_registry"]

_STATE_TAG, _RELEASE_TAG = "assay.release_state", "assay.release"


@dataclass(frozen=True, kw_only=True)
class RegistryOptions:
    """What to synchronise."""

    system: str  # of models that nobody followed before
    aliases: Mapping[str, str]  # by deployment
    models: tuple[tuple[str, str | None], ...] = ()  # (name, version) to follow from now on
    restore: bool = False  # put aliases back that others moved
    reads_again: bool = False  # the files of versions in use, whether or not anything is about to be told


def sync_registry(
    record: Record, who: Callable[[], Actor], connect: Callable[[], ModelRegistry], options: RegistryOptions
) -> RegistryResult:
    """Synchronise every model that the record follows, a release names or the options add.

    Asks who acts, and connects, only where there is one. Whatever goes wrong is in the result.
    """
    releases = record.releases.releases()
    shipped = stamps(releases)
    followed = {one.model for one in record.registry.versions()} | {name for name, _ in options.models}
    names = sorted(followed | {one.model for one in shipped})
    if not names:
        return RegistryResult()
    wanted, disputed = wanted_aliases(releases, options.aliases)
    try:
        work = _Work(
            record=record, actor=who(), options=options, shipped=shipped, wanted=wanted, disputed=frozenset(disputed)
        )
        registry = connect()
    except Exception as error:  # noqa: BLE001  the border to a foreign program: its failure becomes a value
        return RegistryResult(failed=(("registry", failure_text(error)),))
    for name in names:
        try:
            work.settle(registry, name)
        except Exception as error:  # noqa: BLE001  as above
            work.failed.append((name_address(name), failure_text(error)))
    return RegistryResult(
        recorded=tuple(work.recorded), told=tuple(work.told), alerts=tuple(work.alerts), failed=tuple(work.failed)
    )


def _shown(registry: ModelRegistry, name: str) -> SeenModel:
    return registry.model(name) or SeenModel(name=name, versions=(), aliases={})


@dataclass(frozen=True, kw_only=True)
class _Work:
    """One synchronisation."""

    record: Record
    actor: Actor
    options: RegistryOptions
    shipped: tuple[Stamp, ...]
    wanted: tuple[Wanted, ...]
    disputed: frozenset[tuple[str, str]]  # (model, alias)
    recorded: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    checked: dict[str, bool] = field(default_factory=dict)  # versions by address: whether they are as approved

    def settle(self, registry: ModelRegistry, name: str) -> None:
        known = {one.version: one for one in self.record.registry.versions(model=name)}
        model = _shown(registry, name)
        if not known and not model.versions:
            self.failed.append((name_address(name), "the registry holds no version of this model"))
            return
        system = self._system(name, known.values())
        read = self._read(registry, model, known)
        self.recorded.extend(self.record.registry.note_model(self.actor, system, model, read))
        self._stamp(registry, model, system)
        before = len(self.told)
        self._point(registry, model, system)
        if len(self.told) > before:  # what we changed is seen at once, not as news of the next time
            self.record.registry.note_model(self.actor, system, _shown(registry, name), {})

    def _system(self, name: str, known: Iterable[ModelVersion]) -> str:
        released = [one.release.system for one in self.shipped if one.model == name]
        return next((one.system for one in known), released[0] if released else self.options.system)

    def _read(
        self, registry: ModelRegistry, model: SeenModel, known: Mapping[str, ModelVersion]
    ) -> dict[str, ReadVersion]:
        """Read the files of versions that matter and were not read yet, and what they were trained on."""
        asked = {version for name, version in self.options.models if name == model.name}
        named = {one.version for one in self.shipped if one.model == model.name}
        at_alias = {model.aliases.get(alias) for alias in self.options.aliases.values()}
        return {
            one.version: ReadVersion(
                artefacts=registry.artefacts(model.name, one.version),
                data=() if one.run is None else registry.training_data(one.run),
            )
            for one in model.versions
            if one.version in asked | named | at_alias
            and (one.version not in known or known[one.version].artefacts is None)
        }

    def _stamp(self, registry: ModelRegistry, model: SeenModel, system: str) -> None:
        """Let versions carry what became of the releases that name them."""
        due = {one.version: one for one in self.shipped if one.model == model.name}
        for seen in model.versions:
            stamp = due.get(seen.version)
            if stamp is None:
                if _RELEASE_TAG in seen.tags or _STATE_TAG in seen.tags:
                    self._alert(AlertKind.STAMP_FORGED, system, seen.address, {})
                continue
            tags = self._tags(stamp)
            if all(seen.tags.get(key) == value for key, value in tags.items()):
                continue
            if stamp.release.state is not ReleaseState.RELEASED or self._is_as_approved(registry, model, stamp):
                registry.tag(model.name, seen.version, {**tags, "assay.checkpoint": self.record.checkpoint().note})

    def _tags(self, stamp: Stamp) -> dict[str, str]:
        release = stamp.release
        answers = () if release.request is None else self.record.approvals.standing(release.request).answers
        approvers = sorted(one.approver for one in answers if one.verdict is Verdict.APPROVED)
        return {
            _RELEASE_TAG: release.id,
            _STATE_TAG: release.state.value,
            "assay.manifest": release.digest,
            "assay.decision": release.decision or "",
            "assay.approvers": ", ".join(approvers),
        }

    def _point(self, registry: ModelRegistry, model: SeenModel, system: str) -> None:
        """Let aliases point where releases want them."""
        wanted = {one.alias: one for one in self.wanted if one.model == model.name}
        told = {one.address: one for one in self.record.registry.aliases() if one.model == model.name}
        mine = {one.alias for one in told.values()}
        for alias in sorted({*self.options.aliases.values(), *mine}):
            place = ModelAlias(model=model.name, alias=alias, system=system, version=None, release=None)
            if (model.name, alias) in self.disputed:
                self.failed.append((place.address, "releases in use name different versions: people have to settle it"))
                continue
            want = wanted.get(alias)
            found, restore = model.aliases.get(alias), self.options.restore
            plan = plan_alias(place, want, told.get(place.address), found, restore=restore)
            if plan.alert is not None:
                self.alerts.append(self.record.alerts.raise_(self.actor, plan.alert).id)
            if want is None or self._is_fit(registry, model, want, plan):
                self._carry_out(registry, place, want, plan)

    def _is_fit(self, registry: ModelRegistry, model: SeenModel, want: Wanted, plan: AliasPlan) -> bool:
        is_there = model.version(want.version) is not None
        if plan.step is AliasStep.KEEP and is_there and not self.options.reads_again:
            return True  # nothing is about to be told
        stamp = next(one for one in self.shipped if (one.model, one.version) == (want.model, want.version))
        return self._is_as_approved(registry, model, stamp)

    def _is_as_approved(self, registry: ModelRegistry, model: SeenModel, stamp: Stamp) -> bool:
        """Whether the version is there, and is what its release was approved with; its files are read once."""
        address = address_of(stamp.model, stamp.version)
        if address not in self.checked:
            found = self._doubt(registry, model, stamp)
            if found is not None:
                kind, details = found
                self._alert(kind, stamp.release.system, address, {"release": stamp.release.id, **details})
            self.checked[address] = found is None
        return self.checked[address]

    @staticmethod
    def _doubt(
        registry: ModelRegistry, model: SeenModel, stamp: Stamp
    ) -> tuple[AlertKind, dict[str, str | None]] | None:
        seen = model.version(stamp.version)
        if seen is None:
            return AlertKind.MODEL_GONE, {}
        if stamp.digest is None or stamp.digest == seen.digest(None):
            return None  # nobody could read its files when it was approved
        files = registry.artefacts(stamp.model, stamp.version)
        return None if stamp.digest == seen.digest(files) else (AlertKind.MODEL_CHANGED, {"found": files})

    def _carry_out(self, registry: ModelRegistry, place: ModelAlias, want: Wanted | None, plan: AliasPlan) -> None:
        version, release = (None, None) if want is None else (want.version, want.release)
        if plan.step is not AliasStep.KEEP:
            registry.point(place.model, place.alias, version)
            self.told.append(place.address)
        if plan.note:
            self.record.registry.note_alias(self.actor, replace(place, version=version, release=release))

    def _alert(self, kind: AlertKind, system: str, subject: str, details: Mapping[str, str | None]) -> None:
        draft = AlertDraft(kind=kind, system=system, subject=subject, details=dict(details))
        self.alerts.append(self.record.alerts.raise_(self.actor, draft).id)
