"""A database that is in trouble at moments that a test chooses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

import pytest

from app.core.db import Database
from app.core.errors import Busy, NoRoom, Unavailable
from app.core.sqlite import TOO_MUCH


class Trouble(Enum):
    """What happens to a unit of work in place of being done; or after it was done, where its commit is not heard of."""

    NONE = None
    BUSY = Busy
    AWAY = Unavailable
    FULL = NoRoom
    UNHEARD = "unheard"


@contextmanager
def troubled(database: Database, *troubles: Trouble) -> Iterator[None]:
    """Within the block, the next units of work meet these, one after the other, and those after them none."""
    rest, run = list(troubles), database.run

    def meet(work: Callable[[Any], Any], *, repeatable: bool = False) -> Any:
        trouble = rest.pop(0) if rest else Trouble.NONE
        if trouble in (Trouble.NONE, Trouble.UNHEARD):
            done = run(work, repeatable=repeatable)
            if trouble is Trouble.NONE:
                return done
        raise (Unavailable if trouble is Trouble.UNHEARD else trouble.value)(TOO_MUCH)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "run", meet)
        yield
    assert not rest, f"nobody met {rest}"
