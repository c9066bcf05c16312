"""Approvals: what waits for me, what I asked, all; one request with what it is about, and the answer to it."""

import streamlit as st

from assay.app.approvals import load_approvals, load_request
from assay.app.sign_in import Visit
from assay.app.workspace import Workspace
from dashboards._approving import requests_table, show_answer_form, show_ask_form, show_request
from dashboards._session import framed
from reports.text import inert


def _show(workspace: Workspace, visitor: Visit) -> None:
    st.title("Approvals")
    view = load_approvals(workspace, visitor.acting)
    lists = {"Waits for me": view.waiting, "I asked": view.asked, "All": view.everything}
    tabs = st.tabs([f"{name} · {len(lines)}" for name, lines in lists.items()])
    for tab, (name, lines) in zip(tabs, lists.items(), strict=True):
        with tab:
            requests_table(name, lines)

    if view.everything:
        st.subheader("One request")
        titles = {line.id: inert(f"{line.about}, {line.state}") for line in (*view.waiting, *view.everything)}
        picked = st.selectbox("Request", list(titles), format_func=titles.__getitem__, key="request")
        request = load_request(workspace, picked, visitor.acting)
        show_request(request)
        show_answer_form(request)
    if view.newest:
        show_ask_form(view.newest)


framed(_show)
