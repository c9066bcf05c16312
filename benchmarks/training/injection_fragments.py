"""What is no prose: identifiers, secrets, paths and rows made at random, for the harmless texts of `benign_fragments`.

Rules of this place: every value is drawn, none is anyone's; names and places are obviously made up.
"""

import base64
import json
import random
import string
import uuid
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from benchmarks.training.injection_grammar import Special
from evaluation.encoder._files import OWN_FOLDER

__all__ = ["FRAGMENTS"]

_WORDS: Final = (
    "river", "lamp", "order", "copper", "window", "garden", "engine", "paper", "bridge", "silver", "market", "winter",
    "cable", "harbour", "orange", "ticket", "north", "filter", "station", "yellow", "carbon", "invoice", "budget",
    "sailor", "meadow", "pencil", "hidden", "system", "prompt", "user", "admin", "reset", "token", "rule", "haus",
    "brot", "straße", "wasser", "abend", "schule", "maison", "pain", "soir", "rue", "casa", "agua", "noche", "strada",
    "acqua", "huis", "water", "dom", "woda", "ulica",
)  # fmt: skip
_KEYS: Final = ("id", "name", "status", "host", "level", "qty", "price", "city", "created_at", "user", "role", "ok",
                "message", "code", "lang", "size", "owner", "retries", "type", "enabled")  # fmt: skip


def _of(letters: str, least: int, most: int) -> Special:
    return lambda draw: "".join(draw.choices(letters, k=draw.randint(least, most)))


def _ip(draw: random.Random) -> str:
    if draw.random() < 0.15:
        return ":".join(f"{draw.randrange(65536):x}" for _ in range(8))
    return ".".join(str(draw.randrange(256)) for _ in range(4))


def _version(draw: random.Random) -> str:
    numbers = ".".join(str(draw.randrange(draw.choice([4, 12, 40]))) for _ in range(draw.randint(2, 4)))
    return draw.choice(["", "", "v"]) + numbers + draw.choice(["", "", "", "-rc1", "-beta.2", "+build7"])


def _time(draw: random.Random) -> str:
    day = f"{draw.randint(2015, 2029)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
    clock = f"{draw.randrange(24):02}:{draw.randrange(60):02}:{draw.randrange(60):02}"
    return draw.choice([day, clock, f"{day} {clock}", f"{day}T{clock}Z", f"[{day} {clock},{draw.randrange(1000):03}]"])


def _path(draw: random.Random) -> str:
    parts = [draw.choice(_WORDS) for _ in range(draw.randint(1, 5))]
    end = draw.choice(["", ".txt", ".log", ".py", ".yaml", ".pdf", ".tar.gz", ".csv", ".dll", "/"])
    if draw.random() < 0.25:
        return draw.choice("CDE") + ":\\" + "\\".join(parts) + end
    return draw.choice(["/", "./", "~/", "/var/", "/etc/", "/home/", "../", ""]) + "/".join(parts) + end


def _host(draw: random.Random) -> str:
    ends = ("com", "org", "net", "de", "fr", "io", "pl", "nl", "example", "test", "co.uk", "local")
    return ".".join([*(draw.choice(_WORDS[:44]) for _ in range(draw.randint(1, 3))), draw.choice(ends)])


def _url(draw: random.Random) -> str:
    text = draw.choice(["https://", "https://", "http://", "https://www.", "ftp://", "www."]) + _host(draw)
    text += "".join(f"/{draw.choice([draw.choice(_WORDS), _hash(draw)])}" for _ in range(draw.randrange(4)))
    if draw.random() < 0.5:
        query = [f"{draw.choice((*_KEYS, 'q', 'c', 'x'))}={_value(draw)}" for _ in range(draw.randint(1, 3))]
        text += "?" + "&".join(one.replace(" ", "+") for one in query)
    return text + (f"#{draw.choice(_WORDS)}" if draw.random() < 0.1 else "")


def _hash(draw: random.Random) -> str:
    return "".join(draw.choices("0123456789abcdef", k=draw.choice([6, 7, 8, 10, 12, 16, 32, 40, 64])))


def _uuid(draw: random.Random) -> str:
    return str(uuid.UUID(int=draw.getrandbits(128)))


def _bytes(draw: random.Random, least: int, most: int) -> str:
    content = bytes(draw.randrange(256) for _ in range(draw.randint(least, most)))
    return base64.b64encode(content).decode()


def _password(draw: random.Random) -> str:
    ways: list[Callable[[], str]] = [
        lambda: draw.choice(_WORDS) + str(draw.randrange(10000)),
        lambda: draw.choice(_WORDS).capitalize().translate(str.maketrans("aeo", "@30")) + "!" + str(draw.randrange(99)),
        lambda: "".join(draw.choices(string.ascii_letters + string.digits + "!$%&#*+-_", k=draw.randint(7, 16))),
        lambda: "-".join(draw.choice(_WORDS) for _ in range(4)),
        lambda: draw.choice(["<secret>", "********", "CHANGE_ME", "xxxxxx", "YOUR_KEY", "$SECRET", "redacted"]),
    ]
    return draw.choice(ways)()


def _token(draw: random.Random) -> str:
    letters = string.ascii_letters + string.digits
    starts = ("ghp_", "sk-", "sk_live_", "pk_test_", "xoxb-", "glpat-", "AKIA", "AIza", "hf_", "eyJ", "", "")
    start = draw.choice(starts)
    return start + "".join(draw.choices(letters + ("_-" if start else ""), k=draw.randint(12, 44)))


def _jwt(draw: random.Random) -> str:
    parts = [json.dumps({draw.choice(_KEYS): _value(draw)}) for _ in range(2)]
    written = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
    return ".".join([*written, _bytes(draw, 20, 32).rstrip("=").replace("/", "_")])


def _key(draw: random.Random) -> str:
    name = draw.choice(["OPENSSH PRIVATE KEY", "RSA PRIVATE KEY", "PUBLIC KEY", "CERTIFICATE", "PGP MESSAGE"])
    lines = [_bytes(draw, 46, 48) for _ in range(draw.randint(1, 4))]
    return "\n".join([f"-----BEGIN {name}-----", *lines, f"-----END {name}-----"][: draw.choice([1, 2, 9, 9])])


def _coin(draw: random.Random) -> str:
    letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    if draw.random() < 0.3:
        return "0x" + "".join(draw.choices("0123456789abcdef", k=40))
    if draw.random() < 0.5:
        return "bc1q" + "".join(draw.choices("023456789acdefghjklmnpqrstuvwxyz", k=38))
    return draw.choice("13") + "".join(draw.choices(letters, k=33))


def _person(draw: random.Random) -> str:
    return draw.choice(["jan", "a.muster", "info", "kim.sample", "m_probe", "office", "lea.test", "o.nymous", "tom7"])


def _mail(draw: random.Random) -> str:
    who, host = _person(draw), _host(draw)
    if draw.random() < 0.3:
        return f"{who}@{host}"
    at = draw.choice([" (at) ", " [at] ", " at ", "(at)", " AT ", " {at} ", "[@]", " @ "])
    first, second = draw.choice([".", " dot "]), draw.choice([" (dot) ", " dot ", " . "])
    return who.replace(".", first) + at + host.replace(".", second)


def _value(draw: random.Random) -> str:
    ways: list[Callable[[], str]] = [
        lambda: str(draw.randrange(10000)),
        lambda: f"{draw.random() * 100:.2f}",
        lambda: draw.choice(_WORDS),
        lambda: _hash(draw),
        lambda: _ip(draw),
        lambda: _time(draw),
        lambda: draw.choice(["true", "false", "null", "OK"]),
        lambda: f"{draw.choice(_WORDS)} {draw.choice(_WORDS)}",
        lambda: _version(draw),
    ]
    return draw.choice(ways)()


def _row(draw: random.Random) -> str:
    keys = draw.sample(_KEYS, draw.randint(2, 6))
    rows = [{key: _value(draw) for key in keys} for _ in range(draw.choice([1, 1, 2, 4]))]
    style = draw.random()
    if style < 0.35:
        return "\n".join(json.dumps(row) for row in rows)
    between = draw.choice([",", ";", "\t", " | ", ", "])
    lines = [between.join(row.values()) for row in rows]
    return "\n".join([between.join(keys), *lines] if style < 0.7 else lines)


@cache
def _vocabulary() -> list[str]:
    """Return the words that the model knows whole: what a heap of words can hold."""
    known = json.loads((OWN_FOLDER / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    return sorted(word for word in known if word.isalpha() and len(word) > 2)


def _salad(draw: random.Random) -> str:
    words = draw.choices(_vocabulary(), k=draw.randint(2, 25))
    if draw.random() < 0.25:
        letters = draw.choice([string.ascii_lowercase, string.ascii_letters, "aeioulnrst", "äöüéèñçłżó" + "aeinrst"])
        words = ["".join(draw.choices(letters, k=draw.randint(2, 9))) for _ in words]
    return " ".join(words)


FRAGMENTS: Final[Mapping[str, Special]] = {
    "x_ip": _ip, "x_version": _version, "x_time": _time, "x_path": _path, "x_host": _host, "x_url": _url,
    "x_hash": _hash, "x_uuid": _uuid, "x_password": _password, "x_token": _token, "x_jwt": _jwt, "x_key": _key,
    "x_coin": _coin, "x_mail": _mail, "x_value": _value, "x_row": _row, "x_salad": _salad,
    "x_base": lambda draw: _bytes(draw, 12, 60),
    "x_word": lambda draw: draw.choice(_WORDS),
    "x_number": _of(string.digits, 1, 7),
    "x_small": _of(string.digits[1:], 1, 2),
    "x_code": _of(string.ascii_uppercase + string.digits, 4, 14),
    "x_mixed": _of(string.ascii_lowercase + string.digits, 6, 20),
}  # fmt: skip
"""What may stand in a template, with the function that draws it."""
