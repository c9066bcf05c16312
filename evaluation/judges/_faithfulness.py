"""Faithfulness by a language model: each sentence of the answer is held against the contexts.

Rules of this place:
- Each sentence is held against the contexts in their order, packed into blocks; support ends the search, a
  contradiction stands unless a later block supports. A claim that needs two blocks together counts as absent.
- A verdict other than absent needs a quote that code finds in the block. `supported` without one is asked once again
  and then is absent; `contradicted` without one is absent.
- value = sentences supported / sentences sent. One sentence that cannot be judged leaves the whole row unscored.
- Bounds: 64 sentences, 4,000 code points a sentence or question, 60,000 code points of contexts. Above, the row ends
  as `error` ("too long"): a sentence that nobody looked at is not absent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evaluation.answers import Item
from evaluation.judges._abstention import abstains
from evaluation.judges._asking import Asked, Asking, JudgingError, failed_answer, unscored
from evaluation.judges._blocks import pack
from evaluation.judges._fence import Fence
from evaluation.judges._overlap import logit, sigmoid
from evaluation.judges._prompts import (
    FAITHFULNESS_DIGEST,
    FAITHFULNESS_FORMS,
    FAITHFULNESS_SCHEMA,
    FAITHFULNESS_SYSTEM,
    QUOTE_MISSING,
)
from evaluation.judges._quotes import Block, find_quote
from evaluation.judges._replies import Finding, UnreadableReplyError, read_finding
from evaluation.judges._sentences import Span, claims
from evaluation.llm import ChatModel, ChatRequest, Message
from evaluation.verdicts import JudgeSpec, Outcome, QuoteSpan, Support, UnitVerdict, Usage, Verdict

__all__ = ["FaithfulnessJudge", "sentences_to_judge", "share_supported", "unsent", "whole_probability"]

MOST_SENTENCES: Final = 64
LONGEST_SENTENCE: Final = 4_000  # code points; also of a question
MOST_CONTEXT: Final = 60_000  # code points, all contexts together
BLOCK: Final = 6_000  # code points a call
_REPLY_TOKENS: Final = 120


@dataclass(frozen=True, kw_only=True)
class _Block:
    """One stretch of contexts as the model sees it: the opening is the same for every sentence."""

    pieces: Block
    opening: str
    fence: Fence


class FaithfulnessJudge:
    """Asks a model one short question per sentence and block."""

    def __init__(self, model: ChatModel, name: str) -> None:
        """Name the judge as `assay.yaml` does."""
        self._model = model
        self._spec = JudgeSpec(
            name=name,
            version="1",
            metric="faithfulness",
            model=model.spec.model,
            model_digest=model.spec.digest,
            prompt_digest=FAITHFULNESS_DIGEST,
            options={"block": BLOCK, "form": "schema" if model.supports_schema else "line"},
        )

    @property
    def spec(self) -> JudgeSpec:
        """What shapes its verdicts."""
        return self._spec

    async def judge(self, item: Item, *, repeat: int) -> Verdict:
        """Return the verdict of draw number `repeat`."""
        early = failed_answer(self._spec, item) or unsent(self._spec, item)
        if early is not None:
            return early
        asking = Asking(self._model)
        try:
            spans = sentences_to_judge(item)
            units = await self._units(item, spans, asking, repeat)
        except JudgingError as failure:
            return failure.verdict(self._spec, asking.usage)
        return share_supported(self._spec, units, usage=asking.usage)

    async def _units(self, item: Item, spans: tuple[Span, ...], asking: Asking, repeat: int) -> list[UnitVerdict]:
        """Block by block, so that a block's prefix is computed once for all sentences still open."""
        text = item.answer.text
        units = [UnitVerdict(start=span.start, end=span.end, support=Support.ABSENT) for span in spans]
        for block in _blocks(item):
            for index, span in enumerate(spans):
                if units[index].support is not Support.SUPPORTED:
                    found = await self._hold(block, span.of(text), asking, repeat)
                    units[index] = _refined(units[index], found)
        return units

    async def _hold(self, block: _Block, sentence: str, asking: Asking, repeat: int) -> "_Held":
        request = ChatRequest(
            messages=(
                Message(role="system", content=FAITHFULNESS_SYSTEM),
                Message(
                    role="user",
                    content=f"{block.opening}\n{FAITHFULNESS_FORMS[asking.form]}\n"
                    f"{block.fence.around('sentence', sentence)}",
                ),
            ),
            max_tokens=_REPLY_TOKENS,
            schema=FAITHFULNESS_SCHEMA,
            repeat=repeat,
        )
        finding, asked = await asking.ask(request, read_finding)
        quote = find_quote(finding.quote, block.pieces)
        if finding.support is Support.SUPPORTED and quote is None and not asked.repaired:
            finding, asked = await _quote_again(asking, asked, finding)
            quote = find_quote(finding.quote, block.pieces)
        support = finding.support if quote is not None else Support.ABSENT
        return _Held(support=support, quote=quote if support is not Support.ABSENT else None)


@dataclass(frozen=True, kw_only=True)
class _Held:
    """One sentence against one block."""

    support: Support
    quote: QuoteSpan | None


def share_supported(
    spec: JudgeSpec, units: Sequence[UnitVerdict], *, how: str = "", usage: Usage | None = None
) -> Verdict:
    """Return the scored verdict: value = supported / sent, and `whole_probability` where every sentence has one."""
    supported = sum(unit.support is Support.SUPPORTED for unit in units)
    return Verdict(
        metric=spec.metric,
        outcome=Outcome.SCORED,
        judge=spec.digest,
        value=supported / len(units),
        probability=whole_probability(units),
        reason=f"{supported} of {len(units)} sentences supported" + (f"; {how}" if how else ""),
        units=tuple(units),
        usage=usage or Usage(),
    )


def whole_probability(units: Sequence[UnitVerdict]) -> float | None:
    """Return P(the whole answer is faithful), 0..1, from P of its sentences; None where one is not known.

    Half-way, in log-odds, between the weakest sentence and the mean of all, weighted by length: the weakest alone is
    swayed by one odd short sentence (on answers of several sentences of the open sets it ranked worse than words in
    common), the mean alone forgives one bad sentence among many good ones.
    """
    odds = [logit(unit.probability) for unit in units if unit.probability is not None]
    if len(odds) < len(units) or not odds:
        return None
    lengths = [unit.end - unit.start for unit in units]
    mean = sum(one * length for one, length in zip(odds, lengths, strict=True)) / sum(lengths)
    return sigmoid((min(odds) + mean) / 2) if len(odds) > 1 else units[0].probability


def sentences_to_judge(item: Item) -> tuple[Span, ...]:
    """Return the sentences to send; raise `JudgingError` above the bounds of this place."""
    spans = claims(item.answer.text)
    _bounded(len(spans), MOST_SENTENCES, "sentences in the answer")
    longest = max((span.end - span.start for span in spans), default=0)
    _bounded(longest, LONGEST_SENTENCE, "characters in one sentence")
    _bounded(len(item.question), LONGEST_SENTENCE, "characters in the question")
    _bounded(sum(len(text) for text in item.answer.contexts or ()), MOST_CONTEXT, "characters of contexts")
    return spans


def _bounded(count: int, most: int, what: str) -> None:
    if count > most:
        raise JudgingError(Outcome.ERROR, f"too long to judge: {count} {what}, at most {most}")


def unsent(spec: JudgeSpec, item: Item) -> Verdict | None:
    """Return the verdict that needs no call: nothing to hold the answer against, or nothing said."""
    contexts, text = item.answer.contexts, item.answer.text
    if contexts is None:
        return unscored(spec, Outcome.NOT_APPLICABLE, "the target gave no contexts to see")
    if abstains(text):
        return unscored(spec, Outcome.NOT_APPLICABLE, "abstained: the answer only says that it cannot answer")
    spans = claims(text)
    if not spans:
        return unscored(spec, Outcome.NOT_APPLICABLE, "no claim in the answer")
    if any(context.strip() for context in contexts):
        return None
    units = tuple(UnitVerdict(start=span.start, end=span.end, support=Support.ABSENT) for span in spans)
    return Verdict(
        metric=spec.metric,
        outcome=Outcome.SCORED,
        judge=spec.digest,
        value=0.0,
        reason="the target retrieved nothing",
        units=units,
    )


def _blocks(item: Item) -> list[_Block]:
    contexts = item.answer.contexts or ()
    fence = Fence([item.question, item.answer.text, *contexts])
    question = fence.around("question", item.question)
    return [
        _Block(
            pieces=pieces,
            fence=fence,
            opening="\n".join([*(fence.around("source", piece.text) for piece in pieces), question]),
        )
        for pieces in pack(contexts, BLOCK)
    ]


def _refined(unit: UnitVerdict, held: _Held) -> UnitVerdict:
    """Combine what earlier blocks said with this one: supported > contradicted > absent; the first quote stays."""
    keep = held.support is Support.ABSENT or (
        held.support is Support.CONTRADICTED and unit.support is Support.CONTRADICTED
    )
    support, quote = (unit.support, unit.quote) if keep else (held.support, held.quote)
    return UnitVerdict(start=unit.start, end=unit.end, support=support, quote=quote)


async def _quote_again(asking: Asking, asked: Asked, finding: Finding) -> tuple[Finding, Asked]:
    """Ask once more for a quote that is there; prose in reply leaves the sentence without one."""
    try:
        return await asking.ask_again(asked, QUOTE_MISSING, read_finding)
    except JudgingError as failure:
        if isinstance(failure.__cause__, UnreadableReplyError):
            return finding, asked
        raise
