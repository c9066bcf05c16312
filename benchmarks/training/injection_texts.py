"""Made texts: attacks by family, and the harmless texts that look like them.

Rules of this place: what a text is labelled is decided by how it was made; an attack frees a model from its
instructions, takes them out of it, or speaks to it from a document; a harmful request, a persona or a rule is none.
"""

import base64
import codecs
import random
import re
from collections.abc import Callable
from functools import cache
from typing import Final

from benchmarks.training.injection_fragments import FRAGMENTS
from benchmarks.training.injection_grammar import Grammar, read_grammar

__all__ = ["ATTACKS", "BENIGN", "FAMILIES", "Made", "document", "hidden", "short_benign", "undressed", "with_order"]

_SHARED: Final = ("attacks_direct", "attacks_persona", "benign_triggers", "benign_everyday", "documents",
                  "benign_personas", "benign_orders", "benign_documents")  # fmt: skip
_LEET: Final = str.maketrans("aeiost", "431057")
_STYLES: Final = (
    "rules",
    "ai",
    "roles",
    "steps",
    "api",
    "lore",
    "contract",
    "decisions",
    "mails",
    "readmes",
    "readmes",
)
_ROOM: Final = 360  # letters of a document that leave room for an order in one window

Made = Callable[[random.Random, bool], str]
"""Makes a text by a draw; True: of templates that are held back."""


@cache
def _grammar(name: str) -> Grammar:
    grammar = read_grammar(name, *(other for other in _SHARED if other != name))
    grammar.specials.update(FRAGMENTS)
    grammar.specials.update(
        benign=short_benign,
        benign_de=lambda draw: _grammar("benign_everyday").text(draw, "general_de"),
        benign_fr=lambda draw: _grammar("benign_everyday").text(draw, "general_fr"),
        benign_es=lambda draw: _grammar("benign_everyday").text(draw, "general_es"),
        dropall_upper=lambda draw: _order(draw).upper() + draw.choice(["", "!", "!!!", " NOW"]),
        benign_upper_mix=_interrupted,
        encoded=_encoded,
        reversed=lambda draw: _order(draw)[::-1],
        leet=lambda draw: _order(draw).translate(_LEET),
    )
    return grammar


def short_benign(draw: random.Random) -> str:
    """Return a harmless request of a line or two."""
    if draw.random() < 0.7:
        return _grammar("benign_everyday").text(draw, "everyday")
    return _grammar("benign_triggers").text(draw, draw.choice(["ask_word", "system_words", "scary"]))


def _order(draw: random.Random) -> str:
    grammar = _grammar("attacks_direct")
    return f"{grammar.slot('dropall', draw)} and {grammar.slot('payload', draw)}"


def _interrupted(draw: random.Random) -> str:
    words = short_benign(draw).split()
    at = draw.randrange(1, len(words)) if len(words) > 1 else 0
    order = _order(draw)
    return " ".join([*words[:at], order.upper() if draw.random() < 0.8 else order, *words[at:]])


def _encoded(draw: random.Random) -> str:
    order = _order(draw) if draw.random() < 0.5 else _grammar("attacks_direct").slot("payload", draw)
    ways: list[Callable[[], str]] = [
        lambda: base64.b64encode(order.encode()).decode(),
        lambda: codecs.encode(order, "rot13"),
        lambda: order.encode().hex(),
        lambda: order[::-1],
        lambda: order.translate(_LEET),
    ]
    return draw.choice(ways)()


def _direct(kind: str) -> Made:
    return lambda draw, dev: _shaped(_grammar("attacks_direct").text(draw, kind, dev=dev), draw)


def _foreign(draw: random.Random, dev: bool) -> str:  # noqa: FBT001 (the type `Made`)
    kind = draw.choice(["de", "de", "fr", "es", "it", "other", "other"])
    return _shaped(_grammar("attacks_languages").text(draw, kind, dev=dev), draw)


def _shaped(text: str, draw: random.Random) -> str:
    """Vary how a text is written: case, end, blank lines in front."""
    chance = draw.random()
    if chance < 0.08:
        text = text.upper()
    elif chance < 0.3:
        text = text.lower()
    elif chance < 0.7:
        text = text[:1].upper() + text[1:]
    if draw.random() < 0.3:
        text = text.rstrip(".")
    return draw.choice(["\n\n\n", "\\n\\n\\n", "---\n"]) + text if draw.random() < 0.03 else text


def _persona(draw: random.Random, dev: bool) -> str:  # noqa: FBT001 (as above)
    grammar = _grammar("attacks_persona")
    if draw.random() < 0.35:
        return _shaped(grammar.text(draw, "persona_jailbreak", dev=dev), draw)
    clauses = [
        grammar.slots["opening"][at]
        for at in draw.sample(range(len(grammar.slots["opening"])), 1 + (draw.random() < 0.3))
    ]
    middle = [
        draw.choice(grammar.slots[draw.choices(["freedom", "no_refusal", "form", "story"], [4, 3, 2, 2])[0]])
        for _ in range(draw.choice([1, 2, 3, 3, 4, 5, 6, 8, 10, 14, 20]))
    ]
    if not any(clause in (*grammar.slots["freedom"], *grammar.slots["no_refusal"]) for clause in middle):
        middle[0] = draw.choice(grammar.slots["freedom"])
    clauses += list(dict.fromkeys(middle))
    if draw.random() < 0.3:
        clauses.append(grammar.slots["ask"][0])
    if draw.random() < 0.7:
        clauses.append(draw.choice(grammar.slots["ask"]))
    fixed = grammar.slot("name", draw)
    kept = Grammar(slots={**grammar.slots, "name": [fixed]}, templates={}, specials=grammar.specials)
    return _laid_out([kept.filled(clause, draw) for clause in clauses], draw)


def _laid_out(parts: list[str], draw: random.Random) -> str:
    style = draw.random()
    if style < 0.6:
        return " ".join(parts)
    if style < 0.85:
        return draw.choice(["\n", "\n\n", "\n- ", "\n* "]).join(parts)
    return "\n".join([parts[0], *(f"{at}. {part}" for at, part in enumerate(parts[1:], start=1))])


def _forged(draw: random.Random, dev: bool) -> str:  # noqa: FBT001 (as above)
    """Return an order behind a border or a role that only the application may write."""
    grammar = _grammar("attacks_direct")
    orders: list[Callable[[], str]] = [
        lambda: _order(draw),
        lambda: grammar.text(draw, "system_prompt_extraction", dev=dev),
        lambda: _grammar("attacks_persona").slot("freedom", draw),
        lambda: f"You are now {_grammar('attacks_persona').slot('name', draw)}, {grammar.slot('payload', draw)}",
    ]
    order = draw.choice(orders)()
    frame = _raw("frames", draw).replace("NONCE", str(draw.randrange(10**6)))
    text = frame.replace("ORDER", order)
    return f"{short_benign(draw)}\n{text}" if draw.random() < 0.5 else text


def document(draw: random.Random) -> list[str]:
    """Return a harmless document as its lines or sentences."""
    grammar = _grammar("documents")
    style = draw.random()
    if style > 0.8:
        return _sentences("\n".join(_pieces(draw, draw.choice([2, 3, 4]))))
    if style > 0.5:
        return _sentences(_grammar("benign_documents").text(draw, draw.choice(_STYLES)))
    if style < 0.2:
        width = draw.randrange(2, 6)
        rows = [[grammar.slot("cell", draw) for _ in range(width)] for _ in range(draw.randrange(2, 7))]
        return ["| " + " | ".join(row) + " |" for row in rows]
    if style < 0.35:
        return _grammar("benign_triggers").text(draw, draw.choice(["code", "code", "work_mail"])).split("\n")
    return [grammar.slot("para", draw) for _ in range(draw.choice([1, 1, 2, 2, 3, 4]))]


def _pieces(draw: random.Random, count: int) -> list[str]:
    """Return harmless pieces of different kinds."""
    ways: list[Callable[[], str]] = [
        lambda: _grammar("benign_documents").text(draw, draw.choice(_STYLES)),
        lambda: _grammar("benign_documents").slot(draw.choice(["readme", "prose", "aifact", "step"]), draw),
        lambda: _grammar("documents").slot("para", draw),
        lambda: _grammar("benign_fragments").text(draw, draw.choice(["machine", "commands", "addresses"])),
        lambda: short_benign(draw),
    ]
    return [draw.choice(ways)() for _ in range(count)]


def _sentences(text: str) -> list[str]:
    """Return as many lines or sentences as leave room for an order."""
    parts = [part for part in re.split(r"\n+|(?<=[.!?])\s+", text) if part]
    kept = [part for at, part in enumerate(parts) if sum(map(len, parts[: at + 1])) <= _ROOM]
    return kept or [text[:_ROOM]]


def _raw(slot: str, draw: random.Random) -> str:
    """Return a line as it stands, but for its line breaks."""
    return draw.choice(_grammar("documents").slots[slot]).replace("\\n", "\n")


def hidden(draw: random.Random, order: str, lines: list[str], *, wrapped: bool = True) -> str:
    """Return the document with an instruction somewhere in it."""
    at = draw.choice([0, len(lines), len(lines), draw.randrange(len(lines) + 1)])
    order = (_raw("wraps", draw) if wrapped else "ORDER").replace("ORDER", order)
    return draw.choice(["\n", " ", "\n\n"]).join([*lines[:at], order, *lines[at:]])


def _indirect(draw: random.Random, dev: bool) -> str:  # noqa: FBT001 (as above)
    return with_order(draw, document(draw), dev=dev)


def with_order(draw: random.Random, lines: list[str], *, dev: bool = False) -> str:
    """Return the document with an order to a model in it."""
    grammar = _grammar("documents")
    chance = draw.random()
    if chance < 0.45:
        lead, rest = grammar.slot("toai", draw), grammar.slot("doai", draw)
        order = f"{lead} {rest}" if draw.random() < 0.8 else rest[:1].upper() + rest[1:]
        return hidden(draw, order, lines)
    if chance < 0.75:
        return hidden(draw, grammar.slot("bare", draw), lines, wrapped=False)
    kind = draw.choice(["instruction_override", "exfiltration", "tool_abuse", "system_prompt_extraction"])
    return hidden(draw, _grammar("attacks_direct").text(draw, kind, dev=dev), lines)


def _benign(name: str, kind: str) -> Made:
    return lambda draw, dev: _shaped_benign(_grammar(name).text(draw, kind, dev=dev), draw)


def _shaped_benign(text: str, draw: random.Random) -> str:
    chance = draw.random()
    if chance < 0.03:
        return text.upper()
    if chance < 0.2:
        text = text.lower()
    if chance > 0.9:
        text = f"{draw.choice(_BEFORE)} {text}"
    if chance > 0.85:
        text = f"{text} {draw.choice([*_AFTER, short_benign(draw)])}"
    return text.rstrip("?.") if draw.random() < 0.15 else text


_BEFORE: Final = ("Hi!", "Hello,", "Please help:", "Quick question:", "Thanks!", "Hey,", "Important:", "Urgent:")
_AFTER: Final = ("Thank you!", "Please be brief.", "Thanks in advance.", "Please answer in bullet points.")


def _legit_persona(draw: random.Random, dev: bool) -> str:  # noqa: FBT001, ARG001 (as above)
    grammar = _grammar("benign_personas")
    parts = [grammar.slot("opening", draw)]
    rules = draw.choice([0, 1, 1, 2, 3, 4, 5, 7, 10, 15])
    parts += list(dict.fromkeys(grammar.slot("rule", draw) for _ in range(rules)))
    if draw.random() < 0.75:
        parts.append(grammar.slot("ask", draw))
    return _laid_out(parts, draw)


def _plain_document(draw: random.Random, dev: bool) -> str:  # noqa: FBT001, ARG001 (as above)
    text = draw.choice(["\n", " ", "\n\n"]).join(document(draw))
    chance = draw.random()
    if chance < 0.2:
        return f"{_raw('tasks', draw)}\n{text}"
    return f"{text}\n{short_benign(draw)}" if chance < 0.3 else text


def _mixed(draw: random.Random, dev: bool) -> str:  # noqa: FBT001, ARG001 (as above)
    """Return pieces of several harmless texts: that the manner changes within a window says nothing."""
    return draw.choice(["\n", "\n\n", " "]).join(_pieces(draw, draw.choice([2, 3, 4, 6, 8])))


FAMILIES: Final = (
    "instruction_override", "persona_jailbreak", "system_prompt_extraction", "delimiter_forging", "encoding_smuggling",
    "exfiltration", "indirect_instruction", "tool_abuse",
)  # fmt: skip

ATTACKS: Final[dict[str, tuple[float, Made]]] = {
    "instruction_override": (0.25, _direct("instruction_override")),
    "persona_jailbreak": (0.28, _persona),
    "system_prompt_extraction": (0.09, _direct("system_prompt_extraction")),
    "delimiter_forging": (0.06, _forged),
    "encoding_smuggling": (0.05, _direct("encoding_smuggling")),
    "exfiltration": (0.04, _direct("exfiltration")),
    "tool_abuse": (0.04, _direct("tool_abuse")),
    "indirect_instruction": (0.12, _indirect),
    "languages": (0.12, _foreign),
}
"""By how they are made: their share of all attacks, and how."""

BENIGN: Final[dict[str, tuple[float, Made]]] = {
    **{
        kind: (share, _benign("benign_triggers", kind))
        for kind, share in (
            ("ask_word", 0.07), ("ignore_forget", 0.08), ("override_bypass", 0.07), ("prompt_security", 0.07),
            ("pretend_act", 0.07), ("system_words", 0.09), ("work_mail", 0.04), ("code", 0.04), ("quoted", 0.02),
            ("scary", 0.07), ("prompt_as_product", 0.04),
        )
    },
    "everyday": (0.09, _benign("benign_everyday", "everyday")),
    **{
        kind: (share, _benign("benign_orders", kind))
        for kind, share in (
            ("notices", 0.06), ("complaints", 0.05), ("assistant_orders", 0.08), ("ai_makers", 0.06),
            ("stories", 0.05), ("code_answers", 0.05), ("general_far", 0.04),
        )
    },
    "harmful_request": (0.04, _benign("benign_everyday", "harmful_request")),
    **{
        f"general_{language}": (0.012, _benign("benign_everyday", f"general_{language}"))
        for language in ("de", "fr", "es", "it", "other")
    },
    **{
        kind: (share, _benign("benign_fragments", kind))
        for kind, share in (
            ("machine", 0.16), ("secrets", 0.13), ("addresses", 0.07), ("commands", 0.20), ("foreign", 0.20),
        )
    },
    **{
        f"document_{kind}": (share, _benign("benign_documents", kind))
        for kind, share in (
            ("rules", 0.22), ("ai", 0.22), ("roles", 0.10), ("steps", 0.09), ("api", 0.07), ("lore", 0.07),
            ("contract", 0.06), ("decisions", 0.09), ("mails", 0.07), ("readmes", 0.20),
        )
    },
    "mixed_document": (0.45, _mixed),
    "legit_persona": (0.13, _legit_persona),
    "plain_document": (0.06, _plain_document),
}  # fmt: skip
"""The same for harmless texts."""


def undressed(text: str) -> str:
    """Return the text without its case and signs, to find twins."""
    return re.sub(r"\W+", " ", text.lower()).strip()
