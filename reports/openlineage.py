"""Lineage as OpenLineage events: a START and a COMPLETE for each thing that was made of others.

Rules of this place: the same record gives the same bytes, so a consumer that gets them twice keeps them once; run ids
are UUIDs of version 7 whose random part is a digest; numbers are decimal text. Our facets begin with `assay_`, and
their schemas are those of docs/schemas. Names of documents are in it: it is an export, and logged as one.
Source: OpenLineage specification 2-0-2 (RunEvent, custom facets, facet DatasetVersion 1-0-1).
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from assay.kernel import JsonValue, MissingError, canonical_bytes, decimal_text, parse_time
from governance.lineage import Activity, Artefact, ArtefactKind

if TYPE_CHECKING:
    from evaluation.statistics import Estimate
    from governance import Record

__all__ = ["EVALUATION_FACET", "LINEAGE_FACET", "RECORD_FACET", "SCHEMA_URL", "openlineage_lines"]

SCHEMA_URL: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_VERSION_FACET: Final = "https://openlineage.io/spec/facets/1-0-1/DatasetVersionDatasetFacet.json"
RECORD_FACET: Final = "urn:assay:schema:openlineage:record-run-facet:1"
EVALUATION_FACET: Final = "urn:assay:schema:openlineage:evaluation-run-facet:1"
LINEAGE_FACET: Final = "urn:assay:schema:openlineage:artefact-dataset-facet:1"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_Facet = dict[str, JsonValue]


def openlineage_lines(record: "Record", system: str | None, *, version: str, since: int = 0) -> Iterator[bytes]:
    """Yield the events as JSON Lines, what was recorded first, first; `version` is that of the program."""
    return (canonical_bytes(event) + b"\n" for event in _events(record, system, f"urn:assay:{version}", since))


def _events(record: "Record", system: str | None, producer: str, since: int) -> Iterator[dict[str, JsonValue]]:
    log = record.checkpoint().origin
    for one in record.lineage.activities(system, since=since):
        run: dict[str, JsonValue] = {"runId": str(_run_id(log, one))}
        event: dict[str, JsonValue] = {
            "producer": producer,
            "schemaURL": SCHEMA_URL,
            "job": {"namespace": _namespace(one.made), "name": f"assay.{one.made.kind}"},
            "inputs": [_dataset(link.upstream, producer, link.relation.value) for link in one.inputs],
            "outputs": [_dataset(one.made, producer)],
        }
        facets: dict[str, JsonValue] = {"assay_record": _record_facet(one, log, producer)}
        yield {**event, "eventType": "START", "eventTime": one.begun_at, "run": {**run, "facets": {**facets}}}
        if one.made.kind is ArtefactKind.RUN:
            facets |= _evaluation(record, one, producer)
        yield {**event, "eventType": "COMPLETE", "eventTime": one.recorded_at, "run": {**run, "facets": {**facets}}}


def _run_id(log: str, one: Activity) -> UUID:
    """Return a UUID of version 7 (RFC 9562 §5.7): milliseconds, then a digest in the place of random bits."""
    digest = hashlib.sha256(canonical_bytes([log, one.made.system, str(one.made.key), one.seq])).digest()
    milliseconds = (parse_time(one.begun_at) - _EPOCH) // timedelta(milliseconds=1)
    bits = int.from_bytes(digest[:10], "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76 | (bits >> 64 & 0xFFF) << 64
    return UUID(int=value | 2 << 62 | bits & (1 << 62) - 1)


def _namespace(one: Artefact) -> str:
    return f"assay://{'any' if one.system == '*' else one.system}"


def _dataset(one: Artefact, producer: str, relation: str | None = None) -> dict[str, JsonValue]:
    facets: dict[str, JsonValue] = {
        "assay_artefact": _facet(
            producer, LINEAGE_FACET, {"kind": one.kind.value, "name": one.name, "relation": relation}
        )
    }
    if one.digest is not None:
        facets["version"] = _facet(producer, _VERSION_FACET, {"datasetVersion": one.digest})
    return {"namespace": _namespace(one), "name": f"{one.kind}/{one.name}", "facets": facets}


def _record_facet(one: Activity, log: str, producer: str) -> _Facet:
    return _facet(producer, RECORD_FACET, {"log": log, "entry": one.seq, "digest": one.made.digest})


def _evaluation(record: "Record", one: Activity, producer: str) -> dict[str, JsonValue]:
    """Return what a run measured; nothing where the record does not hold it any more."""
    try:
        run = record.run(one.made.name, as_of=one.seq + 1)
    except MissingError:
        return {}
    metrics: list[JsonValue] = [_estimate(estimate) for estimate in run.estimates]
    outcome = run.outcome.value
    return {"assay_evaluation": _facet(producer, EVALUATION_FACET, {"outcome": outcome, "metrics": metrics})}


def _estimate(one: "Estimate") -> dict[str, JsonValue]:
    numbers = {"mean": one.mean, "lower": one.lower, "upper": one.upper}
    texts = {name: None if value is None else decimal_text(value) for name, value in numbers.items()}
    return {
        "metric": one.metric,
        "asked": one.asked,
        "scored": one.scored,
        "failures": dict(one.failures),
        "method": one.method,
        **texts,
    }


def _facet(producer: str, schema: str, fields: Mapping[str, JsonValue]) -> _Facet:
    return {"_producer": producer, "_schemaURL": schema, **fields}
