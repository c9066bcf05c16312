"""Overview: the last decision, the numbers of the latest runs, and the report of one of them."""

import streamlit as st

from assay.app.report import build_report, load_overview, readable_systems
from assay.app.sign_in import Visit
from assay.app.workspace import Workspace
from dashboards._session import framed
from dashboards._widgets import runs_table, show_decision, show_intervals
from reports.text import inert

_SHOWN = 20
_ALL = "all systems"


def _show(workspace: Workspace, visitor: Visit) -> None:
    st.title("Overview")
    picked = st.selectbox("System", [_ALL, *readable_systems(workspace, visitor.acting)], format_func=inert)
    view = load_overview(workspace, system=None if picked == _ALL else picked, actor=visitor.acting)

    show_decision(view.decision, view.decision_run)
    if not view.runs:
        st.info("No run that you may read is here. Next: `assay run`, then `assay runs ingest DIR`, or `assay demo`.")
        return

    st.subheader("Numbers of the latest runs")
    show_intervals(view.runs[:_SHOWN])
    st.subheader("Runs")
    runs_table(view.runs)

    st.subheader("Report")
    run = st.selectbox("Run", [line.run for line in view.runs], format_func=inert)
    if st.button("Write the evaluation report"):
        built = build_report(workspace, run=run, actor=visitor.acting)
        st.success(f"Written and recorded: `{built.path}`")
        st.download_button("Download it", built.path.read_bytes(), file_name=built.path.name, mime="text/html")
    if view.checkpoint:
        with st.expander("Signed checkpoint of the ledger"):
            st.code(view.checkpoint, language=None)


framed(_show)
