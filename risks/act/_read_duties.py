"""Reading the duties: schedules, kinds of evidence, parts of classes, and the duties that name them, from one file."""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import TypeVar

from risks._evidence import MEASURED, EvidenceKind
from risks._fields import Fields, Problems
from risks.act._duties import Clock, Duties, Duty, Legacy, RecordedAs, Route, Schedule
from risks.act._header import Header, finish, open_file, read_header, shipped
from risks.act._parts import Part, read_parts, read_remarks
from risks.act._tree import ActClass, Role

__all__ = ["duties", "parse_duties"]

FORMAT = "assay-act-duties/1"

E = TypeVar("E", bound=StrEnum)


@cache
def duties() -> Duties:
    """Return the duties that come with the product."""
    return parse_duties(shipped("duties.yaml"), "duties.yaml")


def parse_duties(text: str, file: str) -> Duties:
    """Read duties from text; raise `InputError` that lists every mistake."""
    fields, problems, digest = open_file(text, file)
    header: Header = read_header(fields, problems, FORMAT, digest)
    count = fields.whole("count")
    kinds = fields.inner("evidence_kinds")
    evidence = {key: kinds.text(key) for key in kinds.keys()}  # noqa: SIM118  Fields is no mapping
    parts, remarks = read_parts(fields, problems), read_remarks(fields, problems)
    listed = [_recorded(item, evidence) for item in fields.each("recorded_as")]
    schedules = tuple(_schedule(item) for item in fields.each("schedules"))
    found = tuple(duty for group in fields.each("articles") for duty in _article(group, parts))
    made = Duties(
        header=header, evidence=evidence, recorded=dict(listed), remarks=remarks, schedules=schedules, duties=found
    )
    if count != len(found):
        problems.add("/count", f"{count} are stated, {len(found)} are there")
    _check(made, problems)
    for name, times in Counter(kind for kind, _ in listed).items():
        if times > 1:
            problems.add("/recorded_as", f"the kind {name!r} comes {times} times")
    for name in sorted(parts.keys() - {duty.part.id for duty in found if duty.part}):
        problems.add("/parts", f"no duty is for {name!r}")
    finish(fields, problems, file)
    return made


def _schedule(fields: Fields) -> Schedule:
    legacy = fields.choice("legacy", Legacy, Legacy.NONE)
    older = legacy is not Legacy.NONE
    formal = fields.date("formal")
    made = Schedule(
        id=fields.text("id"),
        route=fields.choice("route", Route, Route.ALL),
        formal=formal,
        effective=fields.date("effective"),
        ground=fields.text("ground"),
        legacy=legacy,
        legacy_before=fields.date("legacy_before") if older else "",
        legacy_from=fields.date("legacy_from") if older else "",
        legacy_ground=fields.text("legacy_ground") if older else "",
    )
    if made.effective < made.formal:
        fields.refuse("effective", made.effective, f"a day not before {made.formal}")
    fields.close()
    return made


def _recorded(fields: Fields, evidence: Mapping[str, str]) -> tuple[str, RecordedAs]:
    if (kind := fields.text("kind")) not in evidence:
        fields.refuse("kind", kind, "one of evidence_kinds")
    kinds = tuple(_members(fields, "recorded", EvidenceKind))
    for one in kinds:
        if one not in MEASURED and one is not EvidenceKind.APPROVAL:
            fields.refuse("recorded", one.value, "a kind that nobody hands in: a document counts anyway")
    if not (days := fields.whole("days")):
        fields.refuse("days", days, "for how many days it counts")
    made = RecordedAs(
        recorded=kinds, of=fields.optional("of"), days=days, needs_document=fields.optional("needs_document")
    )
    fields.close()
    return kind, made


def _article(fields: Fields, parts: Mapping[str, Part]) -> list[Duty]:
    article, title, schedule = fields.text("article"), fields.text("title"), fields.text("schedule")
    classes, roles, part = _classes(fields), _roles(fields), _named_part(fields, parts)
    made = []
    for point in fields.each("points"):
        duty = Duty(
            id=point.text("id"),
            article=article,
            title=title,
            says=point.text("says"),
            classes=_classes(point) if point.has("classes") else classes,
            roles=_roles(point) if point.has("roles") else roles,
            part=_named_part(point, parts) or part,
            schedule=point.optional("schedule") or schedule,
            evidence=point.texts("evidence", required=False),
            clock=_clock(point.inner("clock")) if point.has("clock") else None,
        )
        if not duty.id.startswith(article + "(") and duty.id != article:
            point.refuse("id", duty.id, f"a provision of {article}")
        point.close()
        made.append(duty)
    fields.close()
    return made


def _named_part(fields: Fields, parts: Mapping[str, Part]) -> Part | None:
    if (name := fields.optional("part")) and name not in parts:
        fields.refuse("part", name, "one of parts: " + ", ".join(parts))
    return parts.get(name)


def _classes(fields: Fields) -> tuple[ActClass, ...]:
    return tuple(_members(fields, "classes", ActClass))


def _roles(fields: Fields) -> tuple[Role, ...]:
    return tuple(_members(fields, "roles", Role))


def _members(fields: Fields, key: str, kind: type[E]) -> Iterator[E]:
    for item in fields.texts(key):
        if item in {member.value for member in kind}:
            yield kind(item)
        else:
            fields.refuse(key, item, "some of " + ", ".join(kind))


def _clock(fields: Fields) -> Clock:
    made = Clock(kind=fields.text("kind"), length=fields.text("length"), counted_from=fields.text("from"))
    if made.kind not in ("retention", "deadline"):
        fields.refuse("kind", made.kind, "retention or deadline")
    fields.close()
    return made


def _check(made: Duties, problems: Problems) -> None:
    schedules = {one.id for one in made.schedules}
    for name, count in Counter(duty.id for duty in made.duties).items():
        if count > 1:
            problems.add("/articles", f"the id {name!r} comes {count} times")
    for duty in made.duties:
        if duty.schedule not in schedules:
            problems.add("/articles", f"{duty.id}: there is no schedule {duty.schedule!r}")
        for kind in duty.evidence:
            if kind not in made.evidence:
                problems.add("/articles", f"{duty.id}: there is no kind of evidence {kind!r}")
    named = {kind for duty in made.duties for kind in duty.evidence}
    for kind in sorted(made.evidence.keys() - named):
        problems.add(f"/evidence_kinds/{kind}", "no duty asks for it")
