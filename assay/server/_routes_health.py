"""Health, for whatever starts and watches the process; it tells nothing else, so it needs no token."""

from typing import Final

from fastapi import APIRouter, Response

from assay.app.server_health import readiness
from assay.server._answers import Ready
from assay.server._asking import Served

__all__ = ["router"]

router: Final = APIRouter()


@router.get("/healthz")
def healthy() -> dict[str, bool]:
    """Say that the process answers."""
    return {"alive": True}


@router.get("/readyz", responses={503: {"model": Ready}})
def ready(served: Served, response: Response) -> Ready:
    """Say whether the store answers, the key signs and the disk has room; 503 where not."""
    found = readiness(served.workspace, served.record, free_mib=served.settings.free_mib)
    response.status_code = 200 if found.is_ready else 503
    return Ready(ready=found.is_ready, store=found.store, key=found.key, disk=found.disk)
