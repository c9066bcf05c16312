"""What releases want of a registry: where aliases point, and what versions carry as tags.

Rules of this place: only what is released now moves an alias, that of its deployment; two releases that want one alias
at two versions want nothing until people settle it; a version that was released once says for ever what became of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from governance.registry import Wanted, is_address, parse_address
from governance.releases import Release, ReleaseState
from governance.systems import Part

__all__ = ["Stamp", "model_parts", "stamps", "wanted_aliases"]

_SHIPPED = (ReleaseState.RELEASED, ReleaseState.RECALLED, ReleaseState.SUPERSEDED)  # in order of what is said first


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What a version carries because a release that names it was shipped."""

    model: str
    version: str
    digest: str | None  # that the release was approved with
    release: Release


def wanted_aliases(
    releases: Iterable[Release], aliases: Mapping[str, str]
) -> tuple[tuple[Wanted, ...], tuple[tuple[str, str], ...]]:
    """Return what is wanted, and the (model, alias) that releases disagree about; `aliases`: by deployment."""
    found: dict[tuple[str, str], list[Wanted]] = {}
    for release in releases:
        alias = aliases.get(release.deployment)
        if release.state is ReleaseState.RELEASED and alias:
            for model, version, _ in model_parts(release):
                one = Wanted(model=model, alias=alias, version=version, release=release.id)
                found.setdefault((model, alias), []).append(one)
    disputed = tuple(key for key, ones in found.items() if len({one.version for one in ones}) > 1)
    return tuple(ones[0] for key, ones in found.items() if key not in disputed), disputed


def stamps(releases: Iterable[Release]) -> tuple[Stamp, ...]:
    """Return one for each version that a release which was shipped names: what is in use first, then the newest."""
    found: dict[tuple[str, str], Stamp] = {}
    shipped = [one for one in releases if one.state in _SHIPPED]
    for release in sorted(shipped, key=lambda one: (one.state is not ReleaseState.RELEASED, -one.last_seq)):
        for model, version, part in model_parts(release):
            made = Stamp(model=model, version=version, digest=part.digest, release=release)
            found.setdefault((model, version), made)
    return tuple(found.values())


def model_parts(release: Release) -> Iterable[tuple[str, str, Part]]:
    """Yield (name, version, part) of the registered models in a release's manifest."""
    for part in release.manifest.models:
        if is_address(part.name):
            name, version = parse_address(part.name)
            if version or part.version:
                yield name, version or part.version, part
