"""Pictures and links that carry data out: addresses at a foreign host with more in them than an address needs.

Rules of this place: a picture is fetched as soon as it is shown, a link once it is followed; so a picture may carry
little and a link a lot before it counts. What pictures are fetched with ordinarily (width, format, signatures) is no
data. Hosts that the options trust, and their subdomains, count for nothing.
Source: OWASP LLM02 and LLM05; Greshake et al., arXiv:2302.12173, section 4.2.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

__all__ = ["LINK_NEEDS", "LinkHit", "carrying_links"]

LINK_NEEDS: Final = ("](", "<img", "]:", "url(")
_ADDRESS: Final = r"(?:https?:)?//[^\s<>\"')\]]{4,4000}"
_FORMS: Final = (
    (re.compile(rf"!\[[^\]\n]{{0,300}}\]\(\s{{0,9}}<?({_ADDRESS})"), True),
    (re.compile(rf"<img\b[^<>]{{0,300}}\ssrc\s{{0,9}}=\s{{0,9}}[\"']?({_ADDRESS})", re.IGNORECASE), True),
    (re.compile(rf"url\(\s{{0,9}}[\"']?({_ADDRESS})", re.IGNORECASE), True),
    (re.compile(rf"(?<!!)\[[^\]\n]{{1,300}}\]\(\s{{0,9}}<?({_ADDRESS})"), False),
    (re.compile(rf"^\s{{0,3}}\[[^\]\n]{{1,100}}\]:\s{{1,9}}<?({_ADDRESS})", re.MULTILINE), False),
)
_ORDINARY: Final = re.compile(
    r"(?:sig|signature|expires|policy|key-pair-id|ixlib|ixid|utm_\w+|gclid|fbclid|x-amz-\w+(?:-\w+)*|token|logo)",
    re.IGNORECASE,
)
_TELLING: Final = re.compile(
    r"(?:data|leak|secret|payload|exfil\w*|cookie|password|passwd|api_?key|conversation|history|chat|prompt|content"
    r"|info|msg|message|stolen|dump|log|context|summary|user_?data|pii)",
    re.IGNORECASE,
)
_PLACEHOLDER: Final = re.compile(
    r"\{\{?[^{}]{1,60}\}|\[[A-Z_ ]{3,40}\]|<[A-Z_ ]{3,40}>|\$\{|%7B[^%]{1,60}%7D", re.IGNORECASE
)
_VERSION: Final = re.compile(r"v|ver|version|rev|hash|etag|cb|id", re.IGNORECASE)
_SHORT_HASH: Final = re.compile(r"[0-9A-Fa-f-]{1,40}")
_PLAIN_ADDRESS: Final = re.compile(r"https?://[\w.-]{1,200}(?:/[\w.@~-]{0,59}){0,20}")
_PICTURE_CARRIES: Final = 24  # code points of a value
_LINK_CARRIES: Final = 80
_TELLING_CARRIES: Final = 8
_PATH_CARRIES: Final = 60  # of one step of a path, for a picture


@dataclass(frozen=True, kw_only=True)
class LinkHit:
    """An address that carries data, and how it is fetched."""

    start: int
    end: int
    picture: bool


def carrying_links(text: str, trusted: frozenset[str]) -> Iterator[LinkHit]:
    """Yield addresses that carry data to hosts that are not trusted; for each form of link in its order."""
    for form, picture in _FORMS:
        for found in form.finditer(text):
            if _carries(found[1], trusted, picture=picture):
                yield LinkHit(start=found.start(), end=found.end(), picture=picture)


def _carries(address: str, trusted: frozenset[str], *, picture: bool) -> bool:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        values = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return picture  # an address that no parser takes is none that a picture needs
    if any(host == name or host.endswith("." + name) for name in trusted):
        return False
    if _PLACEHOLDER.search(address):
        return picture or any(_TELLING.fullmatch(name) for name, _ in values)
    most = _PICTURE_CARRIES if picture else _LINK_CARRIES
    long_step = picture and any(_is_data(step, _PATH_CARRIES) for step in parts.path.split("/"))
    bare = "=" not in parts.query and len(unquote(parts.query)) >= most
    return long_step or bare or any(_is_payload(name, value, most) for name, value in values)


def _is_payload(name: str, value: str, most: int) -> bool:
    if _TELLING.fullmatch(name):
        return len(value) >= min(most, _TELLING_CARRIES if most == _PICTURE_CARRIES else _LINK_CARRIES // 4)
    if _PLAIN_ADDRESS.fullmatch(value) or (_VERSION.fullmatch(name) and _SHORT_HASH.fullmatch(value)):
        return False
    return len(value) >= most and not _ORDINARY.fullmatch(name)


def _is_data(step: str, most: int) -> bool:
    """Whether a step of a path is a message, not a name: long, and of words that are escaped or of one run of signs."""
    return len(step) >= most and ("%20" in step or "+" in step or not re.search(r"[-_.]", step[:most]))
