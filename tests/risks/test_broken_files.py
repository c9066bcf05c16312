"""Files that are broken in every way that we could think of: none loads, each says what is wrong and where."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.kernel import InputError
from risks import validate
from tests.risks.samples import CROSSWALK, RULES, SMALL

FILES = {"ours.yaml": SMALL, "rules.yaml": RULES, "rows.yaml": CROSSWALK}
NEVER_LOADED = {
    "an id twice": ("ours.yaml", "risks:\n", "risks:\n  - {id: '1.1'}\n", "#/risks: the id '1.1' comes 2 times"),
    "a dangling control": (
        "ours.yaml",
        "{id: C1, prov",
        "{id: C7, prov",
        "#/risks/0/controls/0/id: there is no control",
    ),
    "an unknown key": ("ours.yaml", "licence:", "owner: me\nlicence:", "#/owner: unknown key"),
    "an unknown key with odd signs": ("ours.yaml", "licence:", '"a/~\\e": 1\nlicence:', r"#/a~1~0\x1b: unknown key"),
    "a wrong count": ("ours.yaml", "controls: 1}", "controls: 4}", "#/counts/controls: 4 are stated, 1 are there"),
    "a day that is none": ("ours.yaml", "2026-11-21", "2026-02-30", "#/date: expected a day"),
    "a text where a list belongs": ("rules.yaml", "rules:\n", "rules: x\nmore:\n", "#/rules: expected a list, got 'x'"),
    "a number where a text belongs": ("ours.yaml", '"1.1"', "9.10", "#/risks/0/id: expected a text in quotes, got 9.1"),
    "a truth where a number belongs": (
        "ours.yaml",
        "number: 1",
        "number: yes",
        "#/components/0/number: expected a whole",
    ),
    "a tab": ("ours.yaml", "  - {id: data", "\t- {id: data", "is not readable YAML"),
    "an alias": ("ours.yaml", "title: One risk", "title: &a One\nx: *a", "aliases are not read here"),
    "a merge": ("ours.yaml", "counts: {", "counts: {<<: {a: 1}, ", "is not readable YAML"),
    "a key twice": ("ours.yaml", "id: small", "id: small\nid: small", "come twice"),
    "two documents": ("ours.yaml", "format:", "a: 1\n---\nformat:", "is not readable YAML"),
    "a tag": ("ours.yaml", "title: One risk", "title: !!python/name:os.system ''", "is not readable YAML"),
    "a number without end": ("ours.yaml", "number: 1", "number: " + "9" * 5000, "is not readable YAML"),
    "an unknown format": ("ours.yaml", "assay-risks/1", "assay-risks/2", "#/format: expected 'assay-risks/1'"),
    "no format": ("ours.yaml", "format: assay-risks/1\n", "", "#/format: expected a text in quotes, got None"),
    "no licence": ("rows.yaml", "licence: none needed\n", "", "#/licence: expected a text in quotes, got None"),
    "a component of another": ("ours.yaml", "component: data", "component: x", "#/risks/0/component: there is no"),
    "a rule about nothing": ("rules.yaml", "control: C1", "control: C7", "#/rules/0/control: there is no control 'C7'"),
    "an age of nothing": (
        "rules.yaml",
        "max_age_days: 90",
        "max_age_days: 0",
        "/max_age_days: expected at least one day",
    ),
    "an age below": ("rules.yaml", "max_age_days: 90", "max_age_days: -3", "/max_age_days: expected a whole number"),
    "an age beyond": (
        "rules.yaml",
        "max_age_days: 90",
        "max_age_days: 999999999999",
        "/max_age_days: expected at least",
    ),
    "no bound is between": (
        "rules.yaml",
        '"0.9",',
        '"0.9", at_most: "0.5",',
        "/at_least: expected no more than `at_most`",
    ),
    "a bound that is no number": ("rules.yaml", '"0.9"', ".nan", "/at_least: expected a text in quotes, got nan"),
    "a bound that says NaN": ("rules.yaml", '"0.9"', '"NaN"', "/at_least: expected a share from 0 to 1"),
    "an unknown kind": ("rules.yaml", "kind: suite", "kind: hope", "/kind: expected one of metric, suite"),
    "another list": (
        "rows.yaml",
        "  - standard: list",
        "  - standard: lost",
        "#/relations/0/standard: expected a standard",
    ),
    "another edition": (
        "rows.yaml",
        '    edition: "1"\n    pred',
        '    edition: "2"\n    pred',
        "expected a standard and",
    ),
    "more than related": (
        "rows.yaml",
        "predicate: related",
        "predicate: satisfies",
        "/predicate: expected one of related",
    ),
    "a lone surrogate": ("ours.yaml", "name: Theft", 'name: "\\uD800"', "is not readable YAML"),
}


def written(folder: Path, **changed: bytes) -> list[Path]:
    """Write the three files, some of them with other bytes; return their paths."""
    for name, text in FILES.items():
        (folder / name).write_bytes(changed.get(name.partition(".")[0], text.encode()))
    return [folder / name for name in FILES]


@pytest.mark.parametrize("case", NEVER_LOADED)
def test_a_broken_file_is_never_loaded_and_says_where(tmp_path: Path, case: str) -> None:
    """One error, with the file and the place in it."""
    name, old, new, message = NEVER_LOADED[case]
    assert old in FILES[name]
    paths = written(tmp_path, **{name.partition(".")[0]: FILES[name].replace(old, new, 1).encode()})
    with pytest.raises(InputError) as caught:
        validate(paths)
    assert str(tmp_path / name) in caught.value.message
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "expected a mapping, got None"),
        (b"caf\xe9: 1\n", "can't decode byte 0xe9"),
        (b"\xff\xfef\x00", "can't decode byte 0xff"),
        (b"a: " + b"[" * 100_000, "is not readable YAML"),
        (b"# " + b"x" * (5 << 20), "more than 4194304 bytes"),
        (b"\x00", "is not readable YAML"),
    ],
    ids=["empty", "latin-1", "utf-16", "deep", "huge", "null"],
)
def test_bytes_that_are_no_catalogue_are_named(tmp_path: Path, data: bytes, message: str) -> None:
    """Whatever it holds, reading ends with one error that names the file."""
    with pytest.raises(InputError) as caught:
        validate(written(tmp_path, ours=data))
    assert str(tmp_path / "ours.yaml") in caught.value.message
    assert message in caught.value.message


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, make: Callable[[Path], object]) -> None:
    """A folder, and a pipe that nobody writes to."""
    make(tmp_path / "ours.yaml")
    with pytest.raises(InputError, match=r"cannot read .*ours\.yaml"):
        validate([tmp_path / "ours.yaml"])


def test_a_mark_of_the_byte_order_is_no_mistake(tmp_path: Path) -> None:
    """Some editors begin a file so; it says the same."""
    plain = [one.digest for one in validate(written(tmp_path))]
    assert [one.digest for one in validate(written(tmp_path, ours=b"\xef\xbb\xbf" + SMALL.encode()))] == plain


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """Ten mistakes in three files are ten lines, exit 2, and no traceback."""
    broken = {
        "ours": SMALL.replace("name: Theft", "nmae: Theft")
        .replace("risks: 1,", "risks: 5,")
        .replace("2026-11-21", "x"),
        "rules": RULES.replace("kind: suite", "kind: hope").replace("rules: 1}", "rules: 2}").replace("90}", "0}"),
        "rows": CROSSWALK.replace('["A1"]\n', '["A2"]\n')
        .replace("licence: none needed\n", "")
        .replace("id: small-", "x: "),
    }
    paths = written(tmp_path, **{name: text.encode() for name, text in broken.items()})
    done = subprocess.run(
        [sys.executable, "-m", "assay", "risks", "validate", *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.split("\n") if ".yaml#" in line]
    assert len(said) >= 10
    assert {line.split("#")[0].rpartition("/")[2] for line in said} == set(FILES)
