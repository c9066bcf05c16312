"""The computed metrics: what each is, and the function behind it. The ids are closed (DESIGN §3)."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from assay.kernel import JsonValue
from evaluation.answers import Item
from evaluation.metrics import _retrieval as retrieval
from evaluation.metrics._computed import ComputedMetric, Measure, Measured, Unmeasured
from evaluation.metrics._info import MetricInfo, Need
from evaluation.metrics._meteor import meteor
from evaluation.metrics._ngrams import bleu, chrf
from evaluation.metrics._rouge import rouge_1, rouge_2, rouge_l
from evaluation.metrics._squad import exact_match, token_f1

__all__ = ["COMPUTED"]

_Comparison: TypeAlias = Callable[[str, str], float | None]
_Ranking: TypeAlias = Callable[[retrieval.Found], float]
_SACREBLEU: Final = "Post 2018, sacrebleu"
_LIN: Final = "Lin 2004"
_SQUAD: Final = "Rajpurkar et al. 2016, SQuAD 1.1"


def _compared(
    metric: str,
    measures: str,
    source: str,
    compare: _Comparison,
    *,
    library: str = "",
    **settings: JsonValue,
) -> ComputedMetric:
    """Return a metric of an answer against its reference; None from `compare` means that there is nothing to find."""

    def measure(item: Item) -> Measured | Unmeasured:
        value = compare(item.answer.text, item.reference or "")
        return Unmeasured(reason="the reference holds too few words") if value is None else Measured(value=value)

    return _metric(metric, measures, source, measure, (Need.REFERENCE,), library, settings)


def _ranked(metric: str, measures: str, source: str, rank: _Ranking) -> ComputedMetric:
    """Return a metric of the contexts against the texts that had to be found."""

    def measure(item: Item) -> Measured | Unmeasured:
        found = retrieval.look_for(item.relevant, item.answer.contexts or ())
        if not found.relevant:
            return Unmeasured(reason="the question names no relevant text")
        share = f"{len(found.texts)} of {found.relevant} relevant texts stand in {len(found.held)} contexts"
        return Measured(value=rank(found), reason=share)

    return _metric(metric, measures, source, measure, (Need.CONTEXTS, Need.RELEVANT), "", {"k": "all contexts"})


def _metric(
    metric: str,
    measures: str,
    source: str,
    measure: Measure,
    needs: Sequence[Need],
    library: str,
    settings: dict[str, JsonValue],
) -> ComputedMetric:
    info = MetricInfo(id=metric, measures=measures, needs=frozenset(needs), judges=(), source=source)
    return ComputedMetric(info=info, measure=measure, library=library, settings=settings)


COMPUTED: Final = (
    _compared("exact_match", "1 if the answer is the reference, but for case, articles and marks", _SQUAD, exact_match),
    _compared("token_f1", "words shared with the reference, F1", _SQUAD, token_f1),
    _compared(
        "bleu",
        "word sequences of 1 to 4 shared with the reference, precision",
        _SACREBLEU,
        bleu,
        library="sacrebleu",
        tokenizer="13a",
        smoothing="exp",
        effective_order=True,
    ),
    _compared(
        "chrf",
        "character sequences of 1 to 6 shared with the reference, recall counts twice",
        _SACREBLEU,
        chrf,
        library="sacrebleu",
        char_order=6,
        word_order=0,
        beta=2,
    ),
    _compared("rouge1", "words shared with the reference, F1", _LIN, rouge_1, stemmer=False),
    _compared("rouge2", "pairs of words shared with the reference, F1", _LIN, rouge_2, stemmer=False),
    _compared(
        "rougeL",
        "longest sequence of words in common with the reference, F1",
        _LIN,
        rouge_l,
        library="rapidfuzz",
        stemmer=False,
    ),
    _compared(
        "meteor",
        "aligned words, exact or with the same English stem; no synonyms",
        "Lavie & Agarwal 2007, nltk",
        meteor,
        library="nltk",
        stages=["exact", "porter"],
    ),
    _ranked("hit_rate", "1 if any relevant text was retrieved", "", retrieval.hit_rate),
    _ranked("mrr", "1 / rank of the first relevant context", "Voorhees 1999", retrieval.mrr),
    _ranked("ndcg", "relevant texts retrieved, early ranks count more", "Järvelin & Kekäläinen 2002", retrieval.ndcg),
    _ranked("recall_at_k", "share of the relevant texts that were retrieved", "", retrieval.recall_at_k),
    _ranked("precision_at_k", "share of the contexts that hold a relevant text", "", retrieval.precision_at_k),
)
