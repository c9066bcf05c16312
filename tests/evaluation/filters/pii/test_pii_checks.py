"""Check digits: issuers' own examples pass, and one changed digit does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.filters.pii._named_checks import CHECKS

VALID = {
    "at_svnr": "1237 010180",
    "baltic_code": "36805280109",
    "be_nn": "85.07.30-033.28",
    "bg_egn": "7523169263",
    "ch_ahv": "756.9217.0769.85",
    "cz_rc": "710319/2745",
    "de_id_card": "L01X00T44",
    "de_tax_id": "86095742719",
    "es_nif": "12345678Z",
    "fr_nir": "2 95 10 99 126 111 93",
    "gr_amka": "01013099997",
    "hr_oib": "33392005961",
    "iban": "GB82 WEST 1234 5698 7654 32",
    "ie_pps": "6433435F",
    "luhn": "4111111111111111",
    "machine_readable": "L01X00T44",
    "mod_97_10": "3214282912345698765432161182",
    "nhs": "943 476 5919",
    "nl_bsn": "111222333",
    "no_fnr": "15108695088",
    "payment_card": "5555 5555 5555 4444",
    "pl_nip": "856-734-62-15",
    "pl_pesel": "44051401359",
    "pt_nif": "501964843",
    "ro_cnp": "1630615123457",
    "vat": "FR 40303265045",
}
VAT = [
    "ATU13585627", "BE0428759497", "DE136695976", "DK13585628", "EL094259216", "ESA13585625", "FI20774740",
    "FR83404833048", "GB980780684", "HR33392005961", "HU12892312", "IT00743110157", "LU15027442", "NL004495445B01",
    "PL8567346215", "PT501964843", "SE123456789701", "SI50223054", "SK2022749619",
]  # fmt: skip
WITHOUT_CHECK_DIGIT = {"chosen", "dk_cpr", "json_web_token", "ssn", "varied"}


def test_every_check_has_an_example() -> None:
    """None is shipped that was never seen to pass."""
    assert set(CHECKS) == set(VALID) | WITHOUT_CHECK_DIGIT


@pytest.mark.parametrize("name", VALID)
def test_an_example_passes(name: str) -> None:
    """Separators and the issuer's own writing do not matter."""
    assert CHECKS[name](VALID[name])


@pytest.mark.parametrize("name", VALID)
def test_a_changed_last_digit_does_not(name: str) -> None:
    """Each other last digit fails (for the Spanish and Irish letters: each other number)."""
    at = max(index for index, char in enumerate(VALID[name]) if char.isdigit())
    others = set("0123456789") - {VALID[name][at]}

    assert not [digit for digit in others if CHECKS[name](VALID[name][:at] + digit + VALID[name][at + 1 :])]


@pytest.mark.parametrize("number", VAT)
def test_vat_numbers_of_other_states_pass_and_their_changed_ones_do_not(number: str) -> None:
    """Each state's own arithmetic is applied."""
    changed = number[:6] + str((int(number[6]) + 1) % 10) + number[7:]

    assert CHECKS["vat"](number)
    assert not CHECKS["vat"](changed) or number.startswith("ES")  # Spain's is checked by its form alone


@pytest.mark.parametrize(("text", "passes"), [("219-09-9999", True), ("666-09-9999", False), ("219-00-9999", False)])
def test_social_security_numbers_that_were_never_issued_fail(text: str, passes: bool) -> None:  # noqa: FBT001 (a table)
    """Areas and groups that the issuer excludes are no numbers."""
    assert CHECKS["ssn"](text) is passes


@pytest.mark.parametrize(("text", "passes"), [("211062-5629", True), ("311362-5629", False)])
def test_danish_numbers_begin_with_a_day(text: str, passes: bool) -> None:  # noqa: FBT001 (a table)
    """There is no 13th month."""
    assert CHECKS["dk_cpr"](text) is passes


@pytest.mark.parametrize(
    ("text", "passes"), [("q8Zr4Lm2Xv7Tn1Wp", True), ("aaaa1111aaaa1111", False), ("your-key-1234567", False)]
)
def test_secrets_are_varied(text: str, passes: bool) -> None:  # noqa: FBT001 (a table)
    """Placeholders and repetitions are no secrets."""
    assert CHECKS["varied"](text) is passes


def test_a_token_names_its_algorithm() -> None:
    """Three parts with dots are no token unless the first says so."""
    assert CHECKS["json_web_token"]("eyJhbGciOiJIUzI1NiJ9.e30.x")
    assert not CHECKS["json_web_token"]("eyJhIjoxfQ.e30.x")


@given(st.text(max_size=40), st.sampled_from(sorted(CHECKS)))
def test_a_check_answers_to_any_text(text: str, name: str) -> None:
    """Nothing raises."""
    assert CHECKS[name](text) in {True, False}
