"""What a model proposes about a description, through the real command, with a fake model behind a real endpoint."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assay.app.act import propose_answers
from assay.app.act_proposal import Proposal, propose
from assay.app.compose import open_engine
from assay.app.workspace import Workspace
from assay.kernel import ConfigurationError
from risks.act import ActClass
from tests.fakes.openai_server import FakeOpenAI

TEXT = "An AI system ranks job applicants of a Viennese shop.\nIt scores each person from the data of their CV."
SAID: Mapping[str, tuple[object, str]] = {
    "What is it?": ("ai_system", "An AI system ranks job applicants"),
    "What ties it": (["market"], "of a Viennese shop. It scores"),  # over the end of a line
    "Is it excluded": (["none"], "ranks job applicants"),
    "Does it do, or": (["none"], "ranks job applicants"),
    "Which product laws": (["none"], "scores each person"),
    "Is it meant for": (["4a"], "ranks job applicants"),
    "Does it profile": ("yes", "It scores each person from the data"),
    "Which of these does it do": (["interaction"], "It talks with applicants"),  # stands nowhere
    "What are you to it": (["boss"], "ranks job applicants"),  # none of the options
}


def reply(body: Mapping[str, Any]) -> str:
    """Answer what is listed, and nothing else."""
    asked = body["messages"][-1]["content"].split("Question: ")[1]
    for start, (answer, quote) in SAID.items():
        if asked.startswith(start):
            return json.dumps({"quote": quote, "answer": answer})
    return json.dumps({"quote": "", "answer": "unclear"})


def proposed(folder: Path, replier: Any = reply) -> Proposal:  # noqa: ANN401  the fake's own reply function
    """Let the fake propose."""

    async def job() -> Proposal:
        async with FakeOpenAI(replier) as fake:
            settings = f"version: 1\njudges:\n  fake: {{base_url: {json.dumps(fake.url)}, model: fake}}\n"
            (folder / "assay.yaml").write_text(settings)
            async with open_engine(Workspace(folder), "fake") as engine:
                assert engine.model is not None
                return await propose(TEXT, engine.model)

    return asyncio.run(job())


def test_a_proposal_cites_the_description_word_for_word(tmp_path: Path) -> None:
    """What is quoted stands at its place, and the class that would follow is named."""
    proposal = proposed(tmp_path)
    answers = {one.question: one for one in proposal.answers}
    assert answers["annex_iii"].answer == ("4a",)
    assert all(TEXT[one.start : one.end] == one.quote for one in proposal.answers)
    assert answers["scope"].quote == "of a Viennese shop.\nIt scores"
    assert proposal.classes == (ActClass.HIGH_RISK,)


def test_what_is_not_in_the_description_or_no_option_is_dropped(tmp_path: Path) -> None:
    """With the reason; days are never proposed."""
    dropped = proposed(tmp_path).dropped
    assert dropped["transparency"] == "the quote does not stand in the description"
    assert dropped["roles"] == "the answer was none of the options"
    assert dropped["public_authority"] == "the description does not say"
    assert "market_date" not in dropped


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"answer": "ai_system"}', '{"quote": 1, "answer": {}}'])
def test_an_unreadable_reply_proposes_nothing(tmp_path: Path, text: str) -> None:
    """Neither an answer nor a crash."""
    proposal = proposed(tmp_path, lambda _: text)
    assert (proposal.answers, proposal.classes) == ((), ())
    assert proposal.dropped


def test_a_judge_without_a_model_is_refused(tmp_path: Path) -> None:
    """Before anything is asked."""
    (tmp_path / "assay.yaml").write_text("version: 1\n")
    (tmp_path / "d.txt").write_text(TEXT)
    with pytest.raises(ConfigurationError, match="no single language model"):
        propose_answers(Workspace(tmp_path), tmp_path / "d.txt", judge="local", on_question=lambda _: None)
