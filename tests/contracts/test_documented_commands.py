"""Every command of ours that a document shows exists, with the options that it is shown with."""

from pathlib import Path

import pytest

from reports.gate import NEXT_STEPS
from tests.contracts.documented import commands_in, unknown_in

ROOT = Path(__file__).parents[2]
PRINTED = {ROOT / "docs" / "quality.md"}  # what benchmarks printed, lines about `assay` among it
DOCUMENTS = sorted({ROOT / "README.md", *(ROOT / "docs").rglob("*.md")} - PRINTED)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_documented_commands_exist_with_their_options(path: Path) -> None:
    """A reader types what is shown."""
    found = list(commands_in(path.read_text(encoding="utf-8")))

    assert {one: why for one in found if (why := unknown_in(one))} == {}


def test_next_steps_of_a_gate_are_commands_that_exist() -> None:
    """What the gate tells people to type works."""
    steps = {step.removeprefix("assay ") for step in NEXT_STEPS.values()}

    assert {one: why for one in steps if (why := unknown_in(one))} == {}


def test_what_does_not_exist_is_noticed() -> None:
    """A command, a part of one, or an option that nobody wrote."""
    text = "`assay gaet`, `assay runs lost`:\n```bash\nX=$(assay gate --polcy FILE | tail -1)  # assay nothing\n```\n"

    assert [unknown_in(one) for one in commands_in(text)] == [
        "no command ['gaet']",
        "no command 'lost'",
        "no option --polcy",
    ]
