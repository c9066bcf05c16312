"""The application: routes, how errors are answered, and the gatekeeper around it all.

Rules of this place: no pages, no scripts, no other origins; the description of the API is served, and nothing of it
names a version of what runs.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from assay.app.server import ServedRecord
from assay.server import (
    _routes_documents,
    _routes_health,
    _routes_ledger,
    _routes_people,
    _routes_releases,
    _routes_runs,
)
from assay.server._asking import BEARER
from assay.server._gatekeeper import Gatekeeper
from assay.server._problems import MEDIA_TYPE, answers_with_problems, register_problems

__all__ = ["build_api", "build_application"]

_PRIVATE = (_routes_runs, _routes_releases, _routes_documents, _routes_ledger, _routes_people)
_ABOUT = "Push run logs, ask for gate decisions, fetch documents, verify. Errors are RFC 9457 problems."


def build_application(served: ServedRecord, *, behind_proxy: bool = False, is_tls: bool = False) -> ASGIApp:
    """Return what a listener calls."""
    return Gatekeeper(build_api(served), served, behind_proxy=behind_proxy, is_tls=is_tls)


def build_api(served: ServedRecord | None) -> FastAPI:
    """Return the routes; without anything to serve they can be described and not called."""
    api = _Api(
        title="Assay",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        responses=answers_with_problems,
        generate_unique_id_function=_name,
    )
    api.state.served = served
    register_problems(api)
    for module in _PRIVATE:
        api.include_router(module.router, dependencies=[BEARER])
    api.include_router(_routes_health.router)
    return api


class _Api(FastAPI):
    """The framework's application, which describes every error as if it were plain JSON."""

    def openapi(self) -> dict[str, Any]:
        """Return the description with the media type that problems have."""
        document = super().openapi()
        operations = (one for methods in document["paths"].values() for one in methods.values())
        for responses in (one["responses"] for one in operations):
            for key in answers_with_problems:
                content = responses[key]["content"]
                if "application/json" in content:
                    content[MEDIA_TYPE] = content.pop("application/json")
        return document


def _name(route: APIRoute) -> str:
    return route.name
