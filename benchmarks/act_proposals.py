"""How often proposed answers lead to the right class of the AI Act, and the fit of what words and models count.

    python -m benchmarks.act_proposals [--model] [--data FILE.jsonl] [--into docs/quality.md]
    python -m benchmarks.act_proposals --fit [--data FILE.jsonl]

Rules of this place: `--fit` uses descriptions for tuning alone and prints the numbers for
`assay/app/data/act_proposals.yaml`; everything else measures on those that are held back. The gravest class counts: a
graver one that is missed and a milder one that is called grave are told apart. Beside it stand what always saying the
commonest class would give, and the words and the reader alone. `--data` takes further labelled rows
(`{"text": …, "classes": […]}` a line). `--model` asks the embedded model, which takes minutes.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from assay.app.act_proposal import propose
from assay.app.act_reading import Reading, read
from assay.app.act_weighing import log_odds
from benchmarks.act_systems import Described, Split, described_systems
from benchmarks.page import kept
from evaluation.llm import ChatModel
from evaluation.statistics import wilson
from risks.act import ActClass, tree

_GRAVITY: Final = (
    ActClass.PROHIBITED,
    ActClass.HIGH_RISK,
    ActClass.GPAI_SYSTEMIC,
    ActClass.GPAI,
    ActClass.ARTICLE_50,
    ActClass.NONE,
)
_GRAVE: Final = _GRAVITY[:2]
_FITTED: Final = ("prohibited", "annex_iii", "transparency")
_STRENGTHS: Final = ("strong", "weak", "silent", "denied")
_STRICT: Final = 1.0  # of the ridge: log-loss of so many rows weighs as much as the squared numbers


def main() -> None:
    """Fit or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", action="store_true", help="print fitted numbers instead")
    parser.add_argument("--model", action="store_true", help="ask the embedded model too")
    parser.add_argument("--data", type=Path, action="append", default=[], help="more labelled rows, JSON Lines")
    parser.add_argument("--into", type=Path, help="write what is printed into this page")
    options = parser.parse_args()
    more = [row for path in options.data for row in _rows(path)]
    if options.fit:
        _fit([*described_systems(Split.TUNE), *more])
        return
    command = f"python -m benchmarks.act_proposals {' '.join(sys.argv[1:])}".strip()
    with kept(options.into, "Proposals for the AI Act", command):
        if options.model:
            asyncio.run(_with_model(more))
        else:
            asyncio.run(_measure(more, None))


def gravest(classes: Sequence[ActClass] | frozenset[ActClass]) -> ActClass | None:
    """Return the gravest class, None without any."""
    return next((one for one in _GRAVITY if one in classes), None)


def _rows(path: Path) -> list[Described]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        classes = frozenset(ActClass(one) for one in row["classes"])
        answers = {"annex_iii": tuple(row["annex_iii"])} if row.get("annex_iii") else {}
        found.append(Described(id=row["id"], split=Split.HELD, text=row["text"], classes=classes, answers=answers))
    return found


async def _with_model(more: list[Described]) -> None:
    # Lazy: native code and a gigabyte of weights.
    import tempfile  # noqa: PLC0415

    from evaluation.llm import Courier, EmbeddedServer, OpenAIChat  # noqa: PLC0415
    from evaluation.weights import entry_of, path_of  # noqa: PLC0415

    entry = entry_of("judge")
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedServer(path_of("judge"), sha256=entry.sha256, model=entry.model, alone=True) as endpoint,
    ):
        async with Courier(Path(folder) / "cache.db", None) as courier:
            await _measure(more, OpenAIChat(endpoint, courier))


async def _measure(more: list[Described], model: ChatModel | None) -> None:
    print(f"proposals by words, the reader and {model.spec.model}" if model else "proposals by words and the reader")
    for name, rows in (("written for this, held back", described_systems(Split.HELD)), ("given", more)):
        if rows:
            await _of(name, list(rows), model)


async def _of(name: str, rows: list[Described], model: ChatModel | None) -> None:
    pairs, points, began = [], [], time.perf_counter()
    for row in rows:
        proposal = await propose(row.text, model)
        pairs.append((gravest(row.classes), gravest(proposal.classes)))
        wanted = set(row.answers.get("annex_iii", ())) - {"none"}
        if wanted and gravest(proposal.classes) is ActClass.HIGH_RISK:
            said = {option for one in proposal.answers if one.question == "annex_iii" for option in one.answer}
            points.append(bool(wanted & said))
    seconds = (time.perf_counter() - began) / len(rows)
    commonest = max(Counter(true for true, _ in pairs).values())
    print(f"\n{name}: {len(rows)} descriptions, {seconds:.2f} s each")
    right = _rate(pairs, lambda true, said: true == said)
    print(f"  right class           {right}; the commonest class alone {commonest / len(rows):.3f}")
    grave = [(true, said) for true, said in pairs if true in _GRAVE]
    other = [(true, said) for true, said in pairs if true not in _GRAVE]
    print(f"  grave, seen as grave  {_rate(grave, lambda _, said: said in _GRAVE)}")
    print(f"  not, called grave     {_rate(other, lambda _, said: said in _GRAVE)}")
    if points:
        print(
            f"  a right point of III  {sum(points) / len(points):.3f} (n = {len(points)} high-risk ones seen as such)"
        )
    for true in _GRAVITY:
        seen = Counter(one for which, one in pairs if which is true)
        if seen:
            shown = ", ".join(f"{one or 'no class'} {count}" for one, count in seen.most_common())
            print(f"  {true:14} → {shown}")


def _rate(
    pairs: Sequence[tuple[ActClass | None, ActClass | None]], holds: Callable[[ActClass | None, ActClass | None], bool]
) -> str:
    right, total = sum(holds(true, said) for true, said in pairs), len(pairs)
    interval = wilson(right, total)
    return f"{right / total:.3f} [{interval.lower:.3f}, {interval.upper:.3f}] (n = {total})"


def _fit(rows: Sequence[Described]) -> None:
    """Print log-odds by strength of the words, and the weight of the reader, by ridge regression of log-odds."""
    # Lazy: no dependency of the product.
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    features, labels = [], []
    for row in rows:
        reading = read(row.text)
        for question in tree().questions:
            said = set(row.answers.get(question.id, ()))
            if question.id not in _FITTED or not said:
                continue
            for option in question.options:
                features.append(_features(reading, question.id, option.id))
                labels.append(option.id in said)
    fitted = LogisticRegression(C=_STRICT, fit_intercept=False, max_iter=5_000).fit(features, labels)
    numbers = dict(zip((*_STRENGTHS, "reader"), fitted.coef_[0].round(2).tolist(), strict=True))
    print(f"{len(rows)} descriptions, {len(labels)} options, {sum(labels)} of them held: {numbers}")


def _features(reading: Reading, question: str, option: str) -> list[float]:
    strength = reading.strength(question, option) or "silent"
    return [*(float(strength == one) for one in _STRENGTHS), log_odds(reading.chance(question, option) or 0.0)]


if __name__ == "__main__":
    main()
