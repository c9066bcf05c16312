"""The frame of all pages: who is there, the navigation, and the border for errors.

Rules of this place: a store's one user is told that these are not four eyes; in a team's store nothing of the record is
shown before somebody of the team is signed in. No icons by name: Streamlit fetches those from the network.
"""

import streamlit as st

from dashboards._acts import border, show_told
from dashboards._session import at_door, enter, show_door, show_visitor

PAGES = [
    st.Page("pages/overview.py", title="Overview", default=True),
    st.Page("pages/approvals.py", title="Approvals"),
]

st.set_page_config(page_title="Assay", layout="wide")
with border():
    _, visitor = enter()
    page = st.navigation(PAGES, position="hidden" if at_door(visitor) else "sidebar")
    if at_door(visitor):
        show_told()
        show_door(visitor)
    else:
        show_visitor(visitor)
        show_told()
        page.run()
