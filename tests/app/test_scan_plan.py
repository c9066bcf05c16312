"""Which filters a scan uses, and with which options."""

import json
from pathlib import Path
from typing import Any

import pytest

from assay.app.init import create_workspace
from assay.app.scan_plan import ScanRequest, chosen_filters, row_timeout_s
from assay.app.workspace import Workspace
from assay.kernel import InputError, MissingError


def workspace(folder: Path, options: dict[str, Any] | None = None) -> Workspace:
    """Return a workspace whose settings were written by `assay init`, with these options of filters."""
    made = create_workspace(folder / "shop")
    settings = made.root / "assay.yaml"
    settings.write_text(settings.read_text().replace("filters: {}", f"filters: {json.dumps(options or {})}"))
    return made


def test_an_unedited_workspace_has_its_default_filters_without_options(tmp_path: Path) -> None:
    """What is measured elsewhere is what runs here."""
    found = chosen_filters(workspace(tmp_path), ScanRequest(origin="x"))
    assert found == {"toxicity": {}, "pii": {}, "injection": {}, "keywords": {}}


def test_the_option_comes_before_the_settings(tmp_path: Path) -> None:
    """In the order in which filters were named."""
    place = workspace(tmp_path, {"pii": {"threshold": 0.7}})
    assert chosen_filters(place, ScanRequest(origin="x", filters=("output", "pii"))) == {
        "output": {},
        "pii": {"threshold": 0.7},
    }
    assert row_timeout_s(place, ScanRequest(origin="x")) == 60
    assert row_timeout_s(place, ScanRequest(origin="x", row_timeout_s=5)) == 5


def test_lists_of_keywords_count_for_the_system_of_the_workspace(tmp_path: Path) -> None:
    """Unless the options name another one."""
    lists = [{"name": "own", "path": "own.yaml", "systems": ["shop"]}]
    request = ScanRequest(origin="x", filters=("keywords",))
    assert (
        chosen_filters(workspace(tmp_path / "a", {"keywords": {"lists": lists}}), request)["keywords"]["system"]
        == "shop"
    )
    other = {"keywords": {"lists": lists, "system": "bank"}}
    assert chosen_filters(workspace(tmp_path / "b", other), request)["keywords"]["system"] == "bank"
    plain = {"keywords": {"lists": [{"name": "own", "path": "own.yaml"}]}}
    assert "system" not in chosen_filters(workspace(tmp_path / "c", plain), request)["keywords"]


def test_a_filter_that_is_unknown_or_named_twice_is_refused(tmp_path: Path) -> None:
    """With its neighbour."""
    place = workspace(tmp_path)
    with pytest.raises(MissingError) as caught:
        chosen_filters(place, ScanRequest(origin="x", filters=("toxicty",)))
    assert "did you mean 'toxicity'" in caught.value.hint
    with pytest.raises(InputError, match="comes twice"):
        chosen_filters(place, ScanRequest(origin="x", filters=("pii", "pii")))
    for seconds in (-1, 0, float("nan"), float("inf")):
        with pytest.raises(InputError, match="more than 0"):
            row_timeout_s(place, ScanRequest(origin="x", row_timeout_s=seconds))
