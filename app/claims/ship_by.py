"""The must-ship-by clock: the last day on which a box can leave and still be there before the conference begins."""

from datetime import date, timedelta

from app.claims.schemas import Light, ShipBy
from app.core.config import Settings


def must_arrive_by(starts_on: date, settings: Settings) -> date:
    """The day by which a box has to be there: so many days of buffer before the conference begins."""
    return starts_on - timedelta(days=settings.buffer_days)


def ship_by(*, starts_on: date, supplied: bool, today: date, settings: Settings) -> ShipBy:
    """How the clock of a claim stands.

    ``starts_on`` minus the days in transit and a buffer is the last day to ship. Red when it has passed, amber when it
    is at most ``amber_days`` away, else green; green also when the ribbons have been sent.
    """
    last = must_arrive_by(starts_on, settings) - timedelta(days=settings.transit_days)
    left = (last - today).days
    if supplied:
        light = Light.GREEN
    elif left < 0:
        light = Light.RED
    else:
        light = Light.AMBER if left <= settings.amber_days else Light.GREEN
    return ShipBy(must_ship_by=last, days_left=left, supplied=supplied, light=light)
