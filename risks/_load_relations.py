"""Reading relations to other lists: each row names a subject and an object that exist, in one direction.

Rules of this place: a set of rows shares standard, edition, provenance and source; a row comes once per provenance; the
header states the counts.
"""

from collections import Counter
from collections.abc import Collection, Iterator

from risks._fields import Fields, Problems
from risks._relations import Crosswalk, Relation, RelationKind, Standard
from risks._types import Provenance

__all__ = ["FORMAT", "check_subjects", "read_crosswalk"]

FORMAT = "assay-crosswalks/1"


def read_crosswalk(fields: Fields, digest: str, problems: Problems) -> Crosswalk:
    """Read a file of relations; what is wrong in the file itself is noted in `problems`."""
    counts = fields.inner("counts")
    standards = tuple(_standard(item) for item in fields.each("standards"))
    known = {(item.id, item.edition): item for item in standards}
    read = Crosswalk(
        id=fields.text("id"),
        title=fields.text("title"),
        version=fields.text("version"),
        date=fields.date("date"),
        source=fields.text("source"),
        licence=fields.text("licence"),
        catalogue=fields.text("catalogue"),
        standards=standards,
        relations=tuple(row for item in fields.each("relations") for row in _rows(item, known)),
        digest=digest,
    )
    fields.close()
    for key, stated, found in (
        ("standards", counts.whole("standards"), len(standards)),
        ("relations", counts.whole("relations"), len(read.relations)),
    ):
        if stated != found:
            problems.add(f"/counts/{key}", f"{stated} are stated, {found} are there")
    counts.close()
    _note_repeats(read, problems)
    return read


def check_subjects(crosswalk: Crosswalk, subjects: Collection[str], problems: Problems) -> None:
    """Note every subject that is no risk or control of the catalogue."""
    for subject in sorted({row.subject for row in crosswalk.relations} - set(subjects)):
        problems.add("/relations", f"there is no risk or control {subject!r} in the catalogue {crosswalk.catalogue!r}")


def _standard(fields: Fields) -> Standard:
    if fields.has("names"):
        inner = fields.inner("names")
        names = {key: inner.text(key) for key in inner.keys()}  # noqa: SIM118  Fields is no mapping
    else:
        names = dict.fromkeys(fields.texts("ids"), "")
    made = Standard(
        id=fields.text("id"),
        edition=fields.text("edition"),
        title=fields.text("title"),
        source=fields.text("source"),
        licence=fields.text("licence"),
        names=names,
    )
    fields.close()
    return made


def _rows(fields: Fields, known: dict[tuple[str, str], Standard]) -> Iterator[Relation]:
    """Return the rows of one set."""
    identity = standard, edition = fields.text("standard"), fields.text("edition")
    if identity not in known:
        fields.refuse("standard", f"{standard} {edition}", "a standard and edition of this file")
    kind = fields.choice("predicate", RelationKind, RelationKind.RELATED)
    provenance = fields.choice("provenance", Provenance, Provenance.REASONED)
    source, note, pairs = fields.text("source"), fields.optional("note"), fields.inner("pairs")
    fields.close()
    for subject in pairs.keys():  # noqa: SIM118  Fields is no mapping
        for entry in pairs.texts(subject):
            if identity in known and entry not in known[identity].names:
                pairs.refuse(subject, entry, f"an entry of {standard} {edition}")
            yield Relation(
                subject=subject,
                kind=kind,
                object=entry,
                standard=standard,
                edition=edition,
                provenance=provenance,
                source=source,
                note=note,
            )


def _note_repeats(crosswalk: Crosswalk, problems: Problems) -> None:
    """Note editions and rows that come more than once."""
    for edition, count in Counter((item.id, item.edition) for item in crosswalk.standards).items():
        if count > 1:
            problems.add("/standards", f"{' '.join(edition)} comes {count} times")
    rows = Counter((row.subject, row.standard, row.edition, row.object, row.provenance) for row in crosswalk.relations)
    for row, count in rows.items():
        if count > 1:
            problems.add("/relations", f"the relation {' '.join(row)} comes {count} times")
