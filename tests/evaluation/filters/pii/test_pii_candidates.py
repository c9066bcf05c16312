"""Who wins where findings reach into each other."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.filters.pii._candidates import Candidate, Ground, settled

TEXT = "abcdefghij" * 4


def candidate(kind: str, start: int, end: int, *, ground: Ground = Ground.PATTERN, score: float = 0.6) -> Candidate:
    """Return a candidate of a made-up recogniser."""
    return Candidate(type=kind, start=start, end=end, score=score, ground=ground, detail="made-up")


def spans(candidates: list[Candidate]) -> list[tuple[str, int, int]]:
    """Return what matters of them."""
    return [(one.type, one.start, one.end) for one in settled(TEXT, candidates)]


def test_a_check_beats_a_pattern_beats_a_name() -> None:
    """However long and sure the other is."""
    checked = candidate("CARD", 4, 8, ground=Ground.CHECKED, score=0.5)
    pattern = candidate("PHONE", 3, 9, score=0.9)

    assert spans([pattern, checked]) == [("CARD", 4, 8)]


def test_a_name_keeps_what_is_left_to_it() -> None:
    """The rest of a name stands on both sides of what won."""
    name = candidate("PERSON", 0, 10, ground=Ground.NAME, score=0.99)

    assert spans([name, candidate("PHONE", 4, 6)]) == [("PERSON", 0, 4), ("PHONE", 4, 6), ("PERSON", 6, 10)]


def test_a_pattern_that_lost_a_part_goes() -> None:
    """Half a number is none."""
    assert spans([candidate("A", 0, 6, score=0.9), candidate("B", 4, 9)]) == [("A", 0, 6)]


def test_two_of_one_type_become_one() -> None:
    """Pieces that overlap are one finding; pieces that only touch are two."""
    assert spans([candidate("A", 0, 6), candidate("A", 4, 9), candidate("A", 9, 12)]) == [("A", 0, 9), ("A", 9, 12)]


@pytest.mark.parametrize("flags", [True, False])
def test_a_united_finding_flags_where_one_of_its_parts_does(flags: bool) -> None:  # noqa: FBT001 (both cases)
    """A reported date that is also a date of birth flags."""
    parts = [
        Candidate(type="A", start=0, end=6, score=0.9, ground=Ground.PATTERN, detail="x", flags=False),
        Candidate(type="A", start=0, end=6, score=0.5, ground=Ground.PATTERN, detail="y", flags=flags),
    ]

    assert [one.flags for one in settled(TEXT, parts)] == [flags]


CANDIDATES = st.lists(
    st.builds(
        lambda kind, start, length, ground, score: candidate(kind, start, start + length, ground=ground, score=score),
        st.sampled_from(["A", "B", "C"]), st.integers(0, 30), st.integers(1, 10), st.sampled_from(list(Ground)),
        st.sampled_from([0.5, 0.6, 0.9]),
    ),
    max_size=12,
)  # fmt: skip


@given(CANDIDATES, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_found_does_not_matter(candidates: list[Candidate], chance: object) -> None:
    """Any order settles to the same, apart and in order."""
    shuffled = sorted(candidates, key=lambda _: chance.random())  # type: ignore[attr-defined]  # a random.Random
    found = spans(candidates)

    assert spans(shuffled) == found
    assert all(first[2] <= second[1] for first, second in pairwise(found))
