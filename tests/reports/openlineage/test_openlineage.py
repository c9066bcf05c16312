"""OpenLineage events: what the specification asks, the same bytes each time, and facets that fit our schemas."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from governance.lineage import ArtefactKind, Relation
from reports.openlineage import EVALUATION_FACET, LINEAGE_FACET, RECORD_FACET, openlineage_lines
from tests.governance.conftest import place
from tests.governance.lineage.graphs import SYSTEM, corpus, ingest, plan
from tests.governance.samples import Place

__all__ = ["place"]

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"
RUN_EVENT = Path(__file__).parent / "run-event.json"
DOCUMENTS = corpus(refunds_md="14 days", shipping_md="2 days")


def validator(path: Path) -> Draft202012Validator:
    """Return a validator that looks at formats, too."""
    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")), format_checker=FormatChecker())


def published() -> dict[str, Draft202012Validator]:
    """Return our facets' schemas by their ids."""
    found = [validator(path) for path in sorted(SCHEMAS.glob("openlineage-*.json"))]
    return {one.schema["$id"]: one for one in found}


@pytest.fixture
def events(place: Place) -> list[dict[str, Any]]:
    """Return the events of a store with one run."""
    with closing(place.open()) as record:
        ingest(record, place.path, plan("run-1", DOCUMENTS), DOCUMENTS, ["refunds.md"])
        return [json.loads(line) for line in openlineage_lines(record, SYSTEM, version="1.0")]


def facets_of(event: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every facet of an event."""
    holders = [event["run"], event["job"], *event["inputs"], *event["outputs"]]
    return [facet for holder in holders for facet in holder.get("facets", {}).values()]


def test_every_event_is_one_of_the_specification(events: list[dict[str, Any]]) -> None:
    """Each START has its COMPLETE, no earlier."""
    check = validator(RUN_EVENT)
    for event in events:
        check.validate(event)
    by_run: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        by_run.setdefault(event["run"]["runId"], []).append(event)
    assert {tuple(one["eventType"] for one in pair) for pair in by_run.values()} == {("START", "COMPLETE")}
    assert all(one["eventTime"] <= other["eventTime"] for one, other in by_run.values())


def test_facets_fit_the_schemas_that_we_publish(events: list[dict[str, Any]]) -> None:
    """And each of ours is used."""
    schemas, met = published(), set()
    for facet in (facet for event in events for facet in facets_of(event)):
        url = facet["_schemaURL"]
        if url.startswith("urn:assay:"):
            schemas[url].validate(facet)
            met.add(url)
    assert met == {EVALUATION_FACET, LINEAGE_FACET, RECORD_FACET} == set(schemas)


def test_the_published_schemas_know_every_kind_and_relation() -> None:
    """A new one is added there."""
    properties = published()[LINEAGE_FACET].schema["properties"]
    assert properties["kind"]["enum"] == list(ArtefactKind)
    assert properties["relation"]["enum"] == [*Relation, None]


def test_a_run_carries_its_estimates_and_its_inputs(events: list[dict[str, Any]]) -> None:
    """Numbers are text, with the interval beside them."""
    (done,) = [one for one in events if one["job"]["name"] == "assay.run" and one["eventType"] == "COMPLETE"]
    (metric,) = done["run"]["facets"]["assay_evaluation"]["metrics"]
    assert (metric["metric"], metric["asked"], metric["scored"]) == ("faithfulness", 2, 2)
    assert float(metric["lower"]) < float(metric["mean"]) < float(metric["upper"])
    assert {"question_set/default", "target/app", "corpus/corpus"} <= {one["name"] for one in done["inputs"]}


def test_the_same_record_gives_the_same_bytes(place: Place) -> None:
    """Run ids are UUIDs of version 7 that repeat, so that a second export adds nothing."""
    with closing(place.open()) as record:
        ingest(record, place.path, plan("run-1", DOCUMENTS), DOCUMENTS, ["refunds.md"])
        first, second = (list(openlineage_lines(record, SYSTEM, version="1.0")) for _ in range(2))
        later = list(openlineage_lines(record, SYSTEM, version="1.0", since=record.checkpoint().size))
    assert first == second
    assert later == []
    ids = {UUID(json.loads(line)["run"]["runId"]) for line in first}
    assert {(one.version, one.variant) for one in ids} == {(7, "specified in RFC 4122")}
    assert len(ids) == len(first) // 2


def test_another_system_is_not_in_it(place: Place) -> None:
    """What belongs to none, as a judge, is."""
    with closing(place.open()) as record:
        ingest(record, place.path, plan("run-1", DOCUMENTS), DOCUMENTS, ["refunds.md"])
        lines = [json.loads(line) for line in openlineage_lines(record, "other", version="1.0")]
    assert {one["job"]["namespace"] for one in lines} <= {"assay://any"}
