"""Acts of several processes that all looked before any of them changed anything."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from assay.kernel import AssayError
from governance.ledger import KeyFolder
from governance.store import fair_lock
from tests.governance.samples import Place


def at_once(place: Place, acts: Sequence[Callable[[], object]]) -> list[str]:
    """Start the acts while nobody can change the store, then let them; return what became of each."""
    with ThreadPoolExecutor(len(acts)) as pool:
        with fair_lock(KeyFolder(place.keys).lock_file):
            found = [pool.submit(_outcome, act) for act in acts]
            time.sleep(0.3)  # too short on a slow machine makes the race less sharp, never the test red
        return [one.result() for one in found]


def _outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except AssayError as error:
        return type(error).__name__
    return "done"
