"""Reading files of a framework: all mistakes at once, each with file and pointer; a file with one is never loaded.

Rules of this place: files may refer to each other and to what comes with the product; the files of the product are read
the same way as anyone else's; extensions are off unless asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, reduce
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from assay.kernel import InputError, digest_json
from risks._evidence import RuleBook
from risks._fields import Fields, Problems
from risks._framework import Framework
from risks._load_catalogue import FORMAT, check_references, extend, read_catalogue
from risks._load_relations import FORMAT as CROSSWALK_FORMAT
from risks._load_relations import check_subjects, read_crosswalk
from risks._load_rules import FORMAT as RULES_FORMAT
from risks._load_rules import check_controls, read_rules
from risks._relations import Crosswalk, Standard
from risks._types import Catalogue
from risks._yaml import digest_yaml, read_yaml

__all__ = ["EXTENSIONS", "built_in", "framework", "load", "parse", "validate"]

EXTENSIONS: Final = ("v2",)
Content = Catalogue | Crosswalk | RuleBook
_READERS: Final[dict[str, Callable[[Fields, str, Problems], Content]]] = {
    FORMAT: read_catalogue,
    CROSSWALK_FORMAT: read_crosswalk,
    RULES_FORMAT: read_rules,
}


@dataclass(frozen=True, kw_only=True)
class _Source:
    """One file and what stands in it."""

    content: Content
    problems: Problems


def built_in(name: str = "dasf") -> Catalogue:
    """Return a catalogue that comes with the product, alone."""
    file = _folder() / f"{name}.yaml"
    return parse(file.read_text(encoding="utf-8"), f"{name}.yaml")


def framework(extensions: Sequence[str] = ()) -> Framework:
    """Return the framework that comes with the product, with the extensions that are named; raise `InputError`."""
    for name in extensions:
        if name not in EXTENSIONS:
            raise InputError(f"there is no extension {name!r}", hint="extensions: " + ", ".join(EXTENSIONS))
    return _framework(tuple(dict.fromkeys(extensions)))


def load(path: Path) -> Catalogue:
    """Read a catalogue file; raise `InputError` that lists every mistake."""
    return parse(_text(path), str(path))


def parse(text: str, file: str) -> Catalogue:
    """Read a catalogue from text; `file` names it in messages. Raise `InputError` that lists every mistake."""
    content = _contents([(file, text)])[0]
    if not isinstance(content, Catalogue):
        raise InputError(f"{file} is no catalogue", hint=f"a catalogue starts with `format: {FORMAT}`")
    return content


def validate(paths: Sequence[Path]) -> tuple[Content, ...]:
    """Read files that may refer to each other and to what comes with the product, whose ids they may take over.

    Raise `InputError` that lists every mistake of all of them.
    """
    own = [(str(path), _text(path)) for path in paths]
    shipped = [file for name in ("", *EXTENSIONS) for file in _files(name)]
    return tuple(_contents(own, shipped=_contents(shipped)))


@cache
def _framework(extensions: tuple[str, ...]) -> Framework:
    return _joined(_contents([file for name in ("", *extensions) for file in _files(name)]), extensions)


def _folder(extension: str = "") -> Traversable:
    folder = resources.files("risks") / "catalogue"
    return folder / extension if extension else folder


def _files(extension: str) -> list[tuple[str, str]]:
    prefix = f"{extension}/" if extension else ""
    names = ("dasf.yaml", "crosswalks.yaml", "rules.yaml")
    return [(prefix + name, (_folder(extension) / name).read_text(encoding="utf-8")) for name in names]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}", hint="give a YAML file in UTF-8") from error


def _contents(files: Sequence[tuple[str, str]], shipped: Sequence[Content] = ()) -> list[Content]:
    """Read files and check them together with what is shipped; raise `InputError` that lists every mistake."""
    sources: list[_Source] = []
    found: list[str] = []
    for file, text in files:
        try:
            sources.append(_source(file, text))
        except InputError as error:
            found.append(error.message)
    _check(sources, shipped)
    found += [line for source in sources for line in source.problems.found]
    if found:
        where = files[0][0] if len(files) == 1 else f"{len(files)} files"
        raise InputError("\n".join([f"{len(found)} mistakes in {where}:", *found]))
    return [source.content for source in sources]


def _source(file: str, text: str) -> _Source:
    document, problems = read_yaml(text, file), Problems(file)
    fields = Fields(document, "", problems)
    known = ", ".join(repr(name) for name in _READERS)
    guess = RULES_FORMAT if fields.has("rules") else CROSSWALK_FORMAT if fields.has("relations") else FORMAT
    written = fields.text("format")
    if written not in _READERS:
        problems.add("/format", f"expected {known}, got {written!r}")
    return _Source(
        content=_READERS.get(written, _READERS[guess])(fields, digest_yaml(document), problems), problems=problems
    )


def _check(sources: Sequence[_Source], shipped: Sequence[Content]) -> None:
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
        _check_one(source, catalogues, own)


def _check_one(source: _Source, catalogues: dict[str, Catalogue], own: dict[str, Catalogue]) -> None:
    item, problems = source.content, source.problems
    if isinstance(item, Catalogue):
        extended = catalogues.get(item.extends)
        if item.extends and (extended is None or extended.extends):
            problems.add("/extends", f"there is no catalogue {item.extends!r} that can be extended")
        check_references(item, extended, problems)
        return
    if item.catalogue not in catalogues:
        problems.add("/catalogue", f"there is no catalogue {item.catalogue!r}; known are {', '.join(catalogues)}")
        return
    catalogue = catalogues[item.catalogue]
    whole = extend(catalogues[catalogue.extends], catalogue) if catalogue.extends in catalogues else catalogue
    if isinstance(item, Crosswalk):
        check_subjects(item, {risk.id for risk in whole.risks} | {control.id for control in whole.controls}, problems)
        return
    needed = [control.id for control in catalogue.controls] if catalogue.id in own else []
    check_controls(item, _risks_by_control(whole), needed, problems)


def _risks_by_control(catalogue: Catalogue) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {control.id: [] for control in catalogue.controls}
    for risk in catalogue.risks:
        for mapping in risk.controls:
            found.setdefault(mapping.control, []).append(risk.id)
    return found


def _joined(contents: Sequence[Content], extensions: tuple[str, ...]) -> Framework:
    """Join files that were checked together; the first catalogue is the one that the others extend."""
    catalogue = reduce(extend, (item for item in contents if isinstance(item, Catalogue)))
    crosswalks = [item for item in contents if isinstance(item, Crosswalk)]
    standards: dict[tuple[str, str], Standard] = {}
    for standard in (each for item in crosswalks for each in item.standards):
        known = standards.setdefault((standard.id, standard.edition), standard)
        standards[known.id, known.edition] = replace(known, names={**standard.names, **known.names})
    return Framework(
        catalogue=catalogue,
        standards=tuple(standards.values()),
        relations=tuple(row for item in crosswalks for row in item.relations),
        rules=tuple(rule for item in contents if isinstance(item, RuleBook) for rule in item.rules),
        extensions=extensions,
        digest=digest_json([item.digest for item in contents]),
    )
