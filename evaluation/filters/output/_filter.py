"""The filter: rules tried where their words stand, links looked into, the heaviest of what overlaps kept."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import ahocorasick

from assay.kernel import digest_bytes, digest_json
from evaluation.filters._apart import apart
from evaluation.filters._registry import FilterSetting
from evaluation.filters._types import FilterResult, FilterSpec, Finding, scored
from evaluation.filters.normal import LETTERS, data_bytes, normalise
from evaluation.filters.output._code import CodeSpans
from evaluation.filters.output._links import LINK_NEEDS, carrying_links
from evaluation.filters.output._rules import Rule, rules, rules_bytes
from evaluation.filters.output._settings import OutputSettings, settings_of

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["OutputFilter", "build"]

_VERSION: Final = "1"
_PICTURE: Final = 0.8
_LINK: Final = 0.6
_MARKER: Final = 0.95


def build(setting: FilterSetting) -> "OutputFilter":
    """Build the filter; raise `ConfigurationError` for an option."""
    return OutputFilter(settings_of(setting))


class OutputFilter:
    """Finds what a program would run."""

    def __init__(self, settings: OutputSettings) -> None:
        """Take options that were checked."""
        self._settings = settings
        self._rules = tuple(rule for rule in rules() if rule.channel in settings.channels)
        self._markers = tuple(normalise(marker, LETTERS).text.strip() for marker in settings.markers)
        self._needs = ahocorasick.Automaton()
        for need in {need for rule in self._rules for need in rule.needs} | set(LINK_NEEDS):
            self._needs.add_word(need, need)
        self._needs.make_automaton()
        self.spec = FilterSpec(
            name="output",
            version=_VERSION,
            threshold=settings.threshold,
            data_digest=digest_json([digest_bytes(rules_bytes()), digest_bytes(data_bytes()), list(self._markers)]),
            options={
                "channels": sorted(settings.channels),
                "trusted_hosts": sorted(settings.trusted_hosts),
                "markers": len(self._markers),
                "code_share": f"{settings.code_share:.6g}",
            },
        )

    def scan(self, texts: "pa.StringArray") -> Sequence[FilterResult]:
        """Return one result a text; its score is that of its heaviest finding."""
        return [self._read(text) for text in texts.to_pylist()]

    def _read(self, text: str) -> FilterResult:
        findings = apart(self._found(text))
        return scored(self.spec, max((finding.score for finding in findings), default=0.0), findings)

    def _found(self, text: str) -> Iterator[Finding]:
        present = {need for _, need in self._needs.iter(text.lower())}
        code = CodeSpans(text)
        for rule in self._rules:
            if not present.isdisjoint(rule.needs):
                for found in rule.pattern.finditer(text):
                    yield self._finding(rule, found.span(), code)
        if "browser" in self._settings.channels and not present.isdisjoint(LINK_NEEDS):
            for link in carrying_links(text, self._settings.trusted_hosts):
                share = self._settings.code_share if code.hold(link.start, link.end) else 1.0
                score, detail = (_PICTURE, "picture") if link.picture else (_LINK, "link")
                yield Finding(
                    type="data_exfiltration",
                    start=link.start,
                    end=link.end,
                    score=round(score * share, 6),
                    detail=f"{detail}-carries-data",
                )
        yield from self._own_prompt(text)

    def _finding(self, rule: Rule, span: tuple[int, int], code: CodeSpans) -> Finding:
        share = self._settings.code_share if rule.code is None else rule.code
        score = rule.score * (share if code.hold(*span) else 1.0)
        return Finding(type=rule.type, start=span[0], end=span[1], score=round(score, 6), detail=rule.id)

    def _own_prompt(self, text: str) -> Iterator[Finding]:
        if not self._markers:
            return
        normal = normalise(text, LETTERS)
        for number, marker in enumerate(self._markers, 1):
            start = normal.text.find(marker)
            while start >= 0:
                first, last = normal.span(start, start + len(marker))
                yield Finding(type="prompt_leak", start=first, end=last, score=_MARKER, detail=f"marker-{number}")
                start = normal.text.find(marker, start + len(marker))
