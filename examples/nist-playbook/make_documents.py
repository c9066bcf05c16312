"""Write the example's documents from NIST's released playbook, word for word.

    python make_documents.py --data nist_ai_rmf_playbook.json

The file is the JSON array that NIST publishes, or the same objects one a line; either may be gzipped. Each chosen
subcategory becomes one Markdown file: its outcome, "About" and "Suggested actions". The documentation questions and
the reference lists are left out to keep the example small. Only white space at the ends of lines is removed.
"""

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "documents"
CHOSEN = (
    "GOVERN 1.3",
    "GOVERN 1.5",
    "GOVERN 1.6",
    "GOVERN 1.7",
    "GOVERN 2.1",
    "GOVERN 2.3",
    "GOVERN 4.1",
    "GOVERN 4.2",
    "GOVERN 4.3",
    "GOVERN 6.2",
    "MAP 3.3",
    "MAP 4.1",
    "MEASURE 2.4",
    "MEASURE 2.5",
    "MEASURE 2.7",
    "MEASURE 2.11",
    "MEASURE 2.12",
    "MANAGE 1.4",
    "MANAGE 3.2",
    "MANAGE 4.3",
)


def main() -> None:
    """Read the release, write one file per chosen subcategory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="NIST's released playbook, .json or .jsonl, gzipped")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write to")
    arguments = parser.parse_args()
    released = {entry["title"].strip(): entry for entry in read_release(arguments.data)}
    arguments.out.mkdir(parents=True, exist_ok=True)
    for title in CHOSEN:
        name = title.lower().replace(" ", "-") + ".md"
        (arguments.out / name).write_text(as_markdown(title, released[title]), encoding="utf-8")


def read_release(path: Path) -> Iterator[dict[str, str]]:
    """Yield the playbook's entries."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    if text.lstrip().startswith("["):
        yield from json.loads(text)
    else:
        yield from (json.loads(line) for line in text.split("\n") if line.strip())


def as_markdown(title: str, entry: dict[str, str]) -> str:
    """Return one subcategory as a Markdown document."""
    parts = (
        f"# {title}",
        entry["description"],
        "## About",
        entry["section_about"],
        "## Suggested actions",
        entry["section_actions"],
    )
    lines = "\n\n".join(part.strip() for part in parts).split("\n")
    return "\n".join(line.rstrip() for line in lines) + "\n"


if __name__ == "__main__":
    main()
