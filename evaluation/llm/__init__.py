"""Language models behind one door: the request and reply types, the courier, the chat client, the embedded model.

Rules of this place: a paid call is never made twice (the courier outlives a killed run and keeps every reply); a key
never reaches argv, a file or a message; aiohttp is loaded in the courier's process alone, xllamacpp when it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from evaluation.llm._budget import Budget, BudgetSpentError, Price
from evaluation.llm._endpoint import EndpointOptions
from evaluation.llm._http import EndpointLimits, HttpCall, HttpFailure, HttpReply, Keep
from evaluation.llm._types import (
    ChatModel,
    ChatReply,
    ChatRequest,
    Message,
    ModelError,
    ModelFailure,
    ModelSpec,
    TokenAlternative,
)

if TYPE_CHECKING:
    from evaluation.llm._cache import erase_replies, find_keys
    from evaluation.llm._chat import OpenAIChat
    from evaluation.llm._client import Courier
    from evaluation.llm._embedded import EmbeddedServer
    from evaluation.llm._rehearsal import Characters, KeptReplies, RehearsalChat, Stance, Tally

__all__ = [
    "Budget",
    "BudgetSpentError",
    "Characters",
    "ChatModel",
    "ChatReply",
    "ChatRequest",
    "Courier",
    "EmbeddedServer",
    "EndpointLimits",
    "EndpointOptions",
    "HttpCall",
    "HttpFailure",
    "HttpReply",
    "Keep",
    "KeptReplies",
    "Message",
    "ModelError",
    "ModelFailure",
    "ModelSpec",
    "OpenAIChat",
    "Price",
    "RehearsalChat",
    "Stance",
    "Tally",
    "TokenAlternative",
    "erase_replies",
    "find_keys",
]

_LAZY = {
    "Characters": "evaluation.llm._rehearsal",
    "Courier": "evaluation.llm._client",
    "EmbeddedServer": "evaluation.llm._embedded",
    "KeptReplies": "evaluation.llm._rehearsal",
    "OpenAIChat": "evaluation.llm._chat",
    "RehearsalChat": "evaluation.llm._rehearsal",
    "Stance": "evaluation.llm._rehearsal",
    "Tally": "evaluation.llm._rehearsal",
    "erase_replies": "evaluation.llm._cache",
    "find_keys": "evaluation.llm._cache",
}


def __getattr__(name: str) -> object:
    """Load asyncio, orjson and the rest when they are first named (PEP 562), not when types are imported."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
