"""Lengths of IBANs by country: facts of the IBAN registry (ISO 13616, SWIFT, release 99)."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["IBAN_LENGTHS"]

_BY_LENGTH = {
    15: "NO",
    16: "BE",
    18: "DK FO FI GL NL SD",
    19: "MK SI FK",
    20: "AT BA EE KZ LT LU XK MN",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ TL OM SO",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
IBAN_LENGTHS: Mapping[str, int] = MappingProxyType(
    {country: length for length, countries in _BY_LENGTH.items() for country in countries.split()}
)
