"""Releases as values: what a candidate is made of, what happened to it, and where it stands.

Rules of this place: a manifest names everything by digest, and any change of the candidate is another manifest, hence
another release; versions and names are names, not sentences: what people write is in the payloads of the events. The
names of documents are those of people's files: the manifest holds their digests alone, and the names can be erased.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assay.kernel import InputError, JsonValue, canonical_bytes, digest_bytes, parse_strict
from governance.releases._state import ReleaseEvent, ReleaseState
from governance.systems import ERASED, Part

__all__ = ["Manifest", "Measured", "Release", "ReleaseDraft", "ReleaseStep", "ReleaseTarget"]

FORMAT: Final = "assay-release/1"
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+/@:-]{0,99}")
_DEPLOYMENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}")
_MOST: Final = 1000  # of each list


@dataclass(frozen=True, kw_only=True)
class ReleaseDraft:
    """A candidate before what it names was looked up in the record."""

    system: str
    version: str  # the name that people call it
    runs: tuple[str, ...]  # ids
    scans: tuple[str, ...] = ()  # ids
    deployment: str = "production"
    components: tuple[Part, ...] = ()
    models: tuple[Part, ...] = ()
    documents: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        """Raise `InputError` for a candidate that nothing was measured of, and for names that are none."""
        for what, text, form in (("version", self.version, _VERSION), ("deployment", self.deployment, _DEPLOYMENT)):
            if not form.fullmatch(text):
                raise InputError(f"the {what} is {text[:80]!r}, expected {form.pattern}", hint="--version 1.4.0")
        if not self.runs:
            raise InputError("a release without a run rests on nothing", hint="--run RUN; `assay runs list` shows them")
        if undigested := [one.name for one in self.documents if one.digest is None]:
            raise InputError(f"the document {undigested[0]!r} has no digest", hint="--document FILE")
        if any(one.version for one in self.documents):
            raise InputError("a document has no version but its digest", hint="--document FILE")
        lists = (self.runs, self.scans, self.components, self.models, self.documents)
        if any(len(set(one)) < len(one) or len(one) > _MOST for one in lists):
            raise InputError(f"something is named twice, or more than {_MOST} times")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A run or a scan, in the version that the record holds."""

    id: str
    digest: str

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form."""
        return {"id": self.id, "digest": self.digest}


@dataclass(frozen=True, kw_only=True)
class ReleaseTarget:
    """The application that the runs asked, as their plans describe it."""

    name: str
    version: str
    commit: str  # "" where the plans name none

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form."""
        return {"name": self.name, "version": self.version, "commit": self.commit}


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a release is made of and what was measured of it."""

    system: str
    version: str
    deployment: str
    target: ReleaseTarget | None  # None: the answers were collected elsewhere
    runs: tuple[Measured, ...]
    scans: tuple[Measured, ...]
    components: tuple[Part, ...]
    models: tuple[Part, ...]
    documents: tuple[Part, ...]

    @property
    def digest(self) -> str:
        """Digest of the manifest's bytes."""
        return digest_bytes(self.encoded())

    def encoded(self) -> bytes:
        """Return the bytes that are stored."""
        return canonical_bytes(
            {
                "format": FORMAT,
                "system": self.system,
                "version": self.version,
                "deployment": self.deployment,
                "target": None if self.target is None else self.target.as_json(),
                "runs": [one.as_json() for one in self.runs],
                "scans": [one.as_json() for one in self.scans],
                "components": [one.as_json() for one in self.components],
                "models": [one.as_json() for one in self.models],
                "documents": [one.digest for one in self.documents],
            }
        )

    @classmethod
    def decoded(cls, data: bytes, names: Sequence[str] = ()) -> "Manifest":
        """Read the bytes back, with the names of the documents where they are known; raise `InputError` for others."""
        document = parse_strict(data)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise InputError(f"not a manifest of a release: expected the format {FORMAT!r}")
        return cls(
            system=str(document["system"]),
            version=str(document["version"]),
            deployment=str(document["deployment"]),
            target=_target(document["target"]),
            runs=tuple(_measured(one) for one in _list(document["runs"])),
            scans=tuple(_measured(one) for one in _list(document["scans"])),
            components=tuple(Part.from_json(one) for one in _list(document["components"])),
            models=tuple(Part.from_json(one) for one in _list(document["models"])),
            documents=_documents(_list(document["documents"]), names),
        )


@dataclass(frozen=True, kw_only=True)
class Release:
    """A release, as of the ledger size that was asked for."""

    id: str
    system: str
    version: str
    deployment: str
    state: ReleaseState  # a request or an approval that lapsed counts for nothing
    lapsed: str  # why what was asked or approved does not count any more; "" where nothing lapsed
    manifest: Manifest
    digest: str  # of the manifest
    seq: int  # of the entry that created it
    last_seq: int  # of its newest event
    steps: int  # events so far
    created_at: str
    changed_at: str
    request: str | None  # the newest request for approval
    decision: str | None  # the decision that it rests on


@dataclass(frozen=True, kw_only=True)
class ReleaseStep:
    """Something that happened to a release."""

    seq: int
    at: str
    event: ReleaseEvent | None  # None: it was created
    state: ReleaseState  # after it
    request: str | None
    decision: str | None
    reason: str | None  # of a recall; None where none was given, or it was erased


def _target(value: JsonValue) -> ReleaseTarget | None:
    if not isinstance(value, Mapping):
        return None
    return ReleaseTarget(name=str(value["name"]), version=str(value["version"]), commit=str(value["commit"]))


def _measured(value: JsonValue) -> Measured:
    if not isinstance(value, Mapping):
        raise InputError(f"a manifest names {value!r}, expected an id with its digest")
    return Measured(id=str(value["id"]), digest=str(value["digest"]))


def _documents(digests: Sequence[JsonValue], names: Sequence[str]) -> tuple[Part, ...]:
    known = names or [ERASED] * len(digests)
    return tuple(Part(name=name, digest=str(digest)) for name, digest in zip(known, digests, strict=True))


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
