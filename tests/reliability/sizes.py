"""How long the tests of this folder run: short with all the others, long in ``scripts/soak``."""

import os
from collections.abc import Callable

Figures = Callable[[str], None]
"""The fixture ``figures``: what it is given stands at the end of the run's output."""

SOAK = os.environ.get("CHAMPIONS_SOAK") == "1"


def size(short: int, long: int) -> int:
    """The figure for this run. ``CHAMPIONS_SOAK_FACTOR`` makes the long ones longer, or shorter (0.1)."""
    return max(short, int(long * float(os.environ.get("CHAMPIONS_SOAK_FACTOR", "1")))) if SOAK else short
