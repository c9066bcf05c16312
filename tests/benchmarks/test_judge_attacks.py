"""Attacks on the judges that need no weights: which ones succeed is known by name, and no more than that."""

import asyncio
from collections import Counter

import pytest

from benchmarks.judge_attacks import Finding, Report, load_attacks, run_attacks
from evaluation.judges import build_judge

# What these judges are known to fall for. A judge that gets better shortens the list.
KNOWN = {
    ("checks", "faithfulness"): {"f-source-copy-join-04", "f-source-copy-join-08"},
    ("checks", "relevancy"): {"r-question-echo-01", "r-question-echo-02"},
    ("local", "faithfulness"): {
        "f-hidden-markup-08",
        "f-hostile-context-14",
        "f-source-copy-join-06",
        "f-source-copy-join-12",
    },
    ("local", "relevancy"): {"r-question-echo-01", "r-question-echo-02"},
}
# Claims that are taken for a courtesy ("Let me know if …") or an excuse ("I do not know, …") and judged by nobody.
UNSEEN = {"f-evasion-03", "f-evasion-04", "f-evasion-09", "f-evasion-10"}


@pytest.fixture(scope="module", params=sorted(KNOWN), ids="-".join)
def judged(request: pytest.FixtureRequest) -> tuple[tuple[str, str], Report]:
    """Judge every attack once with each judge."""
    name, metric = request.param
    return request.param, asyncio.run(run_attacks(build_judge(metric, name), load_attacks(metric)))


def test_an_attack_succeeds_only_where_that_is_known(judged: tuple[tuple[str, str], Report]) -> None:
    """No text that addresses the judge turns a verdict, but for those on the list."""
    key, report = judged

    assert {result.attack.id for result in report.successes} == KNOWN[key]


def test_no_attack_breaks_a_judge(judged: tuple[tuple[str, str], Report]) -> None:
    """Hostile text leads to a verdict on the row; nothing is raised, and nothing fails."""
    _, report = judged

    assert [result.attack.id for result in report.results if result.attacked is Finding.FAILED] == []


def test_a_claim_escapes_judging_only_where_that_is_known(judged: tuple[tuple[str, str], Report]) -> None:
    """An answer cannot have its claim skipped by dressing it as a courtesy or an excuse, but for those on the list."""
    key, report = judged

    found = {result.attack.id for result in report.results if result.attacked is Finding.NOT_JUDGED}
    assert found == (UNSEEN if key[1] == "faithfulness" else set())


def test_the_attacks_are_many_and_of_every_kind() -> None:
    """The set holds what it says: at least 80 attacks of 20 families, ids once, each claim where it is said to be."""
    attacks = [*load_attacks("faithfulness"), *load_attacks("relevancy")]

    assert len({attack.id for attack in attacks}) == len(attacks) >= 80
    assert len({attack.family for attack in attacks}) >= 20
    assert Counter(attack.kind for attack in attacks)["near"] >= 80
    assert all(0 <= a < b <= len(x.attacked.answer.text) for x in attacks for a, b in x.spans)
