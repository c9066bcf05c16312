"""The report as JSON: the view itself, for programs."""

import json
from dataclasses import asdict

from reports.views import EvaluationView

__all__ = ["render_json"]


def render_json(view: EvaluationView) -> str:
    """Return one ASCII document, keys in the order of the view, `format` first."""
    return json.dumps({"format": "assay-report/evaluation/1", **asdict(view)}, ensure_ascii=True, indent=2) + "\n"
