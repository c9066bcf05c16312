"""What is known of a text before Presidio's recognisers read it, and the engine that stands in for an NLP pipeline.

Rules of this place: names are found for a whole batch at once, before Presidio walks the texts one by one; words near a
match are read off the text itself (`_nearby`), so no tokens and no lemmas are made.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from evaluation.filters.pii.names import NameSpan

__all__ = ["LightEngine", "TextArtifacts"]


class TextArtifacts(NlpArtifacts):  # type: ignore[misc]  # presidio is untyped
    """Artifacts of one text: its names, and the recognisers that it wakes."""

    def __init__(self, engine: NlpEngine, language: str, *, names: Sequence[NameSpan], awake: Collection[str]) -> None:
        """Keep both; there are no tokens."""
        super().__init__(entities=[], tokens=[], tokens_indices=[], lemmas=[], nlp_engine=engine, language=language)
        self.names = names
        self.awake = awake  # names of rules


class LightEngine(NlpEngine):  # type: ignore[misc]  # presidio is untyped
    """No pipeline: what Presidio asks of an NLP engine, without a model of a language."""

    engine_name = "assay_light"
    is_available = True

    def __init__(self, languages: Sequence[str]) -> None:
        """Serve the languages."""
        self._languages = list(languages)

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        """Return True: there is nothing to load."""
        return True

    def process_text(self, text: str, language: str) -> TextArtifacts:  # noqa: ARG002 (Presidio's signature)
        """Return artifacts without names, in which no recogniser is awake."""
        return TextArtifacts(self, language, names=(), awake=())

    def process_batch(
        self,
        texts: Iterable[str],
        language: str,
        batch_size: int = 1,  # noqa: ARG002 (Presidio's signature)
        n_process: int = 1,  # noqa: ARG002 (same)
        **_: object,
    ) -> Iterator[tuple[str, TextArtifacts]]:
        """Yield each text with its artifacts."""
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002 (same)
        """Return False: no word is left out."""
        return False

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002 (same)
        """Return whether no character of it is a letter or a digit."""
        return not any(char.isalnum() for char in word)

    def get_supported_entities(self) -> list[str]:
        """Return nothing: names have a recogniser of their own."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Return the languages that it was made for."""
        return self._languages
