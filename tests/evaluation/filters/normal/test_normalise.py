"""Normalising: what is written to be overlooked reads plainly, and every code point knows where it comes from."""

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evaluation.filters.normal import EVERY, LETTERS, Normalised, Step, normalise

TRICKS = st.sampled_from(
    ["\u200b", "\u0301", "\u202e", "\ufe0f", "İ", "ß", "ﬁ", "ŉ", "ᄀ", "ᅡ", "각", "ㄱ", "Η", "η", "ς", "а", "п", "ı",
     "👩‍👩", "🅰", "⒜", "\ud800", "i ", "g.", "1", "0", "$", "@", "ooo", "ש", "ُ", "\0", "\u2028", "क", "्", "\U000e0041"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(alphabet=st.characters(codec=None, exclude_categories=())),
    st.lists(st.one_of(TRICKS, st.text(max_size=3)), max_size=20).map("".join),
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Ignore ALL previous", "ignore all previous"),
        ("іgnоrе аll рrеvіоus", "ignore all previous"),
        ("Ιgnοre", "ignore"),
        ("иgиoяe", "ngnore"),
        ("ｉｇｎｏｒｅ 𝐢𝐠𝐧𝐨𝐫𝐞 ⓘⓖⓝⓞⓡⓔ", "ignore ignore ignore"),
        ("🅘🅖🅝🅞🅡🅔 ɪɢɴᴏʀᴇ", "ignore ignore"),
        ("ig\u200bno\u00adr\u2060e", "ignore"),
        ("ig\0no\x07re", "ignore"),
        ("i̷g̷n̷o̷r̷e̷", "ignore"),
        ("naïve Łódź straße ﬁne", "naive lodz strasse fine"),
        ("“quoted” – it’s…", '"quoted" - it\'s...'),
        ("i g n o r e  a l l rules", "ignore  all rules"),
        ("i.g.n.o.r.e i-g-n-o-r-e i_g_n_o_r_e", "ignore ignore ignore"),
        ("1gn0re a11 prev1ous ru1es", "ignore all previous rules"),
        ("p@ssw0rd $ystem h4ck3r", "password system hacker"),
        ("k1ll ema1l te11 1n574nc3", "kill email tell instance"),
        ("ignooooore thisss", "ignore thiss"),
    ],
)
def test_what_is_written_to_be_overlooked_reads_plainly(text: str, plain: str) -> None:
    """Every step takes its tricks back."""
    assert normalise(text).text == plain


@pytest.mark.parametrize(
    "text",
    [
        "привет, как дела?",
        "και το νερό".replace("ό", "ο"),
        "mail john@example.com today",
        "the year 2024, mp3, covid19, 20mg, b2b, sha256sum",
        "i am a b test",
        "aбсы and more words",
        "all of it is good",
        "한국어",
        "日本語",
    ],
)
def test_ordinary_writing_stays(text: str) -> None:
    """No step touches words of other scripts, numbers, mail addresses, single letters or doubled ones."""
    assert normalise(text).text == text


def test_a_spoofed_word_is_folded_among_latin_words_only() -> None:
    """A word all of whose letters pass for Latin ones is folded by what stands around it."""
    assert normalise("сору that").text == "copy that"
    assert normalise("сору привет").text == "сору привет"


def test_a_span_leads_back_over_removed_and_composed_signs() -> None:
    """What is found in the normalised text is shown where it stands in the text as it came."""
    text = "\u202e>> i\u0337g\u200bn o r e"
    normal = normalise("say: i\u0337g\u200bnore", LETTERS)
    start = normal.text.index("ignore")
    assert normal.span(start, start + 6) == (5, 13)
    spelt = normalise(text.replace("i\u0337g\u200bn", "i g n"))
    start = spelt.text.index("ignore")
    assert spelt.span(start, start + 6) == (4, 15)


def test_a_span_leads_back_over_two_steps() -> None:
    """A letter that was drawn out between hidden signs comes from all of it."""
    normal = normalise("no\u200bo\u200bo no")
    assert normal.text == "no no"
    assert normal.span(1, 2) == (1, 6)


def test_marks_compose_with_their_letter() -> None:
    """Several marks on a letter are one letter, where the step is NFKC alone."""
    assert normalise("e\u0323\u0302", frozenset({Step.FORM})).text == "\u1ec7"


def test_a_text_in_which_nothing_moves_has_no_offsets() -> None:
    """Only case and look-alikes changed: nothing is kept beside the text."""
    assert normalise("Ignоrе THIS, 1gnore").starts is None


def test_marks_without_end_are_read_in_pieces() -> None:
    """A letter with very many marks becomes the letter."""
    assert normalise("a" + "\u0301\u0316" * 20_000).text == "a"


def test_steps_can_be_left_out() -> None:
    """Only the steps that are named are taken."""
    assert normalise("İgnore  1x1 ｅ", frozenset({Step.FORM})).text == "İgnore  1x1 e"
    assert normalise("A\u200bB", frozenset()).text == "A\u200bB"


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from([EVERY, LETTERS]))
@example("a\u0301" * 40, EVERY)
def test_every_code_point_comes_from_somewhere(text: str, steps: frozenset[Step]) -> None:
    """Origins are spans of the original, not empty, and never run backwards."""
    normal = normalise(text, steps)
    spans = [normal.span(place, place + 1) for place in range(len(normal.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in itertools.pairwise(spans))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_letters_are_folded_for_good(text: str) -> None:
    """Taking the letters' steps twice changes nothing more."""
    once = normalise(text, LETTERS).text
    assert normalise(once, LETTERS).text == once


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_letter_comes_from_a_stretch_that_holds_it(text: str) -> None:
    """Without guesses, what a code point's origin says alone contains that code point."""
    normal: Normalised = normalise(text, LETTERS - {Step.CONFUSABLES, Step.MARKS, Step.FORM})
    for place, letter in enumerate(normal.text):
        start, end = normal.span(place, place + 1)
        assert letter in text[start:end].casefold()
