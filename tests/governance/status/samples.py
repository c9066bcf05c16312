"""Facts and asks to hold against each other."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from assay.kernel import format_time
from governance.evidence import EvidenceOrigin, Fact, FactStanding
from governance.status import Moment
from risks import Ask, EvidenceKind

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MOMENT = Moment(now=NOW)


def days_ago(days: float) -> str:
    """Return a time before `NOW`, as facts have it."""
    return format_time(NOW - timedelta(days=days))


def ask(**changes: object) -> Ask:
    """Return an ask: faithfulness of at least 0.90 on 100 rows of the last 30 days, unless changed."""
    plain: dict[str, Any] = {
        "kind": EvidenceKind.METRIC,
        "of": "faithfulness",
        "risks": (),
        "max_age_days": 30,
        "at_least": "0.90",
        "at_most": "",
        "min_n": 100,
        "owner": "",
        "document": "",
    }
    return Ask(**{**plain, **changes})


def fact(**changes: object) -> Fact:
    """Return a fact that satisfies the plain ask, unless changed; numbers as text."""
    plain: dict[str, Any] = {
        "evidence": "evidence-1",
        "seq": 1,
        "system": "shop",
        "kind": "metric",
        "of": "faithfulness",
        "subject": "run-1",
        "digest": "sha256:00",
        "origin": EvidenceOrigin.PERSON,
        "submitter": "person-1",
        "issued_at": days_ago(1),
        "expires_at": None,
        "standing": FactStanding.RECORDED,
        "conclusion": None,
        "value": "0.95",
        "lower": "0.92",
        "upper": "0.97",
        "n": 200,
        "failures": 0,
    }
    cells = {**plain, **changes}
    for name in ("value", "lower", "upper"):
        cells[name] = None if cells[name] is None else Decimal(cells[name])
    return Fact(**cells)
