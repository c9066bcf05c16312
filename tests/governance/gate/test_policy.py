"""Policy files: what is accepted, what is refused and with which words, and what the digest covers."""

from pathlib import Path

import pytest

from assay.kernel import CannotDecideError, InputError
from governance.gate import NonInferiorityRule, Policy, ThresholdRule
from tests.governance.gate.samples import POLICY, policy


def test_a_policy_reads_back_what_was_written() -> None:
    """Rules become typed, defaults are filled in."""
    found = policy()

    assert isinstance(found.rules[0], ThresholdRule)
    assert isinstance(found.rules[1], NonInferiorityRule)
    assert found.expect.complete
    assert found.fixed_beforehand
    assert found.max_failures.share == 0.05


@pytest.mark.parametrize(
    ("change", "line", "words", "hint"),
    [
        (("at_least: 0.7", "at_leest: 0.7"), 9, "unknown key 'rules.0.at_leest'", "at_least"),
        (("max_age_days", "max_age"), 7, "unknown key 'expect.max_age'", "max_age_days"),
        (("margin: 0.1", "margin: 10%"), 10, "rules.1.margin", ""),
        (("at_least: 0.7", "at_least: 70"), 9, "less than or equal to 1", ""),
        (("at_least: 0.7", "at_least: .nan"), 9, "rules.0.at_least", ""),
        (("at_least: 0.7", "at_least: 0"), 9, "a rule that cannot fail is none", ""),
        (("at_least: 0.7", "at_least: -0.0"), 9, "a rule that cannot fail is none", ""),
        (("margin: 0.1", "margin: 1"), 10, "a rule that cannot fail is none", ""),
        (("rules:", "max_failures: {share: 1.0}\nrules:"), 8, "a rule that cannot fail is none", ""),
        (("at_least: 0.7", "at_least: true"), 9, "rules.0.at_least", ""),
        (("baseline: true, ", "baseline: false, "), 10, "rules.1.baseline", ""),
        (("version: 1", "version: 2"), 2, "version", ""),
        (("name: release", "name: ''"), 3, "name", ""),
        (("  questions: {at_least: 50}\n", ""), 4, "'expect.questions' is missing", ""),
        (("{at_least: 50}", "{at_least: 0}"), 6, "expect.questions.at_least", ""),
        (("[faithfulness, relevancy]", "[]"), 5, "expect.metrics", ""),
        (("[faithfulness, relevancy]", "[relevancy, relevancy]"), 2, "twice", ""),
        (("metric: faithfulness, at_least", "metric: faithfulnes, at_least"), 2, "expect.metrics does not name", ""),
        (("name: release", "name: release\nname: again"), 4, "comes twice", ""),
        (("name: release", "name: &a release\nx: *a"), 4, "aliases", ""),
        (("name: release", "name: [release"), 4, "not valid YAML", ""),
    ],
)
def test_a_malformed_policy_is_refused_with_its_line(change: tuple[str, str], line: int, words: str, hint: str) -> None:
    """The message names file, line and what is wrong; a typing error gets the nearest known key."""
    with pytest.raises(InputError) as caught:
        policy(POLICY.replace(*change))

    assert caught.value.exit_code == 2
    assert words in caught.value.message
    assert f"line {line}" in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]", "true", POLICY.split("rules:")[0] + "rules: []"])
def test_an_empty_policy_is_no_policy(text: str) -> None:
    """What demands nothing would pass everything."""
    with pytest.raises(InputError):
        policy(text)


def test_two_rules_of_one_name_need_ids() -> None:
    """Two thresholds of one metric would be told apart by nothing."""
    with pytest.raises(InputError, match="twice"):
        policy(POLICY + "  - {metric: faithfulness, at_least: 0.8}\n")


@pytest.mark.parametrize("path", ["absent.yaml", "."])
def test_an_absent_policy_leaves_the_gate_unable_to_decide(path: str, tmp_path: Path) -> None:
    """A missing file is no wrong usage: absence blocks with exit code 3."""
    with pytest.raises(CannotDecideError) as caught:
        Policy.load(tmp_path / path)

    assert caught.value.exit_code == 3
    assert caught.value.hint


def test_a_policy_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Binary content is malformed."""
    (tmp_path / "gate.yaml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(InputError, match="UTF-8"):
        Policy.load(tmp_path / "gate.yaml")


def test_the_digest_covers_the_meaning_and_not_the_writing() -> None:
    """Comments, the order of keys and defaults written out change nothing; a number does."""
    same = POLICY.replace("name: release", "# words\nfixed_beforehand: true\nname: release") + "max_failures: {}\n"

    assert policy(same).digest == policy().digest
    assert policy(POLICY.replace("0.7", "0.71")).digest != policy().digest
    assert policy(POLICY.replace("0.7", "0.70")).digest == policy().digest


@pytest.mark.parametrize("bomb", ["[" * 900_000, "a: " + "{b: " * 100_000, "- " * 300_000, "? " * 300_000])
def test_what_is_nested_without_end_is_refused(bomb: str) -> None:
    """A tree is built of no such file, neither by Python nor by libyaml, whose stack would end the process."""
    with pytest.raises(InputError, match="nested deeper than 50 levels"):
        Policy.parse(bomb, "gate.yaml")
