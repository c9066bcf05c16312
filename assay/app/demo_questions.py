"""The demo's questions: the reviewed set, and some that its model writes live.

Rules of this place: what the set holds is not asked for again; a seed that gives too few is followed by the next one.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from assay.app.corpus import open_corpus
from assay.app.questions import DEFAULT_SET, generate_questions, load_set
from assay.app.workspace import Workspace
from assay.kernel import CannotDecideError
from evaluation.questions import GeneratedQuestion, Question, QuestionOrigin, QuestionSet, Rejection, import_questions

__all__ = ["GENERATED", "prepare_questions"]

GENERATED: Final = 6  # questions written live, beside the reviewed ones
_SEEDS: Final = (0, 1, 2)

OnMessage = Callable[[str], None]


async def prepare_questions(workspace: Workspace, on_message: OnMessage) -> QuestionSet:
    """Return the whole set; raise `CannotDecideError` where too few could be written."""
    questions, _ = QuestionSet.add(workspace.questions_dir, DEFAULT_SET, _reviewed(workspace))
    for seed in _SEEDS:
        missing = GENERATED - _generated(questions)
        if missing > 0:
            questions = await _generate(workspace, missing, seed, on_message)
    if _generated(questions) < GENERATED:
        raise CannotDecideError(
            f"{_generated(questions)} of {GENERATED} questions could be generated",
            hint=f"cd {workspace.root} && assay questions generate --seed {len(_SEEDS)}, then assay demo again",
        )
    on_message(f"{len(questions.questions)} questions, {_generated(questions)} of them generated")
    return questions


async def _generate(workspace: Workspace, count: int, seed: int, on_message: OnMessage) -> QuestionSet:
    try:
        await generate_questions(
            workspace, count=count, seed=seed, on_result=lambda one: on_message(_words(one)), on_message=on_message
        )
    except CannotDecideError as error:
        on_message(f"seed {seed}: {error.message}")
    return load_set(workspace, DEFAULT_SET)


def _words(result: GeneratedQuestion | Rejection) -> str:
    if isinstance(result, Rejection):
        return f"a passage was rejected: {result.kind}"
    return f"new: {result.question.text}"


def _reviewed(workspace: Workspace) -> Iterator[Question]:
    """Yield the reviewed questions with the corpus's document ids: one document is one cluster, whoever asks."""
    ids = {document.source: document.id for document in open_corpus(workspace).documents()}
    for question in import_questions(workspace.root / "questions.jsonl"):
        yield replace(question, document=ids.get(question.document or "", question.document))


def _generated(questions: QuestionSet) -> int:
    return sum(question.origin is QuestionOrigin.GENERATED for question in questions.questions)
