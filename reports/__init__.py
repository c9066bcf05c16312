"""The reading side: view models, and the documents written from them."""

from importlib import import_module
from typing import TYPE_CHECKING

from reports.views import EvaluationView, OverviewView

if TYPE_CHECKING:
    from reports._comparing import compared_view
    from reports._html import render_bias, render_comparison, render_html, render_scan
    from reports._json import render_json
    from reports._markdown import render_markdown

__all__ = [
    "EvaluationView",
    "OverviewView",
    "compared_view",
    "render_bias",
    "render_comparison",
    "render_html",
    "render_json",
    "render_markdown",
    "render_scan",
]

_HOMES = {
    "compared_view": "reports._comparing",
    "render_bias": "reports._html",
    "render_comparison": "reports._html",
    "render_html": "reports._html",
    "render_json": "reports._json",
    "render_markdown": "reports._markdown",
    "render_scan": "reports._html",
}


def __getattr__(name: str) -> object:
    """Import on first use: jinja2 costs start-up time and only reports need it (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'reports' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
