"""Whether the judges that decide were held against people, in each language that the run speaks.

Rules of this place: a computed metric has no judge and needs no card, nor does one that the run did not measure, which
`run.metrics` blocks; a language counts with 5 rows or with more than 2 % of the rows; rows whose language does not show
belong to the language that most rows have; a card that is at chance, or rests on too few labels, is none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from governance.gate._types import DecisionOutcome, RuleResult, RunFacts

__all__ = ["UNDETERMINED", "cards_lacking", "check_judge_cards", "languages_that_count"]

UNDETERMINED: Final = "und"  # ISO 639-3
_MANY: Final = 5
_SHARE: Final = 0.02
_HINT: Final = "assay judges check --labels FILE"


def check_judge_cards(metrics: Sequence[str], run: RunFacts) -> RuleResult:
    """Demand a card of each judged metric's judge for each language that counts; absence blocks."""
    judged = [metric for metric in metrics if metric in run.metrics and metric not in run.computed]
    problems = list(_problems(judged, run))
    return RuleResult(
        rule="judge.card",
        words="the judges that decide were held against people in each language of the run",
        outcome=DecisionOutcome.INCONCLUSIVE if problems else DecisionOutcome.PASS,
        reason=f"{'; '.join(problems)}: {_HINT}" if problems else "as expected",
    )


def cards_lacking(metrics: Sequence[str], run: RunFacts, languages: Iterable[str]) -> list[str]:
    """Say which judges of these metrics have no card, or a poor one, in languages that somebody named."""
    judged = [metric for metric in metrics if metric in run.metrics and metric not in run.computed]
    problems = []
    for metric, language in ((metric, language) for metric in judged for language in sorted(languages)):
        found = run.cards.get(metric, {}).get(language, "it has no card")
        if found:
            problems.append(f"the {metric} judge in {language}: {found}")
    return problems


def languages_that_count(languages: Mapping[str, int]) -> dict[str, int]:
    """Return language → rows for those that need a card, most rows first."""
    known = {language: rows for language, rows in languages.items() if language != UNDETERMINED}
    unsure, total = languages.get(UNDETERMINED, 0), sum(languages.values())
    if unsure:
        most = max(sorted(known), key=lambda language: known[language]) if known else UNDETERMINED
        known[most] = known.get(most, 0) + unsure
    ordered = sorted(known.items(), key=lambda found: (-found[1], found[0]))
    return {language: rows for language, rows in ordered if rows >= _MANY or rows > _SHARE * total}


def _problems(metrics: Sequence[str], run: RunFacts) -> Iterator[str]:
    if metrics and run.found and not run.languages:
        yield "the languages of the run's rows are not known"
    for metric in metrics:
        cards = run.cards.get(metric, {})
        for language, rows in languages_that_count(run.languages).items():
            if language not in cards:
                yield f"the {metric} judge has no card for {language} ({rows} rows)"
            elif cards[language]:
                yield f"the {metric} judge in {language} ({rows} rows): {cards[language]}"
