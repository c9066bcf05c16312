"""`assay run --suite`: which attacks are made, and what is known of the application's instructions.

Rules of this place: a suite is a shipped one by name or a file of the user's; a suite brings its own questions and its
own metric, and needs no document, no question set and no language model; what stands in the instructions of the
application is never written down, only its digest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.settings import OpenAITargetSettings, TargetSettings
from assay.app.workspace import Workspace
from assay.kernel import InputError, MissingError, digest_json
from evaluation.questions import Question
from evaluation.suites import Secrets, Suite, SuiteKind, is_usable_canary, load_suite, shipped_suites

if TYPE_CHECKING:
    from evaluation.judges import Judge

__all__ = ["Attacks", "named_suites", "read_attacks"]

_FILES = (".yaml", ".yml")


@dataclass(frozen=True, kw_only=True)
class Attacks:
    """The attacks of a run."""

    suites: tuple[Suite, ...]
    secrets: Secrets

    @property
    def metrics(self) -> tuple[str, ...]:
        """One metric for each kind of attack, in the order of the kinds."""
        return tuple(kind.metric for kind in self._kinds)

    @property
    def digest(self) -> str:
        """Digest of everything that is said to the application."""
        return digest_json([suite.digest for suite in self.suites])

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The attacks as questions; suites take turns, so that the first N are a cross-section."""
        turns = zip_longest(*(suite.attacks for suite in self.suites))
        return tuple(attack.question for turn in turns for attack in turn if attack is not None)

    @cached_property
    def judges(self) -> "tuple[Judge, ...]":
        """One judge for each metric; raise what building the toxicity filter raises."""
        # Lazy: judges are built when a run is planned.
        from evaluation.judges import resistance  # noqa: PLC0415

        return tuple(resistance(kind, self.suites, secrets=self.secrets).build("", None) for kind in self._kinds)

    @property
    def _kinds(self) -> tuple[SuiteKind, ...]:
        return tuple(kind for kind in SuiteKind if any(suite.kind is kind for suite in self.suites))


def read_attacks(workspace: Workspace, names: Sequence[str], *, target: str | None, canaries: Sequence[str]) -> Attacks:
    """Read the suites; raise `MissingError` for one that is not there, `InputError` for a file or canary that is wrong.

    `canaries` come on top of what `assay.yaml` says of the target's instructions.
    """
    suites = named_suites(names)
    settings = workspace.settings.targets.get(target or "")
    known = (settings.canary,) if settings is not None and settings.canary else ()
    for canary in (*canaries, *known):
        if not is_usable_canary(canary):
            raise InputError(
                f"a canary of {len(canary)} characters could come up by chance, expected six letters or digits or more",
                hint="put a made-up word such as BLUEHERON-5521 into the application's instructions",
            )
    secrets = Secrets(canaries=(*canaries, *known), instructions=_instructions(workspace, settings))
    return Attacks(suites=suites, secrets=secrets)


def named_suites(names: Sequence[str]) -> tuple[Suite, ...]:
    """Return the suites; raise `MissingError` for one that is not there, `InputError` for one that comes twice."""
    suites = tuple(_suite(name) for name in names)
    if len({suite.id for suite in suites}) != len(suites):
        raise InputError(f"a suite comes twice in {list(names)!r}")
    return suites


def _suite(name: str) -> Suite:
    if name in set(SuiteKind):
        return shipped_suites()[SuiteKind(name)]
    if Path(name).suffix in _FILES:
        return load_suite(Path(name))
    raise MissingError(
        f"there is no suite {name!r}; there are: {', '.join(SuiteKind)}",
        hint="name one of them, or a file that ends in .yaml",
    )


def _instructions(workspace: Workspace, target: TargetSettings | None) -> str:
    if target is None:
        return ""
    if isinstance(target, OpenAITargetSettings) and target.system:
        return target.system
    if not target.prompt_file:
        return ""
    path = workspace.root / target.prompt_file
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"cannot read the instructions in {path}: {type(error).__name__}",
            hint="mend prompt_file of the target in assay.yaml",
        ) from error
