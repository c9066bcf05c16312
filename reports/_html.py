"""The report as one HTML file that asks the network for nothing.

Rules of this place: autoescape is on and every text passes `inert` on its way out; no script, no font, no image from
elsewhere, and the file's own Content-Security-Policy forbids them; the same view gives the same bytes.
"""

from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from reports import _charts
from reports._templates import environment
from reports.bias import BiasView
from reports.comparing import ComparedRuns
from reports.scan import ScanView
from reports.text import inert
from reports.views import EvaluationView
from reports.words import ATTACK_READING, COMPARISON_READING, READING

__all__ = ["render_bias", "render_comparison", "render_html", "render_scan"]


def render_html(view: EvaluationView) -> str:
    """Return the whole document; the only markup in it is the templates'."""
    return _environment().get_template("evaluation.html.j2").render(view=view)


def render_comparison(view: ComparedRuns) -> str:
    """Return the page of compared runs."""
    return _environment().get_template("comparison.html.j2").render(view=view)


def render_bias(view: BiasView) -> str:
    """Return the page of differences between groups."""
    return _environment().get_template("bias.html.j2").render(view=view)


def render_scan(view: ScanView) -> str:
    """Return the page of a scan."""
    return _environment().get_template("scan.html.j2").render(view=view)


@cache
def _environment() -> Environment:
    made = environment(autoescape=True, finalize=_finalize)
    made.globals.update(
        charts=_charts, reading=READING, attack_reading=ATTACK_READING, comparison_reading=COMPARISON_READING
    )
    return made


def _finalize(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return inert(value)
    return value
