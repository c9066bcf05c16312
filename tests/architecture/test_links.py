"""What a document points to is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
ELSEWHERE = re.compile(r"[a-z]+:|#")


def broken(text: str, folder: Path) -> Iterator[str]:
    """Yield the local links of a document whose file is not there."""
    for address in LINK.findall(CODE.sub("", text)):
        if not ELSEWHERE.match(address) and not (folder / address.partition("#")[0]).exists():
            yield address


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_local_links_lead_to_files(path: Path) -> None:
    """A guide that was renamed or never written is noticed where it is pointed to."""
    assert list(broken(path.read_text(encoding="utf-8"), path.parent)) == []


def test_a_link_to_nothing_is_noticed(tmp_path: Path) -> None:
    """Local files alone count, without their anchors; code shows links and has none."""
    (tmp_path / "a.md").touch()
    text = "[a](a.md#x) [b](b.md) ![c](img/c.png) [d](https://example.com/d.md) [e](#e) `[f](f.md)`"
    assert list(broken(text, tmp_path)) == ["b.md", "img/c.png"]
