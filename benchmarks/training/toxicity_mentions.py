"""Sentences of open sets that name a group of people, and what such sentences say of somebody.

Rules of this place: nothing harsh; a sentence belongs to the tuning half by its digest, the other half is measured on
and never learned from. Encyclopaedias and news speak of groups in passing, as most people do.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.training.toxicity_rows import read_rows, tuning

__all__ = ["mentions", "predicates"]

_END: Final = re.compile(r"(?<=[.!?]) (?=[A-Z])")
_PROSE: Final = (
    "begin__dev", "boolq__dev", "factual_summary_pairs", "faithdial_audit", "halueval_qa_sample", "nq_open_judged__dev",
    "presidio_research__generated_large", "self_instruct__seed_tasks", "wnut17__train",
)  # fmt: skip
_SHORTEST, _LONGEST = 20, 200
_SUBJECT: Final = re.compile(r"(They|He|She) ([a-z].*)")
_HARSH: Final = re.compile(
    r"\b(?:kill|murder|die[sd]?\b|dead|death|rape|hate|attack|evil|stupid|ugly|dirty|disease|parasit|pest|vermin|animal|"
    r"insect|prey|eggs?\b|species|breed|crim|terror|nazi|slave|bomb|shot\b|shoot|gun|sex|porn|fuck|shit|ass\b|suck|dick|"
    r"bitch|damn|hell\b|threat|violen|weapon|abus|victim|illegal)",
    re.IGNORECASE,
)
_GROUP: Final = re.compile(
    r"\b(?:wom[ae]n|girls|muslims?|islamic|jew(?:s|ish)?|gays?|lesbians?|homosexuals?|transgender|trans|bisexuals?|"
    r"black (?:people|men|man|wom[ae]n|students?)|african[- ]american\w*|immigrants?|migrants?|refugees?|disab\w+|deaf|"
    r"blind|autis\w+|hindus?|sikhs?|buddhists?|christians?|catholics?|mexicans?|chinese|indians?|turk(?:s|ish)|arabs?|"
    r"asians?|hispanics?|latin[oax]s?|native americans?|indigenous|elderly|nigerians?|polish|irish|italians?|koreans?|"
    r"japanese|vietnamese|pakistani\w*|feminis\w+|queer|lgbt\w*|wheelchair|pregnant)\b",
    re.IGNORECASE,
)


def mentions(data: Path, *, apart: bool) -> list[str]:
    """Return sentences of encyclopaedias, news and talk that name a group; half of them are kept apart to measure."""
    found = {sentence for sentence in _sentences(data) if _GROUP.search(sentence) and not _HARSH.search(sentence)}
    return sorted(sentence for sentence in found if tuning(sentence) != apart)


def predicates(data: Path) -> list[tuple[str, str]]:
    """Return what such sentences say of "they", "he" or "she", with that word; nothing that is harsh said of people."""
    return sorted(
        (found[1], found[2])
        for sentence in _sentences(data)
        if (found := _SUBJECT.match(sentence)) and not _HARSH.search(sentence) and tuning(sentence)
    )


def _sentences(data: Path) -> Iterator[str]:
    for name in _PROSE:
        for row in read_rows(data, name):
            for text in _strings(row):
                for sentence in _END.split(" ".join(text.split())):
                    if _SHORTEST < len(sentence) < _LONGEST:
                        yield sentence


def _strings(value: object) -> Iterator[str]:
    """Yield every text in a row, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)
