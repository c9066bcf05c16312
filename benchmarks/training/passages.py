"""Open passages, and true sentences of theirs together with the stretch that supports them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.training.corruption import names_in
from benchmarks.training.rows import faithfulness, held_back, read, tuning
from evaluation.judges import split_sentences

__all__ = ["Passage", "Stretch", "open_passages", "stretch"]

_SHORTEST: Final = 6  # words of a sentence that says something
_LONGEST: Final = 45
_SHORTEST_PASSAGE: Final = 80  # code points


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A text of one source, cut into sentences."""

    source: str
    sentences: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """One sentence of a passage, its surroundings, and the passage without both."""

    sentence: str
    evidence: str
    without: str  # the same surroundings, the sentence left out; empty where nothing is left


def open_passages(data: Path) -> list[Passage]:
    """Read the passages of the tuning halves, and of texts that are measured nowhere."""
    texts = [("boolq", str(row["context"])) for row in read(data, "boolq__dev")]
    for name in ("faithdial_audit", "begin__dev", "halueval_qa_sample"):
        texts += [(name, row.context) for row in faithfulness(data, name)]
    texts += _clauses(data)
    texts += [("bipia emails", str(row["text"])) for row in read(data, "bipia__contexts_train") if _clean_mail(row)]
    for row in read(data, "nist_ai_rmf_playbook"):
        texts += [("nist playbook", str(row[field])) for field in ("description", "section_about", "section_actions")]
    for name in ("mitre_atlas", "ibm_risk_atlas_nexus"):
        texts += [(name, str(row.get("description") or "")) for row in read(data, name)]
    made = [_passage(source, text) for source, text in {text: (source, text) for source, text in texts}.values()]
    return [passage for passage in made if passage.sentences]


def _clauses(data: Path) -> list[tuple[str, str]]:
    """Join clauses of privacy policies by threes: alone they are short."""
    clauses = list(dict.fromkeys(str(row["context"]) for row in read(data, "privacy_policy_relevance__dev")))
    kept = [clause for clause in clauses if tuning(clause)]
    return [("privacy", " ".join(kept[at : at + 3])) for at in range(0, len(kept), 3)]


def _clean_mail(row: dict[str, object]) -> bool:
    return row["domain"] == "email" and row["label"] == 0


def _passage(source: str, text: str) -> Passage:
    measured = source not in {"privacy", "bipia emails", "nist playbook", "mitre_atlas", "ibm_risk_atlas_nexus"}
    usable = len(text) >= _SHORTEST_PASSAGE and not (measured and (not tuning(text) or held_back(text)))
    flat = " ".join(text.split())
    found = tuple(span.of(flat).lstrip("-*• ") for span in split_sentences(flat)) if usable else ()
    return Passage(source=source, sentences=found, names=tuple(names_in(flat)) if found else ())


def stretch(passage: Passage, draw: random.Random) -> Stretch | None:
    """Draw a sentence that says something and up to two sentences on either side of it."""
    able = [at for at, sentence in enumerate(passage.sentences) if _says_something(sentence)]
    if not able:
        return None
    at = draw.choice(able)
    before, after = draw.randint(0, 2), draw.randint(0, 2)
    around: Sequence[str] = passage.sentences[max(0, at - before) : at + after + 1]
    rest = [sentence for sentence in around if sentence != passage.sentences[at]]
    return Stretch(sentence=passage.sentences[at], evidence=" ".join(around), without=" ".join(rest))


def _says_something(sentence: str) -> bool:
    return (
        _SHORTEST <= len(sentence.split()) <= _LONGEST and not sentence.endswith(("?", ":")) and "http" not in sentence
    )
