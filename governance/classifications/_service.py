"""Recording and confirming classifications.

Rules of this place: what a person answered, and who they are, is payload; what follows from it is the document, word
for word; a second person confirms the digest that they saw, and nobody confirms what is still open, what was
superseded, or what rests on a purpose or an application that changed since.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from assay.kernel import (
    ForbiddenError,
    InputError,
    JsonValue,
    MissingError,
    canonical_bytes,
    content_id,
    digest_json,
    parse_strict,
)
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance._payloads import payload
from governance._readers import read_runs
from governance._recording import register_system
from governance.access import Permission, Role, has_team
from governance.classifications._types import ClassificationState, RecordedCase, RecordedClassification
from governance.ledger import Action, Actor, Subject
from governance.store import ClassificationRow, table_of
from governance.systems import read_newest
from risks.act import ActClass, Classification, Status, Tree, explained
from risks.act import Role as ActRole

__all__ = ["Classifications"]

_ROWS = table_of(ClassificationRow)
_FORMAT: Final = "assay-classification/1"
_MARKETED: Final = "market_date"  # the question whose answer is a day


@dataclass(frozen=True)
class Classifications:
    """Classifications of an open store."""

    _door: Door

    def record(self, actor: Actor, system: str, found: Classification) -> RecordedClassification:
        """Record what follows from answers; raise `InputError` where nobody answered anything."""
        if not found.answers.given:
            raise InputError("nobody answered anything", hint="assay act questions > answers.yaml")
        if found.answers.system not in ("", system):
            raise InputError(f"the answers are about {found.answers.system!r}, not {system!r}", hint="--system")
        with self._door.change(actor, Permission.CLASSIFY_SYSTEM, system) as change:
            register_system(change, system)
            identity = _record(change, system, found)
            return _one(change.connection, identity, tree=found.catalogue)

    def confirm(self, actor: Actor, identity: str, *, seen: str, tree: Tree) -> RecordedClassification:
        """Confirm what was seen; raise `ForbiddenError` for whoever recorded it, `InputError` where it cannot be."""
        with self._door.reading() as connection:
            system = _one(connection, identity, tree=tree.header.digest).system
        with self._door.change(actor, Permission.CONFIRM_CLASSIFICATION, system) as change:
            found = _one(change.connection, identity, tree=tree.header.digest)
            _refuse_unconfirmable(found, seen)
            alone = change.actor.role == Role.OWNER.value
            if found.recorder == change.actor.id and not alone:
                raise ForbiddenError("whoever recorded a classification does not confirm it", hint="somebody else does")
            _confirm(change, found, four_eyes=not alone)
            return _one(change.connection, identity, tree=tree.header.digest)

    def classification(self, system: str, tree: Tree) -> RecordedClassification | None:
        """Return the newest classification of a system as it stands now, if there is one."""
        found = self.classifications(tree, system=system)
        return found[0] if found else None

    def classifications(self, tree: Tree, *, system: str | None = None) -> tuple[RecordedClassification, ...]:
        """Return all classifications of a system or of all as they stand now, newest first."""
        with self._door.reading() as connection:
            return _read(connection, tree=tree.header.digest, system=system)


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
    identity = content_id("classification", system, digest, str(change.next_seq))
    cells: dict[str, Cell] = {
        "classification": identity,
        "system": system,
        "digest": digest,
        "document": canonical_bytes(document).decode("ascii"),
        "rests_on": canonical_bytes(dict(_rests_on(change.connection, system))).decode("ascii"),
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
    row = _newest_row(change.connection, found.id)
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


def _rests_on(connection: Connection, system: str) -> Mapping[str, str]:
    """Return what a classification of a system rests on now: its description, and what its application is made of."""
    described = read_newest(connection, system=system)
    runs = read_runs(connection, system=system)
    target = next((one.plan.target for one in runs if one.plan.target is not None), None)
    made_of = None if target is None else {key: value for key, value in target.items() if key != "version"}
    return {
        "description": str(described[0].version) if described else "",
        "application": digest_json(made_of) if made_of is not None else "",
    }


def _read(connection: Connection, *, tree: str, system: str | None = None) -> tuple[RecordedClassification, ...]:
    wanted = select(_ROWS).order_by(_ROWS.c.seq)
    if system is not None:
        wanted = wanted.where(_ROWS.c.system == system)
    rows: dict[str, RowMapping] = {}
    newest: dict[str, str] = {}  # system → its newest classification
    first: dict[str, RowMapping] = {}
    for row in connection.execute(wanted).mappings():
        rows[row["classification"]] = row
        if row["classification"] not in first:
            first[row["classification"]] = row
            newest[row["system"]] = row["classification"]
    now = {name: _rests_on(connection, name) for name in newest}
    found = [
        _classification_of(connection, row, first[identity], now[row["system"]], newest[row["system"]], tree)
        for identity, row in rows.items()
    ]
    return tuple(sorted(found, key=lambda one: -first[one.id]["seq"]))


def _one(connection: Connection, identity: str, *, tree: str) -> RecordedClassification:
    row = _newest_row(connection, identity)
    return next(one for one in _read(connection, tree=tree, system=row["system"]) if one.id == identity)


def _newest_row(connection: Connection, identity: str) -> RowMapping:
    wanted = select(_ROWS).where(_ROWS.c.classification == identity).order_by(_ROWS.c.seq.desc()).limit(1)
    row = connection.execute(wanted).mappings().first()
    if row is None:
        raise MissingError(f"there is no classification {identity[:80]!r}", hint="assay act status")
    return row


def _classification_of(
    connection: Connection, row: RowMapping, first: RowMapping, now: Mapping[str, str], newest: str, tree: str
) -> RecordedClassification:
    document, rested = parse_strict(row["document"].encode("ascii")), parse_strict(row["rests_on"].encode("ascii"))
    assert isinstance(document, dict)  # noqa: S101  bound to its entry by digest
    assert isinstance(rested, dict)  # noqa: S101  as above
    changed = [name for name in sorted(now) if rested.get(name) != now[name]]
    if row["tree"] != tree:
        changed.append("questions")
    # What a single user confirmed alone waits for a second person once there is a team.
    alone = row["four_eyes"] == 0 and has_team(connection)
    waits = row["confirmer"] is None or alone
    state = ClassificationState.RECORDED if waits else ClassificationState.CONFIRMED
    if newest != row["classification"]:
        state = ClassificationState.SUPERSEDED
    elif changed:
        state = ClassificationState.OUTDATED
    erasable = payload(connection, first["seq"]).get("answers")
    answers = _answers(erasable) if isinstance(erasable, dict) else None
    text_version = str(document["text_version"])
    return RecordedClassification(
        id=row["classification"],
        seq=row["seq"],
        system=row["system"],
        status=Status(str(document["status"])),
        classes=tuple(ActClass(str(one)) for one in _list(document, "classes")),
        cases=tuple(_case(one, answers or {}, text_version) for one in _list(document, "cases")),
        roles=tuple(ActRole(str(one)) for one in _list(document, "roles")),
        open_questions=tuple(str(one) for one in _list(document, "open_questions")),
        marketed=str(document["marketed"]),
        text_version=text_version,
        tree=row["tree"],
        digest=row["digest"],
        rests_on={name: str(value) for name, value in rested.items()},
        state=state,
        changed=tuple(changed),
        recorder=row["recorder"],
        confirmer=row["confirmer"],
        four_eyes=None if row["four_eyes"] is None else bool(row["four_eyes"]),
        recorded_at=first["recorded_at"],
        confirmed_at=None if row["confirmer"] is None else row["recorded_at"],
        answers=answers,
    )


def _list(document: Mapping[str, JsonValue], name: str) -> list[JsonValue]:
    found = document[name]
    return list(found) if isinstance(found, list) else []


def _case(document: JsonValue, answers: Mapping[str, Mapping[str, str]], text_version: str) -> RecordedCase:
    assert isinstance(document, dict)  # noqa: S101  as above
    # Entries of before titles were recorded have the id alone.
    title, ground = str(document.get("title", document["id"])), str(document["ground"])
    cited = document.get("answers", [])
    said = [answers[str(key)] for key in cited if key in answers] if isinstance(cited, list) else []
    return RecordedCase(
        id=str(document["id"]),
        act_class=ActClass(str(document["class"])),
        title=title,
        ground=ground,
        applies_from=str(document["applies_from"]),
        applies_ground=str(document.get("applies_ground", "")),
        note=str(document.get("note", "")),
        explanation=explained(
            title,
            ground,
            text_version,
            persons={one["person"] for one in said},
            days={one["date"] for one in said},
            reasons=[one["reason"] for one in said],
        ),
    )


def _answers(document: Mapping[str, JsonValue]) -> Mapping[str, Mapping[str, str]]:
    return {
        question: {name: str(value) for name, value in said.items()}
        for question, said in document.items()
        if isinstance(said, dict)
    }
