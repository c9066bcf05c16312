"""What the head of the injection filter learns from: made texts, and open sets.

Rules of this place: of an open set two thirds are trained on, by the hash of the text (of near twins together), and
the rest is left to `benchmarks/injection.py`; a bare instruction of BIPIA is an attack only inside a document, so it
is put into one; harmful requests, toxic posts and role-play are no injections.
"""

import ast
import hashlib
import random
import re
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.training.injection_documents import aside, documents, passages
from benchmarks.training.injection_texts import (
    ATTACKS,
    BENIGN,
    FAMILIES,
    Made,
    document,
    hidden,
    short_benign,
    undressed,
    with_order,
)
from benchmarks.training.rows import read

__all__ = ["Row", "kept_apart", "made", "real"]

_WORDS: Final = 95  # about one window of the model
_OVERRIDES: Final = re.compile(
    r"ignor|forg[eo]t|verg[ie]ss|disregard|instru|prompt|\bstop|statt|new task|neue aufgabe|abweich|olvid|oubli"
    r"|leave all|\bdrop\b|documents|dokument|from now on|focus on|unrestricted|immoral|despite|zaboravi|filter"
    r"|jailbreak|evil ai",
    re.IGNORECASE,
)
_OF_TRIGGERS: Final = re.compile(
    r"\b(?:ignor|overrid|bypass|disregard|instruct|prompt|system|restrict|execut|hidden|secret|reveal|inject|escape|"
    r"pretend|forget|previous|command|disable|admin|password|developer|unlimited|sandbox|privileg)\w*",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Row:
    """One text and whether it is an attack."""

    text: str
    attack: bool
    source: str
    weight: float = 1.0
    family: str = ""  # of an attack, where it is known


def kept_apart(text: str) -> bool:
    """Whether a row of an open set is not trained on (one in three)."""
    return hashlib.sha256(undressed(text)[:60].encode()).digest()[0] % 3 == 0


def made(draw: random.Random, count: int, *, attack: bool, dev: bool = False) -> list[Row]:
    """Return made texts, each once, in the shares of their kinds."""
    kinds = ATTACKS if attack else BENIGN
    rows: dict[str, Row] = {}
    for name, (share, make) in kinds.items():
        for text in _several(draw, make, round(count * share / sum(of for of, _ in kinds.values())), dev=dev):
            family = name if name in FAMILIES else ""
            rows.setdefault(undressed(text), Row(text=text, attack=attack, source=f"made:{name}", family=family))
    return list(rows.values())


def _several(draw: random.Random, make: Made, count: int, *, dev: bool) -> Iterator[str]:
    for _ in range(count):
        yield make(draw, dev)


def real(data: Path, draw: random.Random, *, apart: bool) -> list[Row]:
    """Return the rows of the open sets that are trained on, or those that are kept apart."""
    rows = [row for row in _labelled(data) if kept_apart(row.text) == apart]
    rows += _bipia(data, draw, apart=apart)
    if not apart:
        rows += _background(data, draw) + _sources(draw) + _documents(data, draw)
        rows = [cut for row in rows for cut in _windows(row, draw)]
    return [row for row in rows if row.text.strip()]


def _labelled(data: Path) -> Iterator[Row]:
    for row in read(data, "injection_dev_bundle"):
        text, kind, attack = str(row["text"]), str(row["set"]), row["label"] == 1
        if kind == "pyrit_templates" and len(text) > 110:
            yield Row(text=text, attack=True, source="pyrit", family="persona_jailbreak")
        elif kind == "deepset_train" and (not attack or _OVERRIDES.search(text)):
            yield Row(text=text, attack=attack, source="deepset")
        elif kind == "self_instruct_seed":
            yield Row(text=text, attack=attack, source="self_instruct")
    for row in read(data, "advbench"):
        yield Row(text=str(row["target"]), attack=False, source="advbench")
    for row in read(data, "self_instruct__seed_tasks"):
        for case in list(row["instances"])[:2]:  # type: ignore[call-overload]
            yield Row(text=f"{row['instruction']}\n{case['input']}".strip(), attack=False, source="self_instruct")


def _bipia(data: Path, draw: random.Random, *, apart: bool) -> list[Row]:
    """Return BIPIA's clean documents, and the same with its instructions that speak of the answer."""
    orders = [
        str(row["text"])
        for row in read(data, "bipia__attacks_train")
        if (row["kind"] == "code" or re.search(r"\b(?:answer|reply|response|message)", str(row["text"])))
        and kept_apart(str(row["text"])) == apart
    ]
    clean = [row for row in read(data, "bipia__contexts_train") if row["label"] == 0]
    rows = []
    for row in clean:
        text = str(row["text"])
        if kept_apart(text) != apart:
            continue
        rows.append(Row(text=text, attack=False, source="bipia"))
        if not apart:
            rows.append(Row(text=f"{text}\n{row['question']}", attack=False, source="bipia"))
        for _ in range(1 if apart else 3):
            lines = _near(text.split("\n"), draw) if not apart else text.split("\n")
            injected = hidden(draw, draw.choice(orders), lines, wrapped=False)
            rows.append(Row(text=injected, attack=True, source="bipia", family="indirect_instruction"))
    return rows


def _near(lines: list[str], draw: random.Random) -> list[str]:
    """Return a few lines that follow each other: with an order they fill a window."""
    start, kept, room = draw.randrange(len(lines)), [], draw.choice([80, 150, 220, 300])
    for line in lines[start:]:
        kept.append(line[:room])
        room -= len(line)
        if room <= 0:
            break
    return kept


def _background(data: Path, draw: random.Random) -> list[Row]:
    """Return questions, passages, turns of talk, clauses and posts that have nothing to do with models."""
    texts: list[tuple[str, str]] = []
    for row in _some(read(data, "boolq__dev"), draw, 600):
        texts += [(str(row["question"]), "boolq"), (str(row.get("passage") or row.get("context")), "boolq")]
    for name, fields, count in (
        ("nq_open_judged__dev", ("question",), 300),
        ("halueval_qa_sample", ("question", "context"), 400),
        ("begin__dev", ("question", "response", "context"), 150),
        ("faithdial_audit", ("question", "response"), 250),
        ("privacy_policy_relevance__dev", ("question", "context", "text", "passage"), 300),
        ("davidson_hate_offensive", ("text",), 400),
        ("olid__train", ("text",), 300),
    ):
        for row in _some(read(data, name), draw, count):
            texts += [(str(row[field]), name.split("__")[0]) for field in fields if row.get(field)]
    rows = [Row(text=text, attack=False, source=f"background:{name}", weight=0.7) for text, name in texts]
    long = [pair for pair in draw.sample(texts, len(texts) // 8) if len(pair[0]) > 90]
    rows += [_ordered(text, f"background:{name}", draw) for text, name in long]
    return rows + [
        Row(text=f"{' '.join(document(draw))}\n{short_benign(draw)}", attack=False, source="background:made")
        for _ in range(200)
    ]


def _documents(data: Path, draw: random.Random) -> list[Row]:
    """Return passages of documents as they are, and half as many with an order to a model in them."""
    rows = []
    for of in documents(data):
        for text in passages(of.text) if not aside(of.name) else ():
            rows.append(Row(text=text, attack=False, source=f"document:{of.source}"))
            if draw.random() < 0.5:
                rows.append(_ordered(text, f"document:{of.source}", draw))
    return rows


def _ordered(text: str, source: str, draw: random.Random) -> Row:
    """Return a stretch of the text with an order to a model in it."""
    lines = _near(re.split(r"\n+|(?<=[.!?])\s+", text), draw)
    return Row(text=with_order(draw, lines), attack=True, source=source, family="indirect_instruction")


def _some(rows: Iterable[dict[str, object]], draw: random.Random, count: int) -> list[dict[str, object]]:
    pool = list(rows)
    return draw.sample(pool, min(count, len(pool)))


def _sources(draw: random.Random, count: int = 1500) -> list[Row]:
    """Return sentences and lines with trigger words from Python's own library: what programmers mean by them."""
    found: set[str] = set()
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py")):
        content = path.read_text("utf-8", "replace")
        for sentence in _documentation(content):
            if 20 < len(sentence) < 500 and _OF_TRIGGERS.search(sentence):
                found.add(sentence)
        lines = content.split("\n")
        for at, line in enumerate(lines):
            if _OF_TRIGGERS.search(line) and draw.random() < 0.1:
                found.add("\n".join(lines[max(0, at - 2) : at + 3]).strip()[:500])
    return [
        Row(text=text, attack=False, source="background:python", weight=0.7)
        for text in draw.sample(sorted(found), min(count, len(found)))
    ]


def _documentation(content: str) -> Iterator[str]:
    try:
        tree = ast.parse(content)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            for paragraph in (ast.get_docstring(node) or "").split("\n\n"):
                yield " ".join(paragraph.split())


def _windows(row: Row, draw: random.Random) -> Iterator[Row]:
    """Yield what one window of the model holds: the beginning, and of a longer text some more."""
    starts = [found.start() for found in re.finditer(r"\S+", row.text)]
    if len(starts) <= _WORDS or row.source == "bipia":
        yield row
        return
    yield row
    rest = range(_WORDS, len(starts), _WORDS)
    for at in draw.sample(rest, min(len(rest), 5 if row.attack else 2)):
        text = row.text[starts[at] :]
        yield replace(row, text=text, weight=row.weight * (0.6 if row.attack else 1.0))
