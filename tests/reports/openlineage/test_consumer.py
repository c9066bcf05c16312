"""OpenLineage events, read by the client whose classes are made from the published schema 2-0-2."""

import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest
from openlineage.client import event_v2
from openlineage.client.serde import Serde

from reports.openlineage import openlineage_lines
from tests.governance.conftest import place
from tests.governance.lineage.graphs import SYSTEM, corpus, ingest, plan
from tests.governance.samples import Place

__all__ = ["place"]

DOCUMENTS = corpus(refunds_md="14 days", shipping_md="2 days")


@pytest.fixture
def events(place: Place) -> list[dict[str, Any]]:
    """Return the events of a store with one run."""
    with closing(place.open()) as record:
        ingest(record, place.path, plan("run-1", DOCUMENTS), DOCUMENTS, ["refunds.md"])
        return [json.loads(line) for line in openlineage_lines(record, SYSTEM, version="1.0")]


def read(event: Mapping[str, Any]) -> event_v2.RunEvent:
    """Read an event into the client's classes, which refuse ids, times and addresses that are none."""
    sides: dict[str, Any] = {}
    for side, kind in (("inputs", event_v2.InputDataset), ("outputs", event_v2.OutputDataset)):
        sides[side] = [kind(namespace=one["namespace"], name=one["name"]) for one in event[side]]
    return event_v2.RunEvent(
        eventTime=event["eventTime"],
        producer=event["producer"],
        eventType=event_v2.RunState(event["eventType"]),
        run=event_v2.Run(runId=event["run"]["runId"]),
        job=event_v2.Job(namespace=event["job"]["namespace"], name=event["job"]["name"]),
        **sides,
    )


def without_facets(found: Any) -> Any:  # noqa: ANN401  any JSON value
    """Return a document without its facets, which are ours and have schemas of their own."""
    if isinstance(found, dict):
        return {key: without_facets(value) for key, value in found.items() if not key.lower().endswith("facets")}
    return [without_facets(one) for one in found] if isinstance(found, list) else found


def test_the_client_reads_every_event_and_writes_the_same(events: list[dict[str, Any]]) -> None:
    """Nothing is lost, nothing is added, and both name the same schema."""
    assert events
    for event in events:
        assert without_facets(Serde.to_dict(read(event))) == without_facets(event)
        assert event["schemaURL"] == event_v2.RunEvent._get_schema()


@pytest.mark.parametrize("broken", [{"eventTime": "yesterday"}, {"run": {"runId": "run-1"}}, {"eventType": "DONE"}])
def test_the_client_refuses_what_is_no_event(events: list[dict[str, Any]], broken: dict[str, Any]) -> None:
    """The check can fail."""
    with pytest.raises(ValueError, match=r".+"):
        read({**events[0], **broken})
