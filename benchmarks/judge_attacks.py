"""How often text that addresses the judge gets an unsupported claim called supported.

    python -m benchmarks.judge_attacks --judge checks|local|embedded [--model FILE] [--rows N] [--into docs/quality.md]

Rules of this place: each attack is judged beside its control, the same claim without the attack. An attack succeeds
when a sentence that holds the claim is called supported or the whole answer gets 1 (for relevancy: the full mark). The
conditional rate is over the attacks whose control was not called supported: there the attack made the difference. The
plain rate is over all attacks; it holds the judge's ordinary errors too. `not judged` are claims that no sentence
verdict covers: they were not called supported, and nobody looked at them. Intervals are Wilson's, 95 %. Attacks are
taken family by family in turn, so that fewer `--rows` still see every family.
"""

import argparse
import asyncio
import itertools
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from benchmarks.page import kept
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.judges import Judge, build_judge
from evaluation.statistics import wilson
from evaluation.verdicts import Outcome, Support, Verdict

__all__ = ["Attack", "Finding", "Report", "Result", "load_attacks", "run_attacks"]

DATA: Final = Path(__file__).parent / "data" / "judge_attacks.jsonl"


class Finding(StrEnum):
    """What became of the claim."""

    SUPPORTED = "supported"
    HELD = "held"  # judged, and not called supported
    NOT_JUDGED = "not judged"
    FAILED = "failed"  # refused, unparsable, timed out, error: a typed failure, which blocks


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One line of the data file."""

    id: str
    metric: str
    family: str
    kind: str
    attacked: Item
    control: Item
    spans: tuple[tuple[int, int], ...]  # of the claim in the attacked answer, code points


@dataclass(frozen=True, kw_only=True)
class Result:
    """An attack and its control, judged."""

    attack: Attack
    attacked: Finding
    control: Finding

    @property
    def made_the_difference(self) -> bool:
        """Whether the claim is supported with the attack and was not without it."""
        return self.attacked is Finding.SUPPORTED and self.control is not Finding.SUPPORTED


@dataclass(frozen=True, kw_only=True)
class Report:
    """All results for one metric."""

    results: tuple[Result, ...]

    @property
    def successes(self) -> tuple[Result, ...]:
        """The attacks that turned a verdict."""
        return tuple(result for result in self.results if result.made_the_difference)

    @property
    def at_risk(self) -> int:
        """How many controls were not called supported."""
        return sum(result.control is not Finding.SUPPORTED for result in self.results)


def load_attacks(metric: str, path: Path = DATA) -> tuple[Attack, ...]:
    """Return the attacks on one metric, families in turn."""
    lines = path.read_text(encoding="ascii").split("\n")
    found = [_attack(row) for row in map(json.loads, filter(None, lines)) if row["metric"] == metric]
    families: dict[str, list[Attack]] = defaultdict(list)
    for attack in found:
        families[attack.family].append(attack)
    turns = itertools.zip_longest(*families.values())
    return tuple(attack for turn in turns for attack in turn if attack is not None)


async def run_attacks(judge: Judge, attacks: Sequence[Attack]) -> Report:
    """Judge every attack and its control; a control that several attacks share is judged once."""
    controls: dict[tuple[str, str, tuple[str, ...] | None], Finding] = {}
    results = []
    for attack in attacks:
        key = (attack.control.question, attack.control.answer.text, attack.control.answer.contexts)
        if key not in controls:
            everything = ((0, len(attack.control.answer.text)),)
            controls[key] = _finding(await judge.judge(attack.control, repeat=0), everything)
        attacked = _finding(await judge.judge(attack.attacked, repeat=0), attack.spans)
        results.append(Result(attack=attack, attacked=attacked, control=controls[key]))
    return Report(results=tuple(results))


def _attack(row: Mapping[str, object]) -> Attack:
    contexts = [str(text) for text in _list(row["contexts"])]
    spans = tuple((int(str(start)), int(str(end))) for start, end in map(_list, _list(row["claim_spans"])))
    return Attack(
        id=str(row["id"]),
        metric=str(row["metric"]),
        family=str(row["family"]),
        kind=str(row["claim_kind"]),
        attacked=_item(row, str(row["answer"]), contexts),
        control=_item(row, str(row["control"]), contexts[:1]),
        spans=spans,
    )


def _list(value: object) -> list[object]:
    assert isinstance(value, list)  # noqa: S101 (our own data file)
    return value


def _item(row: Mapping[str, object], text: str, contexts: Sequence[str]) -> Item:
    answer = Answer(outcome=AnswerOutcome.ANSWERED, text=text, contexts=tuple(contexts))
    return Item(id=str(row["id"]), question=str(row["question"]), answer=answer)


def _finding(verdict: Verdict, spans: Sequence[tuple[int, int]]) -> Finding:
    if verdict.outcome is Outcome.NOT_APPLICABLE:
        return Finding.NOT_JUDGED
    if verdict.outcome is not Outcome.SCORED:
        return Finding.FAILED
    over = [unit for unit in verdict.units if any(unit.start < end and start < unit.end for start, end in spans)]
    if verdict.value == 1 or any(unit.support is Support.SUPPORTED for unit in over):
        return Finding.SUPPORTED
    return Finding.HELD if over or not verdict.units else Finding.NOT_JUDGED


def show(title: str, report: Report) -> None:
    """Print both rates, each family's, and the attacks that succeeded."""
    results = report.results
    plain = sum(result.attacked is Finding.SUPPORTED for result in results)
    print(f"{title}: {len(results)} attacks")
    print(f"  success, control held      {_rate(len(report.successes), report.at_risk)}")
    print(f"  called supported, all      {_rate(plain, len(results))}")
    for finding in (Finding.NOT_JUDGED, Finding.FAILED):
        print(f"  {finding:26} {sum(result.attacked is finding for result in results)}")
    families = sorted({result.attack.family for result in results})
    for family in families:
        part = Report(results=tuple(result for result in results if result.attack.family == family))
        print(f"    {family:24} {_rate(len(part.successes), part.at_risk)}")
    names = ", ".join(sorted(result.attack.id for result in report.successes))
    print(f"  succeeded: {names or 'none'}")


def _rate(count: int, of: int) -> str:
    if not of:
        return "no control held"
    low, high = wilson(count, of)
    return f"{count}/{of} = {count / of:.3f} [{low:.3f}, {high:.3f}]"


async def main(options: argparse.Namespace) -> None:
    """Judge the attacks on the judge that was named."""
    if options.judge == "embedded":
        # Lazy: the weights are 1.1 GB, and the other judges need none.
        from benchmarks.judges import embedded  # noqa: PLC0415

        async with embedded(options.model, options.cache, options.threads) as model:
            for metric in options.metrics:
                attacks = load_attacks(metric)[: options.rows]
                show(metric, await run_attacks(build_judge(metric, "embedded", model), attacks))
        return
    for metric in options.metrics:
        show(metric, await run_attacks(build_judge(metric, options.judge), load_attacks(metric)[: options.rows]))


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", choices=("checks", "local", "embedded"), default="local")
    parser.add_argument("--metrics", nargs="+", choices=("faithfulness", "relevancy"), default=["faithfulness"])
    parser.add_argument("--rows", type=int, help="at most so many attacks a metric")
    parser.add_argument("--model", type=Path, help="weights of the embedded judge (GGUF)")
    parser.add_argument("--cache", type=Path, default=Path("judges-cache.sqlite"), help="replies kept between runs")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--into", type=Path, help="page whose section is replaced with what is printed")
    options = parser.parse_args()
    if options.judge == "embedded" and options.model is None:
        parser.error("--judge embedded needs --model FILE")
    return options


if __name__ == "__main__":
    OPTIONS = parsed()
    COMMAND = f"python -m benchmarks.judge_attacks --judge {OPTIONS.judge} --metrics {' '.join(OPTIONS.metrics)}"
    with kept(OPTIONS.into, f"Attacks on judges, judge {OPTIONS.judge}", COMMAND):
        asyncio.run(main(OPTIONS))
