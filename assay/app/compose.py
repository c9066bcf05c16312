"""The composition root: settings become the real courier, models, judges, targets and record.

Rules of this place: what is built is closed by the context that built it; a judge that is not at hand is an error with
the command that brings it, never a silent step down; secrets are resolved here, at the last moment, and go no further
than the object that sends them.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.judges import computed_alone, endpoints_of, members_of, seat_judges
from assay.app.settings import (
    CallableTargetSettings,
    CommandTargetSettings,
    EndpointSettings,
    HttpTargetSettings,
    OpenAITargetSettings,
    SecretValue,
    resolve_secret,
)
from assay.app.workspace import Workspace
from assay.kernel import ConfigurationError, MissingError, SystemClock
from evaluation.judges import BUILT_IN_JUDGES, CHECKS_JUDGE, EMBEDDED_JUDGE, WITHOUT_LANGUAGE_MODEL
from evaluation.llm import ChatModel, Courier, EmbeddedServer, EndpointOptions, OpenAIChat
from evaluation.weights import entry_of, path_of

if TYPE_CHECKING:
    from evaluation.judges import Judge, QualityOf
    from evaluation.targets import CommandOptions, HttpOptions, Target
    from governance.record import Record

__all__ = ["Engine", "build_judges", "build_target", "endpoint_options", "judge_name", "open_engine", "open_record"]


@dataclass(frozen=True, kw_only=True)
class Engine:
    """What a run works with: the courier for every call, and the language models that judge."""

    workspace: Workspace
    courier: Courier
    judge: str
    models: Mapping[str, ChatModel | None]  # by the judge's name; of a jury, by the names of its members

    @property
    def model(self) -> ChatModel | None:
        """The model of a judge that is no jury."""
        return self.models.get(self.judge)


def judge_name(workspace: Workspace, wanted: str | None, metrics: Sequence[str] = ()) -> str:
    """Return the judge that is meant, option before settings; raise `ConfigurationError` for one that is not there.

    Where code computes all the metrics, nobody is asked: `checks`, whoever is named, and no weights or keys are needed.
    """
    name = wanted or workspace.settings.judge
    known = {*BUILT_IN_JUDGES, *workspace.settings.judges}
    if name not in known:
        raise ConfigurationError(
            f"there is no judge {name!r}; there are: {', '.join(sorted(known))}",
            hint="add it under `judges:` in assay.yaml",
        )
    if metrics and computed_alone(metrics):
        return CHECKS_JUDGE
    if EMBEDDED_JUDGE in members_of(workspace.settings, name):
        path_of("judge")  # raises with the command that pulls it
    for one, endpoint in endpoints_of(workspace.settings, name).items():
        endpoint_options(one, endpoint)  # raises for a secret that is not set
    return name


@asynccontextmanager
async def open_engine(
    workspace: Workspace,
    judge: str,
    *,
    alone: bool = False,
    lock_file: Path | None = None,
    on_message: Callable[[str], None] | None = None,
) -> AsyncIterator[Engine]:
    """Start the courier, and the model of the judge; stop both at the end.

    `alone`: no application under test works meanwhile, so an embedded model may use every core.
    """
    async with AsyncExitStack() as stack:
        courier = await stack.enter_async_context(Courier(workspace.cache_file, lock_file, on_wait=on_message))
        models: dict[str, ChatModel | None] = {}
        for name in members_of(workspace.settings, judge):
            if name == EMBEDDED_JUDGE:
                entry = entry_of("judge")
                server = EmbeddedServer(path_of("judge"), sha256=entry.sha256, model=entry.model, alone=alone)
                models[name] = OpenAIChat(stack.enter_context(server), courier)
            elif name not in WITHOUT_LANGUAGE_MODEL:
                models[name] = OpenAIChat(endpoint_options(name, workspace.settings.endpoints[name]), courier)
        yield Engine(workspace=workspace, courier=courier, judge=judge, models=models)


def build_judges(
    engine: Engine, metrics: Sequence[str], *, quality_of: "QualityOf | None" = None
) -> "tuple[Judge, ...]":
    """Build one judge for each metric; raise `MissingError` for a metric that does not exist."""
    return seat_judges(engine.workspace.settings, engine.judge, metrics, engine.models.get, quality_of=quality_of)


def build_target(workspace: Workspace, name: str | None, courier: Courier, *, scope: str) -> "Target":
    """Build the target that is meant, option before settings; its kept replies serve `scope` (a run's id) alone.

    Raises `MissingError` for one that is not configured, `ConfigurationError` for one that cannot work.
    """
    # Lazy: JSONPath and process handling are needed by commands that ask an application.
    from evaluation.targets import CommandTarget, HttpTarget, OpenAIOptions, OpenAITarget  # noqa: PLC0415

    settings = workspace.settings
    wanted = name or settings.target or next(iter(settings.targets), "")
    if wanted not in settings.targets:
        raise MissingError(
            f"there is no target {wanted!r}; there are: {', '.join(sorted(settings.targets)) or 'none'}",
            hint="add it under `targets:` in assay.yaml",
        )
    target = settings.targets[wanted]
    if isinstance(target, HttpTargetSettings):
        return HttpTarget(_http_options(wanted, target), courier, scope=scope)
    if isinstance(target, OpenAITargetSettings):
        options = OpenAIOptions(
            name=wanted,
            system=target.system,
            max_tokens=target.max_tokens,
            temperature=str(target.temperature),
            version=target.version,
        )
        return OpenAITarget(options, OpenAIChat(endpoint_options(f"{wanted}@{scope}", target), courier))
    return CommandTarget(_command_options(workspace, wanted, target))


def open_record(workspace: Workspace) -> "Record":
    """Open the store through its one door; made and migrated when it is not there."""
    # Lazy: SQLAlchemy costs most of a second.
    from governance.record import Record  # noqa: PLC0415

    workspace.prepare_state()
    return Record.open(workspace.store_url, workspace.key_dir, clock=SystemClock())


def _http_options(name: str, target: HttpTargetSettings) -> "HttpOptions":
    from evaluation.targets import HttpOptions  # noqa: PLC0415  lazy, as in build_target

    return HttpOptions(
        name=name,
        url=target.url,
        method=target.method,
        headers=_resolved(target.headers),
        query=_resolved(target.query),
        request=target.request,
        answer=target.answer,
        contexts=target.contexts,
        model=target.model,
        timeout_s=target.timeout_s,
        concurrency=target.concurrency,
        max_retries=target.max_retries,
        version=target.version,
    )


def _command_options(
    workspace: Workspace, name: str, target: CommandTargetSettings | CallableTargetSettings
) -> "CommandOptions":
    from evaluation.targets import CommandOptions, callable_command  # noqa: PLC0415  lazy, as in build_target

    if isinstance(target, CallableTargetSettings):
        command, hosted = callable_command(target.callable, target.python), target.callable
    else:
        command, hosted = tuple(target.command), ""
    return CommandOptions(
        name=name,
        command=command,
        folder=workspace.root / target.folder,
        environment=_resolved(target.environment),
        timeout_s=target.timeout_s,
        start_timeout_s=target.start_timeout_s,
        concurrency=target.concurrency,
        version=target.version,
        callable=hosted,
        history=target.history,
    )


def endpoint_options(name: str, settings: EndpointSettings) -> EndpointOptions:
    """Return the endpoint with its secrets; raise `ConfigurationError` for one that is not set."""
    return EndpointOptions(
        name=name,
        base_url=settings.base_url,
        model=settings.model,
        api_key=resolve_secret(settings.api_key) if settings.api_key else "",
        headers=_resolved(settings.headers),
        concurrency=settings.concurrency,
        requests_per_minute=settings.requests_per_minute,
        tokens_per_minute=settings.tokens_per_minute,
        timeout_s=settings.timeout_s,
        max_retries=settings.max_retries,
        price_prompt=settings.price_prompt,
        price_completion=settings.price_completion,
        supports_schema=settings.supports_schema,
        supports_logprobs=settings.supports_logprobs,
    )


def _resolved(values: Mapping[str, str | SecretValue]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else value.prefix + resolve_secret(value.secret)
        for name, value in values.items()
    }
