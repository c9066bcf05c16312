"""The laws of passages, on texts that Hypothesis makes up and on texts that people write."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import InputError
from evaluation.documents import Document, Passage, PassageOptions, split_passages
from evaluation.documents._extract import Extract, Heading
from evaluation.documents._reading import document_from

WORDS = st.one_of(
    st.sampled_from(["Rain", "falls.", "e.g.", "Dr.", "why?", '"Yes."', "(no)", "- item", "価格は。高い", "x" * 45]),
    st.text(alphabet=st.characters(exclude_categories=["Z", "Cc", "Cs"]), min_size=1, max_size=12),
)
GAPS = st.sampled_from([" ", "  ", "\n", "\r\n", "\n\n", "\r\n\r\n", "\n \n\n", "\t", "\u2028", "\u00a0"])
OPTIONS = st.builds(
    lambda size, share: PassageOptions(size=size, overlap=size * share // 100),
    st.integers(20, 120),
    st.integers(0, 50),
)
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff。！？]")


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Texts of words and gaps, with headings and pages at some of the words."""
    pieces = draw(st.lists(st.tuples(WORDS, GAPS), max_size=60))
    text, places = "", []
    for word, gap in pieces:
        places.append(len(text))
        text += word + gap
    heads = sorted(draw(st.sets(st.sampled_from(places), max_size=4))) if places else []
    headings = tuple(Heading(level=draw(st.integers(1, 3)), title=f"h{start}", start=start) for start in heads)
    pages = tuple(sorted({0, *draw(st.sets(st.sampled_from(places), max_size=3))})) if places else ()
    return document_from(Extract(text=text, headings=headings, page_starts=pages), "sha256:x", "text", "x.txt")


def _written(text: str) -> Document:
    return document_from(Extract(text=text), "sha256:x", "text", "x.txt")


@given(documents(), OPTIONS)
def test_a_passage_is_a_stretch_of_its_document(document: Document, options: PassageOptions) -> None:
    """Offsets are code points of the document's text, and the page is the one on which the passage begins."""
    for passage in split_passages(document, options):
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() != ""
        starts = [start for start in document.page_starts if start <= passage.start]
        assert passage.page == (len(starts) or None)


@given(documents(), OPTIONS)
def test_passages_hold_every_visible_character_in_order(document: Document, options: PassageOptions) -> None:
    """Nothing of a section is lost, nothing is out of order, and no passage stands inside another."""
    passages = split_passages(document, options)
    covered = {place for passage in passages for place in range(passage.start, passage.end)}
    visible = {place for place, mark in enumerate(document.text) if not mark.isspace()}
    assert visible <= covered
    assert all(one.start < other.start and one.end < other.end for one, other in pairwise(passages))


@given(documents(), OPTIONS)
def test_a_passage_stays_within_its_section_and_size(document: Document, options: PassageOptions) -> None:
    """Only a single word that is longer than the size makes a longer passage; overlap is bounded."""
    sections = {section.id: section for section in document.sections}
    last: Passage | None = None
    for passage in split_passages(document, options):
        section = sections[passage.section]
        assert section.start <= passage.start < passage.end <= section.end
        assert passage.path == section.path
        assert len(passage.text) <= options.size or not re.search(r"\s", passage.text)
        if last is not None and last.section == passage.section:
            assert last.end - passage.start <= options.overlap
        last = passage


@given(documents(), OPTIONS)
def test_no_cut_falls_inside_a_word(document: Document, options: PassageOptions) -> None:
    """Both ends stand beside white space, a section border, or a script that is written without spaces."""
    borders = {place for section in document.sections for place in (section.start, section.end)}
    text = document.text
    for passage in split_passages(document, options):
        for cut in {passage.start, passage.end} - borders:
            around = text[max(cut - 1, 0) : cut + 1]
            assert len(around) < 2 or re.search(r"\s", around) or UNSPACED.search(around), (around, passage.text)


@given(documents(), OPTIONS)
def test_splitting_again_gives_the_same_ids(document: Document, options: PassageOptions) -> None:
    """Ids repeat, and no two passages share one."""
    first, second = split_passages(document, options), split_passages(document, options)
    assert first == second
    assert len({passage.id for passage in first}) == len(first)


def test_short_paragraphs_share_a_passage_and_long_ones_part_at_sentences() -> None:
    """Paragraphs are the first place to cut, sentences the second; an abbreviation ends no sentence."""
    text = "Short one.\n\nShort two.\n\nDr. Low came late, e.g. At noon. Then he left again. Nobody saw him go."
    found = [passage.text for passage in split_passages(_written(text), PassageOptions(size=40, overlap=0))]
    assert found == [
        "Short one.\n\nShort two.",
        "Dr. Low came late, e.g. At noon.",
        "Then he left again. Nobody saw him go.",
    ]


def test_closing_marks_stay_with_their_sentence() -> None:
    """A quotation mark or bracket after the full stop is not lost at the cut."""
    text = 'He said: "Leave the house now." (It was late.) Then he left again.'
    found = [passage.text for passage in split_passages(_written(text), PassageOptions(size=34, overlap=0))]
    assert found == ['He said: "Leave the house now."', "(It was late.) Then he left again."]


def test_overlap_begins_at_a_sentence_where_one_is_near() -> None:
    """What is repeated is a whole sentence when it fits into the overlap."""
    text = "Alpha is the first. Beta is next. Gamma comes third. Delta ends it."
    found = [passage.text for passage in split_passages(_written(text), PassageOptions(size=40, overlap=20))]
    assert found == [
        "Alpha is the first. Beta is next.",
        "Beta is next. Gamma comes third.",
        "Gamma comes third. Delta ends it.",
    ]


def test_a_large_document_is_split_in_linear_time() -> None:
    """A million characters without a paragraph are split at words, each passage within the bound."""
    document = _written("word " * 200_000)
    passages = split_passages(document, PassageOptions(size=900, overlap=120))
    assert 1_000 < len(passages) < 2_000


@pytest.mark.parametrize(("size", "overlap"), [(19, 0), (100, -1), (100, 51)])
def test_options_that_cannot_work_are_refused(size: int, overlap: int) -> None:
    """The message names what was given and what is expected."""
    with pytest.raises(InputError, match="expected"):
        PassageOptions(size=size, overlap=overlap)


def test_options_and_place_are_part_of_the_id() -> None:
    """The same words under other options are another passage."""
    document = _written("One two three four five six seven eight.")
    one = split_passages(document, PassageOptions(size=40, overlap=0))
    other = split_passages(document, PassageOptions(size=41, overlap=0))
    assert one[0].text == other[0].text
    assert one[0].id != other[0].id
