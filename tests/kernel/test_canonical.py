"""Canonical bytes are RFC 8785 under the strict profile."""

import hmac
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import InputError, canonical_bytes, commitment, decimal_text, digest_json, parse_strict

STRICT = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(STRICT)
def test_what_is_written_is_read_back_and_written_the_same(value: object) -> None:
    """Canonical form is a fixed point of parse and write."""
    data = canonical_bytes(value)  # type: ignore[arg-type]  # generated values are JSON by construction
    assert canonical_bytes(parse_strict(data)) == data
    assert json.loads(data) == value


@pytest.mark.parametrize("value", [0.5, {"a": [1, 2.0]}, 2**53, "\ud800", float("nan")])
def test_values_outside_the_profile_are_refused(value: object) -> None:
    """Floats, unsafe integers and lone surrogates have no canonical form."""
    with pytest.raises(InputError):
        canonical_bytes(value)  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', '{"a":1.5}', '{"a":NaN}', "{", b"\xff", "[" * 100_000])
def test_texts_outside_the_profile_are_refused(text: str | bytes) -> None:
    """Duplicate keys, floats, NaN, bad syntax, bad UTF-8 and endless nesting are refused."""
    with pytest.raises(InputError):
        parse_strict(text)


@pytest.mark.parametrize(
    ("number", "text"), [(2 / 3, "0.666667"), (1.0, "1"), (0.0, "0"), (-0.0, "0"), (0.5, "0.5"), (100.0, "100")]
)
def test_numbers_become_plain_decimals(number: float, text: str) -> None:
    """A recorded number has at most six decimals and no trailing zeros."""
    assert decimal_text(number) == text


def test_numbers_that_are_not_finite_are_refused() -> None:
    """Unknown is an outcome, never NaN."""
    with pytest.raises(InputError, match="finite"):
        decimal_text(float("nan"))


def test_the_order_of_keys_does_not_change_a_digest() -> None:
    """Digests are over canonical bytes."""
    assert digest_json({"b": 1, "a": 2}) == digest_json({"a": 2, "b": 1})


def test_a_commitment_depends_on_salt_and_text() -> None:
    """Equal texts under different salts cannot be linked."""
    first, second = commitment(b"a" * 32, "text"), commitment(b"b" * 32, "text")
    assert first != second
    assert first == commitment(b"a" * 32, "text")
    assert first != commitment(b"a" * 32, "text ")


@given(st.binary(max_size=40) | st.binary(min_size=65, max_size=100), st.text(st.characters()))
def test_a_commitment_is_hmac_sha256_of_the_text_in_its_domain(salt: bytes, text: str) -> None:
    """Anybody can check one with the HMAC of another library, however long the salt."""
    message = b"payload/v1\0" + text.encode("utf-8", "surrogatepass")

    assert commitment(salt, text) == "hmac-sha256:" + hmac.digest(salt, message, "sha256").hex()


@given(STRICT)
def test_what_is_written_fast_is_what_rfc_8785_says(value: object) -> None:
    """The fast way and the reference implementation write the same bytes."""
    assert canonical_bytes(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("value", [{1: "a"}, {"a": {2: 3}}, object(), {"a": b"bytes"}])
def test_what_is_no_json_has_no_canonical_form(value: object) -> None:
    """A number is no key, and nothing is guessed about objects."""
    with pytest.raises(InputError):
        canonical_bytes(value)  # type: ignore[arg-type]  # as above
