"""The batch function: exact lines, keyed digests, and a plug-in that breaks its contract."""

import json
import subprocess
import sys
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import commitment
from evaluation.filters import Filter, FilterOutcome, FilterResult, FilterSpec, Finding, could_not, scored
from evaluation.scans import Row, batch_of, scan_batch
from evaluation.scans._tally import parse_tally, tally_json
from tests.fakes.filters import QuietFilter, ShoutFilter, StumbleFilter

KEY = b"k" * 32


def scanned(texts: Sequence[str | None], *, cut: int = 100) -> list[dict[str, Any]]:
    """Return the documents of rows that are scanned `cut` at a time."""
    rows = [Row(str(n), text, "" if text is not None else "no text") for n, text in enumerate(texts)]
    filters: dict[str, Filter] = {"shout": ShoutFilter(), "stumble": StumbleFilter()}
    parts = [scan_batch(filters, batch_of(rows[at : at + cut]), KEY) for at in range(0, len(rows), cut)]
    return [json.loads(line) for part in parts for line in part.lines.split(b"\n") if line]


class _Kind(StrEnum):
    X = "X"


class _Fixed:
    """Gives the same result for every text."""

    spec = FilterSpec(name="fixed", version="1", threshold=0.5)

    def __init__(self, result: FilterResult) -> None:
        self.result = result

    def scan(self, texts: "pa.StringArray") -> Sequence[FilterResult]:
        return [self.result] * len(texts)


def test_a_line_is_what_the_contract_says() -> None:
    """Offsets count code points; the digest is an HMAC of exactly that piece."""
    (line,) = scanned(["👩‍🚀 é HELLO there"])
    assert line["id"] == 0
    finding = {"type": "SHOUT", "start": 6, "end": 11, "score": 1.0, "text_digest": commitment(KEY, "HELLO")}
    assert line["filters"] == {
        "shout": {"outcome": "scored", "flagged": False, "score": 0.25, "findings": [finding | {"detail": "capitals"}]},
        "stumble": {"outcome": "scored", "flagged": False, "score": 0.0, "findings": []},
    }


@given(st.lists(st.none() | st.text(alphabet=st.characters(exclude_categories=["Cs"])), max_size=40))
def test_a_batch_holds_the_texts_as_they_are(texts: list[str | None]) -> None:
    """Null is not the empty text, whatever its neighbours."""
    batch = batch_of([Row(str(n), text, "") for n, text in enumerate(texts)])
    batch.validate(full=True)
    assert batch.column("text").to_pylist() == texts
    assert batch.column("id").to_pylist() == [str(n) for n in range(len(texts))]


def test_making_and_reading_a_batch_imports_no_pandas() -> None:
    """It would cost every process 45 MiB."""
    program = (
        "import sys\n"
        "from evaluation.scans import Row, batch_of, scan_batch\n"
        "from tests.fakes.filters import QuietFilter\n"
        "scan_batch({'q': QuietFilter()}, batch_of([Row('1', 'a', ''), Row('2', None, 'x')]), b'')\n"
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_flagged_means_at_the_threshold_or_above() -> None:
    """Half of the words is enough for a threshold of a half."""
    assert [line["filters"]["shout"]["flagged"] for line in scanned(["AB c", "AB c d"])] == [True, False]


def test_how_rows_are_cut_changes_nothing() -> None:
    """Batches of one, of three and of all give the same lines."""
    texts = ["A BB", None, "", "raise", "x", "wrong", "CC DD"]
    assert scanned(texts, cut=1) == scanned(texts, cut=3) == scanned(texts)


def test_a_row_without_a_text_is_an_error_of_every_filter_and_never_clean() -> None:
    """Neither flag nor score, and the reason."""
    (line,) = scanned([None])
    failed: dict[str, object] = {
        "outcome": "error",
        "flagged": None,
        "score": None,
        "findings": [],
        "reason": "no text",
    }
    assert line["filters"] == {"shout": failed, "stumble": failed}


def test_a_filter_that_raises_loses_that_text_alone() -> None:
    """The neighbours are read, and what it raised, which may hold the text, is not repeated."""
    lines = scanned(["fine", "raise", "fine"])
    found = [line["filters"]["stumble"] for line in lines]
    assert [one["outcome"] for one in found] == ["scored", "error", "scored"]
    assert found[1]["reason"] == "the filter raised ValueError"


@pytest.mark.parametrize(
    "result",
    [
        scored(_Fixed.spec, 0.9, [Finding(type="X", start=2, end=99, score=1.0)]),
        scored(_Fixed.spec, 0.9, [Finding(type="X", start=3, end=2, score=1.0)]),
        scored(_Fixed.spec, 0.9, [Finding(type="X", start=0, end=1, score=float("nan"))]),
        scored(_Fixed.spec, float("nan")),
        scored(_Fixed.spec, 1.5),
        scored(_Fixed.spec, 0.9, [Finding(type="X", start=0, end=1, score=Fraction(1, 2))]),  # type: ignore[arg-type]
        FilterResult(outcome=FilterOutcome.SCORED),
    ],
)
def test_a_result_that_breaks_the_contract_is_an_error(result: FilterResult) -> None:
    """A position outside the text would point at another row's."""
    done = scan_batch({"fixed": _Fixed(result)}, batch_of([Row("1", "text", "")]), KEY)
    cell = json.loads(done.lines)["filters"]["fixed"]
    assert (cell["outcome"], cell["flagged"], cell["findings"]) == ("error", None, [])
    assert done.tally["fixed"].failures == {"error": 1}


def test_names_and_numbers_of_libraries_are_written_plainly() -> None:
    """Members of an enumeration and single-precision numbers, in a line and through a worker's reply."""
    finding = Finding(type=_Kind.X, start=0, end=1, score=np.float32(0.5), detail=_Kind.X)  # type: ignore[arg-type]
    result = scored(_Fixed.spec, np.float32(0.75), [finding], {_Kind.X: np.float32(0.75)})  # type: ignore[arg-type,dict-item]
    done = scan_batch({"fixed": _Fixed(result)}, batch_of([Row("1", "text", "")]), KEY)
    cell = json.loads(done.lines)["filters"]["fixed"]
    assert (cell["findings"][0]["type"], cell["score"], cell["categories"]) == ("X", 0.75, {"X": 0.75})
    assert parse_tally(json.loads(orjson.dumps(tally_json(done.tally)))) == done.tally


def test_what_a_filter_says_of_its_heads_is_kept() -> None:
    """Categories are written as they are, a time-out with its reason."""
    result = scored(_Fixed.spec, 0.7, categories={"threat": 0.7})
    done = scan_batch({"fixed": _Fixed(result)}, batch_of([Row("1", "text", "")]), KEY)
    assert json.loads(done.lines)["filters"]["fixed"]["categories"] == {"threat": 0.7}
    late = could_not(FilterOutcome.TIMED_OUT, "too long")
    done = scan_batch({"fixed": _Fixed(late)}, batch_of([Row("1", "text", "")]), KEY)
    assert json.loads(done.lines)["filters"]["fixed"]["reason"] == "too long"


def test_a_filter_that_gives_too_few_results_is_asked_text_by_text() -> None:
    """Results cannot be given to the wrong texts."""

    class Short(QuietFilter):
        def scan(self, texts: "pa.StringArray") -> Sequence[FilterResult]:
            return list(super().scan(texts))[:1]

    done = scan_batch({"quiet": Short()}, batch_of([Row("1", "a", ""), Row("2", "b", "")]), KEY)
    assert done.tally["quiet"].scored == 2
