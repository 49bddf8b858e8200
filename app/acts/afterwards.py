"""What is done once a request is answered: apart from its connection, and from the threads that answer others."""

import asyncio
from collections.abc import Callable

from anyio import CapacityLimiter, to_thread

from app.core.observe import log


class Afterwards:
    """Work that goes on when its request is over. Whoever sent that can neither wait for it nor notice it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Whether something is still being done."""
        return bool(self._tasks)

    async def start(self, work: Callable[[], object], limiter: CapacityLimiter) -> None:
        """Begins the work on a thread, as many at a time as ``limiter`` admits, and does not wait for it."""
        task = asyncio.create_task(_do(work, limiter))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self, seconds: float) -> None:
        """Waits until all is done, but no longer than so many seconds."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)


async def _do(work: Callable[[], object], limiter: CapacityLimiter) -> None:
    try:
        await to_thread.run_sync(work, limiter=limiter)
    except Exception:  # noqa: BLE001 (nobody is left to tell but the log)
        log.exception("work after an answer failed")
