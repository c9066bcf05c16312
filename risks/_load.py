"""Reading a catalogue: all mistakes at once, each with file and pointer; a file with one is never loaded.

Rules of this place: ids are unique, references resolve, counts are those that the header states, unknown keys and
duplicate keys are mistakes. The catalogues of the product are read the same way as anyone else's.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

from assay.kernel import InputError
from risks._fields import Fields, Problems
from risks._types import Catalogue, Component, Control, Mapping, Provenance, Risk, Sheet
from risks._yaml import digest_yaml, read_yaml

__all__ = ["built_in", "load", "parse"]

FORMAT = "assay-risks/1"


def built_in(name: str = "dasf") -> Catalogue:
    """Return a catalogue that comes with the product."""
    file = resources.files("risks") / "catalogue" / f"{name}.yaml"
    return parse(file.read_text(encoding="utf-8"), f"{name}.yaml")


def load(path: Path) -> Catalogue:
    """Read a catalogue file; raise `InputError` that lists every mistake."""
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}", hint="give a YAML file in UTF-8") from error


def parse(text: str, file: str) -> Catalogue:
    """Read a catalogue from text; `file` names it in messages. Raise `InputError` that lists every mistake."""
    document, problems = read_yaml(text, file), Problems(file)
    fields = Fields(document, "", problems)
    if (found := fields.text("format")) != FORMAT:
        problems.add("/format", f"expected {FORMAT!r}, got {found!r}")
    counts = fields.inner("counts")
    catalogue = _catalogue(fields, digest_yaml(document))
    _check(catalogue, counts, problems)
    fields.close()
    if problems.found:
        raise InputError("\n".join([f"{len(problems.found)} mistakes in {file}:", *problems.found]))
    return catalogue


def _catalogue(fields: Fields, digest: str) -> Catalogue:
    return Catalogue(
        id=fields.text("id"),
        title=fields.text("title"),
        version=fields.text("version"),
        edition=fields.text("edition"),
        date=fields.text("date"),
        source=fields.text("source"),
        licence=fields.text("licence"),
        components=tuple(_component(item) for item in fields.each("components")),
        controls=tuple(_control(item) for item in fields.each("controls")),
        risks=tuple(_risk(item) for item in fields.each("risks")),
        digest=digest,
    )


def _component(fields: Fields) -> Component:
    made = Component(id=fields.text("id"), number=fields.whole("number"), name=fields.text("name"))
    fields.close()
    return made


def _control(fields: Fields) -> Control:
    made = Control(id=fields.text("id"), name=fields.text("name"), since=fields.text("since"))
    fields.close()
    return made


def _risk(fields: Fields) -> Risk:
    made = Risk(
        id=fields.text("id"),
        name=fields.text("name"),
        component=fields.text("component"),
        definition=fields.text("definition"),
        why=fields.text("why"),
        test=fields.text("test"),
        controls=tuple(_mapping(item) for item in fields.each("controls")),
    )
    fields.close()
    return made


def _mapping(fields: Fields) -> Mapping:
    made = Mapping(
        control=fields.text("id"),
        provenance=fields.choice("provenance", Provenance, Provenance.REASONED),
        sheet=fields.choice("in", Sheet, Sheet.NONE),
    )
    if (made.provenance is Provenance.REASONED) != (made.sheet is Sheet.NONE):
        fields.refuse("in", made.sheet, "`none` exactly when the pair is reasoned")
    fields.close()
    return made


def _check(catalogue: Catalogue, counts: Fields, problems: Problems) -> None:
    components, controls = {item.id for item in catalogue.components}, {item.id for item in catalogue.controls}
    for key, items in _lists(catalogue):
        _unique([item.id for item in items], f"/{key}", problems)
        if (expected := counts.whole(key)) != len(items):
            problems.add(f"/counts/{key}", f"{expected} are stated, {len(items)} are there")
    counts.close()
    for index, risk in enumerate(catalogue.risks):
        if risk.component not in components:
            problems.add(f"/risks/{index}/component", f"there is no component {risk.component!r}")
        _unique([mapping.control for mapping in risk.controls], f"/risks/{index}/controls", problems)
        for place, mapping in enumerate(risk.controls):
            if mapping.control not in controls:
                problems.add(f"/risks/{index}/controls/{place}/id", f"there is no control {mapping.control!r}")


def _lists(catalogue: Catalogue) -> Iterable[tuple[str, Sequence[Component | Risk | Control]]]:
    return (("components", catalogue.components), ("risks", catalogue.risks), ("controls", catalogue.controls))


def _unique(ids: Sequence[str], pointer: str, problems: Problems) -> None:
    for name, count in Counter(ids).items():
        if count > 1:
            problems.add(pointer, f"the id {name!r} comes {count} times")
