"""What a person says of a system: in a file, or by options, as changes to what was said before.

Rules of this place: a key that nobody knows is refused with its nearest neighbour; what is not named stays as it was;
a part is one word, NAME, NAME@VERSION or NAME@VERSION=sha256:DIGEST, or a mapping with these keys.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import Field, ValidationError

from assay.app._explain import explain_unreadable, explain_validation
from assay.app._strict import Strict
from assay.kernel import InputError
from governance.systems import ActRole, Deployment, Hosting, Part, parse_part

__all__ = ["SystemWords", "deployment_named", "parts_named", "read_system_file", "roles_named"]

_MOST_BYTES: Final = 1 << 20
_LISTS: Final = ("components", "data", "models")


class _PartWords(Strict):
    name: str
    version: str = ""
    digest: str | None = None


class _DeploymentWords(Strict):
    name: str
    hosting: Hosting = Hosting.UNKNOWN


class SystemWords(Strict):
    """What was named; fields that were not are left out of `named`."""

    name: str = ""
    purpose: str = ""
    owner: str = ""
    roles: list[ActRole] = Field(default_factory=list)
    markets: list[str] = Field(default_factory=list)
    deployments: list[str | _DeploymentWords] = Field(default_factory=list)
    components: list[str | _PartWords] = Field(default_factory=list)
    data: list[str | _PartWords] = Field(default_factory=list)
    models: list[str | _PartWords] = Field(default_factory=list)

    def named(self) -> dict[str, Any]:
        """Return what was named, as fields of a profile; raise `InputError` for what cannot be one."""
        found: dict[str, Any] = {one: getattr(self, one) for one in self.model_fields_set}
        for one in {"roles", "markets"} & found.keys():
            found[one] = tuple(sorted(found[one]))
        for one in set(_LISTS) & found.keys():
            found[one] = tuple(_part(part) for part in found[one])
        if "deployments" in found:
            found["deployments"] = tuple(_deployment(one) for one in found["deployments"])
        return found


def read_system_file(path: Path) -> SystemWords:
    """Read YAML; raise `InputError` that lists everything wrong at once."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path} has more than {_MOST_BYTES} bytes", hint="one system a file")
        text = path.read_text(encoding="utf-8-sig")
        _refuse_aliases(text, path)
        document = yaml.safe_load(text)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise InputError(f"cannot read {path}: {explain_unreadable(error)}") from None  # the cause quotes the file
    if not isinstance(document, dict):
        raise InputError(f"{path} holds no keys, expected some of {', '.join(SystemWords.model_fields)}")
    try:
        return SystemWords.model_validate(document)
    except ValidationError as error:
        raise InputError(f"{path} is not as expected:\n{explain_validation(error, SystemWords)}") from None  # as above


def parts_named(texts: Iterable[str]) -> tuple[Part, ...]:
    """Return the parts; raise `InputError` for a word that is none."""
    return tuple(parse_part(text) for text in texts)


def roles_named(texts: Iterable[str]) -> list[ActRole]:
    """Return the roles of the AI Act; raise `InputError` for one that is none."""
    known = {role.value: role for role in ActRole}
    wanted = [text.replace("-", "_") for text in texts]
    if wrong := [text for text in wanted if text not in known]:
        raise InputError(f"{wrong[0][:80]!r} is no role under the AI Act", hint=", ".join(known))
    return [known[text] for text in wanted]


def deployment_named(text: str) -> Deployment:
    """Read NAME or NAME=HOSTING; raise `InputError` for anything else."""
    name, has_hosting, hosting = text.partition("=")
    if has_hosting and hosting not in set(Hosting):
        raise InputError(f"{hosting[:80]!r} is no way of hosting", hint=", ".join(Hosting))
    return Deployment(name=name, hosting=Hosting(hosting) if has_hosting else Hosting.UNKNOWN)


def _part(words: "str | _PartWords") -> Part:
    if isinstance(words, str):
        return parse_part(words)
    return Part(name=words.name, version=words.version, digest=words.digest)


def _deployment(words: "str | _DeploymentWords") -> Deployment:
    return deployment_named(words) if isinstance(words, str) else Deployment(name=words.name, hosting=words.hosting)


def _refuse_aliases(text: str, path: Path) -> None:
    """Refuse what lets a small file stand for a huge one."""
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
        raise InputError(f"{path} holds aliases (*), which are not allowed")
