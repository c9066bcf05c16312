"""`--order-check`: at the end of a run, some of its rows judged once more with their contexts reversed.

Rules of this place: what was found stands beside the run and not in it; where it cannot be found, the run stands.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from assay.kernel import UnavailableError
from evaluation.runs import OrderSensitivity, RunLimits, RunLog, order_sensitivity, write_order

if TYPE_CHECKING:
    from evaluation.judges import Judge

__all__ = ["check_order", "order_words"]


async def check_order(
    log: RunLog,
    judges: "Sequence[Judge]",
    sample: int,
    limits: RunLimits,
    *,
    stop: asyncio.Event,
    on_message: Callable[[str], None],
) -> None:
    """Check and keep it; a stop, a spent budget or a full disk is told and leaves nothing."""
    on_message(f"judging up to {sample} rows once more with their contexts reversed")
    checking = asyncio.create_task(
        order_sensitivity(log, judges, sample, concurrency=limits.concurrency, row_timeout_s=limits.row_timeout_s)
    )
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({checking, stopped}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if checking.done():
            write_order(log.directory, checking.result())
        else:
            on_message("the order of contexts was not checked to the end, and nothing of it is kept")
    except UnavailableError as error:
        on_message(f"the order of contexts was not checked: {error.message}")
    finally:
        for task in (checking, stopped):
            task.cancel()
            with suppress(asyncio.CancelledError, UnavailableError):
                await task


def order_words(found: OrderSensitivity) -> str:
    """Say for people what the other order changed."""
    failed = f"; {found.failed} could not be judged in the other order" if found.failed else ""
    if found.changed is None:
        return f"{found.metric}: no row with two contexts or more was judged in both orders{failed}"
    share = found.changed
    return (
        f"{found.metric}: {share.value:.1%} of {found.rows} verdicts change when the contexts are reversed "
        f"(95 % {share.lower:.1%} to {share.upper:.1%}){failed}"
    )
