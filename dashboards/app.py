"""The frame of all pages: the banner that says whose eyes these are, the navigation, and the border for errors.

Rules of this place: single user, on this machine's loopback alone; an error becomes words and the next command, never
a traceback with paths and values. No icons by name: Streamlit fetches those of tabs and pages from the network.
"""

import logging

import streamlit as st

from assay.kernel import AssayError
from dashboards._widgets import show_error

_LOG = logging.getLogger("assay.dashboards")

st.set_page_config(page_title="Assay", layout="wide")
st.warning("Single user: no log-in, not four eyes. This page is reachable from this machine only.")

page = st.navigation([st.Page("pages/overview.py", title="Overview", default=True)])
try:
    page.run()
except AssayError as error:
    show_error(error.message, error.hint)
except Exception:  # noqa: BLE001 - the outermost border of the pages: a defect becomes words, its details go to the log
    _LOG.exception("a page failed")
    show_error("This page met a defect of Assay.", "the terminal that runs `assay dashboard` shows the details")
