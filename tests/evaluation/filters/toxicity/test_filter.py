"""From what an engine says to what the filter says."""

from collections.abc import Sequence

import pyarrow as pa
import pytest

from evaluation.filters import FilterOutcome, FilterSpec
from evaluation.filters.toxicity._categories import Category
from evaluation.filters.toxicity._filter import ToxicityFilter
from evaluation.filters.toxicity._reading import Reading, Stretch
from tests.evaluation.filters.toxicity.fakes import WordReader, stretch

SPEC = FilterSpec(name="toxicity", version="1", threshold=0.5)
BAD = {"awful": 0.9, "meh": 0.6}


class OneReading:
    """A reader that says the same of every text."""

    def __init__(self, *stretches: Stretch) -> None:
        """Keep what is said."""
        self._reading = Reading(stretches=stretches, complete=True)

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return it for each text."""
        return [self._reading for _ in texts]


class ExactReader:
    """Scores a whole text by what it is told of it."""

    def __init__(self, scores: dict[str, float]) -> None:
        """Keep the scores."""
        self._scores = scores

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return one stretch a text."""
        return [Reading(stretches=(stretch(0, len(text), self._scores[text]),), complete=True) for text in texts]


def test_the_highest_stretch_decides() -> None:
    """One bad line among good ones flags the text, with the score of that line."""
    (result,) = ToxicityFilter(SPEC, WordReader(BAD)).scan(pa.array(["fine|meh|fine"]))

    assert (result.flagged, result.score) == (True, 0.6)


def test_a_text_below_the_threshold_has_a_score_and_no_findings() -> None:
    """What is not flagged shows no place."""
    (result,) = ToxicityFilter(SPEC, WordReader({"hm": 0.49})).scan(pa.array(["hm"]))

    assert (result.outcome, result.flagged, result.score, result.findings) == (FilterOutcome.SCORED, False, 0.49, ())


def test_an_empty_text_is_scored_zero() -> None:
    """Nothing to read is no failure to read."""
    (result,) = ToxicityFilter(SPEC, WordReader(BAD)).scan(pa.array([""]))

    assert (result.flagged, result.score) == (False, 0.0)
    assert set(result.categories) == {category.value for category in Category}


def test_a_text_that_was_not_read_to_its_end_is_never_unflagged() -> None:
    """What lies behind the limit is not known."""
    unread, flagged = ToxicityFilter(SPEC, WordReader(BAD, complete=False)).scan(pa.array(["fine", "awful"]))

    assert (unread.outcome, unread.flagged, unread.score) == (FilterOutcome.TIMED_OUT, None, None)
    assert (flagged.outcome, flagged.flagged) == (FilterOutcome.SCORED, True)


def test_a_finding_is_the_sentence_that_carries_it() -> None:
    """Of a flagged stretch its worst sentence is shown, without the spaces around it."""
    text = "All is well. You are awful!  See you."
    (result,) = ToxicityFilter(SPEC, WordReader(BAD)).scan(pa.array([text]))

    assert [text[found.start : found.end] for found in result.findings] == ["You are awful!"]


def test_a_finding_is_the_whole_stretch_where_no_sentence_is_flagged_alone() -> None:
    """What only the sentences together say is shown together."""
    text = "One. Two."
    reader = WordReader({"One. Two.": 0.9})
    (result,) = ToxicityFilter(SPEC, reader).scan(pa.array([text]))

    assert [(found.start, found.end) for found in result.findings] == [(0, len(text))]


def test_findings_never_overlap_and_stand_in_order() -> None:
    """Of overlapping stretches the surest one is shown."""
    reader = OneReading(stretch(5, 9, 0.7), stretch(0, 4, 0.6), stretch(2, 6, 0.9))
    (result,) = ToxicityFilter(SPEC, reader).scan(pa.array(["aaaaaaaaaa"]))

    assert [(found.start, found.end) for found in result.findings] == [(2, 6)]


def test_findings_are_few() -> None:
    """A text of ten thousand insults is not listed."""
    (result,) = ToxicityFilter(SPEC, WordReader(BAD)).scan(pa.array(["|".join(["awful"] * 1000)]))

    assert len(result.findings) == 8


@pytest.mark.parametrize(
    ("said", "kind"),
    [({"threat": 0.8, "insult": 0.7}, "threat"), ({"insult": 0.9, "identity_attack": 0.81}, "identity_attack"),
     ({"insult": 0.9, "threat": 0.85}, "threat"), ({"insult": 0.9, "identity_attack": 0.7}, "insult"),
     ({"insult": 0.55, "identity_attack": 0.49}, "insult"), ({"insult": 0.6}, "insult"), ({"threat": 0.4}, "toxicity"),
     ({"obscene": 0.9}, "toxicity")],
)  # fmt: skip
def test_a_finding_is_named_by_the_most_specific_of_its_sure_categories(said: dict[str, float], kind: str) -> None:
    """Near the surest one hate goes before threat, threat before insult; without a sure one it is toxicity."""
    (result,) = ToxicityFilter(SPEC, OneReading(stretch(0, 3, 0.9, **said))).scan(pa.array(["abc"]))

    assert [found.type for found in result.findings] == [kind]


def test_no_finding_is_surer_than_its_text() -> None:
    """A sentence that scores higher alone than its stretch does is shown with the stretch's score."""
    text = "You are awful! Or so."
    (result,) = ToxicityFilter(SPEC, ExactReader({text: 0.6, "You are awful!": 0.9, "Or so.": 0.1})).scan(
        pa.array([text])
    )

    assert [(one.end, one.score) for one in result.findings] == [(14, 0.6)]


def test_texts_are_read_in_batches_of_bounded_size() -> None:
    """A large batch does not grow memory."""
    reader = WordReader(BAD)
    results = ToxicityFilter(SPEC, reader).scan(pa.array(["fine"] * 600))

    assert len(results) == 600
    assert max(len(asked) for asked in reader.asked) <= 256
