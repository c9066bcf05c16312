"""Forms: what a duty asks people to write down, field by field, each with its provision.

Rules of this place: a form names the kind of evidence that it is handed in as; a field is asked always, or only where
an earlier one was answered in some way; forms with one mistake never load, and all mistakes are told at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from risks._fields import Fields, Problems
from risks.act._header import Header, finish, open_file, read_header, shipped
from risks.act._lengths import is_length
from risks.act._read_duties import duties

__all__ = ["FieldKind", "Form", "FormField", "FormOption", "Forms", "Known", "forms", "parse_forms"]

FORMAT = "assay-act-forms/1"


class FieldKind(StrEnum):
    """What an answer is."""

    TEXT = "text"
    TEXTS = "texts"
    CHOICE = "choice"
    CHOICES = "choices"
    DAY = "day"
    LENGTH = "length"


class Known(StrEnum):
    """What the record may know of a system."""

    NOTHING = ""
    PURPOSE = "purpose"
    ROLES = "roles"
    MARKET_DATE = "market_date"


@dataclass(frozen=True, kw_only=True)
class FormOption:
    """An answer to choose."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One thing to write down."""

    id: str
    kind: FieldKind
    ground: str  # the provision
    ask: str
    options: tuple[FormOption, ...]
    known: Known  # what the record may put there
    only: Mapping[str, tuple[str, ...]]  # earlier field → answers: asked only then; empty: always
    least: str  # a length: what is shorter contradicts the provision; empty: nothing does
    unless: Mapping[str, tuple[str, ...]]  # field → answers: then a shorter one is no contradiction


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form."""

    id: str
    title: str
    article: str
    evidence: str  # kind, as duties name it
    note: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, kw_only=True)
class Forms:
    """Every form."""

    header: Header
    forms: Mapping[str, Form]


@cache
def forms() -> Forms:
    """Return the forms that come with the product."""
    return parse_forms(shipped("forms.yaml"), "forms.yaml")


def parse_forms(text: str, file: str) -> Forms:
    """Read forms from text; raise `InputError` that lists every mistake."""
    fields, problems, digest = open_file(text, file)
    header = read_header(fields, problems, FORMAT, digest)
    count = fields.whole("count")
    found = [_form(item, problems) for item in fields.each("forms")]
    if count != len(found):
        problems.add("/count", f"{count} are stated, {len(found)} are there")
    for index, one in enumerate(found):
        if one.id in {earlier.id for earlier in found[:index]}:
            problems.add(f"/forms/{index}/id", f"the id {one.id!r} comes twice")
        if one.evidence not in duties().evidence:
            problems.add(f"/forms/{index}/evidence", f"no duty asks for {one.evidence!r}")
    finish(fields, problems, file)
    return Forms(header=header, forms={one.id: one for one in found})


def _form(fields: Fields, problems: Problems) -> Form:
    known: dict[str, FormField] = {}
    form, title, article = fields.text("id"), fields.text("title"), fields.text("article")
    for item in fields.each("fields"):
        made = _field(item, known)
        if made.id in known:
            problems.add(f"{item.pointer}/id", f"the id {made.id!r} comes twice")
        known[made.id] = made
    made_form = Form(
        id=form,
        title=title,
        article=article,
        evidence=fields.text("evidence"),
        note=fields.text("note"),
        fields=tuple(known.values()),
    )
    fields.close()
    return made_form


def _field(fields: Fields, known: Mapping[str, FormField]) -> FormField:
    kind = fields.choice("kind", FieldKind, FieldKind.TEXT)
    chosen = kind in (FieldKind.CHOICE, FieldKind.CHOICES)
    least = fields.optional("least")
    if least and (kind is not FieldKind.LENGTH or not is_length(least)):
        fields.refuse("least", least, "a duration such as P6M, of a field that is a length")
    made = FormField(
        id=fields.text("id"),
        kind=kind,
        ground=fields.text("ground"),
        ask=fields.text("ask"),
        options=tuple(_option(item) for item in fields.each("options")) if chosen else (),
        known=fields.choice("from", Known, Known.NOTHING) if fields.has("from") else Known.NOTHING,
        only=_answers(fields, "only", known),
        least=least,
        unless=_later(fields, "unless"),
    )
    fields.close()
    return made


def _option(fields: Fields) -> FormOption:
    made = FormOption(id=fields.text("id"), text=fields.text("text"))
    fields.close()
    return made


def _later(fields: Fields, key: str) -> dict[str, tuple[str, ...]]:
    if not fields.has(key):
        return {}
    inner = fields.inner(key)
    return {name: inner.texts(name) for name in inner.keys()}  # noqa: SIM118  Fields is no mapping


def _answers(fields: Fields, key: str, known: Mapping[str, FormField]) -> dict[str, tuple[str, ...]]:
    """Read answers to earlier fields, each one that can be given."""
    found = _later(fields, key)
    for name, answers in found.items():
        earlier = known.get(name)
        options = set() if earlier is None else {one.id for one in earlier.options}
        if not set(answers) <= options:
            fields.refuse(key, {name: list(answers)}, "answers to an earlier field with options")
    return found
