"""Lineage: its lines in the tables of rights."""

from typing import Final

from tests.contracts.scene import SYSTEM, Act, Attempt, Scene, fresh, may
from tests.governance.lineage.graphs import corpus

MEASURERS: Final = may("engineer", "service")


def see_corpus(here: Scene) -> Attempt:
    """Say which documents there are."""
    seen = corpus(a_md=fresh("text"))
    return lambda actor: here.record.lineage.see_corpus(seen, actor, system=SYSTEM)


ACTS: Final = {
    "lineage.see_corpus": Act(roles=MEASURERS, prepare=see_corpus),
}
READING: Final = frozenset({"retention.held_names"}) | frozenset(
    f"lineage.{name}"
    for name in ("find", "upstream", "downstream", "impact", "path", "stale", "findings", "activities", "names_with")
)
COMMANDS: Final = {"corpus add": "lineage.see_corpus", "export openlineage": "exports.record"}
OTHER_COMMANDS: Final = frozenset({"lineage show", "lineage impact", "lineage stale", "lineage findings"})
