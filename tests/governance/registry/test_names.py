"""Addresses of models: one name, one address, and back, whatever the name."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assay.kernel import InputError, canonical_bytes, plain
from governance.registry import address_of, alias_address, name_address, parse_address

NAMES = st.text(st.characters(codec=None), min_size=1, max_size=40)  # lone surrogates, too


@given(name=NAMES, version=NAMES)
@example(name="%2F", version="%25")
def test_an_address_holds_a_name_and_gives_it_back(name: str, version: str) -> None:
    """Slashes, spaces, escapes, bidi marks and lone surrogates among them; what is written can be read by people."""
    address = address_of(name, version)
    assert parse_address(address) == (name, version)
    assert parse_address(name_address(name)) == (name, None)
    assert plain(address) == address
    assert not any(mark.isspace() for mark in address)
    assert canonical_bytes(address)


@given(st.tuples(NAMES, NAMES), st.tuples(NAMES, NAMES))
@example(("a%2Fb", "1"), ("a/b", "1"))
def test_two_names_never_share_an_address(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Neither as versions nor as aliases."""
    assert (address_of(*one) == address_of(*other)) == (one == other)
    assert (alias_address(*one) == alias_address(*other)) == (one == other)


@pytest.mark.parametrize("text", ["", "models:/", "models:/a/", "models:/a@champion", "a/1/2", "models:/a/1@x"])
def test_what_names_no_version_is_refused(text: str) -> None:
    """An alias is none: it may move."""
    with pytest.raises(InputError, match="no version of a model"):
        parse_address(text)


def test_a_plain_name_is_itself() -> None:
    """Nothing is escaped that need not be."""
    assert address_of("help-desk_DE.v2", "7") == "models:/help-desk_DE.v2/7"
    assert address_of("Übersetzer", "1") == "models:/Übersetzer/1"
    assert address_of("my model", "1") == "models:/my%20model/1"
