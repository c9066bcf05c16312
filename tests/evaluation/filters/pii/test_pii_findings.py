"""What the filter finds in texts, where, and what it flags for."""

from collections.abc import Callable
from typing import TypeAlias

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.filters import Filter, FilterOutcome, FilterResult
from tests.evaluation.filters.pii.conftest import built, scan

Read: TypeAlias = Callable[[str], FilterResult]

FOUND = [
    ("EMAIL_ADDRESS", "Write to «jo.example+news@mail.example.co.uk», please."),
    ("EMAIL_ADDRESS", "jo «jo [at] example [dot] org» wrote"),
    ("PHONE_NUMBER", "Call me: «212-555-0187»."),
    ("PHONE_NUMBER", "«+44 20 7946 0958» is the office"),
    ("PHONE_NUMBER", "Ruf mich an, Handy «0170 1234567»!"),
    ("PHONE_NUMBER", "Phone «61 51 81»"),
    ("CREDIT_CARD", "Card «4111 1111 1111 1111», thanks"),
    ("CREDIT_CARD", "amex «378282246310005»"),
    ("IBAN_CODE", "IBAN «DE89 3704 0044 0532 0130 00»."),
    ("IBAN_CODE", "my iban is «gb82west12345698765432»"),
    ("US_SSN", "SSN «123-45-6789»"),
    ("US_DRIVER_LICENSE", "My driver's license number is «A12345678»"),
    ("US_PASSPORT", "My passport is «912803456»"),
    ("IP_ADDRESS", "from «192.0.2.17» today"),
    ("IP_ADDRESS", "from «2001:db8::8a2e:370:7334» today"),
    ("MAC_ADDRESS", "device «00:1A:2B:3C:4D:5E» joined"),
    ("CRYPTO", "pay «1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2» now"),
    ("URL", "see «https://www.example.org/a?b=c»."),
    ("URL", "see «example.com/a»."),
    ("DATE_TIME", "on «2020-07-31 00:57:51» it rained"),
    ("DATE_TIME", "am «3. März 2021» in Bonn"),
    ("LOCATION", "I live at «12 Example Street», really"),
    ("LOCATION", "Er wohnt «Musterstraße 5», dort"),
    ("LOCATION", "au «55 rue de la Paix», merci"),
    ("LOCATION", "abita in «Via Garibaldi 12»."),
    ("LOCATION", "vive en «Calle Mayor 3»."),
    ("LOCATION", "woont op «Keizersgracht 123»."),
    ("LOCATION", "in «SW1A 1AA» please"),
    ("VAT_NUMBER", "VAT «DE136695976»"),
    ("DE_TAX_ID", "Steuer-ID «86095742719»"),
    ("DE_SOCIAL_SECURITY", "RVNR «15070649C103»"),
    ("DE_ID_CARD", "Ausweis «L01X00T44»"),
    ("FR_NIR", "NIR «2 95 10 99 126 111 93»"),
    ("ES_NIF", "DNI «12345678Z»"),
    ("ES_NIE", "NIE «X1234567L»"),
    ("IT_FISCAL_CODE", "codice fiscale «RSSMRA85T10A562S»"),
    ("IT_VAT_CODE", "Partita IVA «00743110157»"),
    ("NL_BSN", "BSN «111222333»"),
    ("PL_PESEL", "PESEL «44051401359»"),
    ("PL_NIP", "NIP «856-734-62-15»"),
    ("PT_NIF", "contribuinte «501964843»"),
    ("UK_NINO", "National Insurance «AB123456C»"),
    ("UK_NHS", "NHS number «943 476 5919»"),
    ("AT_SVNR", "SVNR «1237 010180»"),
    ("BE_NN", "rijksregister «85.07.30-033.28»"),
    ("SE_PERSONNUMMER", "personnummer «811228-9874»"),
    ("FI_PERSONAL_IDENTITY_CODE", "hetu «131052-308T»"),
    ("DK_CPR", "CPR «211062-5629»"),
    ("CH_AHV", "AHV «756.9217.0769.85»"),
    ("SECRET", "key «AKIAIOSFODNN7ABCDEFG» leaked"),
    ("SECRET", "token=«ghp_" + "a1B2" * 9 + "»"),
    ("SECRET", "password: «hunter22!x»"),
    ("SECRET", "«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl» is a token"),
    ("SECRET", "api_key = «q8Zr4Lm2Xv7Tn1Wp» here"),
    ("IN_AADHAAR", "Aadhaar «2341 2341 2346»"),
    ("IP_ADDRESS", "the conversion server «192.0.2.17» is up"),
    ("SECRET", "AWS_SECRET_ACCESS_KEY=«" + "aB3/xY7+Qz" * 4 + "»"),
    ("SECRET", "PGPASSWORD=«s3cr3tPw9»"),
    ("SECRET", "postgres://admin:«s3cr3tPw9»@db.internal:5432/app"),
    ("SECRET", "https://user:«Passw0rdX9»@intranet.example/x"),
    ("PERSON", "said «Mrs. Ada Example», smiling"),
]


@pytest.mark.parametrize(("kind", "marked"), FOUND, ids=[f"{kind}-{number}" for number, (kind, _) in enumerate(FOUND)])
def test_what_is_marked_is_found(read: Read, kind: str, marked: str) -> None:
    """Type and both ends are as marked, and nothing else is found over it."""
    before, value, after = marked.replace("»", "«").split("«")

    found = [(one.type, one.start, one.end) for one in read(before + value + after).findings]

    assert (kind, len(before), len(before) + len(value)) in found


QUIET = [
    "",
    " \n\t",
    "Nothing to see here, move along.",
    "Order 1234567890123 of 2019-2020 cost 1,234,567.89 euros; version 2.10.3.",
    "The corner shop sells 12 eggs, 5 apples and 300 g of flour.",
    "Section 4.2.1 says: 10 % of 2,000 = 200.",
    "password: your-password-here, api_key = YOUR_API_KEY_EXAMPLE_HERE",
    "He scored 3-2-1 and ran 100 m in 9.58 s.",
    "4111 1111 1111 1112 fails its check",
    "DE00 3704 0044 0532 0130 00 fails its check",
    "000-12-3456 was never issued",
    "He went on scoring 30 points, requiring 7, in 2017, Square Enix said; the games of 2003--2004.",
    "ISBN 8-5857-9659-6, CVE-2023-48022, &#128514; and 1.42-1.66 litres",
    "Upgrade to version 1.2.3.4 or release: v10.2.3.4",
    "Code 01310-200, telefone",
    "The 2002 FA Cup, the year 2055 BC, Launched on April",
]


@pytest.mark.parametrize("text", QUIET)
def test_ordinary_text_is_quiet(read: Read, text: str) -> None:
    """Numbers of another kind, placeholders and values that fail their check are no findings."""
    result = read(text)

    assert (result.outcome, result.flagged, result.findings) == (FilterOutcome.SCORED, False, ())


@pytest.mark.parametrize("text", ["see https://example.org", "on 2020-07-31", "Apt. 5"])
def test_what_is_about_nobody_is_reported_and_does_not_flag(read: Read, text: str) -> None:
    """An address of the web, a date and a part of an address are findings, and the text is not flagged."""
    result = read(text)

    assert result.findings
    assert (result.flagged, result.score) == (False, 0.0)


def test_a_date_of_birth_flags(read: Read) -> None:
    """The same date beside "born" is about somebody."""
    result = read("She was born on 5/25/1934.")

    assert result.flagged
    assert [one.type for one in result.findings] == ["DATE_TIME"]


def test_offsets_are_code_points(read: Read) -> None:
    """Signs beyond the basic plane, combining marks, right-to-left marks and null bytes each count one."""
    before = "👩🏽‍🚀 e\u0301 \u202e\u05d0\u05d1\u202c \x00 İß "
    result = read(f"{before}jo@example.org 👍")

    assert [(one.start, one.end) for one in result.findings] == [(len(before), len(before) + len("jo@example.org"))]


def test_the_most_specific_type_wins(read: Read) -> None:
    """Check digits beat a shape, and a nearer word beats a farther one."""
    text = "My phone is below. Driver's license number 950735093, card 4111111111111111"

    assert [one.type for one in read(text).findings] == ["US_DRIVER_LICENSE", "CREDIT_CARD"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["jo@example.org", "212-555-0187", "4111 1111 1111 1111", "12 Example Street", "a", "1", "@",
                         "https://example.org/x", "2020-07-31", ".", "-", " ", "\n", "é", "🙂", "SSN 123-45-6789"]),
        max_size=14,
    )
)  # fmt: skip
def test_findings_lie_in_the_text_in_order_and_apart(patterns: Filter, pieces: list[str]) -> None:
    """Whatever is put together, spans are ordered, never overlap, and none is empty."""
    text = "".join(pieces)
    at = 0
    for one in scan(patterns, [text])[0].findings:
        assert at <= one.start < one.end <= len(text)
        at = one.end


def test_a_text_is_read_the_same_alone_and_among_others(patterns: Filter) -> None:
    """Neighbours in the batch change nothing."""
    texts = [marked.replace("«", "").replace("»", "") for _, marked in FOUND]

    assert scan(patterns, texts) == [scan(patterns, [text])[0] for text in texts]


def test_text_that_is_not_utf8_is_an_error_beside_good_neighbours(patterns: Filter) -> None:
    """A broken row says so, and the others are read."""
    offsets = pa.py_buffer(b"".join(number.to_bytes(4, "little") for number in (0, 14, 16, 30)))
    texts = pa.StringArray.from_buffers(3, offsets, pa.py_buffer(b"jo@example.org\xff\xfejo@example.org"))

    results = patterns.scan(texts)

    assert [result.outcome for result in results] == [FilterOutcome.SCORED, FilterOutcome.ERROR, FilterOutcome.SCORED]
    assert (results[1].flagged, results[1].score) == (None, None)
    assert results[0].findings == results[2].findings != ()


def test_only_the_types_that_are_asked_for_are_found() -> None:
    """`entities` names what is looked for, `without` what is not."""
    text = "jo@example.org, 212-555-0187, 4111 1111 1111 1111"

    some = scan(built(entities=["EMAIL_ADDRESS", "CREDIT_CARD"]), [text])[0]
    others = scan(built(without=["EMAIL_ADDRESS"]), [text])[0]

    assert [one.type for one in some.findings] == ["EMAIL_ADDRESS", "CREDIT_CARD"]
    assert [one.type for one in others.findings] == ["PHONE_NUMBER", "CREDIT_CARD"]


def test_countries_leave_out_other_national_identifiers() -> None:
    """A French number is not looked for where France is not listed; what is the same everywhere is."""
    text = "NIR 2 95 10 99 126 111 93, jo@example.org"

    assert [one.type for one in scan(built(countries=["us"]), [text])[0].findings] == ["EMAIL_ADDRESS"]


def test_findings_below_the_threshold_are_not_reported() -> None:
    """The threshold holds for findings and for the flag alike."""
    text = "from 192.0.2.17, card 4111 1111 1111 1111"

    assert [one.type for one in scan(built(threshold="0.99"), [text])[0].findings] == ["CREDIT_CARD"]
