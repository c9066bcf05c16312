"""Reading a judge model's reply, exactly.

Rules of this place: a reply has the form that was asked for or it is unreadable; nothing is searched for inside prose.
"No; yesterday it was yes" is not a yes, and a second verdict in one reply makes it no verdict at all.
"""

import json
import re
from dataclasses import dataclass
from typing import Final, Literal

from evaluation.verdicts import Support

__all__ = ["Finding", "Rating", "UnreadableReplyError", "read_finding", "read_object", "read_rating", "read_yes_or_no"]

Form = Literal["schema", "line"]

_CODE_BLOCK: Final = re.compile(r"```(?:json)?\s*\n(.*)\n\s*```", re.DOTALL)
_VERDICT_LINE: Final = re.compile(
    r"VERDICT:\s*(supported|contradicted|absent)\s*(?:\|\s*QUOTE:\s*(.*))?", re.IGNORECASE
)
_VERDICT_MARK: Final = re.compile(r"^\W*VERDICT\b", re.IGNORECASE | re.MULTILINE)
_RATING_LINE: Final = re.compile(r"SUBJECT:\s*([01])\s*\|\s*FOCUS:\s*([01])", re.IGNORECASE)
_RESULT_LINE: Final = re.compile(r"\[RESULT\]\s*:?\s*([012])", re.IGNORECASE)


class UnreadableReplyError(ValueError):
    """The reply has not the form that was asked for; the message says what was expected."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the model said of one sentence; the quote is not yet found."""

    support: Support
    quote: str


@dataclass(frozen=True, kw_only=True)
class Rating:
    """What the model said of one answer: 0 to 2, and the two parts where it gave them."""

    total: int
    subject: int | None = None
    focus: int | None = None


def read_finding(text: str, form: Form) -> Finding:
    """Read one verdict with its quote; raise `UnreadableReplyError`."""
    if form == "schema":
        fields = read_object(text)
        verdict, quote = fields.get("verdict"), fields.get("quote", "")
        if not isinstance(verdict, str) or verdict not in set(Support) or not isinstance(quote, str):
            raise UnreadableReplyError('expected {"verdict": "absent|contradicted|supported", "quote": text}')
        return Finding(support=Support(verdict), quote=quote)
    line = _only_line(text, _VERDICT_MARK)
    match = _VERDICT_LINE.fullmatch(line)
    if match is None:
        raise UnreadableReplyError("expected one line VERDICT: absent, contradicted or supported | QUOTE: text")
    return Finding(support=Support(match.group(1).lower()), quote=(match.group(2) or "").strip())


def read_rating(text: str, form: Form) -> Rating:
    """Read the two points or the `[RESULT]` line; raise `UnreadableReplyError`."""
    if form == "schema":
        fields = read_object(text)
        points = [fields.get("subject"), fields.get("focus")]
        if any(type(point) is not int or point not in (0, 1) for point in points):
            raise UnreadableReplyError('expected {"subject": 0 or 1, "focus": 0 or 1}')
        subject, focus = (int(str(point)) for point in points)
        return Rating(total=subject + focus, subject=subject, focus=focus)
    return _rating_lines([line.strip() for line in text.strip().split("\n") if line.strip()])


def read_yes_or_no(text: str, _form: Form) -> bool:
    """Read one word, yes or no, with a full stop at most; raise `UnreadableReplyError`."""
    word = text.strip().removesuffix(".").lower()
    if word not in {"yes", "no"}:
        raise UnreadableReplyError("expected one word, Yes or No")
    return word == "yes"


def _rating_lines(lines: list[str]) -> Rating:
    results = [match for line in lines if (match := _RESULT_LINE.fullmatch(line))]
    parts = [match for line in lines if (match := _RATING_LINE.fullmatch(line))]
    if len(results) != 1 or len(results) + len(parts) != len(lines) or len(parts) > 1:
        raise UnreadableReplyError(
            "expected the line SUBJECT: 0 or 1 | FOCUS: 0 or 1, then the line [RESULT] 0, 1 or 2"
        )
    total = int(results[0].group(1))
    if not parts:
        return Rating(total=total)
    subject, focus = int(parts[0].group(1)), int(parts[0].group(2))
    if subject + focus != total:
        raise UnreadableReplyError("the two points do not add up to the [RESULT]")
    return Rating(total=total, subject=subject, focus=focus)


def read_object(text: str) -> dict[str, object]:
    """Read one JSON object, each field once; raise `UnreadableReplyError`."""
    block = _CODE_BLOCK.fullmatch(text.strip())
    try:
        found = _STRICT.decode(block.group(1) if block else text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableReplyError(f"expected one JSON object and nothing else ({error})") from error
    if not isinstance(found, dict):
        raise UnreadableReplyError("expected a JSON object")
    return found


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableReplyError("expected each field once")
    return found


_STRICT: Final = json.JSONDecoder(object_pairs_hook=_unique)  # `json.loads` would build one for every reply


def _only_line(text: str, mark: re.Pattern[str]) -> str:
    """Return the reply's one line; a quote may go on over line breaks, a second verdict may not follow."""
    if len(mark.findall(text)) > 1:
        raise UnreadableReplyError("expected one verdict, got several")
    return " ".join(text.split())
