"""What got looser between two versions of a policy.

Rules of this place: a version is looser where anything could pass under it that could not under the other; what cannot
be shown to be equal or stricter counts as looser, a key that this comparison does not know included. Both versions are
compared in the form that the digest covers, so that a way of writing never looks like a change.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from assay.kernel import JsonValue

__all__ = ["looser"]

Document = Mapping[str, JsonValue]
_Compare = Callable[[str, JsonValue, JsonValue], Iterator[str]]


def looser(was: Document, now: Document) -> tuple[str, ...]:
    """Return what got looser from one digested form (`Policy.as_json()`) to another, each with its place."""
    return tuple(_parts(_POLICY)("", dict(was), dict(now)))


def _change(place: str, was: JsonValue, now: JsonValue) -> str:
    return f"{place}: {_words(was)} became {_words(now)}"


def _words(value: JsonValue) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_words(one) for one in value)}]"
    if isinstance(value, Mapping):
        return "a demand"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value is None else str(value)


def _same(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
    if was != now:
        yield _change(place, was, now)


def _up(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
    """More is stricter; nothing is the least."""
    if was is not None and (now is None or _number(now) < _number(was)):
        yield _change(place, was, now)


def _down(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
    """Less is stricter; nothing is no limit."""
    if was is not None and (now is None or _number(now) > _number(was)):
        yield _change(place, was, now)


def _bound(compare: _Compare) -> _Compare:
    """Compare numbers that take the place of a conclusion: with one it is another demand than without."""

    def compared(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
        yield from _same(place, was, now) if was is None or now is None else compare(place, was, now)

    return compared


def _demanded(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
    """Any value demands more than nothing; another value is another demand."""
    if was is not None and was != now:
        yield _change(place, was, now)


def _selects(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
    """Compare what says which evidence counts: each that counts has to hold, so that leaving some out may let through.

    A shorter age drops the attack suite that failed last week.
    """
    if was != now:
        yield f"{_change(place, was, now)}, so that other evidence counts"


def _ranked(*order: JsonValue) -> _Compare:
    """Compare values of which the later ones are stricter; another one than these is not known."""

    def compared(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
        known = was in order and now in order
        if was != now and (not known or order.index(now) < order.index(was)):
            yield _change(place, was, now)

    return compared


def _more(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
    """Compare lists of which each member is a demand."""
    missing = [one for one in _list(was) if one not in _list(now)]
    if missing:
        yield f"{place}: {_words(missing)} left out"


def _fewer(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
    """Compare lists of which each member is a permission."""
    added = [one for one in _list(now) if one not in _list(was)]
    if added:
        yield f"{place}: {_words(added)} let in"


def _parts(known: Mapping[str, _Compare]) -> _Compare:
    """Compare objects key by key."""

    def compared(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
        before, after = _object(was), _object(now)
        for key in sorted({*before, *after, *known}):
            inner = f"{place}.{key}" if place else key
            yield from known.get(key, _same)(inner, before.get(key), after.get(key))

    return compared


def _optional(compare: _Compare) -> _Compare:
    """Compare sections that may be left out: a new one is stricter."""

    def compared(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
        if was is not None and now is None:
            yield f"{place}: removed"
        elif was is not None:
            yield from compare(place, was, now)

    return compared


def _named(compare: _Compare) -> _Compare:
    """Compare lists of demands by their ids: a new one is stricter."""

    def compared(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
        after = {_id(one): one for one in _list(now)}
        for one in _list(was):
            inner = f"{place}.{_id(one)}"
            if _id(one) in after:
                yield from compare(inner, one, after[_id(one)])
            else:
                yield f"{inner}: removed"

    return compared


def _defaulting(default: str, compare: _Compare) -> _Compare:
    """Compare values that stand for their default where they are left out."""

    def compared(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
        yield from compare(place, was or default, now or default)

    return compared


def _findings(place: str, was: JsonValue, now: JsonValue) -> Iterator[str]:
    if was is None or now is None:
        yield from _same(place, was, now)
        return
    for severity in sorted({*_object(was), *_object(now)}):
        yield from _down(f"{place}.{severity}", _object(was).get(severity), _object(now).get(severity))


def _id(one: JsonValue) -> str:
    return str(_object(one).get("id"))


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, Mapping) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _number(value: JsonValue) -> Decimal:
    return Decimal(str(value))


_ORIGIN: Final = _ranked(None, "ci")
_COUNTING: Final[Mapping[str, _Compare]] = {"origin": _selects, "max_age_days": _selects, "min_n": _up}
_POLICY: Final[Mapping[str, _Compare]] = {
    "fixed_beforehand": _ranked(False, True),
    "expect": _parts(
        {
            "metrics": _more,
            "questions": _parts({"at_least": _up}),
            "complete": _ranked(False, True),
            "max_age_days": _down,
            "judge": _demanded,
            "judge_card": _ranked("optional", "required"),
            "origin": _ORIGIN,
        }
    ),
    # A rule of another kind under the same id differs in its keys, which is the same as another rule.
    "rules": _named(_parts({"at_least": _bound(_up), "margin": _bound(_down)})),
    "max_failures": _parts({"share": _down}),
    "not_applicable": _parts({"at_most_share": _down}),
    "attempts": _defaulting("first", _same),  # a first attempt may be better than all together, and worse
    "baseline": _defaulting("not_superseded", _ranked("any", "not_superseded", "released")),
    "evidence": _named(
        _parts(
            {
                **_COUNTING,
                "standing": _selects,
                "at_least": _bound(_up),
                "at_most": _bound(_down),
                "open_findings": _findings,
            }
        )
    ),
    "suites": _named(_parts({**_COUNTING, "at_most": _down})),
    "filters": _named(_parts({**_COUNTING, "at_most": _down})),
    "languages": _optional(_parts({"judges": _more, "filters": _more})),
    "risks": _optional(_parts({"open_at_most": _down, "overdue_reviews_at_most": _down, "catalogue": _demanded})),
    "duties": _optional(_parts({})),
    "sign_offs": _optional(_parts({"needed": _up, "roles": _fewer})),
}
