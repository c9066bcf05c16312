"""How proposed answers are shown: what cites the description, what was assumed, what came near."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from assay.cli._output import show, show_table

if TYPE_CHECKING:
    from assay.app.act_proposal import Proposal, ProposedOption

__all__ = ["proposal_document", "show_proposal"]

_MOST_CONSIDERED = 5


def proposal_document(proposal: "Proposal | None") -> dict[str, object]:
    """Return proposed answers for a program; without a proposal, an empty document."""
    if proposal is None:
        return {}
    return {
        "model": proposal.model or None,
        "measured": proposal.measured,
        "complete": proposal.complete,
        "classes": list(proposal.classes),
        "answers": {
            one.question: {
                "answer": list(one.answer),
                "quote": one.quote,
                "start": one.start,
                "end": one.end,
                "options": [_option(option) for option in one.options],
            }
            for one in proposal.answers
        },
        "assumed": {question: list(answer) for question, answer in proposal.assumed.items()},
        "considered": [_option(one) for one in proposal.considered],
        "dropped": dict(proposal.dropped),
        "failures": dict(proposal.failures),
        "weights_digest": proposal.weights,
        "cues_digest": proposal.cues,
    }


def show_proposal(proposal: "Proposal") -> None:
    """Print proposed answers for a person."""
    by = f"the model {proposal.model} and the words" if proposal.model else "the words"
    show(f"\nProposed by {by} of the description; nothing of it is an answer until a person gives it:")
    show_table(
        ("question", "proposed", "likely", "words of the description"),
        [(one.question, ", ".join(one.answer), _likely(one.options), one.quote) for one in proposal.answers],
    )
    if proposal.assumed:
        show("\nThe description does not say; assumed, so that a class can be shown:")
        show_table(("question", "assumed"), [(key, ", ".join(said)) for key, said in proposal.assumed.items()])
    if proposal.considered:
        show("\nConsidered, and not proposed:")
        show_table(
            ("question", "option", "likely", "words of the description"),
            [
                (one.question, one.option, f"{one.belief:.2f}", one.quote)
                for one in proposal.considered[:_MOST_CONSIDERED]
            ],
        )
    for why, times in proposal.failures.items():
        show(f"\nNot asked, {times} times: {why}")
    if not proposal.complete:
        show("\nThe description is long: the model read its beginning and the sentences that point at an answer.")
    if not proposal.measured:
        show("\nHow much this model's yes counts has not been fitted: it counts as a guess.")
    show(f"\nIf answered so: {', '.join(proposal.classes) or 'no class yet'}.")
    show(f"Left to people: {', '.join(proposal.dropped) or 'no question'}")
    show("next: assay act questions > answers.yaml, answer them, then assay act classify --answers answers.yaml")


def _likely(options: "tuple[ProposedOption, ...]") -> str:
    return ", ".join(f"{one.belief:.2f}" for one in options)


def _option(one: "ProposedOption") -> dict[str, object]:
    return {**asdict(one), "words": one.words.value if one.words else None}
