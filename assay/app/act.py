"""Classification of a system from files: answers that people gave, or a description that nobody has answered yet."""

from pathlib import Path

from assay.kernel import InputError
from risks.act import Answers, Classification, classify, parse_answers, tree

__all__ = ["classify_answers", "classify_description"]

_MOST = 200_000  # characters of a description


def classify_answers(path: Path) -> Classification:
    """Classify by an answers file; raise `InputError` with every mistake of it."""
    return classify(tree(), parse_answers(_read(path), str(path), tree()))


def classify_description(path: Path) -> Classification:
    """Classify a system that is only described: every question is open."""
    if not (text := _read(path)).strip():
        raise InputError(f"{path} is empty", hint="describe the system: what it is for, who uses it, on whom")
    if len(text) > _MOST:
        raise InputError(f"{path} has {len(text)} characters, at most {_MOST} are read", hint="shorten it")
    return classify(tree(), Answers(system="", given={}, digest=""))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}", hint="give a text file in UTF-8") from error
