"""Presidio's registry with a dictionary: who finds which type is looked up, not searched for at every text."""

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer, RecognizerRegistry

__all__ = ["TypeRegistry"]


class TypeRegistry(RecognizerRegistry):  # type: ignore[misc]  # presidio is untyped
    """Recognisers that are fixed when it is built."""

    def __init__(self, recognizers: Sequence[EntityRecognizer], languages: Sequence[str]) -> None:
        """Note each recogniser under its language and its types."""
        super().__init__(recognizers=list(recognizers), supported_languages=list(languages))
        self._by_type: dict[tuple[str, str], list[EntityRecognizer]] = {}
        for each in recognizers:
            for kind in each.supported_entities:
                self._by_type.setdefault((each.supported_language, kind), []).append(each)

    def get_recognizers(
        self,
        language: str,
        entities: Sequence[str] | None = None,
        all_fields: bool = False,  # noqa: FBT001, FBT002 (Presidio's signature)
        ad_hoc_recognizers: Sequence[EntityRecognizer] | None = None,
    ) -> list[EntityRecognizer]:
        """Return what Presidio's would, in the order in which recognisers were given; none is no error."""
        if all_fields or ad_hoc_recognizers or entities is None:
            found: list[EntityRecognizer] = super().get_recognizers(
                language, entities, all_fields=all_fields, ad_hoc_recognizers=ad_hoc_recognizers
            )
            return found
        return list(dict.fromkeys(each for kind in entities for each in self._by_type.get((language, kind), ())))
