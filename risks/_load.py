"""Reading files of a framework: all mistakes at once, each with file and pointer; a file with one is never loaded.

Rules of this place: files may refer to each other and to what comes with the product; the files of the product are read
the same way as anyone else's; extensions and files of one's own are off unless asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from assay.kernel import InputError
from risks._families import Content, check_families
from risks._fields import Fields, Problems
from risks._files import read_text
from risks._framework import Framework, OwnFile
from risks._join import join
from risks._load_catalogue import FORMAT, check_references, extend, read_catalogue
from risks._load_relations import FORMAT as CROSSWALK_FORMAT
from risks._load_relations import read_crosswalk
from risks._load_rules import FORMAT as RULES_FORMAT
from risks._load_rules import read_rules
from risks._types import Catalogue
from risks._yaml import digest_yaml, read_yaml

__all__ = ["EXTENSIONS", "built_in", "framework", "load", "parse", "validate"]

EXTENSIONS: Final = ("v2",)
_READERS: Final[dict[str, Callable[[Fields, str, Problems], Content]]] = {
    FORMAT: read_catalogue,
    CROSSWALK_FORMAT: read_crosswalk,
    RULES_FORMAT: read_rules,
}


@dataclass(frozen=True, kw_only=True)
class _Source:
    """One file and what stands in it."""

    file: str  # as messages name it
    content: Content
    problems: Problems


def built_in(name: str = "dasf") -> Catalogue:
    """Return a catalogue that comes with the product, alone."""
    file = _folder() / f"{name}.yaml"
    return parse(file.read_text(encoding="utf-8"), f"{name}.yaml")


def framework(
    extensions: Sequence[str] = (), own: Sequence[Path] = (), *, root: Path | None = None, with_built_in: bool = True
) -> Framework:
    """Return the framework that comes with the product, with the extensions that are named and files of one's own.

    `root`: the folder that these files are named from; `with_built_in=False`: they stand alone. Raise `InputError` that
    lists every mistake of all of them.
    """
    for name in extensions:
        if name not in EXTENSIONS:
            raise InputError(f"there is no extension {name!r}", hint="extensions: " + ", ".join(EXTENSIONS))
    wanted = ("", *dict.fromkeys(extensions))
    if with_built_in and not own:
        return _shipped_framework(wanted)
    shipped = _shipped(wanted) if with_built_in else ()
    files = [(str(path), read_text(path if root is None else root / path, str(path))) for path in own]
    read = _sources(files, shipped, together=True)
    contents = [*shipped, *(one.content for one in read)]
    if not any(isinstance(item, Catalogue) for item in contents):
        raise InputError("there is no catalogue in these files", hint=f"a catalogue starts with `format: {FORMAT}`")
    return join(contents, wanted[1:] if with_built_in else (), [_own_file(one) for one in read])


def load(path: Path) -> Catalogue:
    """Read a catalogue file; raise `InputError` that lists every mistake."""
    return parse(read_text(path, str(path)), str(path))


def parse(text: str, file: str) -> Catalogue:
    """Read a catalogue from text; `file` names it in messages. Raise `InputError` that lists every mistake."""
    problems = Problems(file)
    source = _source(file, text, problems)
    if not isinstance(source.content, Catalogue):
        raise InputError(f"{file} is no catalogue", hint=f"a catalogue starts with `format: {FORMAT}`")
    _check_references([source], ())
    _refuse([file], problems.found)
    return source.content


def validate(paths: Sequence[Path]) -> tuple[Content, ...]:
    """Read files that may refer to each other and to what comes with the product, whose ids they may take over.

    Raise `InputError` that lists every mistake of all of them.
    """
    files = [(str(path), read_text(path, str(path))) for path in paths]
    return tuple(one.content for one in _sources(files, _shipped(("", *EXTENSIONS)), together=False))


@cache
def _shipped(wanted: tuple[str, ...]) -> tuple[Content, ...]:
    """Return what comes with the product; the extension `""` is what is there without any."""
    return tuple(one.content for one in _sources([file for name in wanted for file in _files(name)], ()))


@cache
def _shipped_framework(wanted: tuple[str, ...]) -> Framework:
    if not wanted:
        raise InputError(
            "a framework has a catalogue at least", hint="name files of your own, or keep the built-in one"
        )
    return join(_shipped(wanted), wanted[1:], ())


def _folder(extension: str = "") -> Traversable:
    folder = resources.files("risks") / "catalogue"
    return folder / extension if extension else folder


def _files(extension: str) -> list[tuple[str, str]]:
    prefix = f"{extension}/" if extension else ""
    names = ("dasf.yaml", "crosswalks.yaml", "rules.yaml")
    return [(prefix + name, (_folder(extension) / name).read_text(encoding="utf-8")) for name in names]


def _sources(files: Sequence[tuple[str, str]], shipped: Sequence[Content], *, together: bool = False) -> list[_Source]:
    """Read files and check them together with what is shipped; raise `InputError` that lists every mistake."""
    sources: list[_Source] = []
    found: list[str] = []
    for file, text in files:
        try:
            sources.append(_source(file, text, Problems(file)))
        except InputError as error:
            found.append(error.message)
    _check_references(sources, shipped)
    check_families([(one.content, one.problems) for one in sources], shipped, together=together)
    found += [line for source in sources for line in source.problems.found]
    _refuse([file for file, _ in files], found)
    return sources


def _refuse(files: Sequence[str], found: Sequence[str]) -> None:
    if found:
        where = files[0] if len(files) == 1 else f"{len(files)} files"
        mistakes = "1 mistake" if len(found) == 1 else f"{len(found)} mistakes"
        raise InputError("\n".join([f"{mistakes} in {where}:", *found]), hint="then: assay risks validate FILE...")


def _source(file: str, text: str, problems: Problems) -> _Source:
    document = read_yaml(text, file)
    fields = Fields(document, "", problems)
    known = ", ".join(repr(name) for name in _READERS)
    guess = RULES_FORMAT if fields.has("rules") else CROSSWALK_FORMAT if fields.has("relations") else FORMAT
    written = fields.text("format")
    if written not in _READERS:
        problems.add("/format", f"expected {known}, got {written!r}")
    read = _READERS.get(written, _READERS[guess])(fields, digest_yaml(document), problems)
    return _Source(file=file, content=read, problems=problems)


def _check_references(sources: Sequence[_Source], shipped: Sequence[Content]) -> None:
    """Note what refers to nothing, within the files and between them."""
    catalogues = {item.id: item for item in shipped if isinstance(item, Catalogue)}
    own: dict[str, Catalogue] = {}
    for source in sources:
        if isinstance(item := source.content, Catalogue):
            if item.id in own:
                source.problems.add("/id", f"the catalogue id {item.id!r} is taken")
            own.setdefault(item.id, item)
    catalogues |= own
    for source in sources:
        _check_one(source, catalogues)


def _check_one(source: _Source, catalogues: dict[str, Catalogue]) -> None:
    item, problems = source.content, source.problems
    if isinstance(item, Catalogue):
        extended = catalogues.get(item.extends)
        if item.extends and (extended is None or extended.extends):
            problems.add("/extends", f"there is no catalogue {item.extends!r} that can be extended")
        others = [one for one in catalogues.values() if one.extends and one.extends == item.extends and one is not item]
        check_references(item, extended, extend(extended, *others) if extended else None, problems)
    elif item.catalogue not in catalogues:
        problems.add("/catalogue", f"there is no catalogue {item.catalogue!r}; known are {', '.join(catalogues)}")


def _own_file(source: _Source) -> OwnFile:
    item = source.content
    return OwnFile(file=source.file, id=item.id, version=item.version, digest=item.digest)
