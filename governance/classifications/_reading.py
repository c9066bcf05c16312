"""Reading recorded classifications: what they say, and how they stand now.

Rules of this place: how one stands follows from what it rests on and from what came after it, at the moment of reading;
what was erased is missing from its sentences.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, RowMapping, select

from assay.kernel import JsonValue, MissingError, digest_json, parse_strict
from governance._payloads import payload
from governance._readers import read_runs
from governance.access import has_team
from governance.classifications._types import ClassificationState, RecordedCase, RecordedClassification
from governance.store import ClassificationRow, table_of
from governance.systems import read_newest
from risks.act import ActClass, Status, explained
from risks.act import Role as ActRole

__all__ = ["newest_row", "read_classifications", "read_one", "rests_on"]

_ROWS = table_of(ClassificationRow)


def rests_on(connection: Connection, system: str) -> Mapping[str, str]:
    """Return what a classification of a system rests on now: its description, and what its application is made of."""
    described = read_newest(connection, system=system)
    runs = read_runs(connection, system=system)
    target = next((one.plan.target for one in runs if one.plan.target is not None), None)
    made_of = None if target is None else {key: value for key, value in target.items() if key != "version"}
    return {
        "description": str(described[0].version) if described else "",
        "application": digest_json(made_of) if made_of is not None else "",
    }


def read_classifications(
    connection: Connection, *, tree: str, system: str | None = None
) -> tuple[RecordedClassification, ...]:
    """Return the classifications of a system or of all as they stand now, newest first."""
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
    now = {name: rests_on(connection, name) for name in newest}
    found = [
        _classification_of(connection, row, first[identity], now[row["system"]], newest[row["system"]], tree)
        for identity, row in rows.items()
    ]
    return tuple(sorted(found, key=lambda one: -first[one.id]["seq"]))


def read_one(connection: Connection, identity: str, *, tree: str) -> RecordedClassification:
    """Return one of them; raise `MissingError`."""
    row = newest_row(connection, identity)
    return next(one for one in read_classifications(connection, tree=tree, system=row["system"]) if one.id == identity)


def newest_row(connection: Connection, identity: str) -> RowMapping:
    """Return its newest row: a confirmation, where there is one; raise `MissingError`."""
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
        state=_state(connection, row, is_newest=newest == row["classification"], changed=bool(changed)),
        changed=tuple(changed),
        recorder=row["recorder"],
        confirmer=row["confirmer"],
        four_eyes=None if row["four_eyes"] is None else bool(row["four_eyes"]),
        recorded_at=first["recorded_at"],
        confirmed_at=None if row["confirmer"] is None else row["recorded_at"],
        answers=answers,
    )


def _state(connection: Connection, row: RowMapping, *, is_newest: bool, changed: bool) -> ClassificationState:
    if not is_newest:
        return ClassificationState.SUPERSEDED
    if changed:
        return ClassificationState.OUTDATED
    # What a single user confirmed alone waits for a second person once there is a team.
    alone = row["four_eyes"] == 0 and has_team(connection)
    return ClassificationState.RECORDED if row["confirmer"] is None or alone else ClassificationState.CONFIRMED


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
