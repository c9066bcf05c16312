"""A model that can be described and not asked: plans and lists are made before models and couriers start."""

from dataclasses import dataclass

from assay.app.settings import Settings
from evaluation.judges import EMBEDDED_JUDGE, WITHOUT_LANGUAGE_MODEL
from evaluation.llm import ChatModel, ChatReply, ChatRequest, ModelError, ModelFailure, ModelSpec
from evaluation.weights import entry_of

__all__ = ["described_model"]


@dataclass(frozen=True, kw_only=True)
class _PaperModel:
    spec: ModelSpec
    supports_schema: bool
    supports_logprobs: bool = True

    async def chat(self, request: ChatRequest) -> ChatReply:
        raise ModelError(ModelFailure.UNAVAILABLE, f"a plan asks nothing, got {len(request.messages)} messages")


def described_model(settings: Settings, judge: str) -> ChatModel | None:
    """Return what a judge that is no jury asks, with the spec that it will have; `None` for one without a model."""
    if judge in WITHOUT_LANGUAGE_MODEL:
        return None
    if judge == EMBEDDED_JUDGE:
        entry = entry_of("judge")
        return _PaperModel(spec=ModelSpec(endpoint=judge, model=entry.model, digest=entry.sha256), supports_schema=True)
    endpoint = settings.endpoints[judge]
    return _PaperModel(
        spec=ModelSpec(endpoint=judge, model=endpoint.model),
        supports_schema=endpoint.supports_schema is not False,
        supports_logprobs=endpoint.supports_logprobs is not False,
    )
