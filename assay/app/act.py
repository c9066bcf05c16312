"""Classification of a system from files: answers that people gave, or a description that nobody has answered yet."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from assay.kernel import ConfigurationError, InputError
from risks.act import Answers, Classification, classify, parse_answers, tree

if TYPE_CHECKING:
    from assay.app.act_proposal import Proposal
    from assay.app.workspace import Workspace

__all__ = ["classify_answers", "classify_description", "propose_answers"]

_MOST = 50_000  # characters of a description


def classify_answers(path: Path) -> Classification:
    """Classify by an answers file; raise `InputError` with every mistake of it."""
    return classify(tree(), parse_answers(_read(path), str(path), tree()))


def classify_description(path: Path) -> Classification:
    """Classify a system that is only described: every question is open."""
    _description(path)
    return classify(tree(), Answers(system="", given={}, digest=""))


def propose_answers(
    workspace: "Workspace", path: Path, *, judge: str | None, on_question: Callable[[str], None]
) -> "Proposal":
    """Let the model of a judge propose answers that cite a description."""
    # Lazy: models are loaded where one is asked.
    from assay.app.act_proposal import propose  # noqa: PLC0415
    from assay.app.compose import judge_name, open_engine  # noqa: PLC0415

    description = _description(path)
    name = judge_name(workspace, judge)

    async def job() -> "Proposal":
        async with open_engine(workspace, name, alone=True) as engine:
            if engine.model is None:
                raise ConfigurationError(
                    f"the judge {name!r} is no single language model, and one proposes the answers",
                    hint="assay act classify --description FILE --prefill --judge embedded",
                )
            return await propose(description, engine.model, on_question)

    return asyncio.run(job())


def _description(path: Path) -> str:
    if not (text := _read(path)).strip():
        raise InputError(f"{path} is empty", hint="describe the system: what it is for, who uses it, on whom")
    if len(text) > _MOST:
        raise InputError(f"{path} has {len(text)} characters, at most {_MOST} are read", hint="shorten it")
    return text


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}", hint="give a text file in UTF-8") from error
