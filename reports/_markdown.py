"""The report in short, as Markdown for a pull request or a ticket.

Rules of this place: every printed text passes `markdown_text`, so that neither pipes nor HTML nor links in it act;
the same view gives the same bytes.
"""

import re
from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from reports._templates import environment
from reports.text import inert, markdown_text, shorten
from reports.views import EvaluationView

__all__ = ["render_markdown"]

_BRIEF = 240  # code points of a question or an answer


def render_markdown(view: EvaluationView) -> str:
    """Return the document, one trailing line feed, never two empty lines in a row."""
    text = _environment().get_template("evaluation.md.j2").render(view=view)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


@cache
def _environment() -> Environment:
    made = environment(autoescape=False, finalize=_finalize)
    made.filters.update(brief=_brief, block=_block)
    return made


def _finalize(value: object) -> object:
    if isinstance(value, Markup):
        return str(value)
    return markdown_text(value) if isinstance(value, str) else value


def _brief(text: str) -> str:
    cut = shorten(" ".join(text.split()), _BRIEF)
    return f"{cut.text} … ({cut.more:,} more characters)" if cut.more else cut.text


def _block(text: str) -> Markup:
    """Indent by four: an indented code block has no closing fence that a text could forge."""
    return Markup("\n".join("    " + line for line in inert(text).split("\n")))  # noqa: S704 - not HTML: the mark says "already written for Markdown"
