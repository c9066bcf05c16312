"""A form as a file: printed to be filled in, and read back.

Rules of this place: what the record knew is filled in and named under `from_record`; a form is refused whole, with
every mistake and its place, while a field that is asked is empty, a placeholder, or not of its kind. An answer that
contradicts the provision is no mistake: it is told as what it is.
"""

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assay.kernel import InputError
from risks._fields import Fields, Problems, is_day
from risks._yaml import digest_yaml, read_yaml
from risks.act._forms import FieldKind, Form, FormField, Forms, Known
from risks.act._lengths import days_of, is_length

__all__ = ["FilledForm", "changed_fields", "form_template", "parse_form"]

FORMAT = "assay-act-form/1"
Value = str | tuple[str, ...]
_WIDTH = 110
_PLACEHOLDERS = frozenset({"tbd", "todo", "tba", "fixme", "xxx", "x", "n/a", "na", "none", "null", "?", "-", "..."})
_EXPECTED = {
    FieldKind.TEXT: "a text in quotes",
    FieldKind.TEXTS: "a list of texts, one a line",
    FieldKind.DAY: "a day such as 2027-12-02",
    FieldKind.LENGTH: "a duration such as P6M or P10Y",
}


@dataclass(frozen=True, kw_only=True)
class FilledForm:
    """What people wrote into a form."""

    form: Form
    system: str
    person: str  # who answers for it
    date: str  # ISO 8601
    review_by: str  # until then it counts
    answers: Mapping[str, Value]
    from_record: tuple[str, ...]  # fields that the record filled in and nobody changed
    conflicts: tuple[str, ...]  # answers that contradict a provision
    digest: str


def form_template(
    form: Form, forms: Forms, system: str, known: Mapping[Known, Value], remarks: Sequence[str] = ()
) -> str:
    """Return a form to be filled in, as YAML; `known`: what the record says of the system."""
    fills = _fills(form, known)
    lines = [
        *_comment(f"{form.title} ({form.article}). {form.note} Not legal advice, and no proof of what it says."),
        *_comment("Every field that is asked needs an answer; delete a field that is not asked, or leave it null."),
        *(line for remark in remarks for line in _comment(remark)),
        f"format: {FORMAT}",
        f"form: {form.id}",
        f'forms: "{forms.header.digest}"',
        f"system: {_quoted(system)}",
        "person: null  # who answers for it; a pseudonym if you like",
        "date: null  # the day on which it was written, such as 2027-11-02",
        "review_by: null  # the day by which it is looked at again; until then it counts",
        "# What the record filled in: check it. Take a field off this list as soon as you change it.",
        f"from_record: [{', '.join(fills)}]",
        "answers:",
        *(line for one in form.fields for line in _field_lines(one, fills.get(one.id))),
    ]
    return "\n".join(lines) + "\n"


def parse_form(text: str, file: str, forms: Forms) -> FilledForm:
    """Read a form that was filled in; raise `InputError` that lists every mistake."""
    document, problems = read_yaml(text, file), Problems(file)
    fields = Fields(document, "", problems)
    if (found := fields.text("format")) != FORMAT:
        problems.add("/format", f"expected {FORMAT!r}, got {found!r}")
    form = forms.forms.get(name := fields.text("form"))
    if fields.text("forms") != forms.header.digest:
        problems.add("/forms", "it was printed from other forms than these; print it anew and copy your answers over")
    if form is None:
        problems.add("/form", f"expected one of {', '.join(forms.forms)}, got {name!r}")
        raise _refused(problems, file)
    system, person = fields.text("system"), fields.text("person")
    date, review_by = fields.date("date"), fields.date("review_by")
    if date and review_by and review_by <= date:
        fields.refuse("review_by", review_by, f"a day after {date}")
    answers = _answers(fields.inner("answers"), form)
    from_record = _from_record(fields, form)
    fields.close()
    if problems.found:
        raise _refused(problems, file)
    return FilledForm(
        form=form,
        system=system,
        person=person,
        date=date,
        review_by=review_by,
        answers=answers,
        from_record=from_record,
        conflicts=tuple(_conflicts(form, answers)),
        digest=digest_yaml(document),
    )


def changed_fields(filled: FilledForm, known: Mapping[Known, Value]) -> tuple[str, ...]:
    """Return the fields that are said to be from the record, and are not what it says."""
    fills = _fills(filled.form, known)
    return tuple(one for one in filled.from_record if filled.answers.get(one) != fills.get(one))


def _fills(form: Form, known: Mapping[Known, Value]) -> dict[str, Value]:
    return {one.id: value for one in form.fields if (value := _fitting(one, known.get(one.known)))}


def _refused(problems: Problems, file: str) -> InputError:
    count = "1 mistake" if len(problems.found) == 1 else f"{len(problems.found)} mistakes"
    return InputError("\n".join([f"{count} in {file}:", *problems.found]), hint="assay act form NAME prints a new one")


def _answers(fields: Fields, form: Form) -> dict[str, Value]:
    given: dict[str, Value] = {}
    for one in form.fields:
        value = fields.take(one.id)
        if not _is_asked(one.only, given):
            if value is not None:
                fields.refuse(one.id, value, "no answer: it is not asked, by an earlier one")
        elif (read := _READERS[one.kind](value, one)) is not None:
            given[one.id] = read
        else:
            fields.refuse(one.id, value, f"{_expected(one)} ({one.ground})")
    fields.close()
    return given


def _from_record(fields: Fields, form: Form) -> tuple[str, ...]:
    if fields.peek("from_record") in (None, []):
        fields.drop("from_record")
        return ()
    named = fields.texts("from_record")
    may = [one.id for one in form.fields if one.known is not Known.NOTHING]
    for one in named:
        if one not in may:
            fields.refuse("from_record", one, f"some of {', '.join(may)}")
    return named


def _is_asked(only: Mapping[str, tuple[str, ...]], given: Mapping[str, Value]) -> bool:
    return all(set(_many(given.get(name, ()))) & set(answers) for name, answers in only.items())


def _conflicts(form: Form, given: Mapping[str, Value]) -> Iterator[str]:
    for one in form.fields:
        value = given.get(one.id)
        if not one.least or not isinstance(value, str) or days_of(value) >= days_of(one.least):
            continue
        if not one.unless or not _is_asked(one.unless, given):
            yield f"{one.id} is {value}, {one.least} at least is asked for ({one.ground})"


def _many(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _text(value: object, _: FormField) -> str | None:
    if not isinstance(value, str) or not value.strip() or value.strip().casefold() in _PLACEHOLDERS:
        return None
    return value.strip()


def _texts(value: object, field: FormField) -> tuple[str, ...] | None:
    found = [_text(item, field) for item in value] if isinstance(value, list) else []
    return tuple(one for one in found if one) if found and all(found) else None


def _choice(value: object, field: FormField) -> str | None:
    return value if isinstance(value, str) and value in {one.id for one in field.options} else None


def _choices(value: object, field: FormField) -> tuple[str, ...] | None:
    found = [_choice(item, field) for item in value] if isinstance(value, list) else []
    return tuple(one for one in found if one) if found and all(found) and len(set(found)) == len(found) else None


def _day(value: object, _: FormField) -> str | None:
    return str(value) if is_day(value) else None


def _length(value: object, _: FormField) -> str | None:
    return str(value) if is_length(value) else None


_READERS: Mapping[FieldKind, Callable[[object, FormField], Value | None]] = {
    FieldKind.TEXT: _text,
    FieldKind.TEXTS: _texts,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.DAY: _day,
    FieldKind.LENGTH: _length,
}


def _expected(field: FormField) -> str:
    if not field.options:
        return _EXPECTED[field.kind]
    listed = ", ".join(one.id for one in field.options)
    return f"one of {listed}" if field.kind is FieldKind.CHOICE else f"a list of each once: {listed}"


def _fitting(field: FormField, value: Value | None) -> Value | None:
    """Return what the record knows, as far as the field can hold it."""
    if isinstance(value, str) and not field.options:
        return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split()) or None
    if value is None or not field.options:
        return None
    options = {one.id for one in field.options}
    return tuple(one for one in _many(value) if one in options) or None


def _field_lines(field: FormField, value: Value | None) -> Iterator[str]:
    yield ""
    yield from _comment(f"{field.ask} ({field.ground})", "  ")
    for option in field.options:
        yield from _comment(f"  {option.id}: {option.text}", "  ")
    asked = "; ".join(f"{name} is {' or '.join(answers)}" for name, answers in field.only.items())
    yield from _comment(f"{_shape(field)}{f' Asked only where {asked}.' if asked else ''}", "  ")
    if value is not None:
        yield from _comment("From the record: check it.", "  ")
    yield f"  {field.id}: {_written(value)}"


def _shape(field: FormField) -> str:
    if field.options:
        return "One of them." if field.kind is FieldKind.CHOICE else "A list of those that fit."
    expected = _EXPECTED[field.kind]
    return f"{expected[0].upper()}{expected[1:]}."


def _written(value: Value | None) -> str:
    if value is None:
        return "null"
    return _quoted(value) if isinstance(value, str) else f"[{', '.join(value)}]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string of signs that can be seen is a YAML one, on one line


def _comment(text: str, indent: str = "") -> list[str]:
    start = f"{indent}# "
    return textwrap.wrap(
        " ".join(text.split()), _WIDTH, initial_indent=start, subsequent_indent=f"{start}    ", break_on_hyphens=False
    )
