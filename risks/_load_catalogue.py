"""Reading a catalogue: components, controls, risks, and which controls are mapped to which risk.

Rules of this place: ids are unique, references resolve, counts are those that the header states, no risk is without a
control. An extension names the catalogue that it extends, and may map its own controls to risks of that one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from assay.kernel import digest_json
from risks._fields import Fields, Problems
from risks._types import Catalogue, Component, Control, Mapping, Pairing, Provenance, Risk, Sheet

__all__ = ["FORMAT", "check_references", "extend", "lists_of", "read_catalogue"]

FORMAT = "assay-risks/1"


def read_catalogue(fields: Fields, digest: str, problems: Problems) -> Catalogue:
    """Read a catalogue; what is wrong in the file itself is noted in `problems`."""
    counts = fields.inner("counts")
    catalogue = Catalogue(
        id=fields.text("id"),
        title=fields.text("title"),
        version=fields.text("version"),
        edition=fields.text("edition"),
        date=fields.date("date"),
        source=fields.text("source"),
        licence=fields.text("licence"),
        extends=fields.optional("extends"),
        components=tuple(_component(item) for item in fields.each("components")),
        controls=tuple(_control(item) for item in fields.each("controls")),
        risks=tuple(_risk(item) for item in fields.each("risks")),
        pairings=tuple(_pairing(item) for item in fields.each("pairings")) if fields.has("pairings") else (),
        digest=digest,
    )
    fields.close()
    for key, items in lists_of(catalogue):
        _unique([item.id for item in items], f"/{key}", problems)
        if (expected := counts.whole(key)) != len(items):
            problems.add(f"/counts/{key}", f"{expected} are stated, {len(items)} are there")
    counts.close()
    _unique([pairing.risk for pairing in catalogue.pairings], "/pairings", problems)
    for index, pairing in enumerate(catalogue.pairings):
        _unique([mapping.control for mapping in pairing.controls], f"/pairings/{index}/controls", problems)
    for index, risk in enumerate(catalogue.risks):
        _unique([mapping.control for mapping in risk.controls], f"/risks/{index}/controls", problems)
        if not risk.controls:
            problems.add(f"/risks/{index}/controls", f"no control is mapped to the risk {risk.id!r}")
    return catalogue


def check_references(
    catalogue: Catalogue, extended: Catalogue | None, beside: Catalogue | None, problems: Problems
) -> None:
    """Note what refers to nothing, and ids that the extended catalogue has taken.

    `beside`: the extended catalogue with all else that extends it, whose risks and controls may be named as well.
    """
    taken = dict(lists_of(extended)) if extended else {}
    for key, items in lists_of(catalogue):
        ids = {item.id for item in taken.get(key, ())}
        for index, item in enumerate(items):
            if item.id in ids:
                problems.add(f"/{key}/{index}/id", f"the id {item.id!r} is taken in {catalogue.extends!r}")
    components = {item.id for item in chain(catalogue.components, beside.components if beside else ())}
    controls = {item.id for item in chain(catalogue.controls, beside.controls if beside else ())}
    for index, risk in enumerate(catalogue.risks):
        if risk.component not in components:
            problems.add(f"/risks/{index}/component", f"there is no component {risk.component!r}")
        _check_controls(risk.controls, controls, f"/risks/{index}/controls", problems)
    mapped = {risk.id: {one.control for one in risk.controls} for risk in (beside.risks if beside else ())}
    for index, pairing in enumerate(catalogue.pairings):
        if pairing.risk not in mapped:
            problems.add(f"/pairings/{index}/risk", f"there is no risk {pairing.risk!r} to extend")
        _check_controls(pairing.controls, controls, f"/pairings/{index}/controls", problems)
        for place, mapping in enumerate(pairing.controls):
            if mapping.control in mapped.get(pairing.risk, ()):
                problems.add(f"/pairings/{index}/controls/{place}/id", f"{mapping.control!r} is mapped to it already")


def extend(base: Catalogue, *extensions: Catalogue) -> Catalogue:
    """Return the base with what extensions add, in any order; each risk stands after the others of its component."""
    if not extensions:
        return base
    sources = (base, *extensions)
    more: dict[str, tuple[Mapping, ...]] = {}
    for pairing in chain.from_iterable(item.pairings for item in extensions):
        more[pairing.risk] = more.get(pairing.risk, ()) + pairing.controls
    risks = [
        replace(risk, controls=(*risk.controls, *more.get(risk.id, ()))) for item in sources for risk in item.risks
    ]
    components = tuple(chain.from_iterable(item.components for item in sources))
    place = {component.id: index for index, component in enumerate(components)}
    return replace(
        base,
        title="; extended by ".join(item.title for item in sources),
        components=components,
        controls=tuple(chain.from_iterable(item.controls for item in sources)),
        risks=tuple(sorted(risks, key=lambda risk: place.get(risk.component, len(place)))),
        digest=digest_json([item.digest for item in sources]),
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


def _pairing(fields: Fields) -> Pairing:
    made = Pairing(risk=fields.text("risk"), controls=tuple(_mapping(item) for item in fields.each("controls")))
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


def _check_controls(mappings: Sequence[Mapping], controls: set[str], pointer: str, problems: Problems) -> None:
    for place, mapping in enumerate(mappings):
        if mapping.control not in controls:
            problems.add(f"{pointer}/{place}/id", f"there is no control {mapping.control!r}")


def lists_of(catalogue: Catalogue) -> Iterable[tuple[str, Sequence[Component | Risk | Control]]]:
    """Return what a catalogue has by the key of its file."""
    return (("components", catalogue.components), ("risks", catalogue.risks), ("controls", catalogue.controls))


def _unique(ids: Sequence[str], pointer: str, problems: Problems) -> None:
    for name, count in Counter(ids).items():
        if count > 1:
            problems.add(pointer, f"the id {name!r} comes {count} times")
