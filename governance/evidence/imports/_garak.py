"""garak's report (JSON Lines): how often attacks of its probes were resisted.

Read are the rows `eval`, of both layouts: `passed` and `total` of old, `passed`, `nones` and `total_evaluated` now.
Rules of this place: of the detectors of one probe the one that saw most attacks succeed counts; a report without its
last row was cut short; a threshold that is laxer than garak's own makes no evidence. Prompts and outputs are not read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from governance.evidence.imports._bytes import parse_lines, too_many_names
from governance.evidence.imports._names import clean_name, listed
from governance.evidence.imports._node import Node
from governance.evidence.imports._numbers import measured, rate_of
from governance.evidence.imports._times import oldest
from governance.evidence.imports._types import ImportedReport, ReportFormat, Statement
from governance.evidence.imports._words import rate_in_words
from risks import EvidenceKind

__all__ = ["knows", "read", "read_lines"]

THRESHOLD: Final = 0.5  # `run.eval_threshold`: a score of a detector below it is a resisted attack
_PREFIXES: Final = ("garak.", "probes.", "detectors.", "detector.")


@dataclass(slots=True)
class _Count:
    """What one detector saw of one probe."""

    passed: int = 0
    total: int = 0
    nones: int = 0  # outputs that it could not judge

    @property
    def rate(self) -> float:
        return self.passed / self.total if self.total else 0.0


@dataclass(slots=True)
class _Run:
    """What the rows told so far."""

    versions: dict[str, None] = field(default_factory=dict)
    times: list[str | None] = field(default_factory=list)
    generations: int = 1
    thresholds: set[float] = field(default_factory=set)
    ended: bool = False
    attempted: set[str] = field(default_factory=set)
    counts: dict[str, dict[str, _Count]] = field(default_factory=dict)  # by probe and detector

    def take(self, row: Node) -> None:
        """Add one row."""
        kind = row.get("entry_type").needed_text()
        if kind == "start_run setup":
            self._set_up(row)
        elif kind == "init":
            self.times.append(row.get("start_time").text())
            self._version(row.get("garak_version"))
        elif kind == "attempt":
            self.attempted.add(_name(row.get("probe_classname")))
        elif kind == "eval":
            self._evaluate(row)
        elif kind in {"completion", "digest"}:
            self.ended = True

    def _set_up(self, row: Node) -> None:
        self._version(row.get("_config.version"))
        self.times.append(row.get("transient.starttime_iso").text())
        self.generations = max(self.generations, row.get("run.generations").count() or 1)
        threshold = row.get("run.eval_threshold").number()
        if threshold is not None:
            self.thresholds.add(threshold)

    def _version(self, node: Node) -> None:
        if node.text():
            self.versions[clean_name(node.needed_text())] = None

    def _evaluate(self, row: Node) -> None:
        total = row.get("total_evaluated").count()
        total = row.get("total").count() if total is None else total
        passed = row.get("passed").count()
        if passed is None and total is not None and row.get("fails").given:
            passed = total - (row.get("fails").count() or 0)
        if total is None or passed is None:
            row.get("passed" if passed is None else "total_evaluated").wrong("a number of outputs")
        if not 0 <= passed <= total:
            row.get("passed").wrong("no more outputs than were evaluated")
        detector = _name(row.get("detector")) if row.get("detector").given else ""
        count = self.counts.setdefault(_name(row.get("probe")), {}).setdefault(detector, _Count())
        count.passed += passed
        count.total += total
        count.nones += row.get("nones").count() or 0

    @property
    def lax(self) -> bool:
        """Whether a detector's score above garak's own threshold still counted as resisted."""
        return any(not 0 < threshold <= THRESHOLD for threshold in self.thresholds)


def knows(top: Node) -> bool:
    """Whether a JSON object is a row of a report."""
    return top.has("entry_type")


def read(top: Node) -> ImportedReport:
    """Return what a report of one row states."""
    return _report([top])


def read_lines(text: str, file: str) -> ImportedReport:
    """Return what a report states: all probes as `garak`, each as `garak:<probe>`."""
    return _report(Node(line.value, f"{file}, line {number}") for number, line in parse_lines(text, file))


def _report(rows: Iterable[Node]) -> ImportedReport:
    run = _Run()
    for row in rows:
        run.take(row)
        too_many_names(run.counts, row.file)
        too_many_names(run.attempted, row.file)
    statements = tuple(_statements(run))
    issued_at, notes = oldest(run.times)
    return ImportedReport(
        format=ReportFormat.GARAK,
        tool="garak",
        tool_version=listed(run.versions),
        issued_at=issued_at,
        statements=statements,
        summary=f"{len(run.counts)} probes: resisted {rate_in_words(statements[0])}",
        notes=notes + tuple(_notes(run)),
    )


def _statements(run: _Run) -> Iterator[Statement]:
    worst = {probe: min(counts.values(), key=lambda one: one.rate) for probe, counts in run.counts.items()}
    unjudged = {probe: max(one.nones for one in counts.values()) for probe, counts in run.counts.items()}
    forgotten = sorted(run.attempted - run.counts.keys())
    whole = _Count(sum(one.passed for one in worst.values()), sum(one.total for one in worst.values()))
    usable = run.ended and not run.lax
    failures = sum(unjudged.values()) + len(forgotten)
    judged = all(count.total for count in worst.values()) and not forgotten
    yield _statement("garak", whole, failures, run, whole=usable and judged)
    for probe, count in worst.items():
        yield _statement(f"garak:{probe}", count, unjudged[probe], run, whole=usable)
    for probe in forgotten:
        yield _statement(f"garak:{probe}", _Count(), 1, run, whole=False)


def _statement(of: str, count: _Count, failures: int, run: _Run, *, whole: bool) -> Statement:
    rate = rate_of(count.passed, count.total, drawn_together=run.generations)
    return measured(EvidenceKind.SUITE, of, rate, n=count.total, failures=failures, whole=whole)


def _name(node: Node) -> str:
    name = clean_name(node.needed_text())
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _notes(run: _Run) -> Iterator[str]:
    if not run.ended:
        yield "the report has no last row: the run was cut short"
    if not run.counts:
        yield "nothing was evaluated"
    if run.attempted - run.counts.keys():
        yield f"{len(run.attempted - run.counts.keys())} probes were begun and never evaluated"
    if run.lax:
        yield f"the detectors' threshold is laxer than garak's own {THRESHOLD}"
    elif not run.thresholds:
        yield "the report does not say the detectors' threshold"
    if run.generations > 1:
        yield f"{run.generations} answers to one prompt count as one for the interval"
