"""Reading rules of evidence: each proves one control, and says what it does not prove.

Rules of this place: evidence that is measured names the risks it counts for, since a measurement of one risk says
nothing of another; bounds stand only on what has an estimate; an attestation has an owner and a document; for every
risk that a control is mapped to, something is asked.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from risks._evidence import MEASURED, Ask, EvidenceKind, Rule, RuleBook
from risks._fields import Fields, Problems

__all__ = ["FORMAT", "check_controls", "read_rules"]

FORMAT = "assay-rules/1"
ESTIMATED: Final = {
    EvidenceKind.METRIC,
    EvidenceKind.SUITE,
    EvidenceKind.FILTER,
    EvidenceKind.SCAN,
    EvidenceKind.INFERENCE_TABLE,
}
LONGEST: Final = 3660  # days: no evidence counts for more than ten years
_SHARE: Final = re.compile(r"0(\.[0-9]+)?|1(\.0+)?")


def read_rules(fields: Fields, digest: str, problems: Problems) -> RuleBook:
    """Read a file of rules; what is wrong in the file itself is noted in `problems`."""
    counts = fields.inner("counts")
    read = RuleBook(
        id=fields.text("id"),
        title=fields.text("title"),
        version=fields.text("version"),
        date=fields.date("date"),
        source=fields.text("source"),
        licence=fields.text("licence"),
        catalogue=fields.text("catalogue"),
        rules=tuple(_rule(item) for item in fields.each("rules")),
        digest=digest,
    )
    fields.close()
    if (stated := counts.whole("rules")) != len(read.rules):
        problems.add("/counts/rules", f"{stated} are stated, {len(read.rules)} are there")
    counts.close()
    names = [rule.control for rule in read.rules]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.add("/rules", f"the control {name!r} has {names.count(name)} rules")
    return read


def check_controls(book: RuleBook, risks_of: Mapping[str, Sequence[str]], problems: Problems) -> None:
    """Note rules about nothing, and risks for which a control's rule asks nothing.

    `risks_of` holds every control that a rule may be about, with the risks that it is mapped to.
    """
    for index, rule in enumerate(book.rules):
        if rule.control not in risks_of:
            problems.add(f"/rules/{index}/control", f"there is no control {rule.control!r}")
            continue
        mapped = risks_of[rule.control]
        for place, ask in enumerate(rule.evidence):
            for risk in sorted(set(ask.risks) - set(mapped)):
                problems.add(
                    f"/rules/{index}/evidence/{place}/risks", f"{rule.control} is not mapped to the risk {risk!r}"
                )
        for risk in mapped:
            if not rule.asked_for(risk):
                problems.add(f"/rules/{index}/evidence", f"nothing is asked for {rule.control} and the risk {risk!r}")


def _rule(fields: Fields) -> Rule:
    made = Rule(
        control=fields.text("control"),
        proves=fields.text("proves"),
        does_not_prove=fields.text("does_not_prove"),
        example=fields.text("example"),
        evidence=tuple(_ask(item) for item in fields.each("evidence")),
    )
    if not made.evidence:
        fields.refuse("evidence", [], "at least one piece of evidence")
    fields.close()
    return made


def _ask(fields: Fields) -> Ask:
    given = {key: fields.has(key) for key in ("at_least", "at_most", "min_n", "owner", "document", "risks")}
    kind = fields.choice("kind", EvidenceKind, EvidenceKind.DOCUMENT)
    made = Ask(
        kind=kind,
        of=fields.text("of"),
        risks=fields.texts("risks", required=False),
        max_age_days=fields.whole("max_age_days"),
        at_least=_share(fields, "at_least"),
        at_most=_share(fields, "at_most"),
        min_n=fields.whole("min_n") if given["min_n"] else 0,
        owner=fields.optional("owner"),
        document=fields.optional("document"),
    )
    _check_ask(fields, made, given)
    fields.close()
    return made


def _check_ask(fields: Fields, ask: Ask, given: Mapping[str, bool]) -> None:
    if not 1 <= ask.max_age_days <= LONGEST:
        fields.refuse("max_age_days", ask.max_age_days, f"at least one day and at most {LONGEST}")
    if ask.kind in MEASURED and not given["risks"]:
        fields.refuse("risks", None, "the risks that a measurement counts for")
    for key in ("owner", "document"):
        if given[key] != (ask.kind is EvidenceKind.ATTESTATION):
            fields.refuse(key, getattr(ask, key), "a text for an attestation, and nothing otherwise")
    bounded = given["at_least"] or given["at_most"]
    if (ask.kind in ESTIMATED) != bounded:
        fields.refuse("at_least", ask.at_least or None, "a bound (or `at_most`) exactly where there is an estimate")
    if ask.at_least and ask.at_most and Decimal(ask.at_least) > Decimal(ask.at_most):
        fields.refuse("at_least", ask.at_least, f"no more than `at_most`, which is {ask.at_most}")
    if given["min_n"] and ask.kind not in ESTIMATED:
        fields.refuse("min_n", ask.min_n, "nothing where there is no estimate")


def _share(fields: Fields, key: str) -> str:
    value = fields.optional(key)
    if value and not _SHARE.fullmatch(value):
        fields.refuse(key, value, "a share from 0 to 1, in quotes")
        return ""
    return value
