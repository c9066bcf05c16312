"""What is said of an AI system.

Rules of this place: what can be a sentence is free text and can hold personal data ("Anna's assistant for Mr Weber"):
name and purpose are kept as erasable payloads, and read `None` once they were erased. Names of data sets are those of
people's files, as in lineage, and are kept in the same way. All else is an id, a code or a technical name without
spaces, so that the inventory can be searched, compared and proved for as long as the ledger is. Every list is bounded.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from assay.kernel import InputError, JsonValue, plain
from risks.act import Role as ActRole

__all__ = ["ERASED", "ActRole", "Deployment", "DescribedSystem", "Hosting", "Part", "SystemProfile", "parse_part"]

ERASED: Final = "(erased)"  # the name of a part whose name is gone
_MOST_PARTS: Final = 500  # of a kind
_MOST_TEXT: Final = 4000  # characters of a purpose
_MOST_NAME: Final = 200
_WORD: Final = re.compile(r"\S{1,200}")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}")
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_MARKET: Final = re.compile(r"[A-Z]{2}|EEA|WORLD")  # ISO 3166-1 alpha-2; EU and EEA for all of their countries


class Hosting(StrEnum):
    """Where a deployment runs."""

    CLOUD = "cloud"
    ON_PREMISES = "on_premises"
    EDGE = "edge"
    IN_PRODUCT = "in_product"
    API = "api"  # offered to others as a service
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something that a system is made of or rests on, by the name that a machine knows it by."""

    name: str  # image, package, data set or model; models:/shop for a registered one
    version: str = ""  # "" where it has none
    digest: str | None = None  # sha256:…; None where nobody computed it

    def __post_init__(self) -> None:
        """Raise `InputError` for a name that holds spaces or what nobody can see, or for a digest that is none."""
        for what, text in (("name", self.name), ("version", self.version or "-")):
            if not _WORD.fullmatch(text) or plain(text) != text:
                raise InputError(
                    f"the {what} of a part is {text[:80]!r}, expected up to {_MOST_NAME} characters without spaces",
                    hint="NAME, NAME@VERSION or NAME@VERSION=sha256:DIGEST",
                )
        if self.digest is not None and not _DIGEST.fullmatch(self.digest):
            raise InputError(f"the digest of {self.name!r} is {self.digest[:80]!r}, expected sha256: and 64 hex digits")

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form."""
        return {"name": self.name, "version": self.version, "digest": self.digest}

    @classmethod
    def from_json(cls, document: JsonValue) -> "Part":
        """Read the recorded form back."""
        if not isinstance(document, Mapping):
            raise InputError(f"a part is {document!r}, expected an object")
        digest = document["digest"]
        name, version = str(document["name"]), str(document["version"])
        return cls(name=name, version=version, digest=None if digest is None else str(digest))


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A place where a system is used."""

    name: str  # production, staging, …: releases name it
    hosting: Hosting = Hosting.UNKNOWN

    def __post_init__(self) -> None:
        """Raise `InputError` for what cannot be a name."""
        if not _NAME.fullmatch(self.name):
            raise InputError(f"a deployment is called {self.name[:80]!r}, expected {_NAME.pattern}", hint="production")


@dataclass(frozen=True, kw_only=True)
class SystemProfile:
    """What is said of a system; an empty tuple means that nothing was said, not that there is nothing."""

    name: str | None  # in people's words; None: erased
    purpose: str | None  # as above
    owner: str  # pseudonym of a person
    roles: tuple[ActRole, ...] = ()  # of whoever keeps this record, under Article 3 of the AI Act
    markets: tuple[str, ...] = ()  # countries in which it is placed or used
    deployments: tuple[Deployment, ...] = ()
    components: tuple[Part, ...] = ()
    data: tuple[Part, ...] = ()
    models: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        """Raise `InputError` for what is no owner, no market, too much, or said twice."""
        for what, text, most in (("name", self.name, _MOST_NAME), ("purpose", self.purpose, _MOST_TEXT)):
            if text is not None and len(text) > most:
                raise InputError(f"the {what} has {len(text)} characters, expected at most {most}")
        if not _WORD.fullmatch(self.owner):
            raise InputError(f"the owner is {self.owner[:80]!r}, expected a person's id", hint="assay users list")
        if wrong := [one for one in self.markets if not _MARKET.fullmatch(one)]:
            raise InputError(f"{wrong[0][:80]!r} is no market, expected a code such as DE, EU, EEA or WORLD")
        self._refuse_repeats()

    def _refuse_repeats(self) -> None:
        lists: dict[str, Sequence[object]] = {
            "roles": self.roles,
            "markets": self.markets,
            "deployments": [one.name for one in self.deployments],
            "components": [(one.name, one.version) for one in self.components],
            "data": [(one.name, one.version) for one in self.data if one.name != ERASED],
            "models": [(one.name, one.version) for one in self.models],
        }
        for what, found in lists.items():
            if len(found) > _MOST_PARTS:
                raise InputError(f"{len(found)} {what}, expected at most {_MOST_PARTS}")
            if len(set(found)) < len(found):
                twice = next(one for one in found if found.count(one) > 1)
                raise InputError(f"{what} names {twice!r} twice")

    def words(self) -> dict[str, JsonValue]:
        """Return what people wrote: the payload."""
        return {"name": self.name, "purpose": self.purpose, "data": [one.name for one in self.data]}

    def facts(self) -> dict[str, JsonValue]:
        """Return the rest: the row."""
        return {
            "format": "assay-system/1",
            "owner": self.owner,
            "roles": sorted(one.value for one in self.roles),
            "markets": sorted(self.markets),
            "deployments": [{"name": one.name, "hosting": one.hosting.value} for one in self.deployments],
            "components": [one.as_json() for one in self.components],
            "data": [{"version": one.version, "digest": one.digest} for one in self.data],
            "models": [one.as_json() for one in self.models],
        }


@dataclass(frozen=True, kw_only=True)
class DescribedSystem:
    """A version of a system's profile, and where the ledger holds it."""

    system: str
    version: int  # 1, 2, …
    profile: SystemProfile
    seq: int
    recorded_at: str


def parse_part(text: str) -> Part:
    """Read `NAME`, `NAME@VERSION` or either with `=sha256:…`; raise `InputError` for anything else."""
    name, has_digest, digest = text.partition("=sha256:")
    name, _, version = name.rpartition("@") if "@" in name.strip("@") else (name, "", "")
    return Part(name=name, version=version, digest=f"sha256:{digest}" if has_digest else None)
