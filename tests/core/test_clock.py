"""Days begin where one is: also where clocks change at midnight, so that there is none, or two."""

from datetime import date, timedelta

import pytest

from app.core.clock import frozen, midnight, today

TICK = timedelta(microseconds=1)

ZONES = [
    *("UTC", "America/Chicago", "America/Phoenix", "America/St_Johns", "Europe/Madrid", "Pacific/Auckland"),
    *("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata", "Australia/Lord_Howe"),
    # In these, clocks go forward at midnight; in the first, in Paraguay's until 2024 and in Lebanon they go back to it.
    *("America/Havana", "America/Asuncion", "Asia/Beirut", "Africa/Cairo", "America/Santiago"),
]


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_begins_at_midnight_and_not_before(zone: str) -> None:
    for number in range(3 * 365):
        day = date(2023, 1, 1) + timedelta(days=number)
        begins = midnight(day, zone)
        with frozen(begins):
            assert today(zone) == day
        with frozen(begins - TICK):
            assert today(zone) == day - timedelta(days=1)


def test_a_midnight_is_told_by_utc() -> None:
    assert midnight(date(2025, 4, 7), "Pacific/Auckland").isoformat() == "2025-04-06T12:00:00+00:00"
