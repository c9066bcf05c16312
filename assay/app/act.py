"""Classification of a system from files: answers that people gave, or a description that nobody has answered yet."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.workspace import Workspace
from assay.kernel import InputError, MissingError
from risks.act import Answers, Classification, classify, parse_answers, tree

if TYPE_CHECKING:
    from assay.app.act_proposal import Proposal

__all__ = ["classify_answers", "classify_description", "propose_answers"]

_MOST = 50_000  # characters of a description
_MOST_BYTES = 1_000_000  # of any file here: an answers file with long reasons has some ten thousand
_SAVE = "save it as plain text in UTF-8; of a PDF or an office document, take the text out"


def classify_answers(path: Path) -> Classification:
    """Classify by an answers file; raise `InputError` with every mistake of it."""
    return classify(tree(), parse_answers(_read(path), str(path), tree()))


def classify_description(path: Path) -> Classification:
    """Classify a system that is only described: every question is open."""
    _description(path)
    return classify(tree(), Answers(system="", given={}, digest=""))


def propose_answers(
    path: Path, *, judge: str | None, on_question: Callable[[str], None], on_message: Callable[[str], None]
) -> "Proposal":
    """Propose answers that cite a description: by its words and by the model of a judge, if that has one.

    Where nobody named a judge and none can be asked, the words alone decide, and `on_message` is told so. Raises
    `MissingError` or `ConfigurationError` for a named judge that cannot work.
    """
    # Lazy: the reading takes modules that no other command about the Act needs.
    from assay.app.act_proposal import propose  # noqa: PLC0415

    description = _description(path)
    try:
        return asyncio.run(_by_model(Workspace.find(), description, judge, on_question))
    except MissingError as error:
        if judge is not None:
            raise
        on_message(f"{error.message}: the description's words alone propose; to ask a model, {error.hint}")
    return asyncio.run(propose(description, None, on_question))


async def _by_model(
    workspace: Workspace, description: str, judge: str | None, on_question: Callable[[str], None]
) -> "Proposal":
    # Lazy: models are loaded where one is asked.
    from assay.app.act_proposal import propose  # noqa: PLC0415
    from assay.app.compose import judge_name, open_engine  # noqa: PLC0415

    name = judge_name(workspace, judge)
    async with open_engine(workspace, name, alone=True) as engine:
        return await propose(description, engine.model, on_question)


def _description(path: Path) -> str:
    if not (text := _read(path)).strip():
        raise InputError(f"{path} is empty", hint="describe the system: what it is for, who uses it, on whom")
    if len(text) > _MOST:
        raise InputError(f"{path} has {len(text)} characters, at most {_MOST} are read", hint="shorten it")
    return text


def _read(path: Path) -> str:
    """Return the text of a file that people wrote; raise `InputError` for whatever is none."""
    try:
        with path.open("rb") as file:
            written = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", hint="give a text file in UTF-8") from error
    if len(written) > _MOST_BYTES:
        raise InputError(f"{path} has more than {_MOST_BYTES} bytes", hint="give the text alone")
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no text in UTF-8: byte {error.start} is none", hint=_SAVE) from error
    if "\0" in text:
        raise InputError(f"{path} is no text: it holds a zero byte", hint=_SAVE)
    return text
