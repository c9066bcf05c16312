"""What a run may spend, what an endpoint asks, and what a call may cost, as values."""

from dataclasses import dataclass
from decimal import Decimal

from assay.kernel import UnavailableError

__all__ = ["Budget", "BudgetSpentError", "Price", "Spending"]

_MILLION = Decimal(1_000_000)
_TEMPLATE_TOKENS = 64  # what a chat template adds around the messages, generously


class BudgetSpentError(UnavailableError):
    """A call did not fit into the budget and was not sent: the run ends and can be gone on with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """What one command may spend; None is no limit. Money is in the currency of the prices in assay.yaml."""

    money: Decimal | None = None
    tokens: int | None = None  # of prompts and replies together
    calls: int | None = None  # sent over HTTP, repeats after a failure included


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """What an endpoint asks for a million tokens."""

    prompt: Decimal = Decimal(0)
    completion: Decimal = Decimal(0)

    def of(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """Return the money for so many tokens."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / _MILLION


@dataclass(frozen=True, kw_only=True, slots=True)
class Spending:
    """What calls cost, or may cost."""

    calls: int = 0
    tokens: int = 0
    money: Decimal = Decimal(0)

    def __add__(self, other: "Spending") -> "Spending":
        """Add field by field."""
        return Spending(
            calls=self.calls + other.calls, tokens=self.tokens + other.tokens, money=self.money + other.money
        )

    def __sub__(self, other: "Spending") -> "Spending":
        """Subtract field by field."""
        return Spending(
            calls=self.calls - other.calls, tokens=self.tokens - other.tokens, money=self.money - other.money
        )

    @classmethod
    def worst(cls, body: bytes, reply_tokens: int, price: Price, *, is_chat: bool) -> "Spending":
        """Return the most that a call with this body can cost."""
        if not is_chat:
            return cls(calls=1)
        prompt = len(body) + _TEMPLATE_TOKENS
        return cls(calls=1, tokens=prompt + reply_tokens, money=price.of(prompt, reply_tokens))
