"""Answers that are the same for everybody, kept for some seconds: counted once, however many ask.

Nothing is invalidated: who must have the newest figures is not given a kept answer, and what was forgotten of somebody
is gone from them within these seconds.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

MOST = 64
"""Answers that are kept at the same time; whoever asks for ever other ones pushes out the oldest."""

LAST_ONE_SECONDS = 60
"""For so long the last answer is given to all others while one request has a new one made."""

_WAIT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class _Answer:
    value: Any
    made_at: float


@dataclass
class Kept:
    """The answers of one process. With 0 seconds each is made anew."""

    seconds: float
    most: int = MOST
    clock: Callable[[], float] = time.monotonic
    _answers: OrderedDict[Hashable, _Answer] = field(default_factory=OrderedDict, init=False)
    _making: dict[Hashable, Event] = field(default_factory=dict, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def known(self, key: Hashable) -> Any:
        """The answer, if nothing has to be done for it: it is new enough, or somebody is having it made. Else None."""
        with self._lock:
            return self._usable(key)

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The answer; ``make`` is called where it is too old and nobody else is having it made."""
        until = self.clock() + _WAIT_SECONDS
        while self.seconds:
            with self._lock:
                found = self._usable(key)
                if found is not None:
                    return found
                other = self._making.get(key)
                if other is None:
                    mine = self._making[key] = Event()
                    break
            if not other.wait(max(0.0, until - self.clock())):
                return make()  # whoever has it made, is taking too long
        else:
            return make()
        try:
            made = make()
            self.put(key, made)
            return made
        finally:
            with self._lock:
                del self._making[key]
            mine.set()

    def put(self, key: Hashable, value: Any) -> None:
        """Keeps an answer that was made elsewhere; where too many are kept, the oldest is forgotten."""
        with self._lock:
            self._answers[key] = _Answer(value, self.clock())
            self._answers.move_to_end(key)
            while len(self._answers) > self.most:
                self._answers.popitem(last=False)

    def _usable(self, key: Hashable) -> Any:
        answer = self._answers.get(key)
        if answer is None:
            return None
        age = self.clock() - answer.made_at
        return answer.value if age < (LAST_ONE_SECONDS if key in self._making else self.seconds) else None
