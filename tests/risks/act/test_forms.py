"""Forms: printed, filled in, read back; refused whole with every mistake; what contradicts the Act is told."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import InputError
from risks.act import (
    FilledForm,
    Form,
    Known,
    changed_fields,
    days_of,
    duties,
    form_template,
    forms,
    parse_form,
    parse_forms,
)
from risks.act._header import shipped
from tests.risks.act.filled import every_form, filled, form_text

FORMS = pytest.mark.parametrize("form", every_form(), ids=lambda form: form.id)


def read(document: dict[str, object]) -> FilledForm:
    """Read a form."""
    return parse_form(form_text(document), "mine.yaml", forms())


def mistakes(document: dict[str, object]) -> list[str]:
    """Return the mistakes of a form, without the line that counts them."""
    with pytest.raises(InputError) as caught:
        read(document)
    return str(caught.value).splitlines()[1:]


@pytest.mark.parametrize("form", [one for one in every_form() if one.id != "retention"], ids=lambda form: form.id)
def test_a_form_asks_for_each_point_of_its_article(form: Form) -> None:
    """Every duty whose evidence it is has a field with its provision, or is said elsewhere."""
    grounds = " ".join(field.ground for field in form.fields)
    asked = {duty.id for duty in duties().duties if form.evidence in duty.evidence and duty.article == form.article}
    assert asked
    assert [one for one in sorted(asked) if one not in grounds] == []


@FORMS
def test_an_empty_form_is_refused_field_by_field(form: Form) -> None:
    """As it is printed, nothing is answered; each field that is always asked is named with its place."""
    document = yaml.safe_load(form_template(form, forms(), "shop", {}))
    told = mistakes(document)
    always = [field for field in form.fields if not field.only]
    assert all(any(one.startswith(f"mine.yaml#/answers/{field.id}: ") for one in told) for field in always)
    assert len(told) == len(always) + len(("person", "date", "review_by"))


@FORMS
def test_a_filled_form_is_read(form: Form) -> None:
    """A form in which everything that is asked has an answer counts."""
    found = read(filled(form.id))
    assert (found.form, found.system, found.conflicts) == (form, "my-system", ())
    assert found.answers


@pytest.mark.parametrize(
    ("form", "changes", "told"),
    [
        ("fria", {"harms": ["a", "TBD"]}, "#/answers/harms: expected a list of texts"),
        ("fria", {"ground": ["public_body", "public_body"]}, "#/answers/ground: expected a list of each once"),
        ("fria", {"rests_on": "second"}, "#/answers/rests_on: expected one of first, earlier, update (Article 27(2))"),
        ("fria", {"rests_on": "first", "earlier": "that one"}, "#/answers/earlier: expected no answer"),
        ("fria", {"first_use": "soon"}, "#/answers/first_use: expected a day"),
        ("monitoring", {"every": "monthly"}, "#/answers/every: expected a duration such as P6M"),
        ("literacy", {"fit": " ? "}, "#/answers/fit: expected a text in quotes (Article 4(1))"),
    ],
)
def test_a_wrong_answer_is_named_with_place_and_provision(form: str, changes: dict[str, Any], told: str) -> None:
    """One mistake, one line."""
    (only,) = mistakes(filled(form, **changes))
    assert told in only


def test_all_mistakes_are_told_at_once() -> None:
    """Of the head, of a field, of a key that nobody knows."""
    document = {**filled("literacy", fit="todo"), "date": "2026-13-01", "mood": "good", "forms": "sha256:00"}
    told = "\n".join(mistakes(document))
    for place in ("/forms", "/date", "/answers/fit", "/mood"):
        assert f"mine.yaml#{place}: " in told


def test_what_is_kept_too_short_is_a_conflict_and_no_mistake() -> None:
    """Unless other law sets another period for logs."""
    found = read(filled("retention", logs_kept="P90D", documents_kept="P9Y"))
    assert found.conflicts == (
        "documents_kept is P9Y, P10Y at least is asked for (Article 18(1))",
        "logs_kept is P90D, P6M at least is asked for (Articles 19(1) and 26(6))",
    )
    other = read(filled("retention", logs_kept="P90D", other_law="other", other_law_which="a law"))
    assert other.conflicts == ()
    assert (days_of("P6M"), days_of("P10Y"), days_of("P90D")) == (184, 3653, 90)


def test_what_the_record_knows_is_filled_in_and_marked() -> None:
    """And found out when it was changed afterwards, or the record was."""
    known: dict[Known, str | tuple[str, ...]] = {
        Known.PURPOSE: "scores credit",
        Known.ROLES: ("deployer", "gpai_provider"),
    }
    form = forms().forms["literacy"]
    document = yaml.safe_load(form_template(form, forms(), "shop", known))
    assert document["from_record"] == ["purpose", "roles"]
    assert (document["answers"]["purpose"], document["answers"]["roles"]) == ("scores credit", ["deployer"])
    back = {**filled("literacy", purpose="scores credit", roles=["provider"]), "from_record": ["purpose", "roles"]}
    assert changed_fields(read(back), known) == ("roles",)
    assert "some of purpose, roles" in mistakes({**filled("literacy"), "from_record": ["fit"]})[0]


@given(st.text(max_size=300))
def test_whatever_the_record_says_the_printed_form_is_readable(purpose: str) -> None:
    """What people wrote of a system stays one text in its place."""
    form = forms().forms["fria"]
    document = yaml.safe_load(form_template(form, forms(), "shop", {Known.PURPOSE: purpose}))
    assert list(document["answers"]) == [field.id for field in form.fields]
    assert document["answers"]["purpose"] in (None, " ".join(str(document["answers"]["purpose"]).split()))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("count: 4", "count: 5", "#/count: 5 are stated, 4 are there"),
        ("evidence: fria", "evidence: frai", "#/forms/0/evidence: no duty asks for 'frai'"),
        ("id: literacy", "id: fria", "#/forms/1/id: the id 'fria' comes twice"),
        ("{id: processes", "{id: purpose", "the id 'purpose' comes twice"),
        ("kind: length", "kind: age", "expected one of text, texts, choice, choices, day, length, got 'age'"),
        ("from: purpose", "from: mood", "/from: expected one of"),
        ("least: P10Y", "least: long", "/least: expected a duration such as P6M"),
        ("only: {rests_on: [earlier, update]}", "only: {rests_on: [late]}", "/only: expected answers to an earlier"),
        ("only: {rests_on: [earlier, update]}", "when: x", "unknown key"),
    ],
)
def test_broken_forms_never_load(old: str, new: str, message: str) -> None:
    """Each mistake is named with its place."""
    text = shipped("forms.yaml")
    assert old in text
    with pytest.raises(InputError) as caught:
        parse_forms(text.replace(old, new, 1), "mine.yaml")
    assert message in str(caught.value)
