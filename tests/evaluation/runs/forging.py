"""Run directories made by hand: a real log, changed as somebody would who wants another result.

Every forgery keeps the bytes canonical and mends the digests that it knows of, so that only what is checked beyond them
finds it.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from assay.kernel import canonical_bytes, digest_json, format_time, parse_time
from evaluation.runs import Doubt, ids_digest

Row = dict[str, Any]
LATER: Final = "2099-01-01T00:00:00.000000Z"


@dataclass
class Forged:
    """A run directory as plain objects."""

    plan: dict[str, Any]
    rows: list[Row]
    payloads: list[Row] | None

    @classmethod
    def read(cls, directory: Path) -> "Forged":
        """Read a log."""
        plan = json.loads((directory / "run.json").read_bytes())
        rows, payloads = (
            [json.loads(line) for line in (directory / name).read_text(encoding="utf-8").split("\n") if line]
            for name in ("verdicts.jsonl", "payloads.jsonl")
        )
        return cls(plan, rows, payloads)

    def write(self, directory: Path) -> Path:
        """Write it back as we would."""
        (directory / "run.json").write_bytes(canonical_bytes(self.plan))
        for name, lines in (("verdicts.jsonl", self.rows), ("payloads.jsonl", self.payloads)):
            if lines is None:
                (directory / name).unlink()
            else:
                (directory / name).write_bytes(b"".join(canonical_bytes(line) + b"\n" for line in lines))
        return directory

    def count_anew(self) -> None:
        """Let the plan ask for the rows that are there."""
        count, digest = ids_digest(row["id"] for row in self.rows)
        self.plan["questions"] |= {"count": count, "ids_digest": digest}

    def judge_anew(self, **changes: object) -> None:
        """Change the judge of the plan, and name the new one in each verdict."""
        self.plan["judges"][0] |= changes
        for row in self.rows:
            row["verdicts"][0]["judge"] = digest_json(self.plan["judges"][0])


def forge(directory: Path, way: str, into: Path) -> Path:
    """Copy a log under the name of the new folder and forge it in one of the `WAYS`."""
    shutil.copytree(directory, into)
    forged = Forged.read(into)
    forged.plan["run"] = into.name
    WAYS[way][1](forged)
    return forged.write(into)


def _edit_value(forged: Forged) -> None:
    verdict = forged.rows[-1]["verdicts"][0]
    verdict["value"] = "0.5" if verdict["value"] == "1" else "1"


def _all_ones(forged: Forged) -> None:
    for row in forged.rows:
        row["verdicts"][0] |= {"outcome": "scored", "value": "1", "units": []}


def _score_what_was_not_said(forged: Forged) -> None:
    forged.rows[0]["answer"]["outcome"] = "timed_out"


def _quote_what_is_not_there(forged: Forged) -> None:
    forged.rows[0]["verdicts"][0]["units"][0]["quote"]["context"] = 9


def _swap_judge_of_rows(forged: Forged) -> None:
    for row in forged.rows:
        row["verdicts"][0]["judge"] = "sha256:" + "9" * 64


def _call_it_ours(forged: Forged) -> None:
    forged.judge_anew(name="embedded", model="qwen", model_digest="sha256:" + "9" * 64)


def _call_it_computed(forged: Forged) -> None:
    forged.judge_anew(options={"computed": True})


def _copy_rows(forged: Forged) -> None:
    assert forged.payloads is not None
    forged.rows += [row | {"id": f"more-{at}"} for at, row in enumerate(forged.rows)]
    forged.payloads += [one | {"id": f"more-{at}"} for at, one in enumerate(forged.payloads)]
    forged.count_anew()


def _drop_rows(forged: Forged) -> None:
    del forged.rows[-2:]
    forged.count_anew()


def _forget_texts(forged: Forged) -> None:
    forged.payloads = None


def _change_an_answer(forged: Forged) -> None:
    assert forged.payloads is not None
    forged.payloads[0]["answer"] = "something better"


def _make_it_fresh(forged: Forged) -> None:
    last = max(parse_time(row["at"]) for row in forged.rows)
    forged.plan["created_at"] = format_time(last + timedelta(days=30))


def _end_tomorrow(forged: Forged) -> None:
    forged.rows[0]["at"] = LATER


def _write_another_time(forged: Forged) -> None:
    forged.rows[0]["at"] = forged.rows[0]["at"].replace("Z", "+00:00")


def _forget_environment(forged: Forged) -> None:
    forged.plan["environment"] = {}


def _invent_a_digest(forged: Forged) -> None:
    forged.plan["questions"]["digest"] = "sha256:questions"


def _ask_nobody(forged: Forged) -> None:
    forged.plan |= {"target": None, "answers_digest": None}


WAYS: Final[Mapping[str, tuple[Doubt, Callable[[Forged], None]]]] = {
    "edited value": (Doubt.VALUES, _edit_value),
    "all ones": (Doubt.VALUES, _all_ones),
    "scored without an answer": (Doubt.VALUES, _score_what_was_not_said),
    "quote of no context": (Doubt.VALUES, _quote_what_is_not_there),
    "swapped judge digest": (Doubt.VALUES, _swap_judge_of_rows),
    "judge called ours": (Doubt.JUDGES, _call_it_ours),
    "judge called computed": (Doubt.JUDGES, _call_it_computed),
    "copied rows": (Doubt.COPIES, _copy_rows),
    "dropped rows, digest computed anew": (Doubt.TEXTS, _drop_rows),
    "missing payloads": (Doubt.TEXTS, _forget_texts),
    "changed answer": (Doubt.TEXTS, _change_an_answer),
    "made fresh": (Doubt.TIMES, _make_it_fresh),
    "future date": (Doubt.TIMES, _end_tomorrow),
    "another form of time": (Doubt.TIMES, _write_another_time),
    "no environment": (Doubt.PLAN, _forget_environment),
    "invented digest": (Doubt.PLAN, _invent_a_digest),
    "nobody asked": (Doubt.PLAN, _ask_nobody),
}
