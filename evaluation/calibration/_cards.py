"""From labels and verdicts to judge cards, one per language, and the list of rows on which judge and people differ.

Rules of this place: the first draw of a row is held against people, the further ones say how often the judge flips;
people's word is their majority, an even split is left out and counted; a row whose language does not show belongs to
the language that most rows of the file have.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.answers import UNDETERMINED
from evaluation.calibration._judging import JudgedRow
from evaluation.calibration._labels_file import LabelledRow
from evaluation.calibration._people import people_alpha
from evaluation.calibration._quantiles import quantiles
from evaluation.calibration._types import JudgeCard
from evaluation.statistics import LabelledPair, Repeats, agreement
from evaluation.verdicts import JudgeSpec, Verdict, calls_good

__all__ = ["CheckedRow", "Disagreement", "checked_rows", "good_share", "make_cards"]


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """A row on which the judge and most people differ."""

    id: str
    language: str
    judge: bool
    people: bool
    labels: int  # how many people
    value: float
    probability: float | None
    reason: str  # the judge's, as it came


@dataclass(frozen=True, kw_only=True)
class CheckedRow:
    """One answer with everything that people and the judge said of it."""

    id: str
    cluster: str | None
    language: str
    labels: tuple[bool, ...]
    draws: tuple[JudgedRow, ...]
    stratum: str = ""  # where several sets are pooled


def good_share(labels: Sequence[bool]) -> float:
    """Return the share of people who called a row good, 0..1."""
    return sum(labels) / len(labels)


def checked_rows(rows: Iterable[LabelledRow], judged: Iterable[JudgedRow]) -> tuple[CheckedRow, ...]:
    """Join the labels of each row with its draws; rows without a label are left out."""
    draws: defaultdict[str, list[JudgedRow]] = defaultdict(list)
    for one in judged:
        draws[one.id].append(one)
    by_row: defaultdict[str, list[LabelledRow]] = defaultdict(list)
    for row in rows:
        if row.good is not None:
            by_row[row.item.id].append(row)
    languages = _settled({name: labelled[0].language for name, labelled in by_row.items()})
    return tuple(
        CheckedRow(
            id=name,
            cluster=labelled[0].item.document,
            language=languages[name],
            labels=tuple(bool(row.good) for row in labelled),
            draws=tuple(draws[name]),
        )
        for name, labelled in by_row.items()
    )


def make_cards(
    spec: JudgeSpec,
    rows: Sequence[CheckedRow],
    *,
    labels_digest: str,
    rubric_digest: str = "",
    source: str,
    made_at: str,
) -> tuple[tuple[JudgeCard, ...], tuple[Disagreement, ...]]:
    """Return a card per language, the one with most rows first, and the disagreements in the order of the rows."""
    by_language: defaultdict[str, list[CheckedRow]] = defaultdict(list)
    for row in rows:
        by_language[row.language].append(row)
    ordered = sorted(by_language.items(), key=lambda found: (-len(found[1]), found[0]))
    cards = tuple(
        _card(spec, language, found, labels_digest, rubric_digest, source, made_at) for language, found in ordered
    )
    return cards, tuple(found for row in rows if (found := _disagreement(row)) is not None)


def _card(
    spec: JudgeSpec,
    language: str,
    rows: Sequence[CheckedRow],
    labels_digest: str,
    rubric_digest: str,
    source: str,
    made_at: str,
) -> JudgeCard:
    draws = [draw for row in rows for draw in row.draws]
    flips = Repeats()
    for row in rows:
        for draw in row.draws:
            if (good := calls_good(draw.verdict)) is not None:
                flips.add(row.id, row.cluster, float(good))
    return JudgeCard(
        judge=spec.digest,
        name=spec.name,
        model=spec.model,
        metric=spec.metric,
        language=language,
        labelled=len(rows),
        tied=sum(_majority(row) is None for row in rows),
        agreement=agreement([pair for row in rows if (pair := _pair(row)) is not None]),
        people_alpha=people_alpha([row.labels for row in rows]),
        repeats=1 + max((draw.repeat for draw in draws), default=0),
        flip_rate=flips.summary().flip_rate,
        failures=dict(sorted(Counter(str(d.verdict.outcome) for d in draws if d.verdict.value is None).items())),
        latency_ms=quantiles([draw.elapsed_ms for draw in draws if draw.elapsed_ms is not None]),
        cost=quantiles([float(draw.verdict.usage.cost) for draw in draws if draw.elapsed_ms is not None]),
        labels_digest=labels_digest,
        rubric_digest=rubric_digest,
        source=source,
        made_at=made_at,
    )


def _pair(row: CheckedRow) -> LabelledPair | None:
    people, verdict = _majority(row), _first(row)
    judge = None if verdict is None else calls_good(verdict)
    if people is None or verdict is None or judge is None:
        return None
    cluster = None if row.cluster is None else f"{row.stratum}\0{row.cluster}"
    return LabelledPair(judge=judge, human=people, probability=verdict.probability, cluster=cluster)


def _disagreement(row: CheckedRow) -> Disagreement | None:
    people, verdict = _majority(row), _first(row)
    judge = None if verdict is None else calls_good(verdict)
    if people is None or verdict is None or verdict.value is None or judge is None or judge is people:
        return None
    return Disagreement(
        id=row.id,
        language=row.language,
        judge=judge,
        people=people,
        labels=len(row.labels),
        value=verdict.value,
        probability=verdict.probability,
        reason=verdict.reason,
    )


def _majority(row: CheckedRow) -> bool | None:
    share = good_share(row.labels)
    return None if share == 1 / 2 else share > 1 / 2


def _first(row: CheckedRow) -> Verdict | None:
    return next((draw.verdict for draw in row.draws if draw.repeat == 0), None)


def _settled(languages: Mapping[str, str]) -> dict[str, str]:
    """Give rows of undetermined language the one that most rows have."""
    known = Counter(language for language in languages.values() if language != UNDETERMINED)
    most = known.most_common(1)[0][0] if known else UNDETERMINED
    return {name: most if language == UNDETERMINED else language for name, language in languages.items()}
