"""Check digits: does a written identifier follow its issuer's arithmetic? Each check takes the text as it was matched.

Rules of this place: a check ignores separators and case, is total (any text gives an answer, never an error) and says
nothing but true or false. Arithmetic is the issuer's published rule, named beside each function. Recognisers name
their check in YAML, by the names of `_named_checks`.
"""

# ruff: noqa: PLR2004 (lengths and bounds of an issuer stand where they are checked)

from collections import Counter
from collections.abc import Sequence
from itertools import cycle

from evaluation.filters.pii._days import is_day
from evaluation.filters.pii._iban import IBAN_LENGTHS

__all__ = [
    "alphanumeric",
    "at_svnr",
    "baltic_code",
    "be_nn",
    "bg_egn",
    "ch_ahv",
    "cz_rc",
    "de_id_card",
    "de_tax_id",
    "digits",
    "dk_cpr",
    "es_nif",
    "fr_nir",
    "gr_amka",
    "hr_oib",
    "iban",
    "ie_pps",
    "luhn",
    "machine_readable",
    "mod_11_10",
    "mod_97_10",
    "nhs",
    "nl_bsn",
    "no_fnr",
    "payment_card",
    "pl_nip",
    "pl_pesel",
    "pt_nif",
    "ro_cnp",
    "ssn",
    "weighted",
]


def digits(text: str) -> list[int]:
    """Return its ASCII digits, in order."""
    return [ord(char) - 48 for char in text if "0" <= char <= "9"]


def alphanumeric(text: str) -> str:
    """Return its ASCII letters and digits, in capitals."""
    return "".join(char for char in text if char.isascii() and char.isalnum()).upper()


def weighted(numbers: Sequence[int], weights: Sequence[int]) -> int:
    """Return the sum of products."""
    return sum(number * weight for number, weight in zip(numbers, weights, strict=False))


def luhn(text: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    numbers = digits(text)[::-1]
    doubled = sum(sum(divmod(2 * number, 10)) for number in numbers[1::2])
    return len(numbers) > 1 and any(numbers) and (sum(numbers[::2]) + doubled) % 10 == 0


def mod_97_10(text: str) -> bool:
    """ISO/IEC 7064, MOD 97-10, letters as 10 to 35."""
    plain = alphanumeric(text)
    return bool(plain) and int("".join(str(int(char, 36)) for char in plain)) % 97 == 1


def mod_11_10(numbers: Sequence[int]) -> bool:
    """ISO/IEC 7064, MOD 11,10; the last number is the check digit."""
    product = 10
    for number in numbers[:-1]:
        product = ((number + product) % 10 or 10) * 2 % 11
    return bool(numbers) and (11 - product) % 10 == numbers[-1]


def payment_card(text: str) -> bool:
    """Luhn, with a length and a first number that card networks issue (ISO/IEC 7812-1; networks' published ranges)."""
    number = "".join(map(str, digits(text)))
    four = int(number[:4] or 0)
    two = four // 100
    length = len(number)
    visa = number[:1] == "4" and length in {13, 16, 19}
    mastercard = length == 16 and (51 <= two <= 55 or 2221 <= four <= 2720)
    amex = length == 15 and two in {34, 37}
    diners = 14 <= length <= 19 and (300 <= four // 10 <= 305 or two in {36, 38, 39})
    discover = 16 <= length <= 19 and (four == 6011 or 644 <= four // 10 <= 649 or two in {60, 62, 65})
    jcb = 16 <= length <= 19 and 3528 <= four <= 3589
    maestro = 12 <= length <= 19 and (two in {50, 56, 57, 58, 63, 67} or four in {1800, 2131})
    return (visa or mastercard or amex or diners or discover or jcb or maestro or four == 1220) and luhn(number)


def iban(text: str) -> bool:
    """ISO 13616: the country's length, and MOD 97-10 with the first four characters moved to the end."""
    plain = alphanumeric(text)
    return IBAN_LENGTHS.get(plain[:2]) == len(plain) and plain[2:4].isdigit() and mod_97_10(plain[4:] + plain[:4])


def fr_nir(text: str) -> bool:
    """Numéro d'inscription au répertoire: 97 − (13 digits mod 97), Corsica's 2A and 2B as 19 and 18 (INSEE)."""
    plain = alphanumeric(text)
    plain = plain[:5] + plain[5:7].replace("2A", "19").replace("2B", "18") + plain[7:]
    if len(plain) != 15 or not plain.isdigit():
        return False
    month = int(plain[3:5])
    return (1 <= month <= 12 or 20 <= month <= 42 or month >= 50) and 97 - int(plain[:13]) % 97 == int(plain[13:])


def nl_bsn(text: str) -> bool:
    """Burgerservicenummer, the eleven test with the last weight −1 (Wet algemene bepalingen burgerservicenummer)."""
    numbers = digits(text)
    numbers = [0, *numbers] if len(numbers) == 8 else numbers
    return len(numbers) == 9 and any(numbers) and weighted(numbers, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def pl_nip(text: str) -> bool:
    """Numer identyfikacji podatkowej (Poland's Ministry of Finance)."""
    numbers = digits(text)
    return len(numbers) == 10 and any(numbers) and weighted(numbers, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == numbers[9]


def pl_pesel(text: str) -> bool:
    """Check digit with the weights 1, 3, 7, 9 and a date of birth whose month tells the century (Poland's gov.pl)."""
    numbers = digits(text)
    if len(numbers) != 11 or (10 - weighted(numbers, (1, 3, 7, 9) * 2 + (1, 3))) % 10 != numbers[10]:
        return False
    century, month = divmod(numbers[2] * 10 + numbers[3], 20)
    year = {0: 1900, 1: 2000, 2: 2100, 3: 2200, 4: 1800}[century]
    return is_day(year + numbers[0] * 10 + numbers[1], month, numbers[4] * 10 + numbers[5])


def pt_nif(text: str) -> bool:
    """Número de identificação fiscal (Portugal's Decreto-Lei 14/2013)."""
    numbers = digits(text)
    if len(numbers) != 9 or numbers[0] not in {1, 2, 3, 5, 6, 8, 9}:
        return False
    rest = 11 - weighted(numbers, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return numbers[8] == (0 if rest >= 10 else rest)


def at_svnr(text: str) -> bool:
    """Sozialversicherungsnummer: the fourth digit checks the other nine; the last six are a day, which can overflow."""
    numbers = digits(text)
    if len(numbers) != 10 or numbers[0] == 0:
        return False
    return (
        weighted(numbers, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)) % 11 == numbers[3] and 1 <= numbers[4] * 10 + numbers[5] <= 31
    )


def be_nn(text: str) -> bool:
    """Numéro national, rijksregisternummer: 97 − (nine digits mod 97), with a leading 2 for births from 2000 on."""
    number = "".join(map(str, digits(text)))
    if len(number) != 11 or not (int(number[2:4]) % 20 <= 12 and int(number[4:6]) <= 31):
        return False
    return any(97 - int(prefix + number[:9]) % 97 == int(number[9:]) for prefix in ("", "2"))


def dk_cpr(text: str) -> bool:
    """CPR-nummer: a date of birth and four digits; numbers issued since 2007 carry no check digit (CPR-kontoret)."""
    numbers = digits(text)
    if len(numbers) != 10:
        return False
    day, month, year = (numbers[at] * 10 + numbers[at + 1] for at in (0, 2, 4))
    return is_day(1900 + year, month, day) or is_day(2000 + year, month, day)


def no_fnr(text: str) -> bool:
    """Fødselsnummer and D-nummer, two check digits (Skatteetaten)."""
    numbers = digits(text)
    if len(numbers) != 11 or not (1 <= (numbers[0] % 4) * 10 + numbers[1] <= 31):
        return False
    first = -weighted(numbers, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
    second = -weighted(numbers, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return first == numbers[9] and second == numbers[10]


def ch_ahv(text: str) -> bool:
    """AHV number: 756, and the check digit of EAN-13 (Zentrale Ausgleichsstelle)."""
    numbers = digits(text)
    return len(numbers) == 13 and numbers[:3] == [7, 5, 6] and weighted(numbers, (1, 3) * 6 + (1,)) % 10 == 0


def cz_rc(text: str) -> bool:
    """Rodné číslo of Czechia and Slovakia since 1954: ten digits divisible by 11 (133/2000 Sb.)."""
    numbers = digits(text)
    if len(numbers) != 10 or int("".join(map(str, numbers))) % 11 != 0:
        return False
    return 1 <= (numbers[2] * 10 + numbers[3]) % 50 % 20 <= 12 and 1 <= numbers[4] * 10 + numbers[5] <= 31


def ro_cnp(text: str) -> bool:
    """Cod numeric personal (Romania's Ordonanța 97/2005)."""
    numbers = digits(text)
    if len(numbers) != 13 or numbers[0] == 0 or not 1 <= numbers[3] * 10 + numbers[4] <= 12:
        return False
    rest = weighted(numbers, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return (1 if rest == 10 else rest) == numbers[12]


def bg_egn(text: str) -> bool:
    """Единен граждански номер (Bulgaria's civil register)."""
    numbers = digits(text)
    if len(numbers) != 10 or not 1 <= (numbers[2] * 10 + numbers[3]) % 20 <= 12:
        return False
    return weighted(numbers, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == numbers[9]


def baltic_code(text: str) -> bool:
    """Isikukood of Estonia and asmens kodas of Lithuania: two rounds of weights modulo 11 (EVS 585:2007)."""
    numbers = digits(text)
    if len(numbers) != 11 or not 1 <= numbers[0] <= 8 or not 1 <= numbers[3] * 10 + numbers[4] <= 12:
        return False
    rest = weighted(numbers, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if rest == 10:
        rest = weighted(numbers, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return rest == numbers[10]


def hr_oib(text: str) -> bool:
    """Osobni identifikacijski broj (Croatia's tax administration): MOD 11,10."""
    numbers = digits(text)
    return len(numbers) == 11 and any(numbers) and mod_11_10(numbers)


def gr_amka(text: str) -> bool:
    """ΑΜΚΑ: a date of birth, and Luhn over eleven digits (Greece's law 3655/2008)."""
    numbers = digits(text)
    dated = len(numbers) == 11 and 1 <= numbers[0] * 10 + numbers[1] <= 31 and 1 <= numbers[2] * 10 + numbers[3] <= 12
    return dated and luhn(text)


def ie_pps(text: str) -> bool:
    """Personal Public Service number: a letter from the weighted sum modulo 23 (Ireland's gov.ie)."""
    plain = alphanumeric(text)
    if not 8 <= len(plain) <= 9 or not plain[:7].isdigit() or not plain[7:].isalpha():
        return False
    second = 9 * (ord(plain[8]) - 64) if len(plain) == 9 and plain[8] != "W" else 0
    return "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(digits(plain[:7]), (8, 7, 6, 5, 4, 3, 2)) + second) % 23] == plain[7]


def ssn(text: str) -> bool:
    """US social security numbers: no area 000, 666 or above 899, no group 00, no serial 0000 (SSA, since 2011)."""
    number = "".join(map(str, digits(text)))
    well_formed = len(number) == 9 and number[:3] not in {"000", "666"} and number[0] != "9"
    return well_formed and number[3:5] != "00" and number[5:] != "0000" and len(set(number)) > 1


def nhs(text: str) -> bool:
    """UK's NHS number: weights 10 to 2 modulo 11 (NHS Data Dictionary)."""
    numbers = digits(text)
    return len(numbers) == 10 and len(set(numbers)) > 1 and weighted(numbers, range(10, 0, -1)) % 11 == 0


def machine_readable(text: str) -> bool:
    """ICAO Doc 9303: weights 7, 3, 1; letters count 10 to 35; the last character is the check digit."""
    plain = alphanumeric(text)
    values = [int(char, 36) for char in plain]
    total = sum(value * weight for value, weight in zip(values[:-1], cycle((7, 3, 1)), strict=False))
    return len(plain) > 1 and plain[-1].isdigit() and total % 10 == values[-1]


def de_tax_id(text: str) -> bool:
    """Steuer-Identifikationsnummer: MOD 11,10, and no digit stands more than three times among the first ten (BZSt)."""
    numbers = digits(text)
    return len(numbers) == 11 and mod_11_10(numbers) and max(Counter(numbers[:10]).values()) <= 3


def de_id_card(text: str) -> bool:
    """Personalausweis: ICAO Doc 9303, the check digit as the ninth character or the tenth, perhaps a D."""
    plain = alphanumeric(text).removesuffix("D")
    shorter = len(plain) == 9 and machine_readable(plain)
    return shorter or (len(plain) == 10 and machine_readable(plain))


def es_nif(text: str) -> bool:
    """Documento nacional de identidad: a letter from the number modulo 23 (Spain's Real Decreto 1553/2005)."""
    plain = alphanumeric(text)
    number = plain[:-1]
    return number.isdigit() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == plain[-1]
