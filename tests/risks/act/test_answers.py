"""The answers file: what is read, what is refused, and that it is refused whole."""

import json
from pathlib import Path
from typing import Final

import pytest
import yaml

from assay.app.act import classify_answers, classify_description
from assay.kernel import InputError
from risks.act import Status, classify, parse_answers, template, tree
from tests.risks.act.systems import EXAMPLES, IN, LISTED, MODEL, TALKS, Said, answers_text, classified


def refused(said: Said) -> str:
    """Return the message that a file is refused with."""
    with pytest.raises(InputError) as caught:
        classified(said)
    return str(caught.value)


def test_the_template_is_an_answers_file_with_every_question_open() -> None:
    """As it is printed, it says nothing."""
    result = classify(tree(), parse_answers(template(tree()), "answers.yaml", tree()))
    assert result.status is Status.INCONCLUSIVE
    assert len(result.open_questions) == len(tree().questions)


def test_yaml_and_json_read_the_same() -> None:
    """Yes, no, days, and numbers that YAML reads as such."""
    said = {**LISTED, "annex_iii": ["2"], "profiling": "yes"}
    document = json.loads(answers_text(said))
    document["answers"]["profiling"]["answer"] = True
    document["answers"]["annex_iii"]["answer"] = [2]
    read = parse_answers(yaml.safe_dump(document), "answers.yaml", tree())
    assert classify(tree(), read).cases == classified(said).cases


def test_person_and_day_can_stand_once() -> None:
    """An answer's own come first."""
    text = (
        "format: assay-act-answers/1\nperson: kim\ndate: 2026-11-01\nanswers:\n"
        "  subject: {answer: ai_system, reason: it learns}\n"
        "  scope: {answer: [market], reason: sold here, person: alex, date: 2026-11-02}\n"
    )
    given = parse_answers(text, "answers.yaml", tree()).given
    assert (given["subject"].person, given["subject"].date) == ("kim", "2026-11-01")
    assert (given["scope"].person, given["scope"].date) == ("alex", "2026-11-02")


@pytest.mark.parametrize(
    ("question", "value", "message"),
    [
        ("subject", "robot", "expected one of ai_system, model, both, neither, got 'robot'"),
        ("subject", ["ai_system"], "expected one of ai_system"),
        ("scope", [], "got []; where nothing fits, write none"),
        ("scope", ["none", "market"], "expected `none` alone, or a list"),
        ("scope", ["market", "market"], "a list of each once"),
        ("scope", [True], "a list of each once"),
        ("profiling", "maybe", "expected one of yes, no, got 'maybe'"),
        ("market_date", "2026-13-01", "expected a day such as 2026-12-02"),
        ("market_date", "20261201", "expected a day such as 2026-12-02"),
        ("training_compute", "a lot", "expected a number such as 3e24"),
        ("training_compute", "-1", "expected a number such as 3e24"),
        ("training_compute", "NaN", "expected a number such as 3e24"),
        ("training_compute", True, "expected a number such as 3e24"),
        ("limited_risk", "yes", "no question of the tree is called 'limited_risk'"),
    ],
)
def test_a_wrong_answer_is_named_with_its_place(question: str, value: object, message: str) -> None:
    """File, pointer, what was expected."""
    text = refused({question: value})
    assert "answers.json#/answers/" in text
    assert message in text


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({**LISTED, "annex_iii": ["6e"], "profiling": "no"}, "Annex III(6)(e) is profiling"),
        ({**LISTED, "annex_iii": ["1c"]}, "recognises emotions"),
        ({**LISTED, "annex_iii": ["1b"]}, "sorts people by biometrics"),
        ({**TALKS, "transparency": ["deep_fake"]}, "generates content"),
        ({**MODEL, "subject": "neither"}, "`subject` says that there is no model"),
        ({**MODEL, "subject": "ai_system"}, "no model of yours"),
        ({**LISTED, "roles": ["importer"]}, "`roles` says importer"),
        ({**LISTED, "roles": ["distributor"]}, "`roles` says distributor"),
        ({**LISTED, "roles": ["authorised_representative"]}, "`roles` says authorised_representative"),
        ({**MODEL, "modifier": "represented"}, "you represent a provider"),
        ({**IN, "exclusion": ["personal"]}, "as a private person (Article 2(10))"),
        ({**LISTED, "prohibited": ["h"], "identification_exception": "threat", "annex_iii": ["7d"]}, "III(1)(a), and"),
        ({**TALKS, "transparency": ["public_text"]}, "text that is published is generated"),
    ],
)
def test_each_contradiction_refuses_the_file(said: Said, message: str) -> None:
    """Two answers that cannot both be right decide nothing."""
    text = refused(said)
    assert "contradiction: " in text
    assert message in text


def test_every_contradiction_of_the_tree_is_tried() -> None:
    """The table above has them all."""
    assert len(tree().contradictions) == 13


def test_all_mistakes_are_told_at_once() -> None:
    """A wrong answer, an unknown question and a contradiction are three lines."""
    text = refused({**LISTED, "annex_iii": ["6e"], "profiling": "no", "subject": "robot", "minimal_risk": "yes"})
    assert text.startswith("3 mistakes in answers.json:")


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("reason", "a#/answers/scope/reason: expected a text"),
        ("person", "a#/person: 1 answers have no person, the first is scope"),
        ("date", "a#/date: 1 answers have no date, the first is scope"),
    ],
)
def test_an_answer_has_a_reason_a_person_and_a_day(missing: str, message: str) -> None:
    """An answer that nobody stands for is none; what is missing everywhere is told once."""
    document = json.loads(answers_text(IN))
    del document["answers"]["scope"][missing]
    with pytest.raises(InputError) as caught:
        parse_answers(json.dumps(document), "a", tree())
    assert message in str(caught.value)
    assert str(caught.value).startswith("1 mistakes in a:")


TYPED: Final = """\
format: assay-act-answers/1
person: alex
date: 21.11.2026
answers:
  subject: {answer: AI system, reason: it learns}
  scope: {answer: [market, deploier], reason: sold here}
  exclusion: {answer: no, reason: nothing fits}
  prohibited: none
  annex_ii: {answer: [4A], reason: applicants}
  annex_iii:
    reason: applicants
    answer: [4A]
  interaction_exception: {answer: [obvious], reason: a robot}
  market_date: {answer: 2.12.2027, reason: planned}
"""


@pytest.mark.parametrize(
    "line",
    [
        "line 3: a.yaml#/date: expected a day such as 2026-12-02, got '21.11.2026'",
        "line 5: a.yaml#/answers/subject/answer: expected one of ai_system, model, both, neither, got 'AI system'",
        "got 'AI system'; for 'AI system' the nearest is ai_system",
        "got ['market', 'deploier']; for 'deploier' the nearest is deployer",
        "got False; write none",
        "line 8: a.yaml#/answers/prohibited: expected {answer: …, reason: …}, got 'none'",
        "line 9: a.yaml#/answers/annex_ii: no question of the tree is called 'annex_ii'; for 'annex_ii' the nearest",
        "line 12: a.yaml#/answers/annex_iii/answer: expected",
        "for '4A' the nearest is 4a",
        "got ['obvious']; write obvious",
        "got '2.12.2027'; write 2027-12-02",
    ],
)
def test_what_was_mistyped_is_told_with_its_line_and_what_was_meant(line: str) -> None:
    """All of it at once; one wrong day at the top is one mistake."""
    with pytest.raises(InputError) as caught:
        parse_answers(TYPED, "a.yaml", tree())
    assert line in str(caught.value)
    assert str(caught.value).startswith("9 mistakes in a.yaml:")


def test_answers_under_another_text_are_refused() -> None:
    """They may have been right then."""
    document = json.loads(answers_text(IN)) | {"text_version": "Regulation (EU) 2024/1689"}
    with pytest.raises(InputError, match="answered under 'Regulation"):
        parse_answers(json.dumps(document), "a", tree())


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1, "a": 2}', "answers: [", "&a [*a]", "{" * 100_000])
def test_what_is_no_answers_file_is_an_error_and_no_crash(text: str) -> None:
    """Empty, broken and hostile files end in one message."""
    with pytest.raises(InputError):
        parse_answers(text, "a", tree())


def test_files_are_read_and_those_that_cannot_be_are_named(tmp_path: Path) -> None:
    """An answers file decides, a description opens every question."""
    path = tmp_path / "answers.json"
    path.write_text(answers_text(EXAMPLES["a filter that sorts spam"].said), encoding="utf-8")
    assert classify_answers(path).status is Status.DECIDED
    assert len(classify_description(path).open_questions) == len(tree().questions)
    path.write_text(" \n", encoding="utf-8")
    with pytest.raises(InputError, match="is empty"):
        classify_description(path)
    with pytest.raises(InputError, match=r"cannot read .*gone\.yaml"):
        classify_answers(tmp_path / "gone.yaml")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\x7fELF\x02\x01\x01\xd0", "is no text in UTF-8: byte 7"),
        ("Küche".encode("latin-1"), "is no text in UTF-8: byte 1"),
        ("A robot".encode("utf-16"), "is no text in UTF-8: byte 0"),
        (b"A robot\0\0", "it holds a zero byte"),
        (("ä" * 60_000).encode(), "has 60000 characters, at most 50000"),
        (b"a" * 1_000_001, "has more than 1000000 bytes"),
    ],
)
def test_what_is_no_text_about_a_system_is_refused(tmp_path: Path, written: bytes, message: str) -> None:
    """Empty, binary, in another code, too long; a mark of the byte order is none of the text."""
    path = tmp_path / "description.txt"
    path.write_bytes(written)
    with pytest.raises(InputError) as caught:
        classify_description(path)
    assert message in str(caught.value)
    with pytest.raises(InputError, match="cannot read"):
        classify_description(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + answers_text(IN).encode())
    assert classify_answers(path).classes == ()
