"""Status of many systems: 500 systems × 55 risks over 100,000 pieces of evidence.

    python -m benchmarks.status [--systems 500] [--facts 100000] [--into docs/quality.md]

Rules of this place: facts are spread over systems and over everything that the rules ask for, each of them good, bad,
stale or unaccepted by lot; the floor beside it is reading each fact once into the same index and nothing more. Target:
5 seconds for all of it on one core, facts in memory (`benchmarks.portfolio` has them in a store). What is held against
the target is processor time: it is one thread, so on a free core that is the wall time, which is printed beside it
because the machine may be shared.
"""

import argparse
import random
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import risks
from assay.kernel import format_time
from benchmarks.page import kept
from governance.evidence import EvidenceOrigin, Fact, FactStanding
from governance.status import Assessor, Moment, RiskShown, key_of

_NOW: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
_TARGET_S: Final = 5.0
_LOT: Final = random.Random(20261121)  # noqa: S311  a benchmark's draw


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--systems", type=int, default=500)
    parser.add_argument("--facts", type=int, default=100_000)
    parser.add_argument("--into", type=Path, help="write what is printed into this page")
    options = parser.parse_args()
    with kept(options.into, "Status of many systems", f"python -m benchmarks.status {' '.join(sys.argv[1:])}".strip()):
        _measure(options.systems, options.facts)


def _measure(systems: int, count: int) -> None:
    began = time.process_time()
    assessor = Assessor(risks.framework())
    loaded = time.process_time() - began
    asks = sorted({(ask.kind.value, ask.of) for rule in assessor.framework.rules for ask in rule.evidence})
    facts = [_fact(number, f"system-{number % systems}", *_LOT.choice(asks)) for number in range(count)]
    floor = _floor(facts)
    begun, began = time.perf_counter(), time.process_time()
    by_system: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_system[fact.system].append(fact)
    moment = Moment(now=_NOW)
    found = [assessor.assess(system, mine, moment) for system, mine in by_system.items()]
    seconds, wall = time.process_time() - began, time.perf_counter() - begun
    shown = {one: sum(status.count(one) for status in found) for one in RiskShown}
    print(f"{len(found)} systems × {len(found[0].risks)} risks, {count} pieces of evidence for {len(asks)} asks")
    print(f"loading catalogue and rules, once: {loaded:.2f} s")
    verdict = "ok" if seconds <= _TARGET_S else "MISSED"
    print(f"all statuses: {seconds:.2f} s of the processor ({wall:.2f} s wall), target {_TARGET_S:g}: {verdict}")
    print(f"the floor, each fact into an index once: {floor:.2f} s; ratio {seconds / floor:.1f}")
    print("shown: " + ", ".join(f"{name.value} {number}" for name, number in shown.items()))


def _floor(facts: list[Fact]) -> float:
    began = time.process_time()
    index: defaultdict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        index[(fact.system, *key_of(fact.kind, fact.of))].append(fact)
    return time.process_time() - began


def _fact(number: int, system: str, kind: str, of: str) -> Fact:
    good = _LOT.random() > 0.05
    lower, upper = ("0.001", "0.005") if good == (kind == "scan") else ("0.992", "0.999")
    return Fact(
        evidence=f"evidence-{number}",
        seq=number,
        system=system,
        kind=kind,
        of=of,
        subject=f"run-{number}",
        digest=f"sha256:{number:064x}",
        origin=EvidenceOrigin.CI,
        submitter="person-1",
        issued_at=format_time(_NOW - timedelta(days=_LOT.choice([0, 1, 5, 40]))),
        expires_at=None,
        standing=_LOT.choice([FactStanding.RECORDED, FactStanding.ACCEPTED, FactStanding.SUBMITTED]),
        conclusion=None,
        value=Decimal(lower),
        lower=Decimal(lower),
        upper=Decimal(upper),
        n=500,
    )


if __name__ == "__main__":
    main()
