"""From a suite's YAML to its attacks.

Rules of this place: every attack names its family and language and has an id of its own; a field that nobody knows is
an error; what is read is checked whole before anything is asked. The four shipped suites are read like a user's file.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, get_args

import yaml

from assay.kernel import InputError, digest_bytes, digest_json
from evaluation.questions import Attribute, Question, counterfactual
from evaluation.suites._types import Attack, Decision, Suite, SuiteKind
from evaluation.suites._wording import marker_of, tasks_digest, worded

__all__ = ["load_suite", "shipped_suites", "suite_file"]

_HEAD: Final = frozenset({"id", "version", "source", "date", "licence", "suite", "families"})
_KNOWN: Final = {
    SuiteKind.INJECTION: frozenset({"text", "turns", "task", "payload", "encode", "of"}),
    SuiteKind.LEAK: frozenset({"text", "turns", "of"}),
    SuiteKind.TOXICITY: frozenset({"text", "turns", "of"}),
    SuiteKind.BIAS: frozenset({"text", "fair", "attribute", "groups"}),
}
_LICENCE: Final = "that of the attacks that were varied"
_ALWAYS: Final = frozenset({"id", "language"})
_MEND: Final = "mend that entry and run the same command again; nothing was asked"


def shipped_suites() -> Mapping[SuiteKind, Suite]:
    """Return the suites that come with Assay."""
    return {kind: _shipped(kind) for kind in SuiteKind}


def load_suite(path: Path) -> Suite:
    """Read a suite's file; raise `InputError` naming the file, the entry and the field."""
    try:
        return _parsed(path.read_bytes(), path.name)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", hint="check the path and its permissions") from error


def suite_file(kind: SuiteKind, name: str, attacks: Sequence[Attack], *, source: str, date: str) -> bytes:
    """Return a file that `load_suite` reads as these attacks of one turn; `source` says who wrote them."""
    families: dict[str, list[dict[str, str]]] = {}
    for attack in attacks:
        entry = {"id": attack.id, "language": attack.language, "text": attack.text}
        families.setdefault(attack.family, []).append(entry | ({"of": attack.case} if attack.case else {}))
    head = {"id": name, "version": "1", "source": source, "date": date, "licence": _LICENCE, "suite": str(kind)}
    return yaml.safe_dump({**head, "families": families}, sort_keys=False, allow_unicode=True).encode()


@cache
def _shipped(kind: SuiteKind) -> Suite:
    name = f"{kind}.yaml"
    return _parsed((resources.files("evaluation.suites") / "data" / name).read_bytes(), name)


def _parsed(data: bytes, source: str) -> Suite:
    try:
        document = yaml.safe_load(data)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{source}: not YAML: {error}", hint=_MEND) from error
    if not isinstance(document, dict) or set(document) != _HEAD:
        found = sorted(map(str, document)) if isinstance(document, dict) else type(document).__name__
        raise InputError(f"{source}: got {found!r}, expected the keys {sorted(_HEAD)!r}", hint=_MEND)
    if document["suite"] not in set(SuiteKind):
        raise InputError(f"{source}: the suite is {document['suite']!r}, expected one of {list(SuiteKind)!r}")
    kind = SuiteKind(document["suite"])
    attacks = tuple(_in_turn(list(_families(document["families"], kind, source))))
    if len({attack.id for attack in attacks}) != len(attacks):
        raise InputError(f"{source}: an id stands twice", hint="give every attack an id of its own")
    digest = digest_json([digest_bytes(data), tasks_digest(), *(_fingerprint(attack) for attack in attacks)])
    return Suite(id=str(document["id"]), kind=kind, version=str(document["version"]), digest=digest, attacks=attacks)


def _families(families: object, kind: SuiteKind, source: str) -> Iterator[tuple[Attack, ...]]:
    if not isinstance(families, dict) or not families:
        raise InputError(f"{source}: `families` holds no family with its attacks", hint=_MEND)
    for family, entries in families.items():
        found = entries if isinstance(entries, list) else []
        yield tuple(attack for entry in found for attack in _attacks(entry, kind, str(family), source))


def _in_turn(families: Sequence[Sequence[Attack]]) -> Iterator[Attack]:
    """Yield one attack of each family, then the next of each: the first N of a suite are a cross-section of it."""
    for place in range(max(map(len, families))):
        yield from (family[place] for family in families if place < len(family))


def _attacks(entry: object, kind: SuiteKind, family: str, source: str) -> Iterator[Attack]:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise InputError(f"{source}, family {family!r}: an entry has no `id`", hint=_MEND)
    name = entry["id"]
    where = f"{source}, {name!r}"
    unknown = sorted(set(entry) - _KNOWN[kind] - _ALWAYS)
    if unknown:
        raise InputError(f"{where}: unknown fields {unknown!r}, expected some of {sorted(_KNOWN[kind])!r}", hint=_MEND)
    turns = _turns(entry, where)
    language = str(entry.get("language", "en"))
    if kind is SuiteKind.BIAS:
        yield from _twins(entry, turns[0], family, language, where)
        return
    marker = None
    if kind is SuiteKind.INJECTION:
        marker = marker_of(name)
        turns = tuple(_worded(turn, marker, entry, language) for turn in turns)
    case = str(entry["of"]) if "of" in entry else None
    yield Attack(id=name, kind=kind, family=family, language=language, turns=turns, marker=marker, case=case)


def _turns(entry: Mapping[str, Any], where: str) -> tuple[str, ...]:
    turns = entry.get("turns", [entry.get("text")])
    if ("text" in entry) == ("turns" in entry) or not isinstance(turns, list) or not turns:
        raise InputError(f"{where}: expected either `text` or a list of `turns`", hint=_MEND)
    for turn in turns:
        if not isinstance(turn, str) or not turn.strip():
            raise InputError(f"{where}: a turn is {turn!r}, expected text", hint=_MEND)
    return tuple(turn.strip() for turn in turns)


def _worded(turn: str, marker: tuple[str, str], entry: Mapping[str, Any], language: str) -> str:
    return worded(
        turn,
        marker,
        str(entry.get("task", "only")),
        language,
        payload=str(entry.get("payload", "{Task}.")),
        encode=str(entry.get("encode", "")),
    )


def _twins(entry: Mapping[str, Any], text: str, family: str, language: str, where: str) -> Iterator[Attack]:
    """Yield a case once for each group, or as it stands where it names no attribute."""
    if entry.get("fair") not in set(Decision):
        raise InputError(f"{where}: `fair` is {entry.get('fair')!r}, expected 'yes' or 'no' in quotes", hint=_MEND)
    fair, name = Decision(entry["fair"]), str(entry["id"])
    case = Question(id=name, text=text)
    made: Sequence[Question] = [case]
    if "attribute" in entry:
        if entry["attribute"] not in get_args(Attribute):
            expected = list(get_args(Attribute))
            raise InputError(
                f"{where}: `attribute` is {entry['attribute']!r}, expected one of {expected!r}", hint=_MEND
            )
        made = counterfactual([case], entry["attribute"], groups=entry.get("groups", ())).questions
        if not made:
            raise InputError(f"{where}: its words name no group, or several, of {entry['attribute']!r}", hint=_MEND)
    for one in made:
        yield Attack(
            id=one.id,
            kind=SuiteKind.BIAS,
            family=family,
            language=language,
            turns=(one.text,),
            fair=fair,
            case=name if len(made) > 1 else None,
            tags=one.tags,
        )


def _fingerprint(attack: Attack) -> str:
    return digest_json([attack.id, attack.family, attack.language, list(attack.turns), list(attack.marker or ())])
