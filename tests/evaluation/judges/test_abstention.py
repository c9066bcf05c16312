"""Answers that only decline."""

import pytest

from evaluation.judges._abstention import abstains


@pytest.mark.parametrize(
    "answer",
    ["I don’t know.", "Sorry, I do not know. The documents do not say when it starts.", "Leider weiß ich das nicht.",
     "I'm not sure.", "Unfortunately, the provided context does not mention a fee.", "Je ne sais pas.", "No lo sé.",
     "Non lo so.", "Die Dokumente enthalten dazu keine Angaben.", "I cannot answer that based on the context.",
     "Based on the provided context, I cannot determine the date. Let me know if you have other questions."],
)  # fmt: skip
def test_pure_abstentions_are_seen(answer: str) -> None:
    """Short answers that decline in several languages."""
    assert abstains(answer)


@pytest.mark.parametrize(
    "answer",
    ["The documents do not say, but it is 2024.", "Users who do not know the code must call.", "The sky is blue.", "",
     "I don't know. The sky is blue.", "I don't know. " * 40, "He said: I don't know.",
     "The policy does not cover floods."],
)  # fmt: skip
def test_anything_more_is_no_abstention(answer: str) -> None:
    """An answer that also claims something is judged."""
    assert not abstains(answer)
