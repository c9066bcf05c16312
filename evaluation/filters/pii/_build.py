"""Building the filter from its options: rules, a source of names, Presidio's engine."""

from pathlib import Path
from typing import TYPE_CHECKING

from assay.kernel import ConfigurationError, digest_json
from evaluation.filters._protocol import Filter
from evaluation.filters._registry import FilterSetting
from evaluation.filters._types import FilterSpec
from evaluation.filters.pii._country_codes import expect_known
from evaluation.filters.pii._filter import PiiFilter
from evaluation.filters.pii._options import Options, read_options
from evaluation.filters.pii._rule_files import OWN_FILES, own_rules, read_rules
from evaluation.filters.pii._rules import Rule

if TYPE_CHECKING:
    from evaluation.filters.pii._names import NameSource

__all__ = ["build"]

VERSION = "1"
_NAMED = ("LOCATION", "PERSON")
_RESERVED = ("addresses", "names", "places")  # what findings of the source of names are called
_HINT = "docs/pii.md lists the options, the types and the recognisers"


def build(setting: FilterSetting) -> Filter:
    """Build the filter `pii`; raise `ConfigurationError` for options or a file of recognisers."""
    from evaluation.filters.pii._never_names import file_digest  # noqa: PLC0415 (with the reader)
    from evaluation.filters.pii._reader import Reader  # noqa: PLC0415 (dear: Presidio takes seconds to import)

    options = read_options(setting.options)
    _expect_known(options)
    rules, allow, digests = _rules(options, setting.folder)
    types = _types(options, rules)
    names = _names(options, setting.threads, types)
    reader = Reader(
        [rule for rule in rules if rule.type in types],
        names,
        languages=options.languages,
        regions=options.regions,
        threshold=options.threshold,
        allow=allow,
        seconds=options.seconds,
        types=types,
    )
    spec = FilterSpec(
        name="pii",
        version=VERSION,
        threshold=options.threshold,
        model_digest=names.digest,
        data_digest=digest_json([*digests, file_digest()]),
        languages=options.languages,
        options=options.as_json(),
    )
    return PiiFilter(spec, reader)


def _expect_known(options: Options) -> None:
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 (dear: the numbering plans)

    shipped = {rule.country for path in OWN_FILES for rule in own_rules(path)[0].recognizers if rule.country}
    expect_known("countries", options.countries or (), shipped)
    expect_known("regions", options.regions, SUPPORTED_REGIONS)


def _rules(options: Options, folder: Path | None) -> tuple[list[Rule], frozenset[str], list[str]]:
    """Return the rules in the order in which they were written, the allowed texts, and the files' digests."""
    rules: list[Rule] = []
    allow: set[str] = set()
    digests: list[str] = []
    own = len(OWN_FILES)
    for number, path in enumerate((*OWN_FILES, *((folder or Path()) / file for file in options.files()))):
        file, digest = own_rules(path) if number < own else read_rules(path)
        for rule in file.recognizers:
            if any(rule.name == other.name for other in rules) or rule.name in _RESERVED:
                raise ConfigurationError(f"{path}: a recogniser named {rule.name!r} exists already", hint=_HINT)
        rules += [rule for rule in file.recognizers if number >= own or _in_countries(rule, options)]
        allow.update(text.casefold() for text in file.allow)
        digests.append(digest)
    return rules, frozenset(allow), digests


def _in_countries(rule: Rule, options: Options) -> bool:
    return options.countries is None or not rule.country or rule.country in options.countries


def _types(options: Options, rules: list[Rule]) -> frozenset[str]:
    """Return the types that are looked for; raise `ConfigurationError` for one that nothing finds."""
    known = {rule.type for rule in rules} | set(_NAMED)
    for field, kinds in (("entities", options.entities or ()), ("without", options.without)):
        for kind in kinds:
            if kind not in known:
                raise ConfigurationError(
                    f"filters.pii.{field}: nothing finds {kind!r}; expected one of {', '.join(sorted(known))}",
                    hint=_HINT,
                )
    return frozenset(known if options.entities is None else options.entities) - frozenset(options.without)


def _names(options: Options, threads: int, types: frozenset[str]) -> "NameSource":
    from evaluation.filters.pii._names import LatinNames, NoNames, SpacyNames  # noqa: PLC0415 (dear: Presidio)
    from evaluation.filters.pii.names import load_names  # noqa: PLC0415 (dear: a model)

    if options.engine == "none" or types.isdisjoint(_NAMED):
        return NoNames()
    if options.engine == "spacy":
        return SpacyNames(options.model, options.languages[0])
    return LatinNames(load_names(threads))
