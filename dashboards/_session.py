"""Who is at the page, asked anew with every run and every act: of the provider's word and of our store.

Rules of this place: what Streamlit keeps (a cookie of 30 days, the state of a tab) lets nobody in; pages take the actor
from here and hand it to the services, which ask again.
"""

from collections.abc import Callable, Mapping

import streamlit as st

from assay.app.sign_in import PROVIDER, Visit, VisitState, leave, visit
from assay.app.workspace import Workspace
from dashboards._acts import border, perform, show_told
from reports.text import inert, markdown_text

__all__ = ["at_door", "enter", "framed", "sign_in"]


def enter() -> tuple[Workspace, Visit]:
    """Return the workspace and who is there, let in or not."""
    workspace = Workspace.find()
    return workspace, visit(workspace, _claims())


def at_door(visitor: Visit) -> bool:
    """Whether somebody was not let in."""
    return visitor.actor is None


def framed(show: Callable[[Workspace, Visit], None]) -> None:
    """Show a page to whoever is let in, and to everybody else why they are not."""
    with border():
        workspace, visitor = enter()
        if at_door(visitor):
            show_told()
            _show_door(visitor)
            return
        _show_visitor(visitor)
        show_told()
        show(workspace, visitor)


def _show_door(visitor: Visit) -> None:
    """Show why somebody is not let in, and what they can do; nothing of the record."""
    st.title("Assay")
    if visitor.state is VisitState.NOT_CONFIGURED:
        st.error("This store has a team, and no sign-in is configured: nobody can be let in.")
        st.markdown(
            "Next: add `sign_in:` to `assay.yaml`, as `docs/dashboard-team.md` says, and start the pages again."
        )
        return
    if visitor.state is VisitState.STRANGER:
        st.error("You are signed in with the provider, but nobody in this store's team has this sign-in.")
        if visitor.sign_in:
            st.markdown("An admin can add you with")
            st.code(f"--sign-in {inert(visitor.sign_in.issuer)} {inert(visitor.sign_in.subject)}", language=None)
        st.button("Use another sign-in", on_click=_forget)
        return
    if visitor.state is VisitState.ENDED:
        st.info("Your session has ended. What you had not sent was not recorded.")
    else:
        st.markdown("This store belongs to a team. Sign in to see what your roles let you read.")
    st.button("Sign in", type="primary", on_click=sign_in)


def _show_visitor(visitor: Visit) -> None:
    """Show whose eyes these are."""
    if visitor.state is VisitState.SINGLE_USER:
        st.warning("Single user: no log-in, not four eyes. This page is reachable from this machine only.")
        return
    st.sidebar.markdown(f"Signed in as **{markdown_text(visitor.name)}**")
    st.sidebar.button("Sign out", on_click=perform, args=(_sign_out,))


def sign_in() -> None:
    """Send the visitor to the provider, who asks for a new proof."""
    st.login(PROVIDER)


def _sign_out() -> str:
    leave(Workspace.find(), _claims())
    _forget()
    return "You are signed out."


def _forget() -> None:
    st.logout()


def _claims() -> Mapping[str, object]:
    """Return what the signed cookie says, empty for somebody who did not sign in."""
    told: dict[str, object] = st.user.to_dict()
    return told if told.get("is_logged_in") is True else {}
