"""What the page of approvals shows with, and the acts behind its buttons.

Rules of this place: an act takes the digest that was on the page when its button was drawn and hands it to the service,
which refuses where it is not what is there; whatever people wrote is inert text.
"""

from collections.abc import Sequence

import streamlit as st

from assay.app.approvals import answer_request, request_approval
from assay.app.releases import take_up_release
from dashboards._acts import perform
from dashboards._session import enter, sign_in
from dashboards._widgets import clock, show_decision, show_intervals
from reports.approvals import ALONE, AskView, RequestLine, RequestView
from reports.text import inert, markdown_text

__all__ = ["requests_table", "show_answer_form", "show_ask_form", "show_request"]

_MOST = 10  # people that a request may need


def requests_table(name: str, lines: Sequence[RequestLine]) -> None:
    """Show a list of requests, or that it is empty."""
    if not lines:
        st.caption(f"{name}: nothing.")
        return
    rows = [
        {
            "About": inert(line.about),
            "State": f"{line.state}, {line.label}" if line.label else line.state,
            "Still needed": line.missing,
            "For": line.purpose,
            "System": inert(line.system),
            "Asked by": inert(line.requester),
            "Asked": clock(line.asked_at),
            "Until": clock(line.expires_at),
        }
        for line in lines
    ]
    st.dataframe(rows, hide_index=True, width="stretch")


def show_request(view: RequestView) -> None:
    """Show what was asked, what it is about, and what was answered."""
    line = view.line
    st.markdown(
        f"**{markdown_text(line.requester)}** asks **{view.needed}** {' or '.join(view.roles)} "
        f"of the system **{markdown_text(line.system)}** for approval ({line.purpose}). State: **{line.state}**."
    )
    if view.comment:
        st.text(inert(view.comment))
    if line.label:
        st.warning(line.label)
    st.caption("Digest of what you see here; your answer is bound to it")
    st.code(view.digest, language=None)
    _show_seen(view)
    left, right = st.columns(2)
    with left:
        st.markdown("**Who may not answer**")
        st.dataframe([{"Who": inert(one.who), "Why": one.why} for one in view.barred], hide_index=True, width="stretch")
    with right:
        st.markdown("**Answers so far**")
        _show_answers(view)


def show_answer_form(view: RequestView) -> None:
    """Show the buttons to somebody who may answer, and the reason to everybody else."""
    if view.needs_proof:
        st.info("Your sign-in is older than 15 minutes. An answer needs a fresh one.")
        st.button("Sign in again", type="primary", on_click=sign_in)
        return
    if not view.may_answer:
        st.caption(f"You cannot answer: {markdown_text(view.why_not)}.")
        return
    if view.may_take_up:
        st.button("Take up the review", on_click=perform, args=(_take_up, view.subject))
    with st.form(f"answer-{view.line.id}", clear_on_submit=False):
        key = f"comment-{view.line.id}"
        st.text_area("Comment (needed to reject; kept where it can be erased)", key=key)
        left, right, _ = st.columns([1, 1, 6])
        for column, label, answer in ((left, "Approve", _approve), (right, "Reject", _reject)):
            shown = (view.line.id, view.digest, key)
            column.form_submit_button(label, on_click=perform, args=(answer, *shown), width="stretch")


def show_ask_form(view: AskView) -> None:
    """Show the newest decision and the form that asks for its approval."""
    with st.expander("Ask for approval of the newest decision"), st.form("ask", clear_on_submit=False):
        show_decision(view.view, "")
        st.caption(f"{inert(view.decision)} on the system {markdown_text(view.system)}")
        st.code(view.digest, language=None)
        st.selectbox("For", ["release", "decision"], key="ask-purpose")
        st.number_input("How many people have to approve", 1, _MOST, key="ask-needed")
        st.text_area("What to look at (kept where it can be erased)", key="ask-comment")
        st.form_submit_button("Ask", on_click=perform, args=(_ask, view.decision, view.digest))


def _show_seen(view: RequestView) -> None:
    seen = view.seen
    if seen.decision:
        show_decision(seen.decision, seen.run.run if seen.run else "")
    if seen.run and seen.run.metrics:
        show_intervals([seen.run])
    for fact in seen.facts:
        st.markdown(f"{fact.label}: {markdown_text(fact.value)}")
    if seen.note:
        st.info(markdown_text(seen.note))


def _show_answers(view: RequestView) -> None:
    if not view.answers:
        st.caption("None.")
    for one in view.answers:
        label = f" · {one.label}" if one.label else ""
        st.markdown(f"**{markdown_text(one.who)}**: {one.verdict} as {one.role}, {clock(one.at)}{label}")
        if one.comment:
            st.text(inert(one.comment))


def _approve(request: str, seen: str, comment: str) -> str:
    return _answer(request, seen, comment, approve=True)


def _reject(request: str, seen: str, comment: str) -> str:
    return _answer(request, seen, comment, approve=False)


def _answer(request: str, seen: str, comment: str, *, approve: bool) -> str:
    workspace, visitor = enter()
    answer = answer_request(
        workspace,
        request,
        approve=approve,
        seen=seen,
        comment=st.session_state.get(comment, ""),
        actor=visitor.acting,
    )
    label = "" if answer.four_eyes else f"; {ALONE}"
    return f"Recorded: {answer.verdict}, entry {answer.seq} of the ledger{label}."


def _take_up(release: str) -> str:
    workspace, visitor = enter()
    taken = take_up_release(workspace, release, actor=visitor.acting)
    return f"In review: {taken.version} of {taken.system}."


def _ask(decision: str, seen: str) -> str:
    workspace, visitor = enter()
    state = st.session_state
    made = request_approval(
        workspace,
        f"decision:{decision}",
        purpose=state["ask-purpose"],
        needed=state["ask-needed"],
        comment=state["ask-comment"],
        seen=seen,
        actor=visitor.acting,
    )
    return f"Asked: {made.id}, until {made.expires_at}."
