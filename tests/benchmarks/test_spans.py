"""Overlap of spans as benchmarks count it."""

from benchmarks.spans import overlap

LABELLED = [[("A", 0, 5), ("A", 6, 9), ("B", 20, 25)], [("A", 0, 3)], []]


def test_a_span_of_its_type_that_touches_is_found() -> None:
    """One finding may answer two labelled spans, another type answers none, and ends do not touch."""
    counted = overlap(LABELLED, [[("A", 4, 7), ("A", 20, 25)], [("A", 3, 6)], [("A", 0, 1)]], {"A", "B"})

    assert counted.counts.tolist() == [[3, 2, 2, 1], [1, 0, 1, 0], [0, 0, 1, 0]]


def test_types_that_are_not_asked_for_are_not_counted() -> None:
    """Neither as labelled nor as given."""
    counted = overlap(LABELLED, [[("C", 0, 5)], [], []], {"B"})

    assert (counted.labelled, counted.counts.sum()) == (1, 1)


def test_recall_weighs_four_times_as_much() -> None:
    """P 1/2 and R 1 make F2 5·½/(4·½+1) = 5/6."""
    counted = overlap([[("A", 0, 5)]], [[("A", 0, 5), ("A", 8, 9)]], {"A"})

    assert counted.line().startswith("P 0.500  R 1.000  F2 0.833")


def test_nothing_found_is_nought() -> None:
    """No division by zero."""
    assert overlap([[("A", 0, 5)]], [[]], {"A"}).line().startswith("P 0.000  R 0.000  F2 0.000 [0.000, 0.000]")
