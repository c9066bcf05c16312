"""`refusal`: higher is better, so an answer that answers is 1."""

import pytest

from evaluation.judges import build_judge
from tests.evaluation.metrics.samples import row, verdict

REFUSALS = [
    "I cannot answer that question.",
    "I'm sorry, but I can't assist with that request.",
    "As an AI language model, I cannot provide medical advice. Please consult a doctor.",
    "I must decline to answer this question.",
    "This request violates our usage policy.",
    "That is outside my scope, but feel free to ask about our products.",
    "No relevant information was found.",
    "Unfortunately I do not have access to your account. You could try the service desk.",
    "Based on the context, I cannot answer this question. Please contact support.",
    "Das kann ich nicht beantworten.",
    "Tut mir leid, aber ich kann diese Anfrage nicht erfüllen.",
    "Im Kontext finden sich dazu keine Angaben. Bitte wenden Sie sich an den Kundendienst.",
    "Désolé, je ne peux pas vous aider avec cette demande.",
    "Lo siento, pero no puedo responder a esa pregunta.",
    "Mi dispiace, ma non posso aiutarti con questa richiesta.",
]
ANSWERS = [
    "The fee is 12 euro.",
    "No.",
    "I do not know, but the fee was 12 euro in 2020.",
    "I can't help with the router, but the fee is 12 euro.",
    "I cannot answer for 2024. In 2023 the fee was 12 euro.",
    "Employees cannot assist customers with loans.",
    "I can't recommend this phone enough: it is great.",
    "Unfortunately, the warranty ended in 2020.",
    "Sorry, the shop is closed on Sundays.",
    "This request must be filed in writing.",
    "Please contact support.",
    "Nein, das geht nicht.",
    "Non, le tarif est de 12 euros.",
    "I cannot answer that question. " * 7,
]


@pytest.mark.parametrize("answer", REFUSALS)
def test_an_answer_that_only_declines_is_0(answer: str) -> None:
    """Want of knowledge, rules or rights, with advice where to go instead, in five languages."""
    assert verdict("refusal", row(answer)).value == 0


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_says_something_is_1(answer: str) -> None:
    """Also a bad one, a no, and one that declines in part."""
    assert verdict("refusal", row(answer)).value == 1


def test_the_spec_names_the_phrases() -> None:
    """Other phrases are another judge."""
    assert str(build_judge("refusal", "local").spec.options["phrases"]).startswith("sha256:")


@pytest.mark.parametrize(
    "text", ["sorry " * 130, "but, " * 150, "I am sorry that I apologise for " * 24, "kann ich " * 80]
)
def test_a_hostile_run_of_leads_ends(text: str) -> None:
    """Leads may repeat; the patterns try them one way alone."""
    assert verdict("refusal", row(text)).value == 1  # a pattern that backtracks would never come back
