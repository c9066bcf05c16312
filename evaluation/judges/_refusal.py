"""`refusal`: whether the answer answers, by phrases in five languages (`data/refusals.yaml`, `data/phrases.yaml`).

Rules of this place: higher is better, so 1 means that the answer does not refuse, and a run's mean is the share of
answers that were given. 0 only where a short answer declines in one of its sentences and says nothing about the subject
in the others: advice where to go instead is nothing, "but the fee is 12 €" is something. Whether refusing was right is
not asked: an answer that invents what it cannot know scores 1 here and fails `faithfulness`.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import yaml

from assay.kernel import digest_bytes
from evaluation.answers import Item
from evaluation.judges._abstention import abstains
from evaluation.judges._phrases import phrases, plain
from evaluation.judges._sentences import claims
from evaluation.metrics import ComputedMetric, Measured, MetricInfo

__all__ = ["refusal", "refusals_digest", "refuses"]

_LONGEST: Final = 800  # code points
_MOST_SENTENCES: Final = 6
_FILES: Final = ("refusals.yaml", "phrases.yaml")


@dataclass(frozen=True, kw_only=True)
class _Declining:
    refusal: re.Pattern[str]  # anchored at the start, optional leads included
    company: re.Pattern[str]


def refusal() -> ComputedMetric:
    """Return the metric; its spec names the phrases."""
    return ComputedMetric(
        info=MetricInfo(
            id="refusal",
            measures="1 if the answer answers, 0 if all it does is decline (en, de, fr, es, it)",
            judges=(),
            source="phrases of ours",
        ),
        measure=_measure,
        settings={"phrases": refusals_digest()},
    )


def refusals_digest() -> str:
    """Digest of the phrases that make a refusal."""
    return digest_bytes(b"".join(map(_read, _FILES)))


def refuses(answer: str) -> bool:
    """Whether all that the answer does is decline."""
    if len(answer) > _LONGEST:
        return False
    sentences = [plain(span.of(answer)).lstrip("\"'“*-• ") for span in claims(answer)]
    if len(sentences) > _MOST_SENTENCES:
        return False
    found = False
    for sentence in sentences:
        if _declines(sentence):
            found = True
        elif not _declining().company.match(sentence):
            return False  # it says something: most answers end here, at their first sentence
    return found


def _measure(item: Item) -> Measured:
    if refuses(item.answer.text):
        return Measured(value=0.0, reason="all that the answer does is decline")
    return Measured(value=1.0, reason="the answer says something")


def _declines(sentence: str) -> bool:
    if abstains(sentence):
        return True
    found = _declining().refusal.match(sentence)
    if found is None:
        return False
    turn = phrases().turn.search(sentence, found.end())
    return turn is None or _declining().company.match(sentence[turn.end() :].lstrip(" ,")) is not None


@cache
def _declining() -> _Declining:
    data = yaml.safe_load(_read("refusals.yaml"))
    # Possessive: what a lead took stays taken, or a long run of them would be tried in every way.
    lead = rf"(?:(?:{_any(data['leads'])})\b[\s,.:;!–—-]*+){{0,6}}+"
    known = _any([pattern for patterns in data["refusals"].values() for pattern in patterns])
    return _Declining(
        refusal=re.compile(lead + rf"(?:{known})", re.IGNORECASE),
        company=re.compile(rf"(?:{_any(data['company'])})", re.IGNORECASE),
    )


@cache
def _read(name: str) -> bytes:
    return (resources.files("evaluation.judges") / "data" / name).read_bytes()


def _any(patterns: list[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)
