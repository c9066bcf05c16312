"""`assay run --suite … --vary N`: attacks in other words, written once and kept, then asked like any attack.

Rules of this place: variations are a suite file under `.assay/suites/`, named after the attacks, the model, the prompt
and the number, so that the same command asks the same attacks; the embedded model writes them unless another judge is
named; what was not kept is counted and said.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assay.app.compose import judge_name, open_engine
from assay.app.paper_model import described_model
from assay.app.suites import named_suites
from assay.app.workspace import Workspace
from assay.kernel import (
    CannotDecideError,
    Clock,
    ConfigurationError,
    InputError,
    JsonValue,
    digest_json,
    private_folder,
    replace_durably,
)
from evaluation.judges import EMBEDDED_JUDGE, WITHOUT_LANGUAGE_MODEL, refuses
from evaluation.llm import Budget, ChatModel
from evaluation.suites import Attack, Suite, can_be_varied, load_suite, suite_file, vary, vary_prompt_digest

__all__ = ["VariationsWanted", "make_variations", "read_variations"]

_HEX: Final = 12
_MOST_AT_ONCE: Final = 16
_SAID_EVERY: Final = 10


@dataclass(frozen=True, kw_only=True)
class VariationsWanted:
    """How many of which, written by whom."""

    count: int  # of each attack; 0 for none
    judge: str | None  # None: the embedded model
    limit: int | None  # only of the first attacks of each suite


def make_variations(
    workspace: Workspace,
    names: Sequence[str],
    wanted: VariationsWanted,
    budget: Budget | None,
    clock: Clock,
    on_message: Callable[[str], None],
) -> None:
    """Write the variations that are not there; raise `CannotDecideError` where none could be kept."""
    missing = [
        suite for suite in named_suites(names) if _varied(suite, wanted) and not _file(workspace, suite, wanted)[0]
    ]
    if not missing:
        return
    if budget is not None:
        raise InputError(
            "--budget counts the calls of the run, and the variations are not written yet",
            hint="run the same command once without --budget: they are kept, and the next run needs none",
        )
    asyncio.run(_make(workspace, missing, wanted, clock, on_message))


def read_variations(workspace: Workspace, suites: Sequence[Suite], wanted: VariationsWanted) -> tuple[Suite, ...]:
    """Return the variations of suites that were made before; raise `InputError` where they were not."""
    found = []
    for suite in suites if wanted.count else ():
        there, path = _file(workspace, suite, wanted)
        if there:
            found.append(load_suite(path))
        elif _varied(suite, wanted):
            raise InputError(
                f"the variations of {suite.id!r} are not written yet", hint="the same command without --estimate"
            )
    return tuple(found)


async def _make(
    workspace: Workspace,
    suites: Sequence[Suite],
    wanted: VariationsWanted,
    clock: Clock,
    on_message: Callable[[str], None],
) -> None:
    name = _writer(workspace, wanted)
    endpoint = workspace.settings.endpoints.get(name)
    at_once = min(endpoint.concurrency, _MOST_AT_ONCE) if endpoint else 1
    async with open_engine(workspace, name, alone=True, on_message=on_message) as engine:
        assert engine.model is not None  # noqa: S101 - `_writer` saw to it
        for suite in suites:
            attacks = await _kept(suite, engine.model, wanted, at_once, on_message)
            source = f"written by {engine.model.spec.model} from {suite.id} {suite.version}"
            data = suite_file(
                suite.kind, f"{suite.id}-varied", attacks, source=source, date=clock.now().date().isoformat()
            )
            _, path = _file(workspace, suite, wanted)
            private_folder(path.parent)
            replace_durably(path, data)
            on_message(f"they are kept in {path}")


async def _kept(
    suite: Suite, model: ChatModel, wanted: VariationsWanted, at_once: int, on_message: Callable[[str], None]
) -> list[Attack]:
    chosen = _varied(suite, wanted)
    total = len(chosen) * wanted.count
    on_message(f"{suite.id}: writing {total} variations of {len(chosen)} attacks")
    attacks: list[Attack] = []
    left_out: Counter[str] = Counter()
    async for found in vary(chosen, model, count=wanted.count, declines=refuses, concurrency=at_once):
        if found.attack is None:
            left_out[found.reason] += 1
        else:
            attacks.append(found.attack)
        done = len(attacks) + left_out.total()
        if done % _SAID_EVERY == 0 or done == total:
            on_message(f"{done} of {total} written, {len(attacks)} kept")
    reasons = ", ".join(f"{count} {reason}" for reason, count in left_out.most_common())
    if not attacks:
        raise CannotDecideError(
            f"none of {total} variations of {suite.id!r} could be kept ({reasons})",
            hint="name a larger model with --judge, or leave --vary away",
        )
    on_message(f"{suite.id}: {len(attacks)} kept" + (f"; not kept: {reasons}" if reasons else ""))
    return attacks


def _varied(suite: Suite, wanted: VariationsWanted) -> list[Attack]:
    return [attack for attack in suite.attacks[: wanted.limit] if can_be_varied(attack)]


def _file(workspace: Workspace, suite: Suite, wanted: VariationsWanted) -> tuple[bool, Path]:
    """Return whether the variations are there, and where."""
    model = described_model(workspace.settings, _writer(workspace, wanted))
    asked: list[JsonValue] = [suite.digest, wanted.count, wanted.limit, vary_prompt_digest()]
    by = [] if model is None else [model.spec.endpoint, model.spec.model, model.spec.digest]
    name = digest_json([*asked, *by]).partition(":")[2][:_HEX]
    path = workspace.state / "suites" / f"{suite.id}-{name}.yaml"
    return path.is_file(), path


def _writer(workspace: Workspace, wanted: VariationsWanted) -> str:
    name = judge_name(workspace, wanted.judge or EMBEDDED_JUDGE)
    if name in WITHOUT_LANGUAGE_MODEL or name in workspace.settings.juries:
        raise ConfigurationError(
            f"the judge {name!r} is no single language model, and variations are written by one",
            hint="assay run --suite injection --vary 1 --judge embedded",
        )
    return name
