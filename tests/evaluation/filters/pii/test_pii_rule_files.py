"""Recognisers, deny and allow lists of a user: read whole or refused with file, line and field."""

from pathlib import Path

import pytest

from assay.kernel import ConfigurationError, JsonValue
from evaluation.filters import FilterSetting, build_filter
from evaluation.filters.pii._rule_files import OWN_FILES, read_rules
from tests.evaluation.filters.pii.conftest import scan

OWN = r"""
id: example.own
recognizers:
  - name: staff number
    type: STAFF_NUMBER
    patterns: [{regex: 'E-\d{6}', score: 0.7}]
    context: [employee, staff]
    alone: 0.3
  - name: projects
    type: PROJECT
    deny: [Blue Heron, blue]
  - name: policy
    type: POLICY_NUMBER
    patterns: [{regex: '\b\d{10}\b'}]
    check: luhn
  - name: canadian
    type: CA_SIN
    presidio: CaSinRecognizer
    context: [sin]
allow: [Press@example.org]
"""


def found(folder: Path, text: str, **options: JsonValue) -> list[tuple[str, str]]:
    """Return what a filter with the folder's file finds in the text."""
    (folder / "own.yaml").write_text(OWN, encoding="utf-8")
    setting = FilterSetting(options={"engine": "none", "recognizers": "own.yaml", **options}, folder=folder)
    findings = scan(build_filter("pii", setting), [text])[0].findings
    return [(one.type, text[one.start : one.end]) for one in findings]


def test_a_pattern_of_a_user_is_found_near_its_word(tmp_path: Path) -> None:
    """The same number counts beside "employee" and not alone."""
    assert found(tmp_path, "employee E-123456") == [("STAFF_NUMBER", "E-123456")]
    assert found(tmp_path, "serial E-123456") == []
    assert found(tmp_path, f"serial E-123456{' .' * 60} staff") == []


def test_a_denied_word_is_found_in_any_case_and_whole(tmp_path: Path) -> None:
    """The longest wins, and a part of a word is none."""
    assert found(tmp_path, "About BLUE HERON, bluebells and blue.") == [("PROJECT", "BLUE HERON"), ("PROJECT", "blue")]


def test_a_check_is_applied_to_a_users_pattern(tmp_path: Path) -> None:
    """Ten digits that fail Luhn are no policy."""
    assert found(tmp_path, "no. 4000000002", without=["PHONE_NUMBER"]) == [("POLICY_NUMBER", "4000000002")]
    assert found(tmp_path, "no. 4000000003", without=["PHONE_NUMBER"]) == []


def test_a_recogniser_that_presidio_ships_can_be_added(tmp_path: Path) -> None:
    """By the name of its class."""
    assert ("CA_SIN", "130-692-544") in found(tmp_path, "SIN 130-692-544")


def test_what_is_allowed_is_no_finding(tmp_path: Path) -> None:
    """In any case, and only the whole of it."""
    text = "PRESS@example.org, xpress@example.org"

    assert found(tmp_path, text) == [("EMAIL_ADDRESS", "xpress@example.org")]


WRONG = [
    ("recognizers:\n  - name: a\n    type: A_B\n    pattern: x\n", "line 4", "recognizers.0.pattern"),
    ("recognizers:\n  - name: a\n    type: lower\n    deny: [x]\n", "line 3", "recognizers.0.type"),
    ("recognizers:\n  - name: a\n    type: A_B\n", "line 2", "expected exactly one of patterns, deny and presidio"),
    ("recognizers:\n  - name: a\n    type: A_B\n    patterns:\n      - regex: '(x'\n", "line 5", "not a pattern"),
    (
        "recognizers:\n  - name: a\n    type: A_B\n    patterns:\n      - regex: 'x*'\n",
        "line 5",
        "matches the empty text",
    ),
    ("recognizers:\n  - name: a\n    type: A_B\n    deny: [x]\n    check: nope\n", "line 5", "'nope'"),
    ("recognizers:\n  - {name: a, type: A_B, deny: [x]}\n  - {name: a, type: A_B, deny: [x]}\n", "line 3", "twice"),
    ("recognizers:\n  - name: a\n    type: A_B\n    patterns: [{regex: x, score: 2}]\n", "line 4", "patterns.0.score"),
    ("recognizers: [\n", "line 2", "not YAML"),
    ("a: &a [x]\nallow: *a\n", "", "aliases"),
    ("allow: !!python/object:os.system [x]\n", "", "not YAML"),
    ("- 1\n", "line 1", "the file"),
    ("\x00", "", "not YAML"),
]


@pytest.mark.parametrize(("text", "line", "words"), WRONG, ids=[words for _, _, words in WRONG])
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, text: str, line: str, words: str) -> None:
    """The message names file, line and field."""
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationError) as caught:
        read_rules(path)

    assert "own.yaml" in caught.value.message
    assert line in caught.value.message
    assert words in caught.value.message


def test_a_message_never_quotes_a_list(tmp_path: Path) -> None:
    """A denied name that is not a text is not told."""
    path = tmp_path / "own.yaml"
    path.write_text("recognizers:\n  - {name: a, type: A_B, deny: ['Ada Example', 4]}\n", encoding="utf-8")

    with pytest.raises(ConfigurationError) as caught:
        read_rules(path)

    assert "Ada" not in f"{caught.value.message}{caught.value.hint}"


def test_a_missing_file_and_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """Neither is read as an empty list."""
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe")

    for name in ("none.yaml", "bytes.yaml"):
        with pytest.raises(ConfigurationError, match=name):
            read_rules(tmp_path / name)


def test_a_name_that_assay_uses_is_refused(tmp_path: Path) -> None:
    """A finding's detail names one recogniser."""
    (tmp_path / "own.yaml").write_text("recognizers: [{name: email, type: A_B, deny: [x]}]", encoding="utf-8")

    with pytest.raises(ConfigurationError, match="'email' exists already"):
        build_filter("pii", FilterSetting(options={"recognizers": "own.yaml"}, folder=tmp_path))


OPTIONS: list[tuple[dict[str, JsonValue], str]] = [
    ({"treshold": 1}, "treshold"),
    ({"threshold": 2}, "threshold"),
    ({"entities": ["EMAIL"]}, "'EMAIL'"),
    ({"without": ["FOO"]}, "'FOO'"),
    ({"languages": []}, "languages"),
    ({"engine": "spacy"}, "needs a `model`"),
    ({"engine": "none", "model": "en"}, "takes no `model`"),
    ({"countries": ["xx"]}, "filters.pii.countries: nothing is known of 'xx'"),
    ({"regions": ["UK"]}, "filters.pii.regions: nothing is known of 'UK'"),
    ({"engine": "spacy", "model": "no_such_pipeline"}, "no_such_pipeline"),
    ({"recognizers": 7}, "recognizers"),
]


@pytest.mark.parametrize(("options", "words"), OPTIONS, ids=[words for _, words in OPTIONS])
def test_a_wrong_option_is_refused(options: dict[str, JsonValue], words: str) -> None:
    """With the field and what was got."""
    with pytest.raises(ConfigurationError, match=words):
        build_filter("pii", FilterSetting(options=options))


def test_the_country_that_was_meant_is_named() -> None:
    """The United Kingdom is `gb`."""
    with pytest.raises(ConfigurationError) as caught:
        build_filter("pii", FilterSetting(options={"countries": ["UK"]}))

    assert caught.value.hint == "write 'gb'"


def test_country_codes_are_read_in_either_case() -> None:
    """Both options are recorded in one case."""
    built = build_filter("pii", FilterSetting(options={"engine": "none", "countries": ["GB"], "regions": ["us"]}))

    assert (built.spec.options["countries"], built.spec.options["regions"]) == (["gb"], ["US"])


@pytest.mark.parametrize("path", OWN_FILES, ids=[path.stem for path in OWN_FILES])
def test_assays_own_files_say_where_they_come_from(path: Path) -> None:
    """Each has id, version, date, source and licence, and is sound."""
    rules, digest = read_rules(path)

    assert all((rules.id, rules.version, rules.date, rules.source, rules.licence, rules.recognizers))
    assert digest.startswith("sha256:")


def test_the_spec_changes_with_a_users_file(tmp_path: Path) -> None:
    """Two scans with other recognisers are told apart."""
    (tmp_path / "own.yaml").write_text("allow: [x]", encoding="utf-8")
    plain = build_filter("pii", FilterSetting(options={"engine": "none"}))
    other = build_filter("pii", FilterSetting(options={"engine": "none", "recognizers": "own.yaml"}, folder=tmp_path))

    assert plain.spec.digest != other.spec.digest
    assert plain.spec.name == "pii"
