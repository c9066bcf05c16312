"""The guides' examples are what the filters take."""

import re
from pathlib import Path
from typing import Final

import pytest
import yaml

from evaluation.filters import FilterSetting, build_filter
from evaluation.filters.keywords._settings import _SHIPPED
from evaluation.filters.keywords._types import SCORES
from evaluation.filters.output._rules import rules

DOCS: Final = Path(__file__).parents[3] / "docs"


def example(name: str) -> dict[str, object]:
    """Return the options in a guide's first YAML block."""
    text = (DOCS / f"{name}.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    options: dict[str, object] = yaml.safe_load(blocks[0])["filters"][name]
    return options


def test_the_example_of_keywords_builds(tmp_path: Path) -> None:
    """With the files that it names, the filter takes every option of the example."""
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "projects.csv").write_text("text\nbluebird\n")
    (tmp_path / "lists" / "blocked.txt").write_text("greenbird\n")
    options = example("keywords")
    spec = build_filter("keywords", FilterSetting(options=options, folder=tmp_path)).spec  # type: ignore[arg-type]
    assert spec.options["lists"] == [*_SHIPPED, "project", "blocked"]


def test_the_example_of_output_builds() -> None:
    """The filter takes every option of the example."""
    spec = build_filter("output", FilterSetting(options=example("output"))).spec  # type: ignore[arg-type]
    assert spec.options["channels"] == ["browser", "terminal"]


@pytest.mark.parametrize("severity", list(SCORES))
def test_the_guide_says_what_severities_score(severity: str) -> None:
    """The table has each severity with its score."""
    text = (DOCS / "keywords.md").read_text("utf-8")
    assert f"`{severity}` {dict(SCORES)[severity]}" in text  # type: ignore[index]


def test_the_guide_names_every_type_and_channel() -> None:
    """No rule has a type or channel that the table leaves out."""
    text = (DOCS / "output.md").read_text("utf-8")
    for rule in rules():
        assert re.search(rf"`{rule.type}` .*`{rule.channel}`", text), rule.id
