"""The rules of `data/rules.yaml`, compiled once."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

__all__ = ["Rule", "rules", "rules_bytes"]

_FILE: Final = resources.files("evaluation.filters.output") / "data" / "rules.yaml"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One way in which a text is dangerous for who takes it."""

    id: str
    type: str
    channel: str  # who takes it
    score: float  # 0..1, in running text
    code: float | None  # by which the score is multiplied in code; None: the filter's option
    needs: tuple[str, ...]  # one of which, in lower case, a text must hold for the pattern to be tried
    pattern: re.Pattern[str]


def rules_bytes() -> bytes:
    """Return the bytes of the rules, for the filter's `data_digest`."""
    return _FILE.read_bytes()


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules in the file's order."""
    return tuple(map(_rule, yaml.safe_load(_FILE.read_text("utf-8"))["rules"]))


def _rule(said: dict[str, Any]) -> Rule:
    flags = re.MULTILINE | (re.NOFLAG if said.get("case") else re.IGNORECASE)
    return Rule(
        id=said["id"],
        type=said["type"],
        channel=said["channel"],
        score=said["score"],
        code=said.get("code"),
        needs=tuple(need.lower() for need in said["needs"]),
        pattern=re.compile(said["pattern"], flags),
    )
