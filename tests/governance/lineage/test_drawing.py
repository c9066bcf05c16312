"""Drawing: what is there is not written again, nothing rests on itself, and the ledger seals every row."""

import itertools
from contextlib import closing, nullcontext

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.kernel import InputError, MissingError
from governance.lineage import ArtefactKind, Relation
from governance.verifier import verify_store, witnessed_notes
from tests.governance.lineage.graphs import document, draw, on, thing
from tests.governance.samples import Place, on_both_stores

_NUMBERS = itertools.count()
CORPUS = thing(ArtefactKind.CORPUS, "corpus", "sha256:c")
RUN = thing(ArtefactKind.RUN, "run-1", "sha256:r")
REPORT = thing(ArtefactKind.REPORT, "report-1", "sha256:p")


@on_both_stores
def test_what_was_drawn_is_walked_both_ways(place: Place) -> None:
    """Nearest first, with how one rests on the other."""
    record = place.open()
    draw(record, on(document("a.md"), CORPUS), on(CORPUS, RUN, Relation.READ), on(RUN, REPORT, Relation.ABOUT))
    up = record.lineage.upstream(REPORT)
    assert [(tie.level, tie.link.upstream) for tie in up] == [(1, RUN), (2, CORPUS), (3, document("a.md"))]
    down = record.lineage.downstream(document("a.md"), depth=2)
    assert [tie.link.downstream for tie in down] == [CORPUS, RUN]
    assert [link.relation for link in record.lineage.path(document("a.md"), REPORT)] == ["part", "read", "about"]


@on_both_stores
def test_the_same_links_again_are_no_entry(place: Place) -> None:
    """Drawing is idempotent, in whatever order."""
    record = place.open()
    links = (on(document("a.md"), CORPUS), on(CORPUS, RUN, Relation.READ))
    assert draw(record, *links) == 1
    assert draw(record, *reversed(links)) is None
    assert record.checkpoint().size == 2


def test_a_link_that_joins_what_is_there_is_drawn_alone(place: Place) -> None:
    """Both ends are known, and so is another link between them."""
    record = place.open()
    draw(record, on(CORPUS, RUN, Relation.READ))
    draw(record, on(CORPUS, RUN, Relation.BESIDE))
    assert place.sql("SELECT relation, seq FROM lineage_link ORDER BY seq") == [("read", 1), ("beside", 2)]


CIRCLES = {
    "itself": [[on(RUN, RUN)]],
    "at once": [[on(CORPUS, RUN), on(RUN, CORPUS)]],
    "later": [[on(CORPUS, RUN)], [on(RUN, CORPUS)]],
    "far around": [[on(document("a.md"), CORPUS), on(CORPUS, RUN)], [on(RUN, REPORT)], [on(REPORT, document("a.md"))]],
    "by something new": [[on(CORPUS, RUN)], [on(RUN, REPORT), on(REPORT, CORPUS)]],
}


@pytest.mark.parametrize("name", CIRCLES)
def test_a_circle_is_refused_and_nothing_of_it_is_written(place: Place, name: str) -> None:
    """The links before it stay."""
    record = place.open()
    *before, last = CIRCLES[name]
    for links in before:
        draw(record, *links)
    size = record.checkpoint().size
    with pytest.raises(InputError, match="cannot rest on"):
        draw(record, *last)
    assert record.checkpoint().size == size


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40))
def test_whatever_is_drawn_there_is_no_circle(place: Place, pairs: list[tuple[int, int]]) -> None:
    """A law: a link is refused exactly where its upstream end rests on its downstream end already."""
    begin = next(_NUMBERS) * 10  # runs that no other example has drawn
    below: dict[int, set[int]] = {}
    with closing(place.open()) as record:
        for upstream, downstream in pairs:
            above, below_it = (thing(ArtefactKind.RUN, f"run-{begin + number}") for number in (upstream, downstream))
            closes = upstream == downstream or upstream in _reached(below, downstream)
            with pytest.raises(InputError) if closes else nullcontext():
                draw(record, on(above, below_it))
            if not closes:
                below.setdefault(upstream, set()).add(downstream)


def _reached(below: dict[int, set[int]], begin: int) -> set[int]:
    found, level = set[int](), {begin}
    while level:
        level = {other for one in level for other in below.get(one, set())} - found
        found |= level
    return found


def test_the_ledger_seals_lineage(place: Place) -> None:
    """A link that was put in behind the record's back is found."""
    record = place.open()
    draw(record, on(document("a.md"), CORPUS))
    draw(record, on(CORPUS, RUN))
    record.close()
    trusted = witnessed_notes(place.witness)
    assert verify_store(place.file(), vkey=place.vkey, trusted=trusted).findings_total == 0
    place.sql("INSERT INTO lineage_link VALUES (1, 3, 'part', 2)")
    (found,) = verify_store(place.file(), vkey=place.vkey, trusted=trusted).findings
    assert found.position == "entry 2"


def test_what_is_not_there_is_said(place: Place) -> None:
    """With the command that shows what is."""
    record = place.open()
    with pytest.raises(MissingError, match="nothing in the record is called"):
        record.lineage.find("document:a.md")
    with pytest.raises(InputError, match="not a thing of the record"):
        record.lineage.find("nonsense")
    with pytest.raises(MissingError, match="not in the record"):
        record.lineage.upstream(RUN)
