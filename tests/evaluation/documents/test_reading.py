"""Each kind of file: its text, headings, title and metadata, and every way of not being readable."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from evaluation.documents import Document, UnreadableDocument, UnreadableKind, _reading, read_document

MARKDOWN = """---
title: From the front
author: Ada
---
Before any heading.

# Alpha *one*

First `text`.

Beta
----

```
# not a heading
```

> # nor this

### Gamma
Last.
"""


def _read(tmp_path: Path, name: str, data: bytes) -> Document:
    path = tmp_path / name
    path.write_bytes(data)
    return read_document(path, name)


def _refused(tmp_path: Path, name: str, data: bytes) -> UnreadableKind:
    with pytest.raises(UnreadableDocument) as caught:
        _read(tmp_path, name, data)
    assert caught.value.hint
    return caught.value.kind


def _pdf(*pages: str, encrypt: str | None = None, title: str = "") -> bytes:
    """Pages of lines; each page's first line is bookmarked."""
    stream = io.BytesIO()
    writer = canvas.Canvas(stream, pagesize=A4, encrypt=encrypt, invariant=1)
    writer.setTitle(title)
    for number, page in enumerate(pages):
        for row, line in enumerate(page.split("\n")):
            writer.drawString(72, 780 - 16 * row, line)
        if page:
            writer.bookmarkPage(f"p{number}")
            writer.addOutlineEntry(page.split("\n")[0], f"p{number}", level=min(number, 1))
        else:
            writer.rect(72, 72, 200, 200, fill=1)
        writer.showPage()
    writer.save()
    return stream.getvalue()


def _paths(document: Document) -> list[tuple[str, ...]]:
    return [section.path for section in document.sections]


def test_markdown_keeps_its_source_and_finds_real_headings(tmp_path: Path) -> None:
    """Setext headings count, headings in fences and quotations do not, front matter is metadata."""
    document = _read(tmp_path, "a.md", MARKDOWN.encode())
    assert document.text == MARKDOWN
    assert _paths(document) == [(), ("Alpha one",), ("Alpha one", "Beta"), ("Alpha one", "Beta", "Gamma")]
    assert document.text[document.sections[0].start :].startswith("Before any heading.")
    assert (document.title, document.metadata["author"]) == ("Alpha one", "Ada")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_markdown_offsets_hold_for_every_line_ending(tmp_path: Path, ending: str) -> None:
    """Sections begin at their headings whatever ends the lines; U+2028 ends none."""
    text = f"one\u2028two{ending}{ending}# Alpha{ending}{ending}text{ending}"
    document = _read(tmp_path, "a.md", text.encode())
    assert [document.text[section.start :][:3] for section in document.sections] == ["one", "# A"]


def test_front_matter_that_is_no_mapping_stays_text(tmp_path: Path) -> None:
    """A rule at the top of a text is not taken for front matter."""
    document = _read(tmp_path, "a.md", b"---\nplain words: [unclosed\n---\nText.\n")
    assert document.metadata == {}
    assert document.sections[0].start == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_encodings_of_the_world(tmp_path: Path, encoding: str) -> None:
    """Byte-order marks are honoured and dropped; what is not UTF-8 is guessed."""
    text = "Der Prüfer öffnet das Gefäß und schließt die Tür. Die Größe überrascht ihn sehr. " * 3
    document = _read(tmp_path, "prüfung.txt", text.encode(encoding))
    assert document.text == text
    assert document.title == "prüfung"


def test_html_gives_visible_text_in_blocks(tmp_path: Path) -> None:
    """Scripts, styles, navigation and hidden parts are dropped; cells, items and lines stay apart."""
    page = b"""<html><head><title>Page</title><meta name="author" content="Ada"><style>x{}</style></head><body>
    <nav>Menu</nav><script>alert(1)</script><h1>Alpha <b>one</b></h1><p>First
    text.<p hidden>Secret</p><ul><li>a<li>b</ul><table><tr><td>1<td>2<tr><td>3<td>4</table>
    <h2>Beta</h2>x<br>y<!-- note --></body></html>"""
    document = _read(tmp_path, "a.html", page)
    assert document.text == "Alpha one\n\nFirst text.\n\n- a\n- b\n\n1 | 2\n3 | 4\n\nBeta\n\nx\ny"
    assert _paths(document) == [("Alpha one",), ("Alpha one", "Beta")]
    assert (document.title, document.metadata) == ("Alpha one", {"author": "Ada", "title": "Page"})


def test_html_in_a_declared_encoding(tmp_path: Path) -> None:
    """`<meta charset>` is believed where there is no byte-order mark."""
    page = '<meta charset="windows-1251"><p>Привет</p>'.encode("cp1251")
    assert _read(tmp_path, "a.htm", page).text == "Привет"


def test_deeply_nested_html_does_not_exhaust_the_stack(tmp_path: Path) -> None:
    """Ten thousand open elements are walked like ten."""
    assert _read(tmp_path, "a.html", b"<div>" * 10_000 + b"deep").text == "deep"


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ['<a b="', "<!--", "<![CDATA[", "<", "&"])
def test_malformed_html_is_read_in_linear_time(tmp_path: Path, piece: str) -> None:
    """A quadratic parser would take minutes here; the words in front are kept."""
    assert _read(tmp_path, "a.html", b"<p>Words</p>" + piece.encode() * 100_000).text.startswith("Words")


def test_pdf_gives_text_by_page_with_bookmarks_as_headings(tmp_path: Path) -> None:
    """Pages begin where they say, sections where their titles stand."""
    data = _pdf("Alpha\nFirst page text.", "Beta\nSecond page text.", title="The title")
    document = _read(tmp_path, "a.pdf", data)
    assert len(document.page_starts) == 2
    assert document.text[document.page_starts[1] :].startswith("Beta")
    assert _paths(document) == [("Alpha",), ("Alpha", "Beta")]
    assert (document.title, document.metadata["pages"]) == ("The title", "2")


def test_a_pdf_under_the_name_of_a_text_is_read_as_pdf(tmp_path: Path) -> None:
    """The first bytes outweigh a suffix that promises text."""
    assert _read(tmp_path, "a.txt", _pdf("Alpha\nText.")).media_type == "application/pdf"


def test_docx_gives_headings_tables_and_properties(tmp_path: Path) -> None:
    """Heading styles make sections, a table is one line a row, a merged cell is written once."""
    file = docx.Document()
    file.core_properties.title = "The title"
    file.core_properties.author = "Ada"
    file.add_heading("Alpha", level=1)
    file.add_paragraph("First text.")
    table = file.add_table(rows=2, cols=2)
    for place, text in enumerate(["a", "b", "c", ""]):
        table.cell(place // 2, place % 2).text = text
    table.cell(1, 0).merge(table.cell(1, 1))
    file.add_heading("Beta", level=2)
    file.add_paragraph("Second text.")
    file.save(str(tmp_path / "a.docx"))
    document = read_document(tmp_path / "a.docx", "a.docx")
    assert document.text == "Alpha\n\nFirst text.\n\na | b\nc\n\nBeta\n\nSecond text."
    assert _paths(document) == [("Alpha",), ("Alpha", "Beta")]
    assert (document.title, document.metadata["author"]) == ("The title", "Ada")


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.pdf", b"%PDF-1.7\nnothing more", UnreadableKind.BROKEN),
        ("a.pdf", b"just words", UnreadableKind.BROKEN),
        ("a.pdf", _pdf("Text", encrypt="secret"), UnreadableKind.ENCRYPTED),
        ("a.pdf", _pdf("", ""), UnreadableKind.SCANNED),
        ("a.pdf", _pdf("Text")[:300], UnreadableKind.BROKEN),
        ("a.pdf", b"", UnreadableKind.EMPTY),
        ("a.docx", b"PK\x03\x04 broken", UnreadableKind.BROKEN),
        ("a.docx", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, UnreadableKind.ENCRYPTED),
        ("a.md", b" \n\t\n", UnreadableKind.EMPTY),
        ("a.md", b"---\ntitle: only this\n---\n", UnreadableKind.EMPTY),
        ("a.txt", b"", UnreadableKind.EMPTY),
        ("a.txt", b"text\0with NUL", UnreadableKind.BROKEN),
        ("a.html", b"<script>only()</script>", UnreadableKind.EMPTY),
        ("a.png", b"\x89PNG", UnreadableKind.UNSUPPORTED),
        ("a.zip", b"PK\x03\x04", UnreadableKind.UNSUPPORTED),
    ],
)
def test_every_way_of_not_being_readable_has_its_kind(
    tmp_path: Path, name: str, data: bytes, kind: UnreadableKind
) -> None:
    """A file that gives no text is named with the reason that a person would act on."""
    assert _refused(tmp_path, name, data) is kind


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """Declared sizes are bounded, whatever the size of the file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (33 * 1024 * 1024))
    assert len(stream.getvalue()) < 100_000
    assert _refused(tmp_path, "bomb.docx", stream.getvalue()) is UnreadableKind.TOO_LARGE


def test_a_file_beyond_the_bound_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is looked at before the bytes."""
    monkeypatch.setattr(_reading, "LARGEST_FILE", 10)
    assert _refused(tmp_path, "a.txt", b"eleven bytes") is UnreadableKind.TOO_LARGE


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    """The system's own words are kept."""
    with pytest.raises(UnreadableDocument, match="No such file"):
        read_document(tmp_path / "gone.txt")


def test_ids_come_from_bytes_alone(tmp_path: Path) -> None:
    """The same bytes under another name are the same document with the same sections."""
    one, other = _read(tmp_path, "a.md", b"# A\n\ntext"), _read(tmp_path, "b.md", b"# A\n\ntext")
    assert (one.id, one.digest, one.sections) == (other.id, other.digest, other.sections)
    assert one.id != _read(tmp_path, "c.md", b"# A\n\ntext!").id
