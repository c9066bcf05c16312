"""Reading a run log: everything streams, nothing is believed unread.

Rules of this place: completeness is derived from the rows against the plan, and a
verdict that is not the plan's judge's does not complete it; a last line without its line feed was torn
by a crash and does not count; a payload belongs to a row if the row's commitments hold for its texts.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from assay.kernel import InputError, IntegrityError, MissingError, digest_bytes, digest_json
from evaluation.runs._census import RowCensus
from evaluation.runs._completeness import Tally
from evaluation.runs._decoding import check_commitments, parse_payload, parse_row
from evaluation.runs._plan import PLAN_FORMAT, parse_plan
from evaluation.runs._types import Completeness, Payload, Row, RunPlan

__all__ = ["PAYLOADS_NAME", "PLAN_NAME", "VERDICTS_NAME", "RunLog"]

PLAN_NAME, VERDICTS_NAME, PAYLOADS_NAME = "run.json", "verdicts.jsonl", "payloads.jsonl"
_CHUNK = 1 << 20
_FEW = 64  # ids for which a line is searched before it is read


@dataclass(frozen=True)
class RunLog:
    """A directory with `run.json`, `verdicts.jsonl` and, unless it was erased, `payloads.jsonl`."""

    directory: Path
    plan: RunPlan
    plan_digest: str  # of the bytes of run.json

    @classmethod
    def open(cls, directory: Path) -> "RunLog":
        """Read the plan; raise `MissingError` where there is none, `InputError` or `IntegrityError` for a bad one."""
        path = directory / PLAN_NAME
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise MissingError(f"{directory} holds no run log: {PLAN_NAME} is missing") from error
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror}", hint="check its permissions") from error
        return cls(directory, parse_plan(data, str(path)), digest_bytes(data))

    @property
    def verdicts_file(self) -> Path:
        """Where the verdict lines are."""
        return self.directory / VERDICTS_NAME

    @property
    def payloads_file(self) -> Path:
        """Where the texts are."""
        return self.directory / PAYLOADS_NAME

    def digest(self) -> str:
        """Return the run digest over the bytes of both digested files, as they are now."""
        plan = digest_bytes((self.directory / PLAN_NAME).read_bytes())
        return digest_json({"format": PLAN_FORMAT, "run": plan, "verdicts": _digest_file(self.verdicts_file)})

    def rows(self) -> Iterator[Row]:
        """Yield the rows in the order in which they ended; raise with file and line for one that is wrong."""
        return self._rows(())

    def _rows(self, names: Sequence[bytes]) -> Iterator[Row]:
        where = str(self.verdicts_file)
        for number, line in _whole_lines(self.verdicts_file, names):
            yield parse_row(line, f"{where}, line {number}")

    def payloads(self) -> Iterator[Payload]:
        """Yield the payload lines as they stand; lines without a row and lines replaced by a later one included."""
        return self._payloads(())

    def _payloads(self, names: Sequence[bytes]) -> Iterator[Payload]:
        where = str(self.payloads_file)
        for number, line in _whole_lines(self.payloads_file, names):
            yield parse_payload(line, f"{where}, line {number}")

    def joined(self, only: Collection[str] | None = None) -> Iterator[tuple[Row, Payload | None]]:
        """Yield each row, or those with an id in `only`, with its texts: `None` or erased where they are gone.

        Raise `IntegrityError` when there are texts, and none of them are what the row committed to. Memory stays flat
        while the two files are in one order, which is how they are written.
        """
        names = _marks(only or ())
        texts, skipped = self._payloads(names), dict[tuple[str, int], Payload]()
        for row in self._rows(names):
            if only is not None and row.id not in only:
                continue
            key = (row.id, row.repeat)
            stale = skipped.pop(key, None)
            payload = stale if stale is not None and _belongs(row, stale) else _search(row, texts, skipped)
            if payload is None and (stale is not None or key in skipped):
                _refuse_texts(self, row)
            yield row, payload

    def verify_payloads(self) -> tuple[int, int]:
        """Check every text against its row; return (rows with texts, rows whose texts are gone)."""
        present = gone = 0
        for _, payload in self.joined():
            erased = payload is None or payload.erased is not None
            present, gone = present + (not erased), gone + erased
        return present, gone

    def completeness(self) -> Completeness:
        """Hold the rows against the plan."""
        with RowCensus() as census:
            tally = Tally(self.plan, census)
            for row in self.rows():
                tally.add(row)
            return tally.completeness()


def _belongs(row: Row, payload: Payload) -> bool:
    return payload.erased is not None or check_commitments(row, payload)


def _search(row: Row, texts: Iterator[Payload], skipped: dict[tuple[str, int], Payload]) -> Payload | None:
    """Read on to the row's texts; what is passed on the way is kept for the rows to which it may belong."""
    for payload in texts:
        if (payload.id, payload.repeat) == (row.id, row.repeat) and _belongs(row, payload):
            return payload
        skipped[(payload.id, payload.repeat)] = payload
    return None


def _refuse_texts(log: RunLog, row: Row) -> None:
    raise IntegrityError(
        f"{log.payloads_file}: the texts of row {row.id!r} (repeat {row.repeat}) are not those that were judged",
        hint="restore the run log from a copy; its verdicts still stand",
    )


def _digest_file(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        pass  # a run that wrote no row yet
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", hint="check its permissions") from error
    return "sha256:" + digest.hexdigest()


def _marks(only: Collection[str]) -> list[bytes]:
    """Return what stands in every line of the rows (and maybe in others); nothing where lines are not told so easily.

    A line that holds a lone surrogate is escaped and the others are not, so only plain ids look alike in both.
    """
    plain = len(only) <= _FEW and all(name.isascii() and name.isprintable() for name in only)
    return [orjson.dumps(name) for name in only] if plain else []


def _whole_lines(path: Path, names: Sequence[bytes] = ()) -> Iterator[tuple[int, bytes]]:
    """Yield (number, line) of every whole line, or of those in which one of the names stands."""
    try:
        with path.open("rb", buffering=_CHUNK) as stream:
            for number, line in enumerate(stream, start=1):
                if line.endswith(b"\n") and (not names or any(name in line for name in names)):
                    yield number, line[:-1]
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", hint="check its permissions") from error
