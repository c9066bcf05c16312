"""The border for errors, and acts of a button: done before the page is drawn, and told on it.

Rules of this place: an act gets what was shown when its button was drawn (Streamlit keeps a button's arguments), so
that nobody agrees to what they did not see; an error becomes words and the next command, never a traceback with values.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from assay.kernel import AssayError
from dashboards._widgets import show_error
from reports.text import markdown_text

__all__ = ["border", "perform", "show_told"]

_LOG = logging.getLogger("assay.dashboards")
_TOLD = "told"  # what the last act has to say, until the page was drawn once
_DEFECT = ("This page met a defect of Assay.", "the terminal that runs `assay dashboard` shows the details")


@contextmanager
def border(show: Callable[[str, str], None] = show_error) -> Iterator[None]:
    """Turn errors into words."""
    try:
        yield
    except AssayError as error:
        show(error.message, error.hint)
    except Exception:  # noqa: BLE001 - the outermost border of the pages: a defect becomes words, its details go to the log
        _LOG.exception("a page failed")
        show(*_DEFECT)


def perform(act: Callable[..., str], *arguments: object) -> None:
    """Do what a button is for, and keep what it has to say."""
    with border(_keep_refusal):
        st.session_state[_TOLD] = (st.success, markdown_text(act(*arguments)))


def show_told() -> None:
    """Show what the last act had to say, once."""
    if _TOLD in st.session_state:
        show, *words = st.session_state.pop(_TOLD)
        show(*words)


def _keep_refusal(message: str, hint: str) -> None:
    st.session_state[_TOLD] = (show_error, message, hint)
