"""Checkpoints: both readers, the writer's and the verifier's, accept the same notes and refuse the same."""

import base64
from collections.abc import Callable

import pytest

from assay.kernel import IntegrityError
from governance.ledger import Signer, Verifier, parse_checkpoint
from governance.verifier import BrokenError, read_note

SIGNER = Signer("example.com/log", bytes(range(32)))
KEY = str(SIGNER.verifier)
NOTE = SIGNER.sign(12, bytes(32)).note
SIGNATURE = NOTE.split("\n")[4]


def resigned(text: str) -> str:
    """Return the text with a signature that is right for it."""
    data = base64.b64decode(SIGNATURE.split(" ")[2])[:4] + SIGNER._private.sign(text.encode())
    return f"{text}\n— example.com/log {base64.b64encode(data).decode()}\n"


ATTACKS: dict[str, str] = {
    "leading zero": resigned(NOTE.split("\n\n")[0].replace("\n12\n", "\n012\n") + "\n"),
    "plus sign": resigned(NOTE.split("\n\n")[0].replace("\n12\n", "\n+12\n") + "\n"),
    "arabic digits": resigned(NOTE.split("\n\n")[0].replace("\n12\n", "\n١٢\n") + "\n"),
    "size changed": NOTE.replace("\n12\n", "\n13\n"),
    "short root": resigned(f"example.com/log\n12\n{base64.b64encode(bytes(31)).decode()}\n"),
    "base64 with loose bits": resigned(NOTE.split("\n\n")[0].replace("AAA=", "AAB=") + "\n"),
    "two blank lines": NOTE.replace("\n\n", "\n\n\n"),
    "no blank line": NOTE.replace("\n\n", "\n"),
    "extension line": resigned(NOTE.split("\n\n")[0] + "\nmore\n"),
    "carriage returns": NOTE.replace("\n", "\r\n"),
    "no signature": NOTE.split("\n\n")[0] + "\n\n",
    "another origin": resigned(NOTE.split("\n\n")[0].replace("example.com/log", "example.com/other") + "\n"),
    "foreign key": Signer("example.com/log", bytes(32)).sign(12, bytes(32)).note,
    "trailing text": NOTE + "more\n",
    "no last line feed": NOTE[:-1],
    "empty": "",
}


def test_a_note_reads_back_as_it_was_signed() -> None:
    """Both readers see origin, size and root."""
    checkpoint = parse_checkpoint(NOTE, Verifier.parse(KEY))
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == ("example.com/log", 12, bytes(32))
    assert read_note(NOTE, KEY) == ("example.com/log", 12, bytes(32))


def test_the_key_is_written_as_the_format_demands() -> None:
    """The verifier key is name, key id and 0x01 with the public key."""
    name, key_id, key = KEY.split("+", 2)
    assert name == "example.com/log"
    assert len(key_id) == 8
    assert base64.b64decode(key)[:1] == b"\x01"


@pytest.mark.parametrize("note", ATTACKS.values(), ids=ATTACKS.keys())
@pytest.mark.parametrize(
    "read", [lambda note: parse_checkpoint(note, Verifier.parse(KEY)), lambda note: read_note(note, KEY)],
    ids=["writer", "verifier"],
)  # fmt: skip
def test_a_note_in_another_form_is_refused(read: Callable[[str], object], note: str) -> None:
    """Neither reader accepts a note that is not exactly as the log writes it."""
    with pytest.raises((IntegrityError, BrokenError)):
        read(note)


def test_a_second_signature_of_another_party_does_no_harm() -> None:
    """Witness signatures beside ours are passed over."""
    other = Signer("witness.example", bytes(32)).sign(12, bytes(32)).note.split("\n")[4]
    assert read_note(f"{NOTE}{other}\n", KEY)[1] == 12
    assert parse_checkpoint(f"{NOTE}{other}\n", Verifier.parse(KEY)).size == 12


def test_a_key_whose_id_is_not_its_own_is_refused() -> None:
    """The id binds name and key."""
    wrong = KEY.replace("example.com/log", "example.com/other")
    with pytest.raises(IntegrityError, match="not a verifier key"):
        Verifier.parse(wrong)
    with pytest.raises(BrokenError, match="not a verifier key"):
        read_note(NOTE, wrong)
