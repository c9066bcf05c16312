"""Laws of what counts, whatever people do in whatever order: a model beside the record."""

import contextlib
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.kernel import InputError
from governance.evidence import FactStanding
from governance.record import Record
from tests.governance.evidence.documents import document
from tests.governance.samples import ME, Place

STEPS = st.lists(
    st.tuples(st.sampled_from(["submit", "accept", "return"]), st.integers(0, 1), st.integers(0, 3)), max_size=12
)


@dataclass
class Model:
    """Two things, each with its versions: [content, standing, id]."""

    versions: list[list[list[str]]] = field(default_factory=lambda: [[], []])

    def submit(self, record: Record, thing: int, content: int) -> None:
        """Hand in one of four contents; the same as the newest is no new version."""
        made = record.evidence.submit(ME, document(f"content {content}".encode(), part=f"part {thing}"))
        known = self.versions[thing]
        is_new = not known or known[-1][0] != str(content)
        assert made.is_new is is_new
        if is_new:
            known.append([str(content), "submitted", made.evidence])

    def review(self, record: Record, verdict: str, thing: int, number: int) -> None:
        """Accept or return one of the versions; what was returned stays so."""
        if number >= len(self.versions[thing]):
            return
        version = self.versions[thing][number]
        act = record.evidence.accept if verdict == "accepted" else record.evidence.return_
        is_refused = version[1] in {"returned", verdict}
        with pytest.raises(InputError, match="already") if is_refused else contextlib.nullcontext():
            act(ME, version[2], comment="why")
        version[1] = version[1] if is_refused else verdict

    def counting(self) -> dict[str, str]:
        """Return what counts: of each thing the newest version that was not returned, else the newest."""
        kept = (([one for one in known if one[1] != "returned"] or known)[-1] for known in self.versions if known)
        return {one[2]: one[1] for one in kept}


@pytest.mark.soak
@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_of_each_thing_the_newest_version_that_was_not_returned_counts(steps: list[tuple[str, int, int]]) -> None:
    """One fact a thing, with its standing, after any steps; and as of every size of the ledger it was so before."""
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Place(Path(folder)).open()) as record:
        model, before = Model(), []
        for verb, thing, number in steps:
            if verb == "submit":
                model.submit(record, thing, number)
            else:
                model.review(record, {"accept": "accepted", "return": "returned"}[verb], thing, number)
            before.append((record.checkpoint().size, model.counting()))
        for size, counting in before:
            found = record.evidence.facts("default", as_of=size)
            assert {fact.evidence: fact.standing for fact in found} == {
                evidence: FactStanding(standing) for evidence, standing in counting.items()
            }
