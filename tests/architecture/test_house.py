"""The rules of the house that a program can check."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("assay", "evaluation", "governance", "risks", "reports", "dashboards")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
EMPTY_WORDS = {"utils", "util", "common", "helpers", "helper", "misc", "manager", "base"}
CLAIMS = re.compile(
    r"\b(is|are|be|fully|now) (compliant|certified|anonymised|anonymized|tamper-proof)\b|\bno PII\b|\btamper-?proof\b",
    re.IGNORECASE,
)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_one_thing(path: Path) -> None:
    """No module over 400 lines, no function over 40, none named after nothing, each with its docstring."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    long = [node.name for node in functions(tree) if (node.end_lineno or 0) - node.lineno + 1 > 40]
    assert text.count("\n") <= 400
    assert long == []
    assert path.stem.strip("_") not in EMPTY_WORDS
    assert ast.get_docstring(tree), f"{path} has no docstring"


def test_the_kernel_stays_small() -> None:
    """The bottom layer is at most 400 lines of code, blank lines and docstrings left out."""
    count = 0
    for path in (ROOT / "assay" / "kernel").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        count += len({node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)})
    assert count <= 400


def test_no_page_or_module_of_the_dashboards_shadows_a_package() -> None:
    """Streamlit puts the folder first on sys.path, so dashboards/risks.py would hide the package risks."""
    names = {path.stem for path in (ROOT / "dashboards").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert names.isdisjoint(ROOMS)


def test_nothing_shown_to_people_claims_more_than_was_measured() -> None:
    """Templates, pages and messages never say compliant, certified, tamper-proof or no PII."""
    shown = [*MODULES, *(ROOT / "reports").rglob("*.j2"), *(ROOT / "assay").rglob("*.yaml")]
    hits = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in shown
        for match in CLAIMS.finditer(path.read_text(encoding="utf-8"))
    ]
    assert hits == []


def test_the_lock_pins_by_hash_and_names_no_address() -> None:
    """Every requirement has a version and a hash, and no place to download from."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^([a-z0-9][a-z0-9._-]*(?:\[[a-z,]+\])?)==", lock, re.MULTILINE)
    assert len(entries) > 50
    assert "://" not in lock
    assert lock.count("--hash=sha256:") >= len(entries)
