"""A hard limit on what calls may cost: reserved before a call leaves, settled when its reply is in.

Rules of this place:
- Every attempt reserves the most that it can cost, those after a failure too: a token for each byte of its body (no
  tokenizer makes more tokens than there are bytes) and every token that it allows in reply. What does not fit is not
  sent; what would fit once the calls under way have settled waits for them.
- It settles to the usage that the reply states. A reply that states none, and an attempt that was lost on the way or
  broke the server, keep the whole reservation: unknown is not zero. What the endpoint declined costs a call.
- A reply found in the cache never comes here. An endpoint without prices costs no money; a call that is no chat has
  no tokens that we could know of.
"""

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal

import orjson

from evaluation.llm._budget import Budget, Price, Spending

__all__ = ["Purse", "spent_by_reply"]


@dataclass(eq=False, slots=True)
class Purse:
    """What is left of a budget, on one event loop: `spent` + `reserved` never exceed it."""

    budget: Budget
    spent: Spending = field(default_factory=Spending)
    reserved: Spending = field(default_factory=Spending)
    _waiting: list[asyncio.Future[None]] = field(default_factory=list)

    async def reserve(self, worst: Spending) -> bool:
        """Set `worst` aside, waiting for calls under way where need be; return whether it fits at all."""
        while not self._fits(self.spent + self.reserved + worst):
            if not self._fits(self.spent + worst):  # what is spent never shrinks
                return False
            settled = asyncio.get_running_loop().create_future()
            self._waiting.append(settled)
            await settled
        self.reserved += worst
        return True

    def settle(self, worst: Spending, real: Spending) -> None:
        """Give the reservation back, book what was really spent, and let those who wait look again."""
        self.reserved -= worst
        self.spent += real
        waiting, self._waiting = self._waiting, []
        for settled in waiting:
            if not settled.done():
                settled.set_result(None)

    def refusal(self, worst: Spending) -> str:
        """Say why a call was not sent."""
        pairs = (
            (self.budget.money, self.spent.money, worst.money, "of money"),
            (self.budget.tokens, self.spent.tokens, worst.tokens, "tokens"),
            (self.budget.calls, self.spent.calls, worst.calls, "calls"),
        )
        return "; ".join(
            f"{_plain(spent)} of {_plain(limit)} {unit} are spent, and the next call may take {_plain(next_)}"
            for limit, spent, next_, unit in pairs
            if limit is not None and spent + next_ > limit
        )

    def _fits(self, total: Spending) -> bool:
        pairs = (
            (self.budget.money, total.money),
            (self.budget.tokens, total.tokens),
            (self.budget.calls, total.calls),
        )
        return all(limit is None or amount <= limit for limit, amount in pairs)


def spent_by_reply(body: bytes, worst: Spending, price: Price) -> Spending:
    """Return what a good reply says that it used; `worst` where it does not say."""
    try:
        usage = orjson.loads(body)["usage"]
        prompt, completion = usage["prompt_tokens"], usage["completion_tokens"]
    except (orjson.JSONDecodeError, LookupError, TypeError):
        return worst
    if not all(isinstance(count, int) and not isinstance(count, bool) and count >= 0 for count in (prompt, completion)):
        return worst
    return Spending(calls=1, tokens=prompt + completion, money=price.of(prompt, completion))


def _plain(amount: Decimal | int) -> str:
    return format(amount.normalize(), "f") if isinstance(amount, Decimal) else str(amount)
