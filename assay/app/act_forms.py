"""Forms of the AI Act: printed with what the record knows, read back, handed in as evidence.

Rules of this place: a form needs no workspace to be printed empty or checked; what the record filled in is compared
with the record again when the form comes back.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.evidence import ME, read_file
from assay.app.people import end_of
from assay.app.systems import known_systems
from assay.app.workspace import Workspace
from assay.kernel import InputError, MissingError, SystemClock
from risks.act import FilledForm, Form, Known, Reach, changed_fields, duties, form_template, forms, parse_form, tree

if TYPE_CHECKING:
    from governance import Record
    from governance.evidence import Submitted
    from governance.register import DutiesOfSystem

__all__ = ["PrintedForm", "load_form", "read_form", "submit_form"]

_LARGEST: Final = 1 << 20  # bytes of a form
_SYSTEM: Final = "my-system"  # where nobody says which


@dataclass(frozen=True, kw_only=True)
class PrintedForm:
    """A form and its text."""

    form: Form
    text: str


def load_form(name: str, system: str | None) -> PrintedForm:
    """Return a form to be filled in, with what the record knows of the system, where there is one.

    Raise `MissingError` for a form that is none, or a system that nobody knows.
    """
    form = forms().forms.get(name)
    if form is None:
        raise MissingError(f"there is no form {name[:80]!r}", hint=f"one of {', '.join(forms().forms)}")
    try:
        workspace = Workspace.find()
    except MissingError:
        if system is not None:
            raise
        return PrintedForm(form=form, text=form_template(form, forms(), _SYSTEM, {}))
    of = system or workspace.settings.default_system
    if not workspace.has_store:
        return PrintedForm(form=form, text=form_template(form, forms(), of, {}))
    with closing(open_record(workspace)) as record:
        of = _named(workspace, record, of)
        owed = record.register.duties(of, duties(), tree(), on=SystemClock().now().date())
        known, remarks = _known(record, of, owed), tuple(_remarks(form, owed))
    return PrintedForm(form=form, text=form_template(form, forms(), of, known, remarks))


def read_form(file: Path) -> FilledForm:
    """Read a form that was filled in; raise `InputError` with every mistake."""
    data = read_file(file)
    if len(data) > _LARGEST:
        raise InputError(
            f"{file} has {len(data)} bytes, at most {_LARGEST} are read", hint="hand in a document instead"
        )
    try:
        return parse_form(data.decode("utf-8"), str(file), forms())
    except UnicodeDecodeError as error:
        raise InputError(f"cannot read {file}: {error}", hint="give a text file in UTF-8") from error


def submit_form(filled: FilledForm, file: Path, *, owner: str | None, system: str | None) -> "Submitted":
    """Hand in a form as a document of its kind; raise `InputError` for one that the record contradicts."""
    # Lazy: the record costs start-up time, and help does not need it.
    from governance.evidence import Conclusion, Stated, SubmissionDraft  # noqa: PLC0415

    workspace, now = Workspace.find(), SystemClock().now()
    if system not in (None, filled.system):
        raise InputError(f"the form is about {filled.system!r}, not {system!r}", hint="assay act form NAME --system ID")
    if date.fromisoformat(filled.date) > now.date():
        raise InputError(f"the form is of {filled.date}, which is to come", hint="`date` is when it was written")
    with closing(open_record(workspace)) as record:
        of, actor = _named(workspace, record, filled.system), current_actor(record)
        owed = record.register.duties(of, duties(), tree(), on=now.date())
        if changed := changed_fields(filled, _known(record, of, owed)):
            raise InputError(
                f"{file}#/from_record: {', '.join(changed)}: the record says something else",
                hint="take what people changed off the list, or print the form anew",
            )
        conclusion = Conclusion.NOT_SATISFIED if filled.conflicts else Conclusion.SATISFIED
        draft = SubmissionDraft(
            system=of,
            data=read_file(file),
            name=file.name,
            stated=(Stated(kind="document", of=filled.form.evidence, conclusion=conclusion),),
            owner=actor.id if owner in (None, ME) else owner,
            issued_at=datetime.combine(date.fromisoformat(filled.date), datetime.min.time(), tzinfo=UTC),
            expires_at=end_of(filled.review_by, now),
            note="; ".join(filled.conflicts),
        )
        return record.evidence.submit(actor, draft)


def _named(workspace: Workspace, record: "Record", system: str) -> str:
    known = known_systems(workspace, record)
    if system not in known:
        raise MissingError(f"nobody knows a system {system[:80]!r}", hint=f"one of {', '.join(sorted(known))}")
    return system


def _known(record: "Record", system: str, owed: "DutiesOfSystem") -> dict[Known, str | tuple[str, ...]]:
    """Return what the record says of a system: its description, and its confirmed classification."""
    known: dict[Known, str | tuple[str, ...]] = {}
    described = next((one.profile for one in record.inventory.profiles() if one.system == system), None)
    if described is not None:
        known[Known.PURPOSE] = described.purpose or ""
        known[Known.ROLES] = tuple(role.value for role in described.roles)
    if owed.is_known and owed.classification is not None:
        known[Known.MARKET_DATE] = owed.classification.marketed
        if owed.classification.roles:
            known[Known.ROLES] = tuple(role.value for role in owed.classification.roles)
    return {name: value for name, value in known.items() if value}


def _remarks(form: Form, owed: "DutiesOfSystem") -> Iterator[str]:
    """Say whether the duties that the form is for are owed."""
    if not owed.is_known or owed.classification is None:
        state = "missing" if owed.classification is None else owed.classification.state.value
        yield f"The classification of this system is {state}: whether anybody owes this is not known."
        return
    classes = ", ".join(one.value for one in owed.classification.classes)
    yield f"By the confirmed classification {owed.classification.id} ({classes}):"
    asked = [one for one in owed.duties if form.evidence in one.found.duty.evidence]
    for reach, words in ((Reach.OWED, "owed"), (Reach.UNKNOWN, "not known to be owed"), (Reach.NOT_OWED, "not owed")):
        if named := [one.found.duty.id for one in asked if one.reach is reach]:
            yield f"{words}: {', '.join(named)}."
    if not asked:
        yield "nothing asks for this form."
