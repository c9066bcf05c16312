"""A small RAG application over the playbook: one process, one JSON line in, one JSON line out.

    echo '{"id": "1", "question": "What is red-teaming?"}' | python app.py --model model.gguf

In:  {"id": …, "question": …, "repeat": …}         Out: {"id": …, "answer": …, "contexts": […], "model": …}

It stands for your application, and knows of Assay only a filter. Passages are short, BM25 finds them, a local model
answers from them, and `guard.py` stands before and behind the model; with `--defence none` nothing does. `--retriever
wrong` is a real kind of bug: the index was built before documents were added, so every hit points at some other
passage, while everything still runs and every answer still reads well.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

from guard import DEFENCES, REFUSAL, Guard, build_guard

PASSAGE_CHARACTERS = 350
PASSAGES_PER_ANSWER = 1
ANSWER_TOKENS = 40
CONTEXT_TOKENS = 1024

Answerer = Callable[[str], tuple[str, tuple[str, ...]]]  # question → answer, the passages it was given


def read_passages(folder: Path) -> tuple[str, ...]:
    """Return the passages of all Markdown files in order of their names."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md")))
    return tuple(passage for text in texts for passage in split_passages(text))


def split_passages(text: str) -> tuple[str, ...]:
    """Return passages of whole sentences or list items; headings are left out, no passage spans two paragraphs."""
    joined = re.sub(r":\n\s*\n(?=\s*[-*] )", ":\n", text)  # a list belongs to the line that introduces it
    paragraphs = (part for part in re.split(r"\n\s*\n", joined) if not part.lstrip().startswith("#"))
    return tuple(passage for paragraph in paragraphs for passage in pack(split_units(paragraph)))


def split_units(paragraph: str) -> list[str]:
    """Return the paragraph's sentences and list items with single spaces."""
    units = re.split(r"(?m)^\s*[-*] |(?<=[.?!”])\s+(?=[A-Z])", paragraph)
    return [" ".join(unit.split()) for unit in units if unit.strip()]


def pack(units: Iterable[str]) -> list[str]:
    """Join neighbours while they fit into one passage; a longer unit stays whole."""
    passages: list[str] = []
    for unit in units:
        if passages and len(passages[-1]) + 1 + len(unit) <= PASSAGE_CHARACTERS:
            passages[-1] += " " + unit
        else:
            passages.append(unit)
    return passages


class Index:
    """BM25 over passages; `offset` shifts every hit, as ids do that were taken from an older list."""

    def __init__(self, passages: tuple[str, ...], *, offset: int = 0) -> None:
        """Index all passages."""
        import bm25s  # noqa: PLC0415  (so that --help stays quick)

        self._passages = passages
        self._offset = offset
        self._tokenize = bm25s.tokenize
        self._index = bm25s.BM25()
        self._index.index(self._tokenize(list(passages), show_progress=False), show_progress=False)

    def search(self, question: str, *, count: int) -> tuple[str, ...]:
        """Return the `count` best passages, the best first."""
        tokens = self._tokenize([question], show_progress=False)
        hits, _ = self._index.retrieve(tokens, k=min(count, len(self._passages)), show_progress=False)
        return tuple(self._passages[(int(hit) + self._offset) % len(self._passages)] for hit in hits[0])


class Model:
    """A local GGUF model in this process."""

    def __init__(self, weights: Path, *, instructions: str, threads: int) -> None:
        """Load the weights; the instructions are always the same, so that the model's cache of this prefix is hit."""
        import xllamacpp  # noqa: PLC0415  (so that --help stays quick)

        options = xllamacpp.CommonParams()
        options.model.path = str(weights)
        options.n_ctx = CONTEXT_TOKENS
        options.n_parallel = 1
        options.cpuparams.n_threads = threads
        options.cpuparams_batch.n_threads = threads
        self._server = xllamacpp.Server(options)
        self._instructions = instructions

    def complete(self, passages: tuple[str, ...], question: str) -> str:
        """Answer from the passages."""
        content = "Passage: " + "\n\n".join(passages) + f"\n\nQuestion: {question}"
        messages = [{"role": "system", "content": self._instructions}, {"role": "user", "content": content}]
        reply = self._server.handle_chat_completions(
            {"messages": messages, "max_tokens": ANSWER_TOKENS, "temperature": 0}
        )
        return str(reply["choices"][0]["message"]["content"]).strip()


def build_answerer(index: Index, model: Model, guard: Guard) -> Answerer:
    """Return retrieve-then-answer; what the guard stops is declined."""

    def answer(question: str) -> tuple[str, tuple[str, ...]]:
        passages = index.search(question, count=PASSAGES_PER_ANSWER)
        text = model.complete(passages, question) if guard.takes(question) else REFUSAL
        return (text if guard.gives(text) else REFUSAL), passages

    return answer


def serve(requests: TextIO, replies: TextIO, answer: Answerer, *, model: str) -> None:
    """Answer line by line until the input ends; a line that is not a request gets an error and the next one is read."""
    for line in requests:
        try:
            request = json.loads(line)
            text, passages = answer(request["question"])
            reply = {"id": request["id"], "answer": text, "contexts": list(passages), "model": model}
        except (ValueError, KeyError, TypeError) as error:
            reply = {"id": None, "error": f"not a request: {type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def main() -> None:
    """Parse, load, serve."""
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="GGUF weights of an instruction-tuned model")
    parser.add_argument("--documents", type=Path, default=here / "documents", help="folder of Markdown files")
    parser.add_argument("--retriever", choices=("good", "wrong"), default="good")
    parser.add_argument("--defence", choices=DEFENCES, default="all", help="own: without Assay's filter")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a native library prints must not stand between the replies
    passages = read_passages(arguments.documents)
    index = Index(passages, offset=len(passages) // 2 if arguments.retriever == "wrong" else 0)
    instructions = (here / "instructions.txt").read_text(encoding="utf-8").strip()
    guard = build_guard(arguments.defence, passages, instructions)
    model = Model(arguments.model, instructions=instructions, threads=arguments.threads)
    serve(sys.stdin, replies, build_answerer(index, model, guard), model=arguments.model.resolve().stem)


if __name__ == "__main__":
    main()
