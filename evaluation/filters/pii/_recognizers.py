"""Presidio recognisers that run only where a text gives them reason to, and that keep a time limit.

Rules of this place: a pattern that does not end in time raises `PatternTimeoutError`; Presidio's own recogniser would
log it and find nothing, which reads like a text without findings. Nothing here logs.
"""

from collections.abc import Iterator, Sequence

import presidio_analyzer.predefined_recognizers as shipped
import regex
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult

from assay.kernel import ConfigurationError
from evaluation.filters.pii._artifacts import TextArtifacts
from evaluation.filters.pii._named_checks import CHECKS
from evaluation.filters.pii._rules import Rule, flags_of
from evaluation.filters.pii._timeout import PatternTimeoutError

__all__ = ["CHECKED", "RulePatterns", "Screened", "recognizer"]

CHECKED = "assay_checked"  # in a result's metadata: its check digits or its structure were verified
_BEFORE = 40  # code points before a match that are looked at for `not_after`
_VALUE = "value"  # a pattern's group of this name is the finding; else the whole match


class RulePatterns(PatternRecognizer):  # type: ignore[misc]  # presidio is untyped
    """The patterns or the deny list of one rule, with its check."""

    def __init__(self, rule: Rule, language: str, seconds: float) -> None:
        """Compile the rule's patterns; `seconds` is the limit of each pattern over one piece of text."""
        self._rule, self._seconds = rule, seconds
        flags = flags_of(rule)
        deny = sorted(rule.deny, key=len, reverse=True)
        super().__init__(
            supported_entity=rule.type,
            name=rule.name,
            supported_language=language,
            patterns=[Pattern(rule.name, pattern.regex, pattern.score) for pattern in rule.patterns] or None,
            deny_list=deny or None,
            context=list(rule.context) or None,
            global_regex_flags=flags,
            version="1",
        )
        self._check = CHECKS[rule.check] if rule.check else None
        self._compiled = [(regex.compile(pattern.regex, flags), pattern.score) for pattern in self.patterns]

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002 (Presidio's signature)
        nlp_artifacts: object = None,  # noqa: ARG002 (same)
        regex_flags: int | None = None,  # noqa: ARG002 (same)
    ) -> list[RecognizerResult]:
        """Return what the patterns match and the check lets pass; raise `PatternTimeoutError`."""
        try:
            return list(self._results(text))
        except TimeoutError:
            raise PatternTimeoutError(self._rule.name) from None

    def _results(self, text: str) -> Iterator[RecognizerResult]:
        for pattern, score in self._compiled:
            group = _VALUE if _VALUE in pattern.groupindex else 0
            for match in pattern.finditer(text, timeout=self._seconds):
                start, end = match.span(group)
                if start < end and (self._check is None or self._check(text[start:end])):
                    checked = self._check is not None
                    yield _result(self, start, end, self._rule.checked if checked else score, checked=checked)


class Screened(EntityRecognizer):  # type: ignore[misc]  # presidio is untyped
    """A recogniser that Presidio ships, asleep where its rule's trigger does not hold."""

    def __init__(self, rule: Rule, inner: EntityRecognizer, language: str) -> None:
        """Take the inner recogniser's place, with the rule's words for the surroundings."""
        self.rule, self._inner = rule, inner
        self._other = _ending_in(rule.not_after)
        super().__init__(
            supported_entities=[rule.type],
            name=rule.name,
            supported_language=language,
            context=list(rule.context),
        )

    def load(self) -> None:
        """Nothing is left to load: the inner recogniser was built whole."""

    def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: TextArtifacts) -> list[RecognizerResult]:
        """Return what the inner recogniser finds, under this rule's type; nothing where the rule is asleep."""
        if self.rule.name not in nlp_artifacts.awake:
            return []
        found = self._inner.analyze(text, entities, nlp_artifacts)
        return [self._own(result) for result in found if not self._is_other(text, result)]

    def _is_other(self, text: str, result: RecognizerResult) -> bool:
        if self._other is None:
            return False
        return self._other.search(text[max(0, result.start - _BEFORE) : result.start]) is not None

    def _own(self, result: RecognizerResult) -> RecognizerResult:
        metadata = result.recognition_metadata or {}
        checked = metadata.get(CHECKED, result.score >= EntityRecognizer.MAX_SCORE)
        return _result(self, result.start, result.end, result.score, checked=checked)


def recognizer(rule: Rule, language: str, seconds: float) -> Screened:
    """Build the rule's recogniser; raise `ConfigurationError` where Presidio ships none of that name."""
    if not rule.presidio:
        return Screened(rule, RulePatterns(rule, language, seconds), language)
    kind = getattr(shipped, rule.presidio, None)
    if kind is None or not issubclass(kind, PatternRecognizer):
        raise ConfigurationError(
            f"recogniser {rule.name!r}: Presidio ships no pattern recogniser {rule.presidio!r}", hint="see docs/pii.md"
        )
    return Screened(rule, kind(supported_language=language), language)


def _ending_in(words: Sequence[str]) -> "regex.Pattern[str] | None":
    """Return a pattern of texts that end in one of the words, as a whole, and at most a few marks."""
    if not words:
        return None
    any_of = "|".join(regex.escape(word) for word in words)
    return regex.compile(rf"(?<![^\W_])(?:{any_of})[\s:=#\"'(]{{0,3}}v?$", regex.IGNORECASE)


def _result(owner: EntityRecognizer, start: int, end: int, score: float, *, checked: bool) -> RecognizerResult:
    return RecognizerResult(
        entity_type=owner.supported_entities[0],
        start=start,
        end=end,
        score=score,
        recognition_metadata={
            RecognizerResult.RECOGNIZER_NAME_KEY: owner.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: owner.id,
            CHECKED: checked,
        },
    )
