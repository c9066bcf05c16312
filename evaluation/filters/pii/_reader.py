"""Presidio's analyser over our recognisers: a text in, settled candidates out.

Rules of this place: a text that wakes no recogniser and names nobody is not handed to Presidio at all. Presidio's
logger is silenced, because some of its recognisers write what they read into the log.
"""

import logging
from collections.abc import Mapping, Sequence

from presidio_analyzer import AnalyzerEngine, LocalRecognizer, RecognizerResult

from evaluation.filters.pii._artifacts import LightEngine, TextArtifacts
from evaluation.filters.pii._candidates import Candidate, Ground, settled
from evaluation.filters.pii._names import NAMES, Names, NameSource
from evaluation.filters.pii._nearby import DISTANCE, NearbyWords
from evaluation.filters.pii._never_names import meant
from evaluation.filters.pii._numbers import with_numbers
from evaluation.filters.pii._phones import Phones
from evaluation.filters.pii._recognizer_registry import TypeRegistry
from evaluation.filters.pii._recognizers import CHECKED, Screened, recognizer
from evaluation.filters.pii._rules import Rule
from evaluation.filters.pii._signals import Screen
from evaluation.filters.pii._windows import windows
from evaluation.filters.pii.names import NameSpan

__all__ = ["Reader"]

_UNFLAGGED = frozenset({"places"})
_PHONES = "phones"


class Reader:
    """Reads texts with a set of rules and a source of names."""

    def __init__(
        self,
        rules: Sequence[Rule],
        names: NameSource,
        *,
        languages: Sequence[str],
        regions: Sequence[str],
        threshold: float,
        allow: frozenset[str],
        seconds: float,
        types: frozenset[str],
    ) -> None:
        """Build Presidio's engine; `allow` is casefolded; `seconds` limits one pattern over one window."""
        _silence_presidio()
        self._names, self._threshold, self._allow = names, threshold, allow
        self._languages, self._types = tuple(languages), types
        self._rules: dict[str, Rule] = {rule.name: rule for rule in rules}
        self._labels = frozenset(word.casefold() for rule in rules for word in rule.context)
        recognizers = [
            _recognizer(rule, language, regions, seconds) for rule in rules for language in self._languages_of(rule)
        ]
        by_identifier = {each.id: self._rules[each.name] for each in recognizers}
        registry = TypeRegistry([*recognizers, Names(self._languages[0])], self._languages)
        self._screen = Screen(rules, threshold)
        self._engine = LightEngine(self._languages)
        self._analyzer = AnalyzerEngine(
            registry=registry,
            nlp_engine=self._engine,
            supported_languages=list(self._languages),
            context_aware_enhancer=NearbyWords(by_identifier),
            log_decision_process=False,
        )

    def read(self, texts: Sequence[str]) -> list[list[Candidate]]:
        """Return each text's candidates, settled; raise `PatternTimeoutError` (texts are then read one by one)."""
        pieces = [(at, offset, piece) for at, text in enumerate(texts) for offset, piece in windows(text)]
        named = self._names.spans([_well_formed(piece) for _, _, piece in pieces])
        found: list[list[Candidate]] = [[] for _ in texts]
        for (at, offset, piece), names in zip(pieces, named, strict=True):
            found[at].extend(self._candidates(piece, offset, meant(piece, names)))
        return [
            settled(text, [with_numbers(text, candidate) for candidate in candidates])
            for text, candidates in zip(texts, found, strict=True)
        ]

    def _candidates(self, piece: str, offset: int, names: Sequence[NameSpan]) -> list[Candidate]:
        awake = self._screen.awake(piece)
        types = sorted({*awake.values(), *(NAMES[name.type] for name in names)})
        if not types:
            return []
        artifacts = TextArtifacts(self._engine, self._languages[0], names=names, awake=awake.keys())
        results: list[RecognizerResult] = []
        for language in self._languages:
            results += self._analyzer.analyze(
                piece, language, entities=types, score_threshold=self._threshold, nlp_artifacts=artifacts
            )
        return [self._candidate(result, offset) for result in results if self._counts(piece, result)]

    def _counts(self, piece: str, result: RecognizerResult) -> bool:
        """Return whether it is looked for, not allowed, and not the label of a field ("DOB") taken for a name."""
        text = piece[result.start : result.end]
        label = result.entity_type == "PERSON" and text.isupper() and text.casefold() in self._labels
        return result.entity_type in self._types and text.casefold() not in self._allow and not label

    def _candidate(self, result: RecognizerResult, offset: int) -> Candidate:
        metadata = result.recognition_metadata
        name = metadata[RecognizerResult.RECOGNIZER_NAME_KEY]
        rule = self._rules.get(name)
        return Candidate(
            type=result.entity_type,
            start=result.start + offset,
            end=result.end + offset,
            score=result.score,
            ground=_ground(rule, metadata),
            detail=name,
            flags=rule.flags if rule else name not in _UNFLAGGED,
            distance=metadata.get(DISTANCE, 10_000),
        )

    def _languages_of(self, rule: Rule) -> Sequence[str]:
        """Return the languages to register the rule under: the first alone, where it is for any."""
        if not rule.languages:
            return self._languages[:1]
        return [language for language in self._languages if language in rule.languages]


def _recognizer(rule: Rule, language: str, regions: Sequence[str], seconds: float) -> LocalRecognizer:
    if rule.presidio == _PHONES:
        return Screened(rule, Phones(language, regions), language)
    return recognizer(rule, language, seconds)


def _ground(rule: Rule | None, metadata: Mapping[str, object]) -> Ground:
    if rule is None:
        return Ground.NAME
    if rule.deny:
        return Ground.LISTED
    return Ground.CHECKED if metadata.get(CHECKED) else Ground.PATTERN


def _well_formed(text: str) -> str:
    """Replace lone surrogates, which no tokeniser takes, by the sign for them: the length stays."""
    if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


def _silence_presidio() -> None:
    for name in ("presidio-analyzer", "presidio-anonymizer", "decision_process"):
        logging.getLogger(name).disabled = True
