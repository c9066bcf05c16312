"""A decision as a comment on a pull request or merge request, in the Markdown that GitHub and GitLab share.

Rules of this place: the first line says whether it is blocked; then why and what to do, then the numbers, then, folded,
everything else. Names and reasons come from runs and policies: `markdown_text` makes each inert and nothing else writes
them. A comment takes at most 65,536 characters: texts are cut and lines left out, and both are counted.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from assay.kernel import format_time
from governance.gate import DecisionOutcome, RuleResult
from reports.gate._next_steps import next_step
from reports.gate._sheet import GateSheet
from reports.gate._words import describe_attempt, describe_need, describe_observed, describe_spend, still_needed
from reports.text import markdown_text, shorten

__all__ = ["MOST_CHARACTERS", "markdown_document"]

MOST_CHARACTERS: Final = 65_536  # bytes here, so that whoever counts otherwise counts fewer
_ROOM: Final = MOST_CHARACTERS - 512  # for what says how much was left out
_TEXT, _NAME = 600, 200  # bytes of a reason and of a name once they are inert, which may lengthen them twelvefold
_MOST: Final = 15  # lines of a table above the fold: together they take less than there is room for
_FIRST_LINES: Final = {
    DecisionOutcome.PASS: "Not blocked: the gate passes",
    DecisionOutcome.FAIL: "Blocked: the gate fails",
    DecisionOutcome.INCONCLUSIVE: "Blocked: the gate cannot decide",
}


def markdown_document(sheet: GateSheet) -> bytes:
    """Return the comment, at most `MOST_CHARACTERS` bytes of UTF-8."""
    head = [*_summary(sheet), *_why(sheet), *_numbers(sheet), *_around(sheet)]
    tail = list(_digests(sheet))
    expectations = list(_expectations(sheet))
    room = _ROOM - _size(head) - _size(tail)
    return ("\n".join([*head, *_fitting(expectations, room), *tail]) + "\n").encode()


def _summary(sheet: GateSheet) -> Iterator[str]:
    decision = sheet.decision
    counts = [result.outcome for result in decision.results]
    against = f" against {_name(decision.baseline)}" if decision.baseline else ""
    yield f"## {_FIRST_LINES[decision.outcome]}"
    yield ""
    release = f", release {_name(decision.release)}" if decision.release else ""
    passed, failed, unsure = (counts.count(one) for one in DecisionOutcome)
    yield (
        f"Policy **{_name(decision.policy)}**{release}, run {_name(decision.run)}{against}: **{decision.outcome}**. "
        f"Of {len(counts)} rules {passed} pass, {failed} fail and {unsure} cannot be decided"
        f"{', which blocks like a fail' if unsure else ''}."
    )


def _why(sheet: GateSheet) -> Iterator[str]:
    blocking = sorted((one for one in sheet.decision.results if _blocks(one)), key=_fails_first)
    if not blocking:
        return
    yield from ("", "### Why, and what to do", "", "| rule | outcome | why | next |", "|---|---|---|---|")
    for result in blocking[:_MOST]:
        step = next_step(result)  # ours alone: nothing in it could end the code that it stands in
        yield _row(result.rule, result.outcome.value, result.reason) + (f" `{step}` |" if step else " |")
    if len(blocking) > _MOST:
        yield from ("", f"{len(blocking) - _MOST:,} more rules block; the JSON and JUnit documents hold all.")


def _numbers(sheet: GateSheet) -> Iterator[str]:
    measured = sorted((one for one in sheet.decision.results if one.threshold is not None), key=_fails_first)
    if not measured:
        return
    yield from ("", "### Numbers", "", "| rule | observed (95 % interval) | needed | outcome | still needed |")
    yield "|---|---|---|---|---|"
    for one in measured[:_MOST]:
        yield _row(one.rule, describe_observed(one), describe_need(one), one.outcome.value, still_needed(one))
    if len(measured) > _MOST:
        yield from ("", f"{len(measured) - _MOST:,} more numbers stand among the rules below.")


def _around(sheet: GateSheet) -> Iterator[str]:
    if sheet.spend is not None:
        yield from ("", f"**Spent:** {_text(describe_spend(sheet.spend))}")
    attempts = sheet.decision.attempts
    if attempts:
        yield from (
            "",
            f"### Attempts: {len(attempts):,}",
            "",
            "| run | begun | what it is | measured |",
            "|---|---|---|---|",
        )
        for one in attempts[:_MOST]:
            yield _row(one.run, one.created_at, one.kind.value.replace("_", " "), describe_attempt(one))
        if len(attempts) > _MOST:
            yield from ("", f"{len(attempts) - _MOST:,} more attempts stand in the JSON document.")


def _expectations(sheet: GateSheet) -> Iterator[str]:
    for one in sheet.decision.results:
        yield _row(one.rule, one.words, describe_observed(one), describe_need(one), one.outcome.value, one.reason)


def _fitting(rows: Sequence[str], room: int) -> Iterator[str]:
    """Fold what there is room for, and count the rest."""
    yield from ("", f"<details><summary>All {len(rows):,} rules</summary>", "")
    yield "| rule | demands | observed (95 % interval) | needed | outcome | why |"
    yield "|---|---|---|---|---|---|"
    for at, row in enumerate(rows):
        room -= _size([row])
        if room < 0:
            yield from ("", f"{len(rows) - at:,} more rules had no room here; the JSON and JUnit documents hold all.")
            break
        yield row
    yield from ("", "</details>")


def _digests(sheet: GateSheet) -> Iterator[str]:
    decision = sheet.decision
    known = {"policy": decision.policy_digest, "run log": decision.run_digest, "baseline": decision.baseline_digest}
    yield from ("", "<details><summary>Digests and record</summary>", "", "| what | digest |", "|---|---|")
    yield from (_row(what, digest) for what, digest in known.items() if digest)
    others = [one for one in (*sheet.subjects, *sheet.configuration) if one.digest not in known.values()]
    yield from (_row(one.name, one.digest) for one in others[:_MOST])
    if len(others) > _MOST:
        yield from ("", f"{len(others) - _MOST:,} more digests stand in the JSON document.")
    yield from ("", f"Decided {format_time(decision.decided_at)}.")
    if decision.run_digest is None:
        yield "The run log could not be read."
    recorded = sheet.recorded is not None and sheet.entry is not None
    yield f"Recorded as {_text(str(sheet.recorded))}, entry {sheet.entry}." if recorded else "Not recorded."
    yield from ("", "</details>")


def _blocks(result: RuleResult) -> bool:
    return result.outcome is not DecisionOutcome.PASS


def _fails_first(result: RuleResult) -> int:
    order = (DecisionOutcome.FAIL, DecisionOutcome.INCONCLUSIVE, DecisionOutcome.PASS)
    return order.index(result.outcome)


def _row(name: str, *cells: str) -> str:
    return "| " + " | ".join((_name(name), *map(_text, cells))) + " |"


def _name(text: str) -> str:
    return _text(text, _NAME)


def _text(text: str, most: int = _TEXT) -> str:
    """Make a text inert, cut before it is so that no escape is cut in two, to at most `most` bytes and a count."""
    limit = most
    while len(shown := markdown_text(shorten(text, limit).text).encode()) > most:
        limit = limit * most // len(shown)
    more = shorten(text, limit).more
    return f"{shown.decode()} … ({more:,} more characters)" if more else shown.decode()


def _size(lines: Sequence[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)
