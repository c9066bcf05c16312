"""Recording and confirming classifications.

Rules of this place: what a person answered, and who they are, is payload; what follows from it is the document, word
for word; a second person confirms the digest that they saw, and nobody confirms what is still open, what was
superseded, or what rests on a purpose or an application that changed since.
"""

from dataclasses import dataclass
from typing import Final

from assay.kernel import (
    ForbiddenError,
    InputError,
    JsonValue,
    canonical_bytes,
    content_id,
    digest_json,
)
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance._recording import register_system
from governance.access import Permission, Role
from governance.classifications._reading import newest_row, read_classifications, read_one, rests_on
from governance.classifications._types import ClassificationState, RecordedClassification
from governance.ledger import Action, Actor, Subject
from governance.store import ClassificationRow, table_of
from risks.act import Classification, Status, Tree

__all__ = ["Classifications"]

_ROWS = table_of(ClassificationRow)
_FORMAT: Final = "assay-classification/1"
_MARKETED: Final = "market_date"  # the question whose answer is a day
_STANDING: Final = frozenset({ClassificationState.RECORDED, ClassificationState.CONFIRMED})


@dataclass(frozen=True)
class Classifications:
    """Classifications of an open store."""

    _door: Door

    def record(self, actor: Actor, system: str, found: Classification) -> RecordedClassification:
        """Record what follows from answers; raise `InputError` where nobody answered or the newest says the same."""
        if not found.answers.given:
            raise InputError("nobody answered anything", hint="assay act questions > answers.yaml")
        if found.answers.system not in ("", system):
            raise InputError(f"the answers are about {found.answers.system!r}, not {system!r}", hint="--system")
        with self._door.change(actor, Permission.CLASSIFY_SYSTEM, system) as change:
            register_system(change, system)
            identity = _record(change, system, found)
            return read_one(change.connection, identity, tree=found.catalogue)

    def confirm(self, actor: Actor, identity: str, *, seen: str, tree: Tree) -> RecordedClassification:
        """Confirm what was seen; raise `ForbiddenError` for whoever recorded it or gave an answer of it.

        Raise `InputError` where it cannot be confirmed.
        """
        with self._door.reading() as connection:
            system = read_one(connection, identity, tree=tree.header.digest).system
        with self._door.change(actor, Permission.CONFIRM_CLASSIFICATION, system) as change:
            found = read_one(change.connection, identity, tree=tree.header.digest)
            _refuse_unconfirmable(found, seen)
            alone = change.actor.role == Role.OWNER.value
            if not alone:
                _refuse_own(found, change.actor.id)
            _confirm(change, found, four_eyes=not alone)
            return read_one(change.connection, identity, tree=tree.header.digest)

    def classification(self, system: str, tree: Tree) -> RecordedClassification | None:
        """Return the newest classification of a system as it stands now, if there is one."""
        found = self.classifications(tree, system=system)
        return found[0] if found else None

    def classifications(self, tree: Tree, *, system: str | None = None) -> tuple[RecordedClassification, ...]:
        """Return all classifications of a system or of all as they stand now, newest first."""
        with self._door.reading() as connection:
            return read_classifications(connection, tree=tree.header.digest, system=system)


def _refuse_own(found: RecordedClassification, person: str) -> None:
    """Refuse whose work it is; answers name people as they like, so that a pseudonym of the record alone is known."""
    answered = {said.get("person") for said in (found.answers or {}).values()}
    if person == found.recorder or person in answered:
        did = "recorded" if person == found.recorder else "answered for"
        raise ForbiddenError(f"whoever {did} a classification does not confirm it", hint="somebody else does")


def _refuse_unconfirmable(found: RecordedClassification, seen: str) -> None:
    if seen != found.digest:
        raise InputError(f"you saw {seen}, the classification is {found.digest}", hint="look at it again, then confirm")
    if found.status is Status.INCONCLUSIVE:
        raise InputError(
            f"{len(found.open_questions)} questions are open: nothing is decided", hint="assay act classify"
        )
    if found.state is not ClassificationState.RECORDED:
        changed = f": {', '.join(found.changed)} changed" if found.changed else ""
        raise InputError(f"{found.id} is {found.state.value}{changed}", hint="assay act classify --record")


def _record(change: Change, system: str, found: Classification) -> str:
    answers: dict[str, JsonValue] = {
        key: {"answer": one.given, "reason": one.reason, "person": one.person, "date": one.date}
        for key, one in found.answers.given.items()
    }
    document = _document(found)
    digest = digest_json({"document": document, "answers": answers, "system": system})
    _refuse_the_same(change, system, digest, found.catalogue)
    identity = content_id("classification", system, digest, str(change.next_seq))
    cells: dict[str, Cell] = {
        "classification": identity,
        "system": system,
        "digest": digest,
        "document": canonical_bytes(document).decode("ascii"),
        "rests_on": canonical_bytes(dict(rests_on(change.connection, system))).decode("ascii"),
        "tree": found.catalogue,
        "recorder": change.actor.id,
        "recorded_at": change.at,
    }
    change.record(
        Action.CLASSIFICATION_RECORDED,
        Subject(type="classification", id=identity, version=1, digest=digest),
        [StateRow(ClassificationRow, cells)],
        {"system": system, "status": found.status.value, "classes": [one.value for one in found.classes]},
        payload={"answers": answers},
    )
    return identity


def _refuse_the_same(change: Change, system: str, digest: str, tree: str) -> None:
    """Raise `InputError` where the newest that counts says the same: a copy would only take its confirmation away."""
    newest = next(iter(read_classifications(change.connection, tree=tree, system=system)), None)
    if newest is None or newest.digest != digest or newest.state not in _STANDING:
        return
    hint = "assay act status" if newest.state is ClassificationState.RECORDED else f"assay act duties --system {system}"
    raise InputError(f"{newest.id} says the same and is {newest.state.value}: nothing is recorded", hint=hint)


def _document(found: Classification) -> dict[str, JsonValue]:
    """Return what follows, without a word of the people who answered."""
    marketed = found.answers.given.get(_MARKETED)
    return {
        "format": _FORMAT,
        "status": found.status.value,
        "classes": [one.value for one in found.classes],
        "cases": [
            {
                "id": one.id,
                "class": one.act_class.value,
                "title": one.title,
                "ground": one.ground,
                "applies_from": one.applies_from,
                "applies_ground": one.applies_ground,
                "note": one.note,
                "answers": list(one.answers),
            }
            for one in found.cases
        ],
        "roles": sorted({one.role.value for one in found.roles}),
        "open_questions": [one.id for one in found.open_questions],
        "marketed": "" if marketed is None else marketed.given,
        "text_version": found.text_version,
        "answers": found.answers.digest,
    }


def _confirm(change: Change, found: RecordedClassification, *, four_eyes: bool) -> None:
    row = newest_row(change.connection, found.id)
    cells: dict[str, Cell] = {
        **{name: row[name] for name in ("classification", "system", "digest", "document", "rests_on", "tree")},
        "recorder": found.recorder,
        "confirmer": change.actor.id,
        "four_eyes": int(four_eyes),
        "recorded_at": change.at,
    }
    subject = Subject(type="classification", id=found.id, version=2, digest=found.digest)
    details: dict[str, JsonValue] = {"system": found.system, "four_eyes": four_eyes}
    change.record(Action.CLASSIFICATION_CONFIRMED, subject, [StateRow(ClassificationRow, cells)], details)
