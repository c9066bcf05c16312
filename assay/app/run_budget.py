"""`--budget`: what a run may spend, read from the command line and held against the prices in assay.yaml.

Rules of this place: a budget is of one command; a resumed run brings its own. A limit of money without prices would
stop nothing, so it is refused before anything starts.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from assay.app.judges import endpoints_of
from assay.app.settings import EndpointSettings, OpenAITargetSettings, Settings
from assay.kernel import ConfigurationError, InputError
from evaluation.llm import Budget

__all__ = ["check_budget", "parse_budget", "priced_endpoints"]

_FORM: Final = re.compile(r"(?P<number>\d{1,12}(\.\d{1,9})?)\s?(?P<scale>[kM]?)(?P<unit>calls?|tokens?|)")
_SCALES: Final = {"": 1, "k": 1_000, "M": 1_000_000}


def parse_budget(texts: Sequence[str]) -> Budget | None:
    """Read limits such as `2.50`, `5000calls` and `2Mtokens`; None for none, `InputError` for anything else."""
    limits: dict[str, Decimal] = {}
    for text in texts:
        unit, limit = _limit(text)
        if unit in limits:
            raise InputError(f"--budget limits {unit} twice: {list(texts)!r}", hint="give each kind of limit once")
        limits[unit] = limit
    if not limits:
        return None
    return Budget(
        money=limits.get("money"),
        tokens=None if "tokens" not in limits else int(limits["tokens"]),
        calls=None if "calls" not in limits else int(limits["calls"]),
    )


def check_budget(settings: Settings, budget: Budget | None, *, judge: str, target: str | None) -> None:
    """Raise `ConfigurationError` for a limit of money where what is asked has no price; `target` None asks none."""
    if budget is None or budget.money is None:
        return
    asked = priced_endpoints(settings, judge=judge, target=target)
    unpriced = sorted(name for name, one in asked.items() if not one.price_prompt and not one.price_completion)
    if unpriced or not asked:
        found = f"{unpriced!r} have no price" if unpriced else "nothing that this run asks has a price"
        raise ConfigurationError(
            f"a budget of money limits nothing here: {found} in assay.yaml",
            hint="set price_prompt and price_completion there, or limit calls or tokens: --budget 5000calls",
        )


def priced_endpoints(settings: Settings, *, judge: str, target: str | None) -> dict[str, EndpointSettings]:
    """Return the OpenAI-compatible endpoints that a run asks, of judges and of the target."""
    asked: dict[str, EndpointSettings] = dict(endpoints_of(settings, judge))
    found = settings.targets.get(target or "")
    if isinstance(found, OpenAITargetSettings):
        asked[f"target {target}"] = found
    return asked


def _limit(text: str) -> tuple[str, Decimal]:
    form = _FORM.fullmatch(text.strip())
    unit = "money" if form is None or not form["unit"] else form["unit"].rstrip("s") + "s"
    if form is None or (form["scale"] and unit == "money"):
        raise InputError(
            f"--budget is {text!r}, expected money such as 2.50, calls such as 5000calls, or tokens such as 2Mtokens"
        )
    limit = Decimal(form["number"]) * _SCALES[form["scale"]]
    if unit != "money" and limit != limit.to_integral_value():
        raise InputError(f"--budget is {text!r}, expected a whole number of {unit}")
    return unit, limit
