"""VAT numbers of the European Union and its neighbours, with the check digits of the countries that publish them.

Rules of this place: as in `_checks`; source: the European Commission's VIES formats and each country's tax
administration. A country without published arithmetic is checked by its format alone.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import regex

from evaluation.filters.pii._checks import (
    alphanumeric,
    digits,
    hr_oib,
    luhn,
    mod_11_10,
    mod_97_10,
    pl_nip,
    pt_nif,
    weighted,
)

__all__ = ["vat"]

_FORMATS = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}", "DE": r"[1-9]\d{8}",
    "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z\d]\d{7}[A-Z\d]", "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z\d]{2}\d{9}", "GB": r"\d{9}(?:\d{3})?", "HR": r"\d{11}", "HU": r"\d{8}",
    "IE": r"\d[A-Z\d+*]\d{5}[A-Z]{1,2}", "IT": r"\d{11}", "LT": r"\d{9}(?:\d{3})?", "LU": r"\d{8}", "LV": r"\d{11}",
    "MT": r"\d{8}", "NL": r"\d{9}B\d{2}", "PL": r"\d{10}", "PT": r"\d{9}", "RO": r"\d{2,10}", "SE": r"\d{10}01",
    "SI": r"\d{8}", "SK": r"\d{10}",
}  # fmt: skip
_COMPILED = {country: regex.compile(shape) for country, shape in _FORMATS.items()}


def _at(body: str) -> bool:
    numbers = digits(body)
    doubled = sum(sum(divmod(2 * number, 10)) for number in numbers[1:7:2])
    return (10 - (sum(numbers[0:7:2]) + doubled + 4)) % 10 == numbers[7]


def _be(body: str) -> bool:
    return 97 - int(body[:8]) % 97 == int(body[8:])


def _fr(body: str) -> bool:
    return not body[:2].isdigit() or (12 + 3 * (int(body[2:]) % 97)) % 97 == int(body[:2])


def _nl(body: str) -> bool:
    numbers = digits(body)
    return weighted(numbers, range(9, 1, -1)) % 11 == numbers[8] or mod_97_10(f"NL{body}")


def _dk(body: str) -> bool:
    return weighted(digits(body), (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _fi(body: str) -> bool:
    numbers = digits(body)
    return (11 - weighted(numbers, (7, 9, 10, 5, 8, 4, 2)) % 11) % 11 == numbers[7]


def _lu(body: str) -> bool:
    return int(body[:6]) % 89 == int(body[6:])


def _gb(body: str) -> bool:
    total = weighted(digits(body), (8, 7, 6, 5, 4, 3, 2)) + int(body[7:9])
    return total % 97 == 0 or (total + 55) % 97 == 0


def _el(body: str) -> bool:
    numbers = digits(body)
    return weighted(numbers, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10 == numbers[8]


def _si(body: str) -> bool:
    numbers = digits(body)
    return (11 - weighted(numbers, range(8, 1, -1)) % 11) % 11 % 10 == numbers[7]


def _hu(body: str) -> bool:
    return weighted(digits(body), (9, 7, 3, 1, 9, 7, 3, 1)) % 10 == 0


def _sk(body: str) -> bool:
    return int(body) % 11 == 0


def _de(body: str) -> bool:
    return mod_11_10(digits(body))


def _se(body: str) -> bool:
    return luhn(body[:10])


_CHECKED: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "AT": _at, "BE": _be, "DE": _de, "DK": _dk, "EL": _el, "FI": _fi, "FR": _fr, "GB": _gb, "HR": hr_oib, "HU": _hu,
        "IT": luhn, "LU": _lu, "NL": _nl, "PL": pl_nip, "PT": pt_nif, "SE": _se, "SI": _si, "SK": _sk,
    }
)  # fmt: skip


def vat(text: str) -> bool:
    """Return whether it is a VAT number with its country's prefix: the format, and the check digits where published."""
    plain = alphanumeric(text)
    country, body = plain[:2], plain[2:]
    shape = _COMPILED.get(country)
    if shape is None or not shape.fullmatch(body) or not any(digits(body)):
        return False
    check = _CHECKED.get(country)
    return check is None or check(body)
