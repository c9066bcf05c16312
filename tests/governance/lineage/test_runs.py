"""What a run rests on, as its log says: all of it, and nothing that is not true of this very run."""

import dataclasses
import json

import pytest

from assay.kernel import InputError, IntegrityError
from evaluation.runs import RunLog, read_sources, write_sources
from governance.lineage import ArtefactKind, Relation
from tests.governance.lineage.graphs import SYSTEM, corpus, ingest, plan, sources
from tests.governance.samples import Place, on_both_stores

DOCUMENTS = corpus(refunds_md="14 days", shipping_md="2 days")
IMAGE = "registry.example/app@sha256:" + "1" * 64


@on_both_stores
def test_a_run_rests_on_all_that_shaped_it(place: Place) -> None:
    """Target, judge, question set, documents, corpus, policy, commit and image."""
    record = place.open()
    shaped = plan("run-1", DOCUMENTS, policy="sha256:p", environment={"container": IMAGE})
    ingest(record, place.path, shaped, DOCUMENTS, ["refunds.md"])
    (run,) = record.lineage.find("run:run-1")
    found = {
        (tie.link.upstream.kind, tie.link.upstream.name, tie.link.relation) for tie in record.lineage.upstream(run)
    }
    assert {
        (ArtefactKind.TARGET, "app", Relation.MEASURED),
        (ArtefactKind.JUDGE, "fake/faithfulness", Relation.JUDGED),
        (ArtefactKind.QUESTION_SET, "default", Relation.ASKED),
        (ArtefactKind.DOCUMENT, "refunds.md", Relation.PART),
        (ArtefactKind.CORPUS, "corpus", Relation.BESIDE),
        (ArtefactKind.COMMIT, "abc", Relation.USED),
        (ArtefactKind.CONTAINER, "registry.example/app", Relation.USED),
    } <= found
    assert not any(name == "shipping.md" for _, name, _ in found)
    assert ArtefactKind.POLICY in {kind for kind, _, _ in found}


def test_lineage_stands_in_the_entry_of_its_run(place: Place) -> None:
    """One entry more for the system that came with it, none for lineage."""
    record = place.open()
    done = ingest(record, place.path, plan("run-1", DOCUMENTS), DOCUMENTS, ["refunds.md"])
    assert [one.action for one in record.entries()] == ["workspace.created", "system.registered", "run.ingested"]
    assert place.sql("SELECT DISTINCT seq FROM lineage_link") == [(done.seq,)]


def test_a_run_without_sources_is_recorded_and_rests_on_its_corpus(place: Place) -> None:
    """Its rows name documents that nobody here knows."""
    record = place.open()
    ingest(record, place.path, plan("run-1", DOCUMENTS), None, ["refunds.md"])
    (run,) = record.lineage.find("run:run-1")
    relations = {tie.link.upstream.kind: tie.link.relation for tie in record.lineage.upstream(run)}
    assert relations[ArtefactKind.CORPUS] is Relation.READ


def test_sources_of_other_documents_are_refused(place: Place) -> None:
    """The digest of the corpus is in the plan, which is sealed: names can be wrong, documents cannot."""
    record = place.open()
    planned, other = plan("run-1", DOCUMENTS), corpus(refunds_md="30 days")
    with pytest.raises(IntegrityError, match="about other documents or questions"):
        ingest(record, place.path, planned, dataclasses.replace(other, digest=DOCUMENTS.digest), ["refunds.md"])
    assert record.runs() == ()


@pytest.mark.parametrize(
    "change", [{"format": "x"}, {"more": 1}, {"corpus": 3}, {"questions": {}}, {"questions": None}], ids=str
)
def test_sources_that_are_none_are_refused(place: Place, change: dict[str, object]) -> None:
    """The message names the file."""
    record = place.open()
    ingest(record, place.path, plan("run-1", DOCUMENTS), DOCUMENTS, ["refunds.md"])
    log = RunLog.open(place.path / "run-1")
    path = log.directory / "sources.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}), encoding="utf-8")
    with pytest.raises(InputError, match=r"sources\.json"):
        read_sources(log.directory, log.plan)


def test_an_absolute_path_is_no_name(place: Place) -> None:
    """It would say where somebody's folders are."""
    record = place.open()
    ingest(record, place.path, plan("run-1", DOCUMENTS), DOCUMENTS, ["refunds.md"])
    log = RunLog.open(place.path / "run-1")
    named = tuple(dataclasses.replace(one, name=f"/home/x/{one.name}") for one in DOCUMENTS.documents)
    write_sources(log.directory, sources(dataclasses.replace(DOCUMENTS, documents=named), log.plan, []))
    with pytest.raises(InputError, match="absolute path"):
        read_sources(log.directory, log.plan)


@on_both_stores
def test_impact_counts_everything_and_names_the_newest(place: Place) -> None:
    """Counts by kind; of runs, decisions, releases and reports as many as were asked for."""
    record = place.open()
    for number in range(3):
        ingest(record, place.path, plan(f"run-{number}", DOCUMENTS, questions=str(number)), DOCUMENTS, ["refunds.md"])
    found = record.lineage.impact(record.lineage.find("document:refunds.md", system=SYSTEM), most=2)
    assert found.counts[ArtefactKind.RUN] == found.counts[ArtefactKind.EVIDENCE] == 3
    assert [one.name for one in found.artefacts] == ["run-2", "run-1"]
    assert record.lineage.impact(record.lineage.find("document:shipping.md")).counts == {ArtefactKind.CORPUS: 1}
