"""`assay.yaml` and the environment as frozen, checked values.

Rules of this place: option > environment `ASSAY_*` > `assay.yaml` > default. An unknown key is an error that names its
nearest neighbour. A secret is a reference (`env:NAME` or `file:PATH`), resolved at the moment of use; a secret written
into the file is refused and not repeated in the message.
"""

import os
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)

from assay.app._explain import explain_unreadable, explain_validation
from assay.app._ledger_settings import LedgerSettings
from assay.app._scan_settings import ScanSettings, check_filter_options
from assay.app._secrecy import address_holds_secret, looks_secret
from assay.app._server_settings import ServerSettings
from assay.app._sign_in_settings import SignInSettings
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
_SECRET_REFERENCE = re.compile(r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$")
_DEFAULT_METRICS = ["faithfulness", "relevancy"]
_BUILT_IN_JUDGES = frozenset({"checks", "embedded", "local"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


class SecretValue(_Strict):
    """A header or variable whose value is a secret: `{secret: env:APP_TOKEN, prefix: "Bearer "}`."""

    secret: str
    prefix: str = ""

    @field_validator("secret")
    @classmethod
    def _is_reference(cls, value: str) -> str:
        return _secret_reference(value)


class EndpointSettings(_Strict):
    """An OpenAI-compatible endpoint: where it is, which model, what it costs and how hard it may be pressed."""

    base_url: str
    model: str
    api_key: str = ""
    headers: dict[str, str | SecretValue] = {}
    concurrency: int = Field(default=16, ge=1, le=1024)
    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)
    timeout_s: float = Field(default=60, gt=0)
    max_retries: int = Field(default=6, ge=0)
    price_prompt: Decimal = Field(default=Decimal(0), ge=0)  # per million tokens
    price_completion: Decimal = Field(default=Decimal(0), ge=0)  # per million tokens
    supports_schema: bool | None = None
    supports_logprobs: bool | None = None

    @field_validator("api_key")
    @classmethod
    def _key_is_reference(cls, value: str) -> str:
        return _secret_reference(value) if value else value

    @field_validator("headers")
    @classmethod
    def _no_secret_in_headers(cls, value: dict[str, str | SecretValue]) -> dict[str, str | SecretValue]:
        return _without_secrets(value, "header")

    @field_validator("base_url")
    @classmethod
    def _no_secret_in_address(cls, value: str) -> str:
        return _without_secret(value, "write it as `api_key: env:NAME` or under `headers:`")


class JurySettings(_Strict):
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


class HttpTargetSettings(_Strict):
    """Any HTTP endpoint: a request template, and JSONPaths to the answer and the contexts."""

    kind: Literal["http"]
    url: str
    method: Literal["GET", "POST", "PUT"] = "POST"
    headers: dict[str, str | SecretValue] = {}
    query: dict[str, str | SecretValue] = {}
    request: Any = Field(default_factory=lambda: {"question": "{{question}}"})
    answer: str = "$.answer"
    contexts: str | None = "$.contexts[*]"
    model: str | None = None
    timeout_s: float = Field(default=60, gt=0)
    concurrency: int = Field(default=8, ge=1, le=1024)
    max_retries: int = Field(default=3, ge=0)
    version: str = ""
    canary: str = ""  # a text that stands in its instructions and nowhere else; for `--suite leak`
    prompt_file: str = ""  # where its instructions stand, under the workspace; for `--suite leak`

    @field_validator("headers")
    @classmethod
    def _no_secret_in_headers(cls, value: dict[str, str | SecretValue]) -> dict[str, str | SecretValue]:
        return _without_secrets(value, "header")

    @field_validator("query")
    @classmethod
    def _no_secret_in_query(cls, value: dict[str, str | SecretValue]) -> dict[str, str | SecretValue]:
        return _without_secrets(value, "parameter")

    @field_validator("url")
    @classmethod
    def _no_secret_in_address(cls, value: str) -> str:
        return _without_secret(value, "write it under `query:` or `headers:` as {secret: env:NAME}")


class OpenAITargetSettings(EndpointSettings):
    """A chat endpoint as the application under test; it shows no contexts."""

    kind: Literal["openai"]
    system: str = ""
    max_tokens: int = Field(default=512, ge=1)
    temperature: Decimal = Field(default=Decimal(0), ge=0, le=2)
    version: str = ""
    canary: str = ""  # as for an HTTP target
    prompt_file: str = ""  # where `system` is empty


class _Process(_Strict):
    folder: str = "."
    environment: dict[str, str | SecretValue] = {}
    timeout_s: float = Field(default=120, gt=0)
    start_timeout_s: float = Field(default=120, gt=0)
    concurrency: int = Field(default=1, ge=1, le=64)
    history: bool = False  # it reads what was said before; without it, several turns are asked as one text
    version: str = ""
    canary: str = ""  # as for an HTTP target
    prompt_file: str = ""  # as for an HTTP target

    @field_validator("environment")
    @classmethod
    def _no_secret_in_environment(cls, value: dict[str, str | SecretValue]) -> dict[str, str | SecretValue]:
        return _without_secrets(value, "variable")


class CommandTargetSettings(_Process):
    """A program of the user's in its own process, JSON lines on stdin and stdout."""

    kind: Literal["command"]
    command: list[str] = Field(min_length=1)


class CallableTargetSettings(_Process):
    """A Python function `module:function` of the user's, run in a process of its own."""

    kind: Literal["callable"]
    callable: str = Field(pattern=r"^[\w.]+:[\w.]+$")
    python: str = ""


TargetSettings = Annotated[
    HttpTargetSettings | OpenAITargetSettings | CommandTargetSettings | CallableTargetSettings,
    Field(discriminator="kind"),
]


class SystemSettings(_Strict):
    """What is governed."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")
    name: str = ""
    purpose: str = ""


class LimitsSettings(_Strict):
    """For how long; what one call may take stands with its target or judge."""

    row_timeout_s: float = Field(default=1800, gt=0)  # target and judges of one row; what is missing is `timed_out`
    run_timeout_s: float | None = Field(default=None, gt=0)  # the run then stops as partial and can be gone on with


class MlflowSettings(_Strict):
    """Where results are mirrored to; the store stays the record."""

    enabled: bool = True
    sync: Literal["after_run", "by_hand"] = "after_run"  # by_hand: only when `assay mlflow sync` is typed
    tracking_uri: str = ""
    experiment: str = "assay"


class Settings(_Strict):
    """The whole of `assay.yaml`."""

    version: Literal[1] = 1
    systems: list[SystemSettings] = Field(default_factory=lambda: [SystemSettings(id="default")], min_length=1)
    system: str = ""
    targets: dict[str, TargetSettings] = {}
    target: str = ""
    judges: dict[str, JudgeSettings] = {}
    judge: str = "embedded"
    metrics: list[str] = Field(default=_DEFAULT_METRICS, min_length=1)
    limits: LimitsSettings = LimitsSettings()
    scan: ScanSettings = ScanSettings()
    filters: dict[str, dict[str, Any]] = {}  # a filter's options by its name
    store: str = ""
    ledger: LedgerSettings = LedgerSettings()
    server: ServerSettings = ServerSettings()
    sign_in: SignInSettings | None = None
    mlflow: MlflowSettings = MlflowSettings()
    gate: str = "gate.yaml"

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


def _secret_reference(value: str) -> str:
    if not _SECRET_REFERENCE.match(value):
        raise ValueError("expected a reference such as env:NAME or file:PATH, never the secret itself")
    return value


def _without_secrets(values: dict[str, str | SecretValue], what: str) -> dict[str, str | SecretValue]:
    for name, value in values.items():
        if isinstance(value, str) and looks_secret(name, value):
            raise ValueError(f"{what} {name!r} looks like a secret: write {{secret: env:NAME}} instead of its value")
    return values


def _without_secret(address: str, way: str) -> str:
    if address_holds_secret(address):
        raise ValueError(f"the address holds a secret: {way}")
    return address
