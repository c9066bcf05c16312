"""A team with a candidate that was measured and decided about."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from assay.kernel import format_time
from governance.access import Role
from governance.gate import DecisionOutcome, EvidenceRef
from governance.ledger import Actor
from governance.record import Record
from governance.releases import Release, ReleaseDraft
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.governance.people.teams import Team, begin_team
from tests.governance.samples import Place
from tests.governance.test_record import decision

SYSTEM = "default"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """An engineer, two who may approve, and what the record holds."""

    place: Place
    team: Team
    engineer: Actor
    measurer: Actor  # records what others release
    people: dict[str, Actor] = field(default_factory=dict)

    def signed_in(self, actor: Actor) -> Actor:
        """Return somebody as in a session that has just proved itself."""
        return replace(actor, method="oidc", authenticated_at=format_time(self.team.clock.at))

    @property
    def reviewer(self) -> Actor:
        """A reviewer who has just signed in."""
        return self.signed_in(self.people["reviewer"])

    @property
    def approver(self) -> Actor:
        """An approver who has just signed in."""
        return self.signed_in(self.people["approver"])

    def measure(self, run: str, *, rows: int = 2, of: int | None = None, answers: str = "1", **plan_of: object) -> str:
        """Record a run of so many rows, planned for more where `of` says so."""
        names = [f"q{number}" for number in range(of or rows)]
        plan = replace(plan_for(names), run=run, answers_digest="sha256:" + answers * 64)
        plan = replace(plan, questions=replace(plan.questions, digest="sha256:" + answers * 64))
        plan = replace(plan, **plan_of)  # type: ignore[arg-type]  # fields by name
        log = write_log(self.place.path / "runs" / run, plan, [row(name) for name in names[:rows]])
        self.team.record.ingest_run(log.directory, self.measurer)
        return run

    def create(self, version: str = "1.0", *runs: str, **more: object) -> Release:
        """Put a candidate together, of `run-1` where nothing else is named."""
        draft = ReleaseDraft(system=SYSTEM, version=version, runs=runs or ("run-1",))
        return self.team.record.releases.create(self.engineer, replace(draft, **more))  # type: ignore[arg-type]  # as above

    def decide(
        self,
        one: Release,
        outcome: DecisionOutcome = DecisionOutcome.PASS,
        *,
        by: Actor | None = None,
        days: int = 0,
        policy: str | None = None,
        rule: str = "r",
        evidence: tuple[EvidenceRef, ...] = (),
    ) -> None:
        """Let a gate decide about a release, so many days ago."""
        made = decision(one.manifest.runs[0].id, one.manifest.runs[0].digest, outcome)
        made = replace(
            made,
            release=one.id,
            release_digest=one.digest,
            decided_at=self.team.clock.at - timedelta(days=days),
            policy_digest=policy or made.policy_digest,
            results=tuple(replace(result, rule=rule) for result in made.results),
            evidence=evidence,
        )
        self.team.record.record_decision(made, by or self.measurer)

    def request(self, one: Release, *, needed: int = 1, days: int = 14) -> Release:
        """Let the engineer ask."""
        return self.team.record.releases.request(self.engineer, one.id, needed=needed, days=days)

    def seen(self, one: Release) -> str:
        """Return the digest that an approver is shown."""
        return self.team.record.approvals.digest_of("release", one.id)

    def approved(self, version: str = "1.0", *runs: str, **more: object) -> Release:
        """Lead a candidate to its approval."""
        one = self.create(version, *runs, **more)
        self.decide(one)
        self.request(one)
        self.team.record.releases.approve(self.reviewer, one.id, seen=self.seen(one))
        return self.now(one)

    def shipped(self, version: str = "1.0", *runs: str, **more: object) -> Release:
        """Lead a candidate into use."""
        return self.team.record.releases.ship(self.engineer, self.approved(version, *runs, **more).id)

    def open_again(self) -> Record:
        """Open the same store once more, at the team's time."""
        return Record.open(self.place.url, self.place.keys, self.team.clock)

    def now(self, one: Release) -> Release:
        """Return the release as it stands."""
        return self.team.record.releases.release(one.id)


def scene(place: Place) -> Scene:
    """Return a team in which `run-1` was recorded."""
    team = begin_team(place)
    people = {
        name: team.add(name, role) for name, role in {"reviewer": Role.REVIEWER, "approver": Role.APPROVER}.items()
    }
    made = Scene(
        place=place,
        team=team,
        engineer=team.add("engineer", Role.ENGINEER),
        measurer=team.add("measurer", Role.ENGINEER),
        people=people,
    )
    made.measure("run-1")
    return made
