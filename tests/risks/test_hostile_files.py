"""Whatever somebody writes into a file, reading ends with contents or with an `InputError`."""

import copy
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import InputError
from risks._yaml import read_yaml
from tests.risks.samples import CROSSWALK, EXTENSION, RULES, SMALL, contents

TEXTS: Final = (SMALL, EXTENSION, CROSSWALK, RULES)
DOCUMENTS: Final = tuple(read_yaml(text, "sample") for text in TEXTS)
ODD: Final[st.SearchStrategy[object]] = st.sampled_from(
    [None, 1, -1, 1.5, "", "x", True, [], {}, [1], ["x"], [None], [[]], {"a": 1}]
)

Path = tuple[str | int, ...]


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    """Return every place of a document."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from paths(item, (*path, key))


PLACES: Final = [(number, path) for number, document in enumerate(DOCUMENTS) for path in paths(document)]


@given(place=st.sampled_from(PLACES), odd=ODD)
def test_an_odd_value_anywhere_is_no_crash(place: tuple[int, Path], odd: object) -> None:
    """One value of one of four files is replaced by what does not belong there."""
    number, path = place
    holder: dict[str | int, Any] = {"all": copy.deepcopy(DOCUMENTS[number])}
    inner: Any = holder
    for key in (whole := ("all", *path))[:-1]:
        inner = inner[key]
    inner[whole[-1]] = odd
    texts = list(TEXTS)
    texts[number] = yaml.safe_dump(holder["all"])
    with suppress(InputError):
        assert len(contents(*texts)) == len(TEXTS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x [1]\nb: *x", "aliases are not read here"),
        ("- &x [*x]", "aliases are not read here"),
        ("[" * 10_000, "nested deeper than 50 levels"),
        ("a: 1\na: 2", "come twice"),
        ("a: !!int many", "invalid literal"),
        ("a: \ud800", "surrogates"),
        (f"a: {'9' * 5_000}", "a number has 5000 signs"),
        (f"a: 0x{'f' * 5_000}", "a number has 5002 signs"),
        (f"a: 1.{'0' * 5_000}", "a number has 5002 signs"),
    ],
)
def test_what_no_catalogue_holds_is_refused_in_words(text: str, said: str) -> None:
    """Nothing unfolds without end, is taken twice, or ends the process."""
    with pytest.raises(InputError, match=said):
        read_yaml(text, "theirs.yaml")


@pytest.mark.parametrize("text", ["12:30", f"1{':59' * 5_000}", f"1{':59' * 5_000}.5"])
def test_what_counts_in_sixties_is_text(text: str) -> None:
    """A time of day is no number, however long."""
    assert read_yaml(f"a: {text}", "theirs.yaml") == {"a": text}
