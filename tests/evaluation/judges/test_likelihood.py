"""P(supported) from token alternatives."""

import math

import pytest

from evaluation.judges._likelihood import supported_likelihood
from evaluation.llm import TokenAlternative


def tokens(*chosen: str, at: int, also: dict[str, float]) -> list[TokenAlternative]:
    """Give every chosen token one candidate, and the one at `at` further ones with their probabilities."""
    found = [TokenAlternative(position=n, token=token, logprob=math.log(0.5)) for n, token in enumerate(chosen)]
    return found + [TokenAlternative(position=at, token=token, logprob=math.log(p)) for token, p in also.items()]


@pytest.mark.parametrize(
    "chosen",
    [
        ("VERDICT:", " supp", "orted", " | QUOTE: ", "verdict: absent"),
        ('{"quote": "', "verdict: absent", '", "verdict": "', "supp", 'orted"}'),
    ],
)
def test_verdict_inside_the_quote_is_not_the_verdict(chosen: tuple[str, ...]) -> None:
    """The position is that of the reply's own verdict."""
    at = next(n for n, token in enumerate(chosen) if token.strip() == "supp")
    alternatives = tokens(*chosen, at=at, also={" abs": 0.25, "un": 0.2, "contr": 0.25})

    assert supported_likelihood("".join(chosen), alternatives) == pytest.approx(0.5)


@pytest.mark.parametrize("text", ["", "no such thing", "VERDICT: supported"])
def test_no_alternatives_no_probability(text: str) -> None:
    """A missing number is None, never a guess."""
    assert supported_likelihood(text, []) is None


def test_alternatives_that_do_not_follow_the_text_give_no_probability() -> None:
    """Where the chosen token is not among the candidates, the position is unknown."""
    assert supported_likelihood("VERDICT: absent", tokens("other", "words", at=1, also={})) is None
