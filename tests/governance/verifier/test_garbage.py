"""Files that were damaged at random: whatever comes, the verifier ends with a verdict."""

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.verifier import LedgerVerdict, verify_proof, verify_store, witnessed_notes
from tests.governance.samples import Place
from tests.governance.verifier.test_proofs import proved

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def damaged(data: bytes, flips: list[tuple[float, int]]) -> bytes:
    """Replace bytes at shares of the length."""
    found = bytearray(data)
    for share, byte in flips:
        found[min(int(share * len(found)), len(found) - 1)] = byte
    return bytes(found)


FLIPS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8)


@FEW
@given(flips=FLIPS, cut=st.floats(0.05, 1))
def test_a_damaged_store_ends_with_a_verdict(filled: Place, flips: list[tuple[float, int]], cut: float) -> None:
    """Bytes are replaced, the end is cut: never an error, and never `ok` where an entry is missing."""
    data = filled.store.read_bytes()
    copy = filled.path / "damaged.sqlite"
    copy.write_bytes(damaged(data, flips)[: max(1, int(cut * len(data)))])
    trusted = list(witnessed_notes(filled.witness))
    result = verify_store(copy, vkey=filled.vkey, trusted=trusted)
    assert result.verdict in LedgerVerdict
    assert result.verdict is not LedgerVerdict.OK or result.size == 12


@FEW
@given(flips=FLIPS)
def test_a_damaged_witness_file_ends_with_a_verdict(filled: Place, flips: list[tuple[float, int]]) -> None:
    """A line that is damaged is a finding, not an error."""
    kept: Path = filled.path / "damaged.jsonl"
    kept.write_bytes(damaged(filled.witness.read_bytes(), flips))
    result = verify_store(filled.store, vkey=filled.vkey, trusted=witnessed_notes(kept))
    assert result.verdict in LedgerVerdict


@FEW
@given(flips=FLIPS)
def test_a_damaged_proof_holds_only_if_nothing_of_it_changed(filled: Place, flips: list[tuple[float, int]]) -> None:
    """What is not bound to the root is not believed either."""
    trusted = list(witnessed_notes(filled.witness))
    data = json.dumps(proved_once(filled)).encode()
    result = verify_proof(damaged(data, flips), vkey=filled.vkey, trusted=trusted)
    if result.verdict is LedgerVerdict.OK:
        assert result.shown[0].startswith("entry 4 (report.built")


_PROOFS: dict[Path, dict[str, object]] = {}


def proved_once(place: Place) -> dict[str, object]:
    """Return the same proof for every example."""
    if place.path not in _PROOFS:
        _PROOFS[place.path] = proved(place)
    return _PROOFS[place.path]
