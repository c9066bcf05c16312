"""How long "what rests on this document" takes in a graph of a million links, beside what the machine can do at best.

    python -m benchmarks.lineage [--links 1000000] [--store DIR] [--into docs/quality.md]

The store is a file as the product makes it, with its migrations and indices; the graph is written in bulk under the
first entry (sealing a million rows is the ledger's benchmark). It has the shape of real work: documents in versions,
corpora of a thousand documents, passages, question sets, runs with target, judge, commit and policy, evidence,
decisions, releases, reports. Each question is asked of the service as commands ask it, names resolved, in one warm
process; beside it stand the bare recursive query (`sqlite3`, counting alone) and a walk over lists in memory, which
needs no store at all. Documents are drawn at random; the widest question is about the one judge that every run has.
"""

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from assay.kernel import digest_text
from benchmarks.page import kept
from governance.lineage import NAMED_BY_PEOPLE, Artefact, ArtefactKind, Impact, Relation
from governance.record import Record

SECTION = "Lineage: impact in a graph of a million links"
MOST_MS = 200.0
SEED = 20261122
QUESTIONS = 200
ROUNDS = 5  # of the widest question
MOST_NAMED = 40  # as the command shows
SYSTEM = "bench"
BARE = (
    "WITH RECURSIVE found(n) AS (SELECT ? UNION SELECT downstream FROM lineage_link JOIN found ON upstream = n"
    " WHERE relation <> 'beside') SELECT count(*) - 1 FROM found"
)


@dataclass
class Graph:
    """Artefacts and links by number."""

    seed: random.Random
    artefacts: list[tuple[int, int, str, str, str, str]] = field(default_factory=list)
    links: set[tuple[int, int, str]] = field(default_factory=set)

    def add(self, kind: ArtefactKind, name: str, version: int = 0) -> int:
        """Add an artefact; return its number."""
        number = len(self.artefacts) + 1
        self.artefacts.append((number, 0, kind.value, name, f"sha256:{version:064x}", SYSTEM))
        return number

    def on(self, upstream: int, downstream: int, relation: Relation) -> None:
        """Add a link."""
        self.links.add((upstream, downstream, relation.value))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--store", type=Path, help="folder of a store that an earlier run wrote, or for this one's")
    parser.add_argument("--into", type=Path, help="write what is printed into this page")
    options = parser.parse_args()
    command = f"python -m benchmarks.lineage --links {options.links}"
    with tempfile.TemporaryDirectory() as scratch, kept(options.into, SECTION, command):
        folder: Path = options.store or Path(scratch)
        graph = made(options.links)
        if not (folder / "store.sqlite").exists():
            folder.mkdir(parents=True, exist_ok=True)
            write(folder, graph)
        measure(folder, graph)


def made(links: int) -> Graph:
    """Return a graph with this many links."""
    graph = Graph(random.Random(SEED))  # noqa: S311  a draw, not a secret
    share = links / 1_000_000
    documents = [
        graph.add(ArtefactKind.DOCUMENT, f"document-{number}", version)
        for number in range(int(20_000 * share))
        for version in range(5)
    ]
    passages = list(_passages(graph, documents))
    corpora = [graph.add(ArtefactKind.CORPUS, "corpus", number) for number in range(max(1, int(500 * share)))]
    sets = [graph.add(ArtefactKind.QUESTION_SET, f"set-{number}", number) for number in range(int(2_000 * share))]
    for passage in passages:
        graph.on(passage, graph.seed.choice(sets), Relation.PART)
    _measure_runs(graph, corpora, sets, runs=int(20_000 * share))
    while len(graph.links) < links:
        graph.on(graph.seed.choice(documents), graph.seed.choice(corpora), Relation.PART)
    return graph


def _passages(graph: Graph, documents: list[int]) -> Iterator[int]:
    for document in documents:
        passage = graph.add(ArtefactKind.PASSAGE, f"passage-{document}")
        graph.on(document, passage, Relation.PART)
        yield passage


def _measure_runs(graph: Graph, corpora: list[int], sets: list[int], *, runs: int) -> None:
    judge = graph.add(ArtefactKind.JUDGE, "judge")
    targets = [graph.add(ArtefactKind.TARGET, "app", number) for number in range(max(1, runs // 100))]
    decisions: list[int] = []
    for number in range(runs):
        run = graph.add(ArtefactKind.RUN, f"run-{number}")
        commit = graph.add(ArtefactKind.COMMIT, f"commit-{number}")
        for one, relation in (
            (graph.seed.choice(sets), Relation.ASKED),
            (graph.seed.choice(corpora), Relation.READ),
            (targets[number // 100 % len(targets)], Relation.MEASURED),
            (judge, Relation.JUDGED),
            (commit, Relation.USED),
        ):
            graph.on(one, run, relation)
        graph.on(run, graph.add(ArtefactKind.EVIDENCE, f"evidence-{number}"), Relation.SHOWS)
        graph.on(run, graph.add(ArtefactKind.REPORT, f"report-{number}"), Relation.ABOUT)
        if number % 2:
            decisions.append(graph.add(ArtefactKind.DECISION, f"decision-{number}"))
            graph.on(run, decisions[-1], Relation.DECIDED)
    for number in range(len(decisions) // 5):
        release = graph.add(ArtefactKind.RELEASE, f"release-{number}")
        for decision in decisions[number * 5 : number * 5 + 5]:
            graph.on(decision, release, Relation.ABOUT)


def write(folder: Path, graph: Graph) -> None:
    """Write the graph into a new store."""
    Record.open(f"sqlite:///{folder / 'store.sqlite'}", folder / "keys").close()
    with closing(sqlite3.connect(folder / "store.sqlite", isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        database.executemany(
            "INSERT INTO lineage_artefact (artefact, seq, kind, name, digest, system) VALUES (?, ?, ?, ?, ?, ?)",
            map(_stored, graph.artefacts),
        )
        names = {one[3] for one in graph.artefacts if one[2] in NAMED_BY_PEOPLE}
        database.executemany(
            "INSERT INTO lineage_name (pseudonym, salt, name, name_digest) VALUES (?, ?, ?, ?)",
            ((f"named-{name}", b"", name, digest_text(name)) for name in sorted(names)),
        )
        database.executemany(
            "INSERT INTO lineage_link (upstream, downstream, relation, seq) VALUES (?, ?, ?, 0)", sorted(graph.links)
        )
        database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _stored(row: "_Row") -> "_Row":
    """Return the row with the pseudonym of a document in the place of its name."""
    number, seq, kind, name, digest, system = row
    return number, seq, kind, f"named-{name}" if kind in NAMED_BY_PEOPLE else name, digest, system


def measure(folder: Path, graph: Graph) -> None:
    """Ask and print."""
    store = folder / "store.sqlite"
    print(
        f"{len(graph.links):,} links between {len(graph.artefacts):,} artefacts, {store.stat().st_size / 2**20:.0f} MiB"
    )
    below: dict[int, list[int]] = {}
    for upstream, downstream, _ in graph.links:
        below.setdefault(upstream, []).append(downstream)
    documents = [one for one in graph.artefacts if one[2] == ArtefactKind.DOCUMENT]
    judge = next(one for one in graph.artefacts if one[2] == ArtefactKind.JUDGE)
    drawn = graph.seed.sample(documents, QUESTIONS)
    with (
        closing(Record.open(f"sqlite:///{store}", folder / "keys")) as record,
        closing(sqlite3.connect(store)) as database,
    ):
        for title, asked in (("a document", drawn), ("the judge of every run", [judge] * ROUNDS)):
            _compare(title, asked, _impact(record), _bare(database), lambda row: _walk(below, row[0]))


_Row = tuple[int, int, str, str, str, str]


def _compare(
    title: str,
    asked: list[_Row],
    ours: Callable[[_Row], int],
    bare: Callable[[_Row], int],
    walk: Callable[[_Row], int],
) -> None:
    for row in asked[:3]:  # warm
        ours(row)
        bare(row)
    times: dict[str, list[float]] = {"assay": [], "bare query": [], "in memory": []}
    sizes = []
    for row in asked:
        for name, call in (("assay", ours), ("bare query", bare), ("in memory", walk)):
            begun = time.perf_counter()
            found = call(row)
            times[name].append((time.perf_counter() - begun) * 1000)
            sizes.append(found)
    if len({*sizes[-3:]}) != 1:
        raise SystemExit(f"the three do not agree: {sizes[-3:]}")
    print(f"\nwhat rests on {title}: {statistics.median(sizes):,.0f} artefacts (median), n = {len(asked)}")
    base = statistics.median(times["assay"])
    for name, taken in times.items():
        ordered = sorted(taken)
        p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        middle = statistics.median(taken)
        print(f"  {name:<12} p50 {middle:8.2f} ms   p99 {p99:8.2f} ms   ours / it {base / middle:6.2f}")
    worst = max(times["assay"])
    print(f"  target {MOST_MS:.0f} ms: {'met' if worst <= MOST_MS else 'MISSED'}, the slowest took {worst:.1f} ms")


def _impact(record: Record) -> Callable[[_Row], int]:
    def ask(row: _Row) -> int:
        one = Artefact(kind=ArtefactKind(row[2]), name=row[3], digest=row[4], system=row[5])
        found: Impact = record.lineage.impact([one], most=MOST_NAMED)
        return sum(found.counts.values())

    return ask


def _bare(database: sqlite3.Connection) -> Callable[[_Row], int]:
    def ask(row: _Row) -> int:
        return int(database.execute(BARE, (row[0],)).fetchone()[0])

    return ask


def _walk(below: dict[int, list[int]], begin: int) -> int:
    seen, level = {begin}, [begin]
    while level:
        found = []
        for one in level:
            for other in below.get(one, ()):
                if other not in seen:
                    seen.add(other)
                    found.append(other)
        level = found
    return len(seen) - 1


if __name__ == "__main__":
    main()
