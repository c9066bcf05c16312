"""Texts that people wrote, with what their labels say of our definition; the tuning half alone.

Rules of this place: only sets whose licence allows it (OLID is measured and never learned from: the terms of its
publisher were not verified). Davidson et al. (2017) call profanity offensive, and dialect with it; we take from them
what most annotators called hate, what they called neither, and, for profanity alone, which words are obscene. A row
belongs to the tuning half by the digest of its id.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.training.text_learning import Example
from benchmarks.training.toxicity_rows import plain, read_rows, tuning

__all__ = ["OUTPUTS", "UNKNOWN", "is_obscene", "labelled", "ordinary"]

OUTPUTS: Final = ("toxicity", "severe", "obscene", "threat", "insult", "identity_attack")
UNKNOWN: Final = float("nan")
_OBSCENE: Final = re.compile(
    r"fuck|f\*+|\bfk|fck|shit|sh\*t|bitch|b\*tch|cunt|twat|wank|\bass(?:es)?\b|asshole|arse|\bdick|\bcock(?!roach|pit|tail|"
    r" )|cocksuck|pussy|\btits?\b|whore|slut|piss|bollock|motherf|bastard|prick|\bfag|\bhoes?\b|nigga",
    re.IGNORECASE,
)
_DIALECT: Final = re.compile(r"nigga", re.IGNORECASE)
_SLUR: Final = re.compile(r"bitch|hoe|pussy|fag|cunt|retard|nigger|slut|whore|trash|coon|spic|queer", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"(?<=[.!?]) (?=[A-Z])")
_HATEFUL: Final = 2  # votes of three


def is_obscene(text: str) -> bool:
    """Whether the text holds a word that is obscene whatever it is used for."""
    return bool(_OBSCENE.search(text))


def labelled(data: Path) -> list[Example]:
    """Return what Davidson et al.'s tuning half teaches."""
    found = []
    for row in read_rows(data, "davidson_hate_offensive"):
        text, hate = plain(row["text"]), row["votes"][0]
        if not tuning(row["id"]) or not text:
            continue
        obscene = float(is_obscene(text))
        if row["label_raw"] == "hate" and hate >= _HATEFUL:
            labels = (1.0, UNKNOWN, obscene, UNKNOWN, UNKNOWN, 1.0)
            found.append(Example(text=text, labels=labels, weight=0.8, source="davidson hate"))
        elif row["label_raw"] == "neither" and not hate:
            found.append(Example(text=text, labels=(0.0, 0.0, obscene, 0.0, 0.0, 0.0), source="davidson neither"))
        elif _friendly(row, text):
            labels = (0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
            found.append(Example(text=text, labels=labels, source="davidson dialect"))
    return found


def _friendly(row: dict[str, Any], text: str) -> bool:
    """Whether it was called offensive for its dialect alone, as far as can be told."""
    return not row["votes"][0] and bool(_DIALECT.search(text)) and not _SLUR.search(text)


def ordinary(data: Path, draw: random.Random, most: int) -> list[Example]:
    """Return sentences and short passages about other things, `most` of each set."""
    found = []
    for name, fields in _ORDINARY.items():
        texts = {text for row in read_rows(data, name) for text in _texts(row, fields, draw)}
        chosen = sorted(texts)
        draw.shuffle(chosen)
        for text in chosen[:most]:
            labels = (0.0, 0.0, float(is_obscene(text)), 0.0, 0.0, 0.0)
            found.append(Example(text=text, labels=labels, weight=0.7, source=name))
    return found


_ORDINARY: Final = {
    "self_instruct__seed_tasks": ("instruction", "instances"),
    "nist_ai_rmf_playbook": ("description", "section_about", "section_actions"),
    "ibm_risk_atlas_nexus": ("description", "concern"),
    "mitre_atlas": ("description",),
    "sql_defog__dev": ("question", "gold_sql"),
    "presidio_research__generated_large": ("text",),
    "wnut17__train": ("text",),
    "faithdial_audit": ("response",),
    "mit_ai_risk_repository__classify_dev": ("description",),
}


def _texts(row: dict[str, Any], fields: tuple[str, ...], draw: random.Random) -> Iterator[str]:
    for field in fields:
        value = row.get(field)
        if isinstance(value, list):
            value = " ".join(str(part.get("input", "")) if isinstance(part, dict) else str(part) for part in value)
        if not isinstance(value, str) or len(value) < 12:
            continue
        sentences = _SENTENCE.split(" ".join(value.split()))
        start = draw.randrange(len(sentences))
        yield " ".join(sentences[start : start + draw.choice((1, 1, 2, 4))])[:400]
