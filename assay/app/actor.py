"""Who is acting, as the record may know it: the same pseudonym that a run's origin carries."""

import os
from typing import TYPE_CHECKING

from assay.app.run_plan import local_actor_id

if TYPE_CHECKING:
    from governance.ledger import Actor

__all__ = ["local_actor"]


def local_actor() -> "Actor":
    """Return the person, or the CI job, that uses this machine."""
    # Lazy: the ledger's signatures cost start-up time that a store-less command does not owe.
    from governance.ledger import Actor  # noqa: PLC0415

    return Actor(id=local_actor_id(os.environ))
