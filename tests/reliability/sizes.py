"""How long the tests of this folder run: short with all the others, long in ``scripts/soak``."""

import os
from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")

Figures = Callable[[str], None]
"""The fixture ``figures``: what it is given stands at the end of the run's output."""

SOAK = os.environ.get("CHAMPIONS_SOAK") == "1"


def size(short: int, long: int) -> int:
    """The figure for this run. ``CHAMPIONS_SOAK_FACTOR`` makes the long ones longer, or shorter (0.1)."""
    return max(short, int(long * float(os.environ.get("CHAMPIONS_SOAK_FACTOR", "1")))) if SOAK else short


def part_of(items: list[T], part: str) -> list[T]:
    """The items of a part such as ``2/6``: every sixth from the second on, so that what is long is spread over all."""
    number, parts = map(int, part.split("/"))
    if not 1 <= number <= parts:
        raise pytest.UsageError(f"CHAMPIONS_SOAK_PART={part}: the first part of six is 1/6, the last 6/6.")
    return items[number - 1 :: parts]
