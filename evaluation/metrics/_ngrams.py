"""BLEU and chrF of one answer against one reference, through sacrebleu.

Sources: Papineni et al. 2002 (BLEU), Popović 2015 (chrF), Post 2018 (sacrebleu, whose settings are kept as they are).
Rules of this place: 0..1 instead of 0..100; scripts without spaces are parted by character before sacrebleu's own
tokeniser, which leaves every other text as it is there.
"""

from functools import cache
from typing import Any

from evaluation.metrics._words import spaced

__all__ = ["bleu", "chrf"]


def bleu(answer: str, reference: str) -> float:
    """Sentence BLEU: orders 1 to 4 or as far as the answer goes, exponential smoothing, tokeniser 13a, cased."""
    scorer = _bleu()
    found = float(scorer.sentence_score(spaced(answer), [spaced(reference)]).score)
    _forget()
    return found / 100


def chrf(answer: str, reference: str) -> float:
    """CHRF2: character n-grams of orders 1 to 6, white space left out, recall weighs twice."""
    return float(_chrf().sentence_score(answer, [reference]).score) / 100


@cache
def _bleu() -> Any:  # noqa: ANN401  # sacrebleu is not typed for us
    # Lazy: a fifth of a second that only these metrics need.
    from sacrebleu.metrics import BLEU  # noqa: PLC0415

    return BLEU(effective_order=True, force=True)


@cache
def _chrf() -> Any:  # noqa: ANN401  # as above
    from sacrebleu.metrics import CHRF  # noqa: PLC0415  lazy, as above

    return CHRF()


def _forget() -> None:
    """Empty sacrebleu's caches of tokenised texts: they keep 65,536 texts of users in memory, twice."""
    from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a  # noqa: PLC0415  lazy, as above
    from sacrebleu.tokenizers.tokenizer_re import TokenizerRegexp  # noqa: PLC0415

    Tokenizer13a.__call__.cache_clear()
    TokenizerRegexp.__call__.cache_clear()
