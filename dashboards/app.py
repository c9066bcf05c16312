"""The frame of all pages: navigation, hidden from whoever is not let in.

Rules of this place: no icons by name: Streamlit fetches those of tabs and pages from the network. What a page shows and
to whom is asked by the page itself (`dashboards._session.framed`): Streamlit can be made to run one past this frame.
"""

import streamlit as st

from dashboards._acts import border
from dashboards._session import at_door, enter

PAGES = [
    st.Page("pages/overview.py", title="Overview", default=True),
    st.Page("pages/approvals.py", title="Approvals"),
]

st.set_page_config(page_title="Assay", layout="wide")
with border():
    _, visitor = enter()
    st.navigation(PAGES, position="hidden" if at_door(visitor) else "sidebar").run()
