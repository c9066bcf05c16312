"""Telephone numbers: candidates by their shape, then the numbering plans of `phonenumbers`.

Rules of this place: a text is searched once, whatever the number of regions; only a candidate is parsed. A number with
its country code that its plan knows is worth most; a number that some region's plan knows, or that is written as North
Americans write theirs, is worth reporting; any other shape, and digits without a space between them, need a word
nearby. Dates, addresses of hosts and amounts are not candidates.
"""

from collections.abc import Iterator, Sequence

import phonenumbers
import regex
from presidio_analyzer import LocalRecognizer, RecognizerResult

from evaluation.filters.pii._checks import digits
from evaluation.filters.pii._recognizers import CHECKED

__all__ = ["Phones"]

_CANDIDATE = regex.compile(
    r"(?<![\w.+@/]|\w-|&#|ISBN[ :]{1,2}|ISSN[ :]{1,2})"
    r"(?>(?:\+?1[-. ])?(?:\([0-9]{3}\)[ ]?|[0-9]{3}[-.])[0-9]{3}[-.][0-9]{4}(?![-0-9])"
    r"|[(]?\+?[(]?[0-9](?:[ \t\u00a0]?[.\-/()–]?[ \t\u00a0(]?[0-9]){5,16})"
    r"(?:[ \t,]{0,2}(?:x|ext\.?|extension)[ \t]?[0-9]{1,6})?(?![\w@]|[.,][0-9])",
    regex.IGNORECASE,
)
_NOT_ONE = regex.compile(
    r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[ \t].*)?"  # a date
    r"|(?:[0-9]{1,3}\.){3}[0-9]{1,3}"  # an address of a host
    r"|(?:[0-9]{1,2}[ \t-]{1,2})?(?:19|20)[0-9]{2}"  # a year after its month or day, or with another
    r"(?:[ \t]{0,2}[-–/ ][ \t]{0,2}(?:(?:19|20)[0-9]{2}|[0-9]{1,2}))?"
    r"|[0-9]+\.[0-9]{1,3}[ \t]?[-–(][ \t]?[0-9]+\.[0-9]+"  # a range of amounts
    r"|[0-9]+\.[0-9]+|[0-9]{1,3}(?:[.,][0-9]{3})+"  # an amount
    r"|[0-9]{5}-[0-9]{3}"  # a Brazilian postcode
)
_AMERICAN = regex.compile(
    r"(?:\+?1[-. ]?|001[-. ])?(?:\([0-9]{3}\) ?|[0-9]{3}[-. ])[0-9]{3}[-. ][0-9]{4}(?:[ \t,]{0,2}[ex].*)?",
    regex.IGNORECASE,
)
_SURE, _KNOWN, _SHAPE = 0.95, 0.6, 0.3
_FEWEST_FOREIGN = 8  # digits of a number with its country code
_MOST_NATIONAL = 12  # digits of one without


class Phones(LocalRecognizer):  # type: ignore[misc]  # presidio is untyped
    """Finds telephone numbers of the regions."""

    def __init__(self, language: str, regions: Sequence[str]) -> None:
        """Take ISO 3166-1 codes of the regions whose numbers may come without a country code."""
        self._regions = tuple(regions)
        super().__init__(supported_entities=["PHONE_NUMBER"], name="phones", supported_language=language)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002 (Presidio's signature)
        nlp_artifacts: object = None,  # noqa: ARG002 (same)
    ) -> list[RecognizerResult]:
        """Return the numbers with the scores that they have without words nearby."""
        return list(self._results(text))

    def _results(self, text: str) -> Iterator[RecognizerResult]:
        for match in _CANDIDATE.finditer(text):
            written = match.group()
            if _NOT_ONE.fullmatch(written.strip("()")):
                continue
            start = match.start() + (1 if written[0] == "(" and ")" not in written else 0)
            score = self._score(text[start : match.end()])
            yield RecognizerResult(
                entity_type="PHONE_NUMBER",
                start=start,
                end=match.end(),
                score=score,
                recognition_metadata={
                    RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                    RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                    CHECKED: score >= _SURE,
                },
            )

    def _score(self, written: str) -> float:
        if _AMERICAN.fullmatch(written):
            return _KNOWN
        foreign = written.lstrip("(").startswith(("+", "00"))
        if foreign and len(digits(written)) >= _FEWEST_FOREIGN:
            number = regex.sub(r"^\(?00", "+", written)
            return _SURE if _known(number, None) else _KNOWN if written.lstrip("(")[0] == "+" else _SHAPE
        if written.isdigit() or not _FEWEST_FOREIGN <= len(digits(written)) <= _MOST_NATIONAL:
            return _SHAPE
        return _KNOWN if any(_known(written, region) for region in self._regions) else _SHAPE


def _known(written: str, region: str | None) -> bool:
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(written, region)))
    except phonenumbers.NumberParseException:
        return False
