"""What a gate decides about in a workspace: runs, releases, and every way of trying again until it passes."""

import dataclasses
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assay.app.actor import local_actor, this_account
from assay.app.compose import open_record
from assay.app.gate import Asked, GateOutputs, gate_run
from assay.app.workspace import Workspace
from assay.kernel import CannotDecideError, IntegrityError, MissingError, SystemClock, digest_json, format_time
from evaluation.runs import FinishedRow, QuestionsRef, ids_digest
from governance.access import Role
from governance.approvals import ApprovalDraft, ApprovalPurpose
from governance.gate import AttemptKind, Decision, DecisionOutcome, Policy
from governance.ledger import Actor
from governance.people import Identity
from governance.record import Record
from governance.releases import Release, ReleaseDraft
from tests.evaluation.runs.samples import item, judge_of, plan_for, verdict, write_log

PASS, FAIL, UNKNOWN = DecisionOutcome.PASS, DecisionOutcome.FAIL, DecisionOutcome.INCONCLUSIVE
RULES = """
version: 1
name: release
expect: {metrics: [faithfulness], questions: {at_least: 20}, judge_card: optional}
rules:
  - {metric: faithfulness, at_least: 0.7}
"""
POOLED = RULES + "attempts: pooled\n"
SIGNED = RULES + "sign_offs: {needed: 1}\n"
TARGET: dict[str, Any] = {"name": "app", "kind": "http", "version": "1", "options": {"url": "https://app"}}
GOOD, BAD, UNSURE = (1.0,) * 30, (1.0,) * 15 + (0.0,) * 15, (1.0,) * 24 + (0.0,) * 6


@dataclass(frozen=True)
class Bench:
    """A workspace with a store, and runs under the policy that is registered there."""

    workspace: Workspace
    record: Record

    def under(self, rules: str) -> "Bench":
        """Register a policy and make it the workspace's own."""
        self.workspace.gate_file.write_text(rules, encoding="utf-8")
        self.record.policies.register(Policy.parse(rules), local_actor(), system="default")
        return self

    def run(
        self,
        name: str,
        values: Sequence[float] = GOOD,
        *,
        ids: Sequence[str] = (),
        words: str = "what is",
        **plan: Any,  # noqa: ANN401
    ) -> str:
        """Write a run and record it; `words` begin each question."""
        names = ids or [f"q-{number}" for number in range(len(values))]
        made = dataclasses.replace(
            plan_for(names),
            run=name,
            created_at=format_time(datetime.now(UTC)),
            policy=Policy.load(self.workspace.gate_file).digest,
            target=TARGET,
        )
        made = dataclasses.replace(made, **plan)
        judge = digest_json(dict(made.judges[0]))
        verdicts = [dataclasses.replace(verdict(value=value), judge=judge) for value in values]
        rows = [
            FinishedRow(
                item=item(one, document=one, question=f"{words} {one}?"),
                repeat=0,
                verdicts=(found,),
                at=made.created_at,
            )
            for one, found in zip(names, verdicts, strict=True)
        ]
        log = write_log(self.workspace.runs / name, made, rows)
        self.record.ingest_run(log.directory, local_actor(), mirror=False)
        return name

    def gate(self, run: str | None = None, **asked: str | None) -> Decision:
        """Decide and record."""
        return gate_run(
            Asked(run=run, **asked),
            policy=None,
            outputs=GateOutputs(),
            workspace=self.workspace,
            now=SystemClock().now(),
        ).decision

    def release(self, *runs: str, version: str = "1.0") -> Release:
        """Put a release together."""
        return self.record.releases.create(local_actor(), ReleaseDraft(system="default", version=version, runs=runs))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Return a workspace whose policy is registered."""
    (tmp_path / "assay.yaml").write_text("systems: [{id: default}]\n", encoding="utf-8")
    workspace = Workspace(tmp_path)
    with closing(open_record(workspace)) as record:
        yield Bench(workspace, record).under(RULES)


def why(decision: Decision, rule: str = "run.attempts") -> str:
    """Return the reason of one rule."""
    return next(one.reason for one in decision.results if one.rule == rule)


@pytest.mark.parametrize(
    ("again", "words"),
    [
        ({"seed": 7}, "the first stands: assay gate --run run-1"),
        ({"target": {**TARGET, "name": "app-b"}}, "the first stands: assay gate --run run-1"),
        ({"target": {**TARGET, "version": "2"}}, "the version was declared anew, '1' before"),
    ],
)
def test_a_run_that_is_tried_until_it_passes_is_caught(bench: Bench, again: dict[str, Any], words: str) -> None:
    """Another seed, name or declared version decides nothing; both tries are shown with their values."""
    bench.run("run-1", BAD)
    bench.run("run-2", **again)

    first, second = bench.gate("run-1"), bench.gate("run-2")

    assert (first.outcome is PASS, second.outcome) == (False, UNKNOWN)
    assert words in why(second)
    assert [(one.run, one.values[0].mean) for one in second.attempts] == [("run-1", 0.5), ("run-2", 1.0)]


def test_another_judge_is_another_try(bench: Bench) -> None:
    """Whoever judges, the application was asked the same."""
    kinder = {**judge_of("faithfulness").as_json(), "name": "kinder"}
    bench.run("run-1", BAD)
    bench.run("run-2", judges=(kinder,))

    assert "the first stands: assay gate --run run-1" in why(bench.gate("run-2"))


def test_a_copied_run_directory_is_the_run_and_a_renamed_one_is_its_copy(bench: Bench) -> None:
    """Another folder changes nothing; another id over the same verdicts is named."""
    log = bench.workspace.runs / bench.run("run-1", BAD)
    copied = shutil.copytree(log, bench.workspace.root / "elsewhere")
    renamed = shutil.copytree(log, bench.workspace.runs / "run-9")
    plan = (renamed / "run.json").read_text().replace('"run":"run-1"', '"run":"run-9"').replace('"seed":0', '"seed":5')
    (renamed / "run.json").write_text(plan, encoding="utf-8")
    bench.record.ingest_run(renamed, local_actor(), mirror=False)

    assert bench.gate(str(copied)).run == "run-1"
    assert "it is run-1 under another name, verdict for verdict" in why(bench.gate("run-9"))


def test_questions_that_were_asked_before_cannot_be_left_out(bench: Bench) -> None:
    """A subset is named with what is missing; more questions than before are welcome."""
    bench.run("run-1", UNSURE)
    bench.run("run-2", GOOD[:20])
    bench.run("run-3", UNSURE + GOOD)

    assert "10 questions of the earlier attempt run-1 are left out" in why(bench.gate("run-2"))
    assert "beside it there are run-1 (asked fewer questions)" in why(bench.gate("run-3"))


def test_the_same_questions_in_another_file_are_a_repeat_and_reworded_ones_are_left_out(bench: Bench) -> None:
    """A tag more makes no other set, and an id that stays makes no other words the same question."""
    count, ids = ids_digest(f"q-{number}" for number in range(30))
    retagged = QuestionsRef(digest="sha256:" + "7" * 64, count=count, ids_digest=ids)
    bench.run("run-1", BAD)
    bench.run("run-2", questions=retagged)
    bench.run("run-3", questions=retagged, words="please tell what is")

    assert "the first stands: assay gate --run run-1" in why(bench.gate("run-2"))
    assert "30 questions of the earlier attempt run-1 are left out or read otherwise" in why(bench.gate("run-3"))


def test_the_same_answers_in_another_file_are_a_repeat(bench: Bench) -> None:
    """What was judged is told by its texts where no application is named."""
    count, ids = ids_digest(f"q-{number}" for number in range(30))
    bench.run("run-1", BAD, target=None)
    bench.run("run-2", target=None, questions=QuestionsRef(digest="sha256:" + "7" * 64, count=count, ids_digest=ids))

    assert "the first stands: assay gate --run run-1" in why(bench.gate("run-2"))


def test_questions_of_an_attempt_whose_log_is_gone_may_have_been_left_out(bench: Bench) -> None:
    """Nobody can tell, so nothing is decided."""
    shutil.rmtree(bench.workspace.runs / bench.run("run-1", BAD))
    bench.run("run-2", GOOD[:20])

    assert "which they were cannot be read: its log is not here" in why(bench.gate("run-2"))


def test_a_changed_application_is_a_new_candidate(bench: Bench) -> None:
    """Another commit is no try at the same."""
    bench.run("run-1", BAD)
    bench.run("run-2", target={**TARGET, "version": "2"}, git={"commit": "def", "dirty": False})

    assert bench.gate("run-2").outcome is PASS


def test_pooled_attempts_are_one_number(bench: Bench) -> None:
    """The rows of all count, clustered by document, whichever attempt is named."""
    bench.under(POOLED)
    bench.run("run-1", BAD)
    bench.run("run-2", seed=1)

    pooled = [bench.gate(run) for run in ("run-1", "run-2")]

    rules = [next(one for one in decision.results if one.metric) for decision in pooled]
    assert {round(rule.observed or 0, 6) for rule in rules} == {0.75}
    assert all(why(decision) == "as expected" for decision in pooled)
    assert {decision.outcome for decision in pooled} == {UNKNOWN}
    assert [one.kind for one in pooled[0].attempts] == [AttemptKind.CANDIDATE, AttemptKind.REPEAT]


def test_an_attempt_whose_log_is_gone_cannot_be_pooled(bench: Bench) -> None:
    """It blocks with its name."""
    bench.under(POOLED)
    shutil.rmtree(bench.workspace.runs / bench.run("run-1", BAD))
    bench.run("run-2", seed=1)

    assert "the attempt run-1 is not pooled: its log cannot be read" in why(bench.gate("run-2"))


def test_what_the_product_finds_out_by_itself_is_evidence(bench: Bench) -> None:
    """Run logs of this application are held against their digests; those of another commit are not asked about."""
    bench.under(RULES + "evidence: [{id: logs, kind: run_log, of: verified}]\n")
    other = bench.workspace.runs / bench.run("run-0", git={"commit": "c0", "dirty": False})
    (other / "verdicts.jsonl").write_text("", encoding="utf-8")
    mine = bench.workspace.runs / bench.run("run-1")
    before = bench.gate("run-1")
    again = bench.workspace.runs / bench.run("run-2", policy=None)
    (again / "verdicts.jsonl").write_text("", encoding="utf-8")
    after = bench.gate("run-1")

    assert (before.outcome, "run-1" in why(before, "logs"), mine.exists()) == (PASS, True, True)
    assert (after.outcome, "(run-2, the worst of 2" in why(after, "logs")) == (FAIL, True)


def test_a_release_is_decided_about_by_its_manifest(bench: Bench) -> None:
    """The decision names release and manifest, is recorded, and lets people be asked."""
    one = bench.release(bench.run("run-1"))

    decision = bench.gate(release=one.id)

    assert (decision.outcome, decision.run, decision.release) == (PASS, "run-1", one.id)
    assert decision.release_digest == one.digest
    assert bench.record.releases.request(local_actor(), one.id).state == "requested"


@pytest.mark.parametrize("changes", [{"release": "release-9"}, {"release_digest": "sha256:" + "0" * 64}])
def test_a_decision_about_another_manifest_is_not_recorded(bench: Bench, changes: dict[str, Any]) -> None:
    """A release that is not there, or is another one."""
    one = bench.release(bench.run("run-1"))
    decision = dataclasses.replace(bench.gate(release=one.id), **changes)

    with pytest.raises(IntegrityError, match="the decision is about"):
        bench.record.record_decision(decision, local_actor(), system="default")


def test_a_release_that_leaves_the_bad_attempt_out_is_undecided(bench: Bench) -> None:
    """The manifest chooses no attempt."""
    bench.run("run-1", BAD)
    one = bench.release(bench.run("run-2", seed=1))

    assert "the first stands: assay gate --run run-1" in why(bench.gate(release=one.id))


def test_a_release_without_the_expected_run_is_undecided_and_recorded(bench: Bench) -> None:
    """What its manifest names measured something else."""
    bench.under(RULES.replace("[faithfulness]", "[faithfulness, relevancy]"))
    one = bench.release(bench.run("run-1"))

    decision = bench.gate(release=one.id)

    assert (decision.outcome, decision.release) == (UNKNOWN, one.id)
    assert "names no recorded run that measured faithfulness, relevancy" in why(decision, "run")
    newest = bench.record.latest_decision(system="default")
    assert newest is not None
    assert newest.decision.release == one.id


def test_releases_need_a_record_that_knows_them(bench: Bench) -> None:
    """Without a store nothing can be decided; a stranger is no release."""
    with pytest.raises(MissingError, match="there is no release 'release-9'"):
        bench.gate(release="release-9")
    with pytest.raises(CannotDecideError, match="releases are in the record"):
        gate_run(
            Asked(release="release-9"),
            policy=bench.workspace.gate_file,
            outputs=GateOutputs(),
            workspace=None,
            now=SystemClock().now(),
        )


def test_a_sign_off_is_given_to_a_decision_and_stands_for_the_next_about_the_same(bench: Bench) -> None:
    """The single user's word is shown for what it is, and counts until there is a team."""
    bench.under(SIGNED)
    bench.run("run-1")
    before = bench.gate("run-1")
    _approve_decision(bench, "run-1")

    after = bench.gate("run-1")

    assert (before.outcome, after.outcome) == (UNKNOWN, PASS)
    assert "single user: not four eyes" in why(after, "sign_offs")

    until = datetime.now(UTC) + timedelta(days=9)
    ada = bench.record.people.add(Identity(name="Ada", sign_ins=(this_account(),)), local_actor(), until=until)
    bob = bench.record.people.add(Identity(name="Bob"), Actor(id=ada.id))
    bench.record.people.grant(bob.id, Role.ADMIN, "*", Actor(id=ada.id), until=until)
    bench.record.people.grant(ada.id, Role.ENGINEER, "default", Actor(id=bob.id), until=until)
    with_team = bench.gate("run-1")

    assert with_team.outcome is UNKNOWN
    assert "0 of 1 stand now" in why(with_team, "sign_offs")


def test_a_sign_off_says_nothing_of_risks_that_are_counted_by_another_catalogue(bench: Bench) -> None:
    """A rule that is eased after somebody approved is none that they saw."""
    bench.under(SIGNED + "risks: {open_at_most: 999}\n")
    bench.run("run-1")
    bench.gate("run-1")
    _approve_decision(bench, "run-1")
    same = bench.gate("run-1")
    with (bench.workspace.root / "assay.yaml").open("a", encoding="utf-8") as file:
        file.write("risks: {extensions: [v2]}\n")

    other = dataclasses.replace(bench, workspace=Workspace(bench.workspace.root)).gate("run-1")

    assert "0 of 1 stand now" not in why(same, "sign_offs")
    assert "0 of 1 stand now" in why(other, "sign_offs")


def _approve_decision(bench: Bench, run: str) -> None:
    """Ask for an approval of the latest decision about a run, and give it."""
    made = bench.record.latest_decision(run=run)
    assert made is not None
    digest = bench.record.approvals.digest_of("decision", made.id)
    request = bench.record.approvals.request(
        local_actor(),
        ApprovalDraft(
            purpose=ApprovalPurpose.DECISION,
            system="default",
            subject_type="decision",
            subject=made.id,
            subject_digest=digest,
            roles=(Role.REVIEWER,),
        ),
    )
    bench.record.approvals.approve(local_actor(), request.id, seen=digest)


def test_a_baseline_of_a_release_that_was_replaced_is_named(bench: Bench) -> None:
    """What is released now is what a candidate is compared with."""
    rules = RULES + "  - {metric: faithfulness, baseline: true, margin: 0.3}\n"
    bench.under(rules)
    old = _released(bench, "run-1", "1")
    _released(bench, "run-2", "2")
    candidate = bench.run("run-3", git={"commit": "c3", "dirty": False})

    against_old, against_new = (bench.gate(candidate, baseline=run) for run in ("run-1", "run-2"))

    assert f"run-1 is of {old.id} (superseded)" in why(against_old, "baseline.standing")
    assert (against_old.outcome, against_new.outcome) == (UNKNOWN, PASS)


def _released(bench: Bench, run: str, version: str) -> Release:
    """Lead a run to its release: the decision about it is a pass of another gate."""
    one = bench.release(bench.run(run, git={"commit": f"c{version}", "dirty": False}), version=version)
    decision = dataclasses.replace(bench.gate(run), outcome=PASS, release=one.id, release_digest=one.digest)
    bench.record.record_decision(decision, local_actor(), system="default")
    bench.record.releases.request(local_actor(), one.id)
    seen = bench.record.approvals.digest_of("release", one.id)
    bench.record.releases.approve(local_actor(), one.id, seen=seen)
    return bench.record.releases.ship(local_actor(), one.id)


def test_what_the_product_can_check_itself_is_checked_where_it_is_expected(bench: Bench) -> None:
    """The run's log and the ledger, at the moment of the decision; a lost witness file leaves the ledger in doubt."""
    expected = "evidence:\n  - {kind: run_log, of: verified}\n  - {kind: ledger_verification, of: own_log}\n"
    bench.under(RULES + expected).run("run-1")

    before = bench.gate("run-1")
    (bench.workspace.key_dir / "witness.jsonl").unlink()
    after = bench.gate("run-1")

    assert (before.outcome, after.outcome) == (PASS, UNKNOWN)
    assert [one.rule for one in after.results if one.outcome is not PASS] == ["ledger_verification:own_log"]
