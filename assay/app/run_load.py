"""From rehearsed draws to what a whole run will ask of an endpoint: ranges, never one false exact number.

Rules of this place: the low end is what the cheapest replies lead to, the high end what the dearest do, both widened by
the sampling error where only some rows were rehearsed (normal approximation with the finite population correction,
Cochran 1977, Sampling Techniques, §2.8). A token is 3 to 4.5 characters of ASCII text and 0.7 to 2 of any other, unless
replies that are kept show what this endpoint counts.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from evaluation.llm import Characters, Price, Tally

__all__ = ["Load", "Range", "load_of", "tokens_of"]

_ASCII_PER_TOKEN: Final = (3.0, 4.5)
_OTHER_PER_TOKEN: Final = (0.7, 2.0)
_TEMPLATE_TOKENS: Final = (4.0, 30.0)  # around the messages of a call
_ENOUGH_KEPT: Final = 2_000  # tokens of kept prompts from which on they are believed
_KEPT_SPREAD: Final = 0.1
_Z: Final = 1.96


@dataclass(frozen=True, kw_only=True)
class Range:
    """From the least to the most that is expected."""

    low: float
    high: float

    def __add__(self, other: "Range") -> "Range":
        """Add both ends."""
        return Range(low=self.low + other.low, high=self.high + other.high)

    def times(self, low: float, high: float) -> "Range":
        """Multiply each end by its own factor."""
        return Range(low=self.low * low, high=self.high * high)


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one endpoint is asked in a run."""

    name: str
    calls: Range
    kept: Range  # calls that are found in the cache, which cost nothing
    prompt_tokens: Range
    completion_tokens: Range
    money: Range | None  # in the currency of assay.yaml; None where the price is not known


def load_of(name: str, draws: Sequence[Sequence[Tally]], jobs: int, price: Price | None) -> Load:
    """Scale rehearsed draws, each with its tally for every stance, to `jobs` draws; raise `ValueError` for none."""
    known = _kept_ratio(draws)

    def of(amount: Callable[[Tally], float], high: Callable[[Tally], float] | None = None) -> Range:
        lows = [min(amount(tally) for tally in draw) for draw in draws]
        highs = [max((high or amount)(tally) for tally in draw) for draw in draws]
        return Range(low=_total(lows, jobs, -1), high=_total(highs, jobs, 1))

    prompts = of(
        lambda t: tokens_of(t.characters, t.calls, known).low, lambda t: tokens_of(t.characters, t.calls, known).high
    )
    replies = of(lambda t: t.reply_characters / _ASCII_PER_TOKEN[1], lambda t: t.most_reply_tokens)
    return Load(
        name=name,
        calls=of(lambda tally: tally.calls),
        kept=of(lambda tally: tally.kept),
        prompt_tokens=prompts,
        completion_tokens=replies,
        money=None if price is None else money_of(prompts, replies, price),
    )


def money_of(prompts: Range, replies: Range, price: Price) -> Range:
    """Return what so many tokens cost."""
    prompt, completion = (float(each) / 1e6 for each in (price.prompt, price.completion))
    return prompts.times(prompt, prompt) + replies.times(completion, completion)


def tokens_of(characters: Characters, calls: int, per_character: float | None = None) -> Range:
    """Return how many tokens prompts of so many characters have; `per_character` is what kept replies showed."""
    if per_character is not None:
        tokens = (characters.ascii + characters.other) * per_character
        return Range(low=tokens * (1 - _KEPT_SPREAD), high=tokens * (1 + _KEPT_SPREAD))
    low = characters.ascii / _ASCII_PER_TOKEN[1] + characters.other / _OTHER_PER_TOKEN[1]
    high = characters.ascii / _ASCII_PER_TOKEN[0] + characters.other / _OTHER_PER_TOKEN[0]
    return Range(low=low + calls * _TEMPLATE_TOKENS[0], high=high + calls * _TEMPLATE_TOKENS[1])


def _kept_ratio(draws: Sequence[Sequence[Tally]]) -> float | None:
    tallies = [tally for draw in draws for tally in draw]
    tokens = sum(tally.kept_tokens for tally in tallies)
    characters = sum(tally.kept_characters.ascii + tally.kept_characters.other for tally in tallies)
    return tokens / characters if tokens >= _ENOUGH_KEPT and characters else None


def _total(amounts: Sequence[float], jobs: int, side: int) -> float:
    count = len(amounts)
    mean = sum(amounts) / count
    if count >= jobs:
        return mean * jobs
    variance = sum((amount - mean) ** 2 for amount in amounts) / max(1, count - 1)
    error = _Z * math.sqrt(variance / count * (1 - count / jobs))
    return max(0.0, (mean + side * error) * jobs)
