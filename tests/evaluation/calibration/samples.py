"""Labels, draws and cards for tests of calibration."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from evaluation.calibration import CheckedRow, JudgeCard, JudgedRow, make_cards
from evaluation.verdicts import JudgeSpec, Outcome, Verdict

SPEC = JudgeSpec(name="fake", version="1", metric="faithfulness")
AT = "2026-01-01T00:00:00.000000Z"


def write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Write JSON Lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def labelled(name: str, label: object = 1, **changes: object) -> dict[str, object]:
    """Return one row of a labels file."""
    row = {"id": name, "question": "What is it about?", "answer": f"It is the {name}.", "label": label}
    return {**row, **changes}


def draw(name: str, value: float | None, *, repeat: int = 0, probability: float | None = None) -> JudgedRow:
    """Return one verdict on a row."""
    verdict = Verdict(
        metric="faithfulness",
        outcome=Outcome.ERROR if value is None else Outcome.SCORED,
        judge=SPEC.digest,
        value=value,
        probability=probability,
        reason=f"why {name}",
    )
    return JudgedRow(id=name, repeat=repeat, verdict=verdict, elapsed_ms=2.0)


def checked(name: str, people: Sequence[bool], *values: float | None, language: str = "en") -> CheckedRow:
    """Return a row that people labelled and the judge judged once per value."""
    draws = tuple(draw(name, value, repeat=repeat) for repeat, value in enumerate(values))
    return CheckedRow(id=name, cluster=None, language=language, labels=tuple(people), draws=draws)


def card(rows: Sequence[CheckedRow]) -> JudgeCard:
    """Return the only card of these rows."""
    (made,), _ = make_cards(SPEC, rows, labels_digest="sha256:0", source="labels.jsonl", made_at=AT)
    return made


def rows_of(good_right: int, good_wrong: int, bad_right: int, bad_wrong: int) -> list[CheckedRow]:
    """Return rows by what people say and whether the judge agrees."""
    kinds = ((good_right, True, 1.0), (good_wrong, True, 0.0), (bad_right, False, 0.0), (bad_wrong, False, 1.0))
    names = iter(range(1_000_000))
    return [checked(f"r{next(names)}", [people], value) for count, people, value in kinds for _ in range(count)]
