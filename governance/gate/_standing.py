"""What must stand at the time of the decision beside numbers: people's word, obligations, releases, fresh origins.

Rules of this place: nobody's silence is a yes; a refusal that stands fails; what nobody determined is inconclusive; a
baseline counts while nothing took its place.
"""

from collections.abc import Iterator, Sequence

from assay.kernel import parse_time
from governance.gate._cards import cards_lacking
from governance.gate._known import EvidenceRef, Obligations, RecordFacts, ReleaseRef, SignOff
from governance.gate._policy import Policy
from governance.gate._shelf import Shelf
from governance.gate._types import DecisionOutcome, RuleResult, RunFacts

__all__ = ["check_baseline_standing", "check_judge_languages", "check_release", "check_standing"]

_NAMED = 5
_ASK = "assay approvals request decision:DECISION, with the id of this decision; then gate again"


def check_standing(
    policy: Policy, run: RunFacts, shelf: Shelf, evidence: tuple[EvidenceRef, ...]
) -> Iterator[RuleResult]:
    """Hold obligations, sign-offs and the freshness of what the run rests on against the policy.

    `evidence` is what the decision rests on: whoever approved had seen the same.
    """
    record = shelf.record
    if policy.risks is not None:
        yield from _risks(policy, record.obligations)
    if policy.duties is not None:
        yield _duties(record.obligations)
    if policy.sign_offs is not None:
        seen = [one for one in record.sign_offs if one.evidence is None or one.evidence == evidence]
        yield _sign_offs(policy, seen, shelf, others=len(record.sign_offs) - len(seen))
    if why := record.stale.get(run.run):
        yield _result("run.lineage", "what the run rests on is what there is now", f"it is stale: {why}")


def check_release(release: ReleaseRef, run: RunFacts) -> Iterator[RuleResult]:
    """Demand that the run is the one that the release's manifest names."""
    named = release.runs.get(run.run)
    problem = "" if named == run.digest else f"the manifest names {named}, the log is {run.digest}"
    if named is None:
        problem = f"the manifest of {release.release} does not name {run.run}"
    if run.system != release.system:
        problem = f"the release is of {release.system}, the run of {run.system}"
    yield _result("release.run", "the release's manifest names this very run", problem)


def check_judge_languages(policy: Policy, run: RunFacts) -> Iterator[RuleResult]:
    """Demand cards of each judge that decides in the languages that the policy names, whichever the rows are in."""
    if policy.languages is None or not policy.languages.judges:
        return
    problems = cards_lacking(policy.deciding, run, policy.languages.judges)
    words = f"the judges that decide were held against people in {', '.join(sorted(policy.languages.judges))}"
    hint = ": assay judges check --labels FILE"
    yield _result("languages.judges", words, "; ".join(problems) + hint if problems else "")


def check_baseline_standing(policy: Policy, baseline: RunFacts, record: RecordFacts | None) -> Iterator[RuleResult]:
    """Demand that the baseline is of the release that is released now, or at least of none that was replaced."""
    if policy.baseline == "any":
        return
    rule, released = "baseline.standing", policy.baseline == "released"
    words = f"the baseline is of {'the release that is released now' if released else 'no release that was replaced'}"
    if record is None:
        if released:
            yield _result(rule, words, "only a record knows releases: assay runs ingest DIR, then gate it there")
        return
    states = {one.state for one in record.baselines}
    if "released" in states:
        yield _result(rule, words, "")
        return
    named = ", ".join(f"{one.release} ({one.state})" for one in record.baselines)
    if released:
        yield _result(rule, words, f"{baseline.run} is of {named or 'no release'}: name a run of what is released now")
    else:
        replaced = states & {"superseded", "recalled"}
        yield _result(rule, words, f"{baseline.run} is of {named}: name a run of what is there now" if replaced else "")


def _risks(policy: Policy, known: Obligations | None) -> Iterator[RuleResult]:
    if policy.risks is None:
        return
    most, overdue = policy.risks.open_at_most, policy.risks.overdue_reviews_at_most
    words = f"at most {most} risks are open or undecided"
    late = f"at most {overdue} reviews are overdue"
    if known is None:
        yield _result("risks.open", words, "nobody assessed the risks of this system: assay risks assess")
        yield _result("risks.reviews", late, "nobody assessed the risks of this system: assay risks assess")
        return
    if known.own_files:
        words += f", by files of one's own beside ours: {_listed(known.own_files)}"
    if len(known.open_risks) > most:
        yield _failed("risks.open", words, f"{len(known.open_risks)} are: {_listed(known.open_risks)}")
    else:
        yield _result("risks.open", words, "")
    if (pinned := policy.risks.catalogue) is not None:
        other = "" if known.catalogue == pinned else f"{known.catalogue or 'another one'} is in force"
        yield _result("risks.catalogue", f"risks are counted under the catalogue {pinned}", other)
    reviews = known.overdue_reviews
    yield _result("risks.reviews", late, f"{len(reviews)} are: {_listed(reviews)}" if len(reviews) > overdue else "")


def _duties(known: Obligations | None) -> RuleResult:
    words = "the evidence of each duty that is due, or was assigned until a day that is over, is complete"
    if known is None:
        return _result("duties.due", words, "nobody determined the duties of this system: assay act classify")
    missing, late = known.incomplete_duties, known.overdue_duties
    problems = [f"it is missing or undecided for {_listed(missing)}"] * bool(missing)
    problems += [f"overdue by assignment: {_listed(late)}"] * bool(late)
    return _result("duties.due", words, "; ".join(problems))


def _sign_offs(policy: Policy, answers: Sequence[SignOff], shelf: Shelf, *, others: int) -> RuleResult:
    if policy.sign_offs is None:
        raise ValueError("the policy asks for no sign-offs")
    needed, roles = policy.sign_offs.needed, sorted(policy.sign_offs.roles)
    words = f"{needed} {'person' if needed == 1 else 'people'} approved ({' or '.join(roles)})"
    refused = sorted({one.person for one in answers if not one.approved})
    if refused:
        return _failed("sign_offs", words, f"refused by {_listed(refused)}")
    # Where there is no team, the owner has no role to approve in: their word is shown for what it is.
    fitting = [one for one in answers if one.role in roles or not one.four_eyes]
    stand = {one.person: one for one in fitting if parse_time(one.expires_at) > shelf.now}
    told = "" if all(one.four_eyes for one in stand.values()) else "; single user: not four eyes"
    if len(stand) >= needed:
        return _passed("sign_offs", words, f"approved by {_listed(sorted(stand))}{told}")
    expired = len({one.person for one in fitting} - stand.keys())
    lapsed = f", {expired} expired" if expired else ""
    lapsed += f", {others} given when other evidence was there" if others else ""
    return _result("sign_offs", words, f"{len(stand)} of {needed} stand now{lapsed}: {_ASK}")


def _listed(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(sorted(names)[:_NAMED]) + more


def _result(rule: str, words: str, problem: str) -> RuleResult:
    outcome = DecisionOutcome.INCONCLUSIVE if problem else DecisionOutcome.PASS
    return RuleResult(rule=rule, words=words, outcome=outcome, reason=problem or "as expected")


def _passed(rule: str, words: str, reason: str) -> RuleResult:
    return RuleResult(rule=rule, words=words, outcome=DecisionOutcome.PASS, reason=reason)


def _failed(rule: str, words: str, reason: str) -> RuleResult:
    return RuleResult(rule=rule, words=words, outcome=DecisionOutcome.FAIL, reason=reason)
