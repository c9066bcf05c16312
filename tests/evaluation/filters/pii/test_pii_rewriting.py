"""Findings out of sight, and back."""

import pytest

from assay.kernel import ConfigurationError, IntegrityError
from evaluation.filters import Finding
from evaluation.filters.pii.rewriting import ANY, Operation, OperationKind, Rewritten, Sealed, restore, rewrite

TEXT = "👋 Ada Example, ada@example.org, 212-555-0187 — ada@example.org \ud800"
KEY = b"0123456789abcdef0123456789abcdef"


def findings(*values: tuple[str, str]) -> list[Finding]:
    """Return a finding for each first place of a value."""
    starts = [(kind, TEXT.index(value), len(value)) for kind, value in values]
    return [Finding(type=kind, start=start, end=start + length, score=1.0) for kind, start, length in starts]


MAIL, PHONE, NAME = ("EMAIL_ADDRESS", "ada@example.org"), ("PHONE_NUMBER", "212-555-0187"), ("PERSON", "Ada Example")


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (Operation(kind=OperationKind.REDACT), "👋 , ada@"),
        (Operation(kind=OperationKind.MASK), "👋 ***********, ada@"),
        (Operation(kind=OperationKind.MASK, text="#", keep=3), "👋 ########ple, ada@"),
        (Operation(kind=OperationKind.MASK, keep=99), "👋 Ada Example, ada@"),
        (Operation(kind=OperationKind.REPLACE), "👋 <PERSON>, ada@"),
        (Operation(kind=OperationKind.REPLACE, text="somebody"), "👋 somebody, ada@"),
        (Operation(kind=OperationKind.KEEP), "👋 Ada Example, ada@"),
    ],
)
def test_an_operation_changes_its_finding_alone(operation: Operation, expected: str) -> None:
    """The rest of the text stays as it is, lone surrogates too."""
    done = rewrite(TEXT, findings(NAME), {"PERSON": operation})

    assert done.text.startswith(expected)
    assert done.text.endswith(TEXT[-20:])
    assert done.sealed == ()


def test_each_type_has_its_operation_and_others_the_one_for_any() -> None:
    """A type without one is replaced by its name."""
    operations = {"PERSON": Operation(kind=OperationKind.REDACT), ANY: Operation(kind=OperationKind.MASK)}

    assert rewrite(TEXT, findings(NAME, PHONE), operations).text[:36] == "👋 , ada@example.org, ************ — "
    assert "<PHONE_NUMBER>" in rewrite(TEXT, findings(PHONE), {}).text


def test_what_was_encrypted_comes_back() -> None:
    """Ciphertext stands in the text's places, and the key restores the text exactly; what was masked stays masked."""
    operations = {ANY: Operation(kind=OperationKind.ENCRYPT), "PHONE_NUMBER": Operation(kind=OperationKind.MASK)}

    done = rewrite(TEXT, findings(NAME, MAIL, PHONE), operations, key=KEY)

    assert not [value for value in ("Ada", "ada@example.org, ", "0187") if value in done.text]
    assert [one.type for one in done.sealed] == ["PERSON", "EMAIL_ADDRESS"]
    assert restore(done, key=KEY) == TEXT.replace("212-555-0187", "*" * 12)


def test_equal_values_are_encrypted_differently() -> None:
    """Two ciphertexts tell nobody that they hide the same."""
    operations = {ANY: Operation(kind=OperationKind.ENCRYPT)}
    first, second = (rewrite(TEXT, findings(MAIL), operations, key=KEY) for _ in range(2))

    assert first.text != second.text


@pytest.mark.parametrize("change", ["key", "text", "type", "place"])
def test_another_key_or_a_changed_ciphertext_does_not_open(change: str) -> None:
    """Nothing is restored to something else."""
    done = rewrite(TEXT, findings(MAIL), {ANY: Operation(kind=OperationKind.ENCRYPT)}, key=KEY)
    place = done.sealed[0]
    letter = done.text[place.start + 20]
    text = done.text[: place.start + 20] + ("A" if letter != "A" else "B") + done.text[place.start + 21 :]
    changed = {
        "key": done,
        "text": Rewritten(text=text, sealed=done.sealed),
        "type": Rewritten(text=done.text, sealed=(Sealed(type="URL", start=place.start, end=place.end),)),
        "place": Rewritten(text=done.text, sealed=(Sealed(type=place.type, start=place.start, end=place.end - 4),)),
    }[change]

    with pytest.raises(IntegrityError) as caught:
        restore(changed, key=b"x" * 32 if change == "key" else KEY)

    assert "example" not in caught.value.message


def test_a_hash_is_the_same_for_the_same_value_under_the_same_key() -> None:
    """And another under another key or for another type; it is no plain hash."""
    operations = {ANY: Operation(kind=OperationKind.HASH)}

    def hashed(kind: str, key: bytes) -> str:
        return rewrite(TEXT, findings((kind, "ada@example.org")), operations, key=key).text.split(":")[1]

    assert hashed("EMAIL_ADDRESS", KEY) == hashed("EMAIL_ADDRESS", KEY)
    assert len({hashed("EMAIL_ADDRESS", KEY), hashed("EMAIL_ADDRESS", b"y" * 32), hashed("URL", KEY)}) == 3


@pytest.mark.parametrize("kind", [OperationKind.HASH, OperationKind.ENCRYPT])
def test_without_a_key_of_length_nothing_is_hidden_by_one(kind: OperationKind) -> None:
    """A short key is refused, and the error does not show it."""
    with pytest.raises(ConfigurationError, match="at least 16") as caught:
        rewrite(TEXT, findings(MAIL), {ANY: Operation(kind=kind)}, key=b"short")

    assert "short" not in caught.value.message
