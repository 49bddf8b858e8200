"""What is still to be done once a request is answered: apart from its connection, and from the threads that answer."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from anyio import CapacityLimiter, WouldBlock, move_on_after, to_thread

from app.acts.application import Service
from app.core.errors import Busy
from app.core.observe import log
from app.core.sqlite import TOO_MUCH

R_contra = TypeVar("R_contra", contravariant=True)


class Lane(Enum):
    """What may wait for what: work of one lane never waits for that of another."""

    ANSWERS = "answers"
    WRITES = "writes"
    HEAVY = "heavy"
    LETTERS = "letters"
    PRINTS = "prints"
    OUTSIDE = "outside"
    BOOKS = "books"


@dataclass(frozen=True)
class Follows(Generic[R_contra]):
    """What is done with an act's result afterwards, with what the application works with at hand.

    Not when an answer is repeated.
    """

    work: Callable[[Service, R_contra], object]
    lane: Lane


LETTERS: Follows[Any] = Follows(lambda service, _result: service.post(service), Lane.LETTERS)
"""The letters that somebody waits for are sent at once, not only when the server looks for them."""


@dataclass(frozen=True)
class Lanes:
    """How many threads of one application do work of each kind at the same time.

    Drawing takes the processor for longer than anything else, and a mail server, or another that is asked, may be slow:
    none of them must take the threads that answer, and neither must what reads very much. Each thread more is one more
    that waits for the same interpreter.

    With ``one_writer`` writes stand in line, in the order in which they have come, and who waits takes no thread; else
    they are answered like reads.
    """

    answers: int
    one_writer: bool = False
    heavy: int = 2
    letters: int = 2
    prints: int = 2
    outside: int = 2
    books: int = 1
    _limiters: dict[Lane, CapacityLimiter] = field(default_factory=dict, init=False)

    def limiter(self, lane: Lane) -> CapacityLimiter:
        """What admits so many at a time."""
        if lane is Lane.WRITES and not self.one_writer:
            lane = Lane.ANSWERS
        if lane not in self._limiters:
            self._limiters[lane] = CapacityLimiter(1 if lane is Lane.WRITES else getattr(self, lane.value))
        return self._limiters[lane]

    @asynccontextmanager
    async def turn(self, lane: Lane) -> AsyncIterator[None]:
        """Waits until one of the lane's threads is free, which then is the caller's until the block ends.

        Raises :class:`Busy` where too many wait already, or after a while.
        """
        limiter = self.limiter(lane)
        try:
            limiter.acquire_nowait()
        except WouldBlock:
            await _wait(limiter, *_PATIENCE[lane])
        try:
            yield
        finally:
            limiter.release()


async def _wait(limiter: CapacityLimiter, most: int, seconds: float) -> None:
    if limiter.statistics().tasks_waiting >= most:
        raise Busy(TOO_MUCH)
    with move_on_after(seconds) as waiting:
        await limiter.acquire()
    if waiting.cancelled_caught:
        raise Busy(TOO_MUCH)


_PATIENCE = {
    Lane.ANSWERS: (256, 30),
    Lane.WRITES: (256, 10),
    Lane.HEAVY: (32, 30),
    Lane.PRINTS: (64, 60),
    Lane.OUTSIDE: (64, 30),
}
"""How many may wait for a thread of a lane, and for how many seconds; whoever comes then is told to come later."""


class Afterwards:
    """Work that goes on when its request is over. Whoever sent that can neither wait for it nor notice it.

    Letters begin at some moment of the next ``letter_seconds``: to send one takes the processor for some milliseconds,
    and who asks for the next answer at once could tell by the clock whether there was one (measured: always).
    """

    def __init__(self, lanes: Lanes, *, letter_seconds: float) -> None:
        self._lanes = lanes
        self._pauses = {Lane.LETTERS: letter_seconds}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Whether something is still being done."""
        return bool(self._tasks)

    async def start(self, work: Callable[[], object], lane: Lane) -> None:
        """Begins the work on a thread of its lane, and does not wait for it."""
        pause = random.uniform(0, self._pauses.get(lane, 0))  # noqa: S311 (jitter, not a secret)
        task = asyncio.create_task(_do(work, self._lanes.limiter(lane), pause))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self, seconds: float) -> None:
        """Waits until all is done, but no longer than so many seconds."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)


async def _do(work: Callable[[], object], limiter: CapacityLimiter, pause: float) -> None:
    await asyncio.sleep(pause)
    try:
        await to_thread.run_sync(work, limiter=limiter)
    except Exception:  # noqa: BLE001 (nobody is left to tell but the log)
        log.exception("work after an answer failed")
