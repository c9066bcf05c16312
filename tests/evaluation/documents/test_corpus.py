"""The corpus over its life: added, changed, shrunk, interrupted."""

import json
import os
from pathlib import Path

import pytest

from assay.kernel import InputError, IntegrityError, MissingError
from evaluation.documents import Corpus, PassageOptions, UnreadableKind, _corpus_update
from evaluation.documents._extract import Extract


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with two documents and one file that is none."""
    docs = tmp_path / "docs"
    (docs / "deep").mkdir(parents=True)
    (docs / "a.md").write_text("# Alpha\n\nThe first text.\n")
    (docs / "deep" / "b.txt").write_text("The second text.\n")
    (docs / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (docs / ".hidden.md").write_text("# Not this\n")
    return docs


def test_a_folder_is_taken_in_with_sources_relative_to_it(tmp_path: Path, folder: Path) -> None:
    """Documents are listed by source; what is no document is named with its kind; hidden files are left out."""
    corpus = Corpus(tmp_path / "state" / "corpus")
    change = corpus.add([folder])
    assert change.added == ("a.md", "deep/b.txt")
    assert [(file.source, file.kind) for file in change.skipped] == [("broken.pdf", UnreadableKind.BROKEN)]
    assert [document.source for document in corpus.documents()] == ["a.md", "deep/b.txt"]
    assert [passage.source for passage in corpus.passages()] == ["a.md", "deep/b.txt"]
    assert change.documents == corpus.count == 2


def test_known_bytes_are_not_parsed_again(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second add of an unchanged folder reads no file as a document, skipped ones included."""
    corpus = Corpus(tmp_path / "corpus")
    corpus.add([folder])
    parsed: list[str] = []

    def remember(_data: bytes, reader: str) -> Extract:
        parsed.append(reader)
        return Extract(text="never")

    monkeypatch.setattr(_corpus_update, "extract_from", remember)
    change = corpus.add([folder])
    assert parsed == []
    assert change.unchanged == ("a.md", "deep/b.txt")
    assert [file.source for file in change.skipped] == ["broken.pdf"]
    assert change.stale_passages == ()


def test_a_changed_file_is_replaced_and_its_passages_are_stale(tmp_path: Path, folder: Path) -> None:
    """The change names the source with both ids, and the passages that only the old text had."""
    corpus = Corpus(tmp_path / "corpus")
    corpus.add([folder])
    old = {passage.source: passage for passage in corpus.passages()}["a.md"]
    (folder / "a.md").write_text("# Alpha\n\nAnother text.\n")
    change = corpus.add([folder])
    assert [(file.source, file.before) for file in change.changed] == [("a.md", old.document)]
    assert change.stale_passages == (old.id,)
    assert corpus.show(change.changed[0].after).text.endswith("Another text.\n")
    with pytest.raises(MissingError):
        corpus.show(old.document)


def test_a_file_that_vanished_is_removed(tmp_path: Path, folder: Path) -> None:
    """Documents and skipped files that are no longer in an added folder leave the corpus."""
    corpus = Corpus(tmp_path / "corpus")
    corpus.add([folder])
    old = {passage.source: passage.id for passage in corpus.passages()}["deep/b.txt"]
    (folder / "deep" / "b.txt").unlink()
    (folder / "broken.pdf").unlink()
    change = corpus.add([folder])
    assert change.removed == ("deep/b.txt",)
    assert change.stale_passages == (old,)
    assert corpus.skipped() == ()
    assert len(list((corpus.folder / "documents").iterdir())) == 1


def test_a_document_that_breaks_leaves_the_corpus_and_is_named(tmp_path: Path, folder: Path) -> None:
    """A file that was read before and cannot be read now is removed and skipped, never kept silently."""
    corpus = Corpus(tmp_path / "corpus")
    corpus.add([folder])
    (folder / "a.md").write_text(" \n")
    change = corpus.add([folder])
    assert change.removed == ("a.md",)
    assert ("a.md", UnreadableKind.EMPTY) in [(file.source, file.kind) for file in change.skipped]


def test_copies_are_one_document_and_outlive_each_other(tmp_path: Path, folder: Path) -> None:
    """The same bytes in two files give one document; removing one file makes nothing stale."""
    (folder / "copy.md").write_bytes((folder / "a.md").read_bytes())
    corpus = Corpus(tmp_path / "corpus")
    assert corpus.add([folder]).documents == 2
    (folder / "a.md").unlink()
    change = corpus.add([folder])
    assert (change.removed, change.stale_passages) == (("a.md",), ())
    assert [document.source for document in corpus.documents()] == ["copy.md", "deep/b.txt"]


def test_the_digest_depends_on_contents_alone(tmp_path: Path, folder: Path) -> None:
    """Order of adding and names of files do not matter; contents and the cut do."""
    one, other = Corpus(tmp_path / "one"), Corpus(tmp_path / "other")
    one.add([folder])
    (folder / "a.md").rename(folder / "z.md")
    other.add([folder / "deep" / "b.txt"])
    other.add([folder / "z.md"])
    assert one.digest == other.digest
    other.add([folder / "z.md"], PassageOptions(size=50, overlap=0))
    assert one.digest != other.digest


def test_other_options_cut_everything_anew(tmp_path: Path, folder: Path) -> None:
    """A new size makes all old passages stale and stays for the next add."""
    corpus = Corpus(tmp_path / "corpus")
    corpus.add([folder])
    old = tuple(passage.id for passage in corpus.passages())
    assert corpus.add([folder], PassageOptions(size=50, overlap=10)).stale_passages == old
    assert corpus.add([folder]).stale_passages == ()
    assert corpus.options == PassageOptions(size=50, overlap=10)


def test_links_that_loop_end_and_links_to_nowhere_are_named(tmp_path: Path, folder: Path) -> None:
    """A link back to the folder adds nothing; a dangling one is unreadable."""
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "gone.md").symlink_to(folder / "nothing")
    change = Corpus(tmp_path / "corpus").add([folder])
    assert change.added == ("a.md", "deep/b.txt")
    assert ("gone.md", UnreadableKind.UNREADABLE) in [(file.source, file.kind) for file in change.skipped]


def test_a_pipe_is_not_waited_for(tmp_path: Path, folder: Path) -> None:
    """Only regular files are opened."""
    os.mkfifo(folder / "pipe.txt")
    change = Corpus(tmp_path / "corpus").add([folder])
    assert ("pipe.txt", UnreadableKind.UNSUPPORTED) in [(file.source, file.kind) for file in change.skipped]


def test_a_path_that_is_not_there_is_refused_and_nothing_is_written(tmp_path: Path, folder: Path) -> None:
    """One wrong path stops the whole change."""
    corpus = Corpus(tmp_path / "corpus")
    with pytest.raises(InputError, match="no file or folder"):
        corpus.add([folder, tmp_path / "nowhere"])
    assert corpus.count == 0


def test_an_empty_corpus_says_what_to_do(tmp_path: Path) -> None:
    """Asking for passages of nothing is an error with the next command, not an empty success."""
    with pytest.raises(InputError, match="empty") as caught:
        Corpus(tmp_path / "corpus").passages()
    assert "assay corpus add" in caught.value.hint


def test_a_change_that_dies_before_its_end_leaves_the_corpus_as_it_was(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Document files without an index that names them are invisible, and swept by the next change."""
    corpus = Corpus(tmp_path / "corpus")
    corpus.add([folder])
    before = (corpus.digest, [document.source for document in corpus.documents()])
    (folder / "c.md").write_text("# Gamma\n\nThird.\n")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("evaluation.documents._corpus.save_index", die)
    with pytest.raises(KeyboardInterrupt):
        corpus.add([folder])
    monkeypatch.undo()
    assert (corpus.digest, [document.source for document in corpus.documents()]) == before
    assert corpus.add([folder]).added == ("c.md",)


def test_a_damaged_index_is_an_integrity_error(tmp_path: Path, folder: Path) -> None:
    """What is not ours is not guessed at."""
    corpus = Corpus(tmp_path / "corpus")
    corpus.add([folder])
    (corpus.folder / "index.json").write_text(json.dumps({"entries": 3}))
    with pytest.raises(IntegrityError, match="not a corpus index"):
        corpus.skipped()


def test_names_that_are_no_text_are_kept_apart(tmp_path: Path, folder: Path) -> None:
    """Bytes in a file name that are not UTF-8 are written out, so that two such files stay two sources."""
    for name in (b"\xff.txt", b"\xfe.txt"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(f"text {name!r}")
    corpus = Corpus(tmp_path / "corpus")
    assert {"\\xff.txt", "\\xfe.txt"} <= set(corpus.add([folder]).added)
    assert corpus.add([folder]).added == ()


def test_a_corpus_is_for_its_owner_alone(tmp_path: Path, folder: Path) -> None:
    """Its files hold what the documents say."""
    corpus = Corpus(tmp_path / "state" / "corpus")
    corpus.add([folder])
    made = [path for path in (tmp_path / "state").rglob("*") if path.stat().st_mode & 0o077]
    assert list((corpus.folder / "documents").iterdir())
    assert made == []
