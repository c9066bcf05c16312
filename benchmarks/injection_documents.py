"""Documents as they are retrieved: what the injection filter flags in them, and what it finds when an order is hidden.

Rules of this place: documents that were learned from are left out (`training/injection_documents.py` keeps one in two
apart); pages of installed packages under permissive licences are read where they lie, never learned from, never copied;
what flags is named by stage, a rule before a known attack before the model.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

import yaml

from benchmarks.injection_sets import by_hand
from benchmarks.training.injection_documents import aside, documents, passages
from evaluation import suites
from evaluation.filters import FilterResult
from evaluation.statistics import wilson

__all__ = ["Scan", "harmless", "ordered", "print_documents"]

Scan = Callable[[Sequence[str]], list[FilterResult]]
_SEED: Final = 20261121
_MOST: Final = 120  # passages of one source
_WHOLE: Final = (2500, 4000)  # letters of a whole document: at least, and what is read of it
_ORDERS: Final = "hidden_orders"
_SUITE: Final = Path(suites.__file__).parent / "data" / "bias.yaml"
_PERMISSIVE: Final = re.compile(r"\b(?:MIT|BSD|Apache)\b")
_PLACES: Final = ("start", "middle", "end")


@dataclass(frozen=True, kw_only=True)
class _Ordered:
    place: str
    text: str


def harmless(data: Path) -> dict[str, list[str]]:
    """Return harmless passages by style or source."""
    found: dict[str, list[str]] = defaultdict(list)
    for kind, text in by_hand("measured_documents"):
        if kind != _ORDERS:
            found["by hand: " + kind.replace("_", " ")].append(text)
    for source, text in _kept(data):
        found[source] += passages(text)
    for families in yaml.safe_load(_SUITE.read_text("utf-8"))["families"].values():
        found["bias suite"] += [str(question["text"]) for question in families]
    draw = random.Random(_SEED)  # noqa: S311 (a repeatable sample, not a secret)
    return {
        style: list(dict.fromkeys(texts)) if len(texts) <= _MOST else draw.sample(list(dict.fromkeys(texts)), _MOST)
        for style, texts in found.items()
    }


def ordered(data: Path) -> tuple[list[str], list[_Ordered]]:
    """Return whole documents, and the same with one of the orders in three places of each."""
    orders = [text for kind, text in by_hand("measured_documents") if kind == _ORDERS]
    kept = [re.sub(r"\s*\n\s*", "\n", text.strip()) for _, text in _kept(data)]
    whole = [text for text in kept if len(text) >= _WHOLE[0]]
    draw = random.Random(_SEED)  # noqa: S311 (as above)
    whole = [text[: _WHOLE[1]] for text in draw.sample(whole, min(2 * len(orders), len(whole)))]
    found = []
    for at, text in enumerate(whole):
        parts = text.split("\n")
        for number, place in enumerate(_PLACES):
            order = orders[(at + 7 * number) % len(orders)]
            before = {"start": 0, "middle": len(parts) // 2, "end": len(parts)}[place]
            found.append(_Ordered(place=place, text="\n".join([*parts[:before], order, *parts[before:]])))
    return whole, found


def print_documents(scan: Scan, data: Path) -> None:
    """Print false alarms by style with what caused them, then how many hidden orders are found."""
    print("\ndocuments: false alarms of the default, and what flags")
    total: list[FilterResult] = []
    for style, texts in harmless(data).items():
        found = scan(texts)
        total += found
        _line(style, found)
    _line("all passages", total)
    whole, hidden = ordered(data)
    _line("whole documents", scan(whole))
    print("documents with an order to a model in them: recall of the default")
    found = scan([one.text for one in hidden])
    for place in _PLACES:
        _line(place, [result for one, result in zip(hidden, found, strict=True) if one.place == place])


def _line(name: str, found: Sequence[FilterResult]) -> None:
    flagged = [result for result in found if result.flagged]
    interval = wilson(len(flagged), len(found))
    causes = Counter(_cause(result) for result in flagged)
    share = f"{len(flagged) / len(found):.3f} [{interval.lower:.3f}, {interval.upper:.3f}]"
    print(f"    {name:32} n={len(found):4d}  {share}  " + ", ".join(f"{cause} {n}" for cause, n in causes.items()))


def _cause(result: FilterResult) -> str:
    """Return the first stage that has a finding."""
    stages = {finding.detail.split(":")[0].split(" ")[0] for finding in result.findings}
    return next((stage for stage in ("patterns", "known") if stage in stages), "model")


def _kept(data: Path) -> Iterator[tuple[str, str]]:
    """Yield source and text of the documents that may be measured."""
    for document in documents(data):
        if aside(document.name):
            yield document.source, document.text
    for package in sorted(distributions(), key=lambda one: str(one.metadata["Name"]).lower()):
        about = package.metadata
        licence = " ".join([about["License-Expression"] or "", *about.get_all("Classifier", [])])
        text = str(about.get_payload() or about["Description"] or "")  # type: ignore[attr-defined]
        if _PERMISSIVE.search(licence) and not aside(str(about["Name"])):  # the others were read while writing material
            yield "pages of packages", re.sub(r"<[^<>]*>|```.*?```", "", text, flags=re.DOTALL)
