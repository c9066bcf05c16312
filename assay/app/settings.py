"""`assay.yaml` and the environment as frozen, checked values.

Rules of this place: option > environment `ASSAY_*` > `assay.yaml` > default. An unknown key is an error that names its
nearest neighbour. A secret is a reference (`env:NAME` or `file:PATH`), resolved at the moment of use.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    Discriminator,
    Field,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)

from assay.app._explain import explain_unreadable, explain_validation
from assay.app._framework_settings import FrameworkSettings
from assay.app._ledger_settings import LedgerSettings
from assay.app._scan_settings import ScanSettings, check_filter_options
from assay.app._secrecy import address_holds_secret
from assay.app._server_settings import ServerSettings
from assay.app._sign_in_settings import SignInSettings
from assay.app._strict import Strict
from assay.app._target_settings import (
    CallableTargetSettings,
    CommandTargetSettings,
    EndpointSettings,
    HttpTargetSettings,
    OpenAITargetSettings,
    SecretValue,
    TargetSettings,
)
from assay.kernel import ConfigurationError, MissingError

__all__ = [
    "CallableTargetSettings",
    "CommandTargetSettings",
    "EndpointSettings",
    "HttpTargetSettings",
    "JurySettings",
    "LimitsSettings",
    "MlflowSettings",
    "OpenAITargetSettings",
    "SecretValue",
    "Settings",
    "SystemSettings",
    "TargetSettings",
    "load_settings",
    "resolve_secret",
]

ENVIRONMENT_OVERRIDES = {
    "ASSAY_SYSTEM": ("system",),
    "ASSAY_JUDGE": ("judge",),
    "ASSAY_TARGET": ("target",),
    "ASSAY_STORE": ("store",),
    "ASSAY_GATE": ("gate",),
    "ASSAY_MLFLOW_SYNC": ("mlflow", "sync"),
    "ASSAY_MLFLOW_TRACKING_URI": ("mlflow", "tracking_uri"),
}
_ADDRESSES = ("ASSAY_STORE", "ASSAY_MLFLOW_TRACKING_URI")  # the environment may hold them with their passwords
_DEFAULT_METRICS = ["faithfulness", "relevancy"]
_BUILT_IN_JUDGES = frozenset({"checks", "embedded", "local"})


class JurySettings(Strict):
    """Several judges that judge every row together."""

    jury: list[str] = Field(min_length=2)  # built-in judges and endpoints, each once
    weights: Literal["measured", "equal"] = "measured"  # by their judge cards; all alike where one has none
    quorum: int | None = Field(default=None, ge=1)  # votes that are needed; the majority of the members without it


def _kind_of_judge(value: object) -> str:
    return "jury" if isinstance(value, JurySettings) or (isinstance(value, dict) and "jury" in value) else "endpoint"


JudgeSettings = Annotated[
    Annotated[EndpointSettings, Tag("endpoint")] | Annotated[JurySettings, Tag("jury")],
    Discriminator(_kind_of_judge),
]


class SystemSettings(Strict):
    """What is governed."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")
    name: str = ""
    purpose: str = ""


class LimitsSettings(Strict):
    """For how long; what one call may take stands with its target or judge."""

    row_timeout_s: float = Field(default=1800, gt=0)  # target and judges of one row; what is missing is `timed_out`
    run_timeout_s: float | None = Field(default=None, gt=0)  # the run then stops as partial and can be gone on with


_Alias = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class MlflowSettings(Strict):
    """Where results are mirrored to; the store stays the record."""

    enabled: bool = True
    sync: Literal["after_run", "by_hand"] = "after_run"  # by_hand: only when `assay mlflow sync` is typed
    tracking_uri: str = ""
    experiment: str = "assay"
    # by deployment: the alias that points at what is released there, and that nobody else moves
    aliases: dict[str, _Alias] = Field(default={"production": "champion"})


class Settings(Strict):
    """The whole of `assay.yaml`."""

    version: Literal[1] = 1
    systems: list[SystemSettings] = Field(default_factory=lambda: [SystemSettings(id="default")], min_length=1)
    system: str = ""
    targets: dict[str, TargetSettings] = Field(default_factory=dict)
    target: str = ""
    judges: dict[str, JudgeSettings] = Field(default_factory=dict)
    judge: str = "embedded"
    metrics: list[str] = Field(default=_DEFAULT_METRICS, min_length=1)
    limits: LimitsSettings = LimitsSettings()
    scan: ScanSettings = ScanSettings()
    filters: dict[str, dict[str, Any]] = Field(default_factory=dict)  # a filter's options by its name
    store: str = ""
    ledger: LedgerSettings = LedgerSettings()
    server: ServerSettings = ServerSettings()
    sign_in: SignInSettings | None = None
    mlflow: MlflowSettings = MlflowSettings()
    gate: str = "gate.yaml"
    risks: FrameworkSettings = FrameworkSettings()
    # days by class (`assay retention classes`): how long this workspace keeps what, where the classes say otherwise
    retention: dict[str, Annotated[int, Field(ge=0, le=36_525)]] = Field(default_factory=dict)

    @field_validator("metrics")
    @classmethod
    def _metrics_exist(cls, value: list[str]) -> list[str]:
        if not set(value) <= set(_DEFAULT_METRICS):
            # Lazy: judges are loaded for names that are not known here.
            from evaluation.judges import metrics  # noqa: PLC0415

            for name in value:
                try:
                    metrics.check(name)
                except MissingError as error:
                    raise ValueError(f"{error.message}; {error.hint}") from error
        return value

    @field_validator("filters")
    @classmethod
    def _filters_are_known(cls, value: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        check_filter_options(value)
        return value

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        ids = [system.id for system in self.systems]
        if self.system and self.system not in ids:
            raise ValueError(f"system: {self.system!r} is not one of {ids!r}")
        if self.target and self.target not in self.targets:
            raise ValueError(f"target: {self.target!r} is not one of {sorted(self.targets)!r}")
        known = set(self.judges) | _BUILT_IN_JUDGES
        if self.judge not in known:
            raise ValueError(f"judge: {self.judge!r} is not one of {sorted(known)!r}")
        if taken := set(self.judges) & _BUILT_IN_JUDGES:
            raise ValueError(f"judges: {sorted(taken)!r} are built in; give your endpoint another name")
        for name, jury in self.juries.items():
            self._check_jury(name, jury, known - set(self.juries))
        return self

    @property
    def endpoints(self) -> dict[str, EndpointSettings]:
        """The judges that are one model on one endpoint."""
        return {name: judge for name, judge in self.judges.items() if isinstance(judge, EndpointSettings)}

    @property
    def juries(self) -> dict[str, JurySettings]:
        """The judges that are several."""
        return {name: judge for name, judge in self.judges.items() if isinstance(judge, JurySettings)}

    @staticmethod
    def _check_jury(name: str, jury: JurySettings, seats: set[str]) -> None:
        if strangers := sorted(set(jury.jury) - seats):
            raise ValueError(f"judges.{name}.jury: {strangers!r} are none of {sorted(seats)!r}")
        if len(set(jury.jury)) != len(jury.jury):
            raise ValueError(f"judges.{name}.jury: a member comes twice in {jury.jury!r}")
        if jury.quorum is not None and jury.quorum > len(jury.jury):
            raise ValueError(f"judges.{name}.quorum: {jury.quorum} of {len(jury.jury)} members can never be reached")

    @property
    def default_system(self) -> str:
        """The system that commands mean when none is named."""
        return self.system or self.systems[0].id


def load_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check `assay.yaml`; raise `ConfigurationError` that lists everything wrong at once."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(
            f"cannot read {path}: {explain_unreadable(error)}", hint="mend the file, then run `assay doctor`"
        ) from None  # the cause quotes the file
    if not isinstance(document, dict):
        raise ConfigurationError(f"{path} holds a {type(document).__name__}, expected keys such as `targets:`")
    _refuse_passwords(document, path)
    _apply_environment(document, os.environ if environment is None else environment)
    try:
        return Settings.model_validate(document)
    except ValidationError as error:
        raise ConfigurationError(
            f"{path} is not as expected:\n{explain_validation(error, Settings)}",
            hint="mend these lines, then run `assay doctor`",
        ) from None  # as above


def resolve_secret(reference: str, environment: Mapping[str, str] | None = None) -> str:
    """Return the secret behind `env:NAME` or `file:PATH`; raise `ConfigurationError` naming the reference only."""
    kind, _, rest = reference.partition(":")
    if kind == "env":
        value = (os.environ if environment is None else environment).get(rest, "")
        if not value:
            raise ConfigurationError(
                f"the secret {reference} is not set", hint=f"export {rest}=… in the shell that runs assay"
            )
        return value.strip()
    try:
        return Path(rest).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the secret {reference} cannot be read: {type(error).__name__}") from error


def _apply_environment(document: dict[str, Any], environment: Mapping[str, str]) -> None:
    for name, keys in ENVIRONMENT_OVERRIDES.items():
        if value := environment.get(name):
            place = document
            for key in keys[:-1]:
                if not isinstance(place.setdefault(key, {}), dict):
                    place[key] = {}
                place = place[key]
            place[keys[-1]] = value


def _refuse_passwords(document: Mapping[str, Any], path: Path) -> None:
    for name in _ADDRESSES:
        keys = ENVIRONMENT_OVERRIDES[name]
        found: Any = document
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, str) and address_holds_secret(found):
            raise ConfigurationError(
                f"{path}: {'.'.join(keys)} holds a password, and this file is shared",
                hint=f"leave the line out and export {name}=… in the shell that runs assay",
            )
