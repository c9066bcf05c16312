"""How well the injection filter tells attacks from texts that look like them, unconfigured, on one core.

    python -m benchmarks.injection --data DIR [--into docs/quality.md]

Rules of this place: nothing measured was trained on (`injection_sets.py`); a text that could not be read to its end
counts as not flagged; intervals are Wilson's, 95 %. Accuracy is the share of attacks that are flagged, or of harmless
texts that are not. The three accuracies of the mean weigh every text of their group alike; documents
(`injection_documents.py`) count in none of them. No other guard is at hand offline; a list of keywords is measured in
the same run.
"""

import argparse
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import pyarrow as pa

from benchmarks.injection_documents import print_documents
from benchmarks.injection_sets import DISGUISES, Group, Sample, by_hand, by_language, samples
from benchmarks.page import kept
from evaluation.filters import FilterSetting, build_filter
from evaluation.statistics import wilson

_STAGES: Final = {
    "rules alone": ["patterns"],
    "rules and known attacks": ["patterns", "known"],
    "the default": ["patterns", "known", "head"],
}
_KEYWORDS: Final = re.compile(
    r"ignore|disregard|forget|jailbreak|\bDAN\b|system prompt|previous instructions|developer mode|bypass|override|"
    r"pretend|act as|you are now|no restrictions|unrestricted|reveal|prompt injection", re.IGNORECASE,
)  # fmt: skip
_SHORT: Final = 200  # letters
Flags: TypeAlias = Callable[[Sequence[str]], list[bool]]


def _filter(stages: list[str]) -> Flags:
    built = build_filter("injection", FilterSetting(options={"stages": list(stages)}))
    return lambda texts: [result.flagged is True for result in built.scan(pa.array(list(texts), pa.string()))]


def _keywords(texts: Sequence[str]) -> list[bool]:
    return [_KEYWORDS.search(text) is not None for text in texts]


def _rate(flags: Sequence[bool]) -> str:
    interval = wilson(sum(flags), len(flags))
    return f"{sum(flags) / len(flags):.3f} [{interval.lower:.3f}, {interval.upper:.3f}]"


def _table(every: Sequence[Sample], found: Mapping[str, list[bool]]) -> None:
    """Print, for each set, the share that the default flags; then the accuracies of all."""
    default = found["the default"]
    sets: dict[tuple[Group, str], list[bool]] = defaultdict(list)
    for sample, flag in zip(every, default, strict=True):
        sets[sample.group, sample.name].append(flag)
    for group in Group:
        print(f"{group.value}: {'recall' if group is Group.MALICIOUS else 'false alarms'} of the default")
        for (of, name), flags in sorted(sets.items()):
            if of is group:
                print(f"    {name:36} n={len(flags):4d}  {_rate(flags)}")
    print(f"\naccuracy{'':18}" + "".join(f"{group.value:>26}" for group in Group) + f"{'mean':>10}")
    for name, flags in found.items():
        right = {
            group: [flag == sample.attack for sample, flag in zip(every, flags, strict=True) if sample.group is group]
            for group in Group
        }
        mean = sum(sum(one) / len(one) for one in right.values()) / len(right)
        print(f"{name:26}" + "".join(f"{_rate(right[group]):>26}" for group in Group) + f"{mean:10.3f}")


def _disguised(flags: Flags) -> None:
    """Print how many of the attacks that are found as they are, are found in a disguise."""
    plain = [text for kind, text in by_hand("disguised_attacks")]
    print(f"\nrecall in disguise, n={len(plain)}")
    for name, disguise in DISGUISES.items():
        print(f"    {name:24} {_rate(flags([disguise(text) for text in plain]))}")


def _languages(flags: Flags) -> None:
    """Print recall and false alarms in each of the other languages."""
    rows = list(by_language())
    found = flags([text for _, _, text in rows])
    print("\nby language, short texts written by hand")
    for language in dict.fromkeys(language for language, _, _ in rows):
        kinds = {
            attack: [flag for (of, is_attack, _), flag in zip(rows, found, strict=True)
                     if (of, is_attack) == (language, attack)]
            for attack in (True, False)
        }  # fmt: skip
        counts = f"n={len(kinds[True])}+{len(kinds[False])}"
        print(f"    {language}  {counts}  recall {_rate(kinds[True])}  false alarms {_rate(kinds[False])}")


def _timed(flags: Flags, texts: Sequence[str]) -> tuple[list[bool], list[str]]:
    """Return the flags of all texts, and lines that say how long short ones and long ones took."""
    found: dict[str, bool] = {}
    lines = []
    short = [text for text in texts if len(text) <= _SHORT]
    for name, some in (("at most", short), ("more than", [text for text in texts if len(text) > _SHORT])):
        begun, work = time.perf_counter(), time.process_time()
        found |= dict(zip(some, flags(some), strict=True))
        taken, worked = time.perf_counter() - begun, time.process_time() - work
        lines.append(
            f"texts of {name} {_SHORT} letters: {len(some) / taken:.0f} a second on one thread beside other work, "
            f"{len(some) / worked:.0f} a second of processor time, n={len(some)}"
        )
    return [found[text] for text in texts], lines


def main(data: Path) -> None:
    """Measure and print."""
    every = samples(data)
    texts = [sample.text for sample in every]
    default = _filter(_STAGES["the default"])
    found = {"a list of keywords": _keywords(texts)}
    found |= {name: _filter(of)(texts) for name, of in _STAGES.items() if name != "the default"}
    found["the default"], lines = _timed(default, texts)
    _table(every, found)
    _disguised(default)
    _languages(default)
    built = build_filter("injection", FilterSetting())
    print_documents(lambda some: list(built.scan(pa.array(list(some), pa.string()))), data)
    print("", *lines, sep="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--into", type=Path, help="page whose section is replaced")
    options = parser.parse_args()
    with kept(options.into, "Prompt injection", "python -m benchmarks.injection --data DIR"):
        main(options.data)
