"""Numbered parts of one row, judged by a language model in as few calls as they fit into.

Rules of this place: what was sent is the denominator; each number must come back exactly once, or the reply is
unreadable. A verdict other than absent needs a quote that code finds where the listing says it stands; without one the
model is asked once again, and then the part is absent.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from evaluation.judges._asking import Asking, JudgingError
from evaluation.judges._fence import Fence
from evaluation.judges._listed_prompts import Listing
from evaluation.judges._prompts import QUOTE_MISSING
from evaluation.judges._quotes import Block, find_quote
from evaluation.judges._replies import Form, UnreadableReplyError, read_object
from evaluation.llm import ChatRequest, Message
from evaluation.verdicts import QuoteSpan, Support

__all__ = ["Held", "Listed", "Sheet", "hold_parts", "read_listed"]

_PART_TOKENS: Final = 80
_LINE: Final = re.compile(r"NUMBER:\s*(\d{1,4})\s*\|\s*VERDICT:\s*(\w+)\s*(?:\|\s*QUOTE:\s*(.*))?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One call's parts with the texts they are held against."""

    fence: Fence
    opening: str  # what stands before the parts, fenced
    parts: tuple[str, ...]
    sources: tuple[Block, ...]  # for each part, where its quote must stand


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What the model said of one part; the quote is not yet found."""

    support: Support
    quote: str


@dataclass(frozen=True, kw_only=True)
class Held:
    """What is believed of one part."""

    support: Support
    quote: QuoteSpan | None


async def hold_parts(asking: Asking, listing: Listing, sheet: Sheet, *, repeat: int) -> list[Held]:
    """Ask once, once more for quotes that are not there; raise `JudgingError` for every way in which that fails."""
    marked = [sheet.fence.around(f"{listing.kind}-{number}", part) for number, part in enumerate(sheet.parts, start=1)]
    request = ChatRequest(
        messages=(
            Message(role="system", content=listing.system),
            Message(role="user", content="\n".join([sheet.opening, *marked, listing.form(asking.form)])),
        ),
        max_tokens=_PART_TOKENS * (len(sheet.parts) + 1),
        schema=listing.schema(len(sheet.parts)),
        repeat=repeat,
    )
    read = read_listed(listing, len(sheet.parts))
    said, asked = await asking.ask(request, read)
    if _unquoted(said, sheet) and not asked.repaired:
        try:
            said, _ = await asking.ask_again(asked, QUOTE_MISSING, read)
        except JudgingError as failure:
            if not isinstance(failure.__cause__, UnreadableReplyError):
                raise
    return [_believed(one, source) for one, source in zip(said, sheet.sources, strict=True)]


def read_listed(listing: Listing, count: int) -> Callable[[str, Form], list[Listed]]:
    """Return the reader of a reply about `count` parts; it raises `UnreadableReplyError`."""

    def read(text: str, form: Form) -> list[Listed]:
        entries = _objects(text) if form == "schema" else _lines(text)
        found: dict[int, Listed] = {}
        for number, word, quote in entries:
            if word not in listing.words or number in found or not 1 <= number <= count:
                raise UnreadableReplyError(
                    f"expected each number 1 to {count} once, with the verdict {', '.join(listing.words)}"
                )
            found[number] = Listed(support=listing.words[word], quote=quote)
        if len(found) != count:
            raise UnreadableReplyError(f"expected a verdict for each of {count} numbers, got {len(found)}")
        return [found[number] for number in range(1, count + 1)]

    return read


def _objects(text: str) -> list[tuple[int, str, str]]:
    fields = read_object(text)
    entries = fields.get("verdicts")
    if not isinstance(entries, list):
        raise UnreadableReplyError('expected {"verdicts": [...]}')
    return [_entry(entry) for entry in entries]


def _entry(entry: object) -> tuple[int, str, str]:
    if isinstance(entry, dict):
        number, word, quote = entry.get("number"), entry.get("verdict"), entry.get("quote", "")
        if type(number) is int and isinstance(word, str) and isinstance(quote, str):
            return number, word, quote
    raise UnreadableReplyError('expected entries {"number": 1, "quote": text, "verdict": word}')


def _lines(text: str) -> list[tuple[int, str, str]]:
    found = [_LINE.fullmatch(line.strip()) for line in text.strip().split("\n") if line.strip()]
    if not found or not all(found):
        raise UnreadableReplyError("expected only lines NUMBER: 1 | VERDICT: word | QUOTE: text")
    return [(int(match[1]), match[2].lower(), (match[3] or "").strip()) for match in found if match]


def _unquoted(said: Sequence[Listed], sheet: Sheet) -> bool:
    return any(
        one.support is not Support.ABSENT and _believed(one, source).support is Support.ABSENT
        for one, source in zip(said, sheet.sources, strict=True)
    )


def _believed(said: Listed, source: Block) -> Held:
    quote = find_quote(said.quote, source) if said.support is not Support.ABSENT else None
    if quote is None and said.support is not Support.ABSENT:
        quote = _whole(said.quote, source)
    return Held(support=Support.ABSENT if quote is None else said.support, quote=quote)


def _whole(quote: str, source: Block) -> QuoteSpan | None:
    """Return where a source of one character, as `7`, quotes itself: `find_quote` wants two."""
    for piece in source:
        bare = piece.text.strip()
        if len(bare) == 1 and quote.strip().strip("\"'.") == bare:
            start = piece.offset + piece.text.index(bare)
            return QuoteSpan(context=piece.context, start=start, end=start + 1)
    return None
