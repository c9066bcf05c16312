"""Words near a match: "my IBAN is" makes the next string more likely to be one, and a bare number needs such a word.

Rules of this place: a word counts from its beginning ("card" supports near "cards", not near "discard"), in any case,
within 80 characters before a match or 30 after it; the work for a match does not grow with the text.
"""

from collections.abc import Mapping, Sequence

import regex
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer

from evaluation.filters.pii._rules import Rule

__all__ = ["DISTANCE", "NearbyWords"]

DISTANCE = "assay_distance"  # in a result's metadata: characters to the nearest supporting word
_BEFORE, _AFTER = 80, 30
_LIFT = 0.35  # Presidio's own context factor
_SUPPORTED = 0.6  # the least that a supported match is worth


class NearbyWords(ContextAwareEnhancer):  # type: ignore[misc]  # presidio is untyped
    """Lifts the score of a match that a word supports, and caps that of a match that stands alone."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        """Take the rules by the identifier of their recogniser."""
        super().__init__(
            context_similarity_factor=_LIFT,
            min_score_with_context_similarity=_SUPPORTED,
            context_prefix_count=0,
            context_suffix_count=0,
        )
        self._rules = {
            key: (rule.alone, _any_of(rule.context)) for key, rule in rules.items() if rule.context or rule.alone < 1
        }

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: object,  # noqa: ARG002 (Presidio's signature)
        recognizers: Sequence[EntityRecognizer],  # noqa: ARG002 (same)
        context: Sequence[str] | None = None,  # noqa: ARG002 (same)
    ) -> list[RecognizerResult]:
        """Return the same results with their scores changed."""
        for result in raw_results:
            known = self._rules.get(result.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY])
            if known is not None:
                self._weigh(text, result, *known)
        return raw_results

    def _weigh(self, text: str, result: RecognizerResult, alone: float, words: regex.Pattern[str]) -> None:
        distance = _distance(text, result, words)
        if distance is None:
            result.score = min(result.score, alone)
        else:
            result.score = min(max(result.score + _LIFT, _SUPPORTED), self.MAX_SCORE)
            result.recognition_metadata[DISTANCE] = distance


def _distance(text: str, result: RecognizerResult, words: regex.Pattern[str]) -> int | None:
    low = max(0, result.start - _BEFORE)
    before = [match.end() for match in words.finditer(text, low, result.start)]
    if before:
        return int(result.start - before[-1])
    after = words.search(text, result.end, result.end + _AFTER)
    return None if after is None else int(after.start() - result.end)


def _any_of(words: Sequence[str]) -> regex.Pattern[str]:
    if not words:
        return regex.compile(r"(?!)")
    longest_first = sorted(words, key=len, reverse=True)
    return regex.compile(rf"(?<![^\W_])(?:{'|'.join(regex.escape(word) for word in longest_first)})", regex.IGNORECASE)
