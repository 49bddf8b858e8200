"""The must-ship-by clock: the last day on which a box can leave and still be there before the conference begins."""

from datetime import date, timedelta

from sqlalchemy import BindParameter, ColumnElement, SQLColumnExpression

from app.claims.schemas import Light, ShipBy
from app.core.rules import Rules


def must_arrive_by(starts_on: date, rules: Rules) -> date:
    """The day by which a box has to be there: so many days of buffer before the conference begins."""
    return starts_on - timedelta(days=rules.buffer_days)


def first_in_time(today: date, rules: Rules) -> date:
    """The first day on which a conference may begin so that a box that leaves today is there in time."""
    return today + timedelta(days=rules.transit_days + rules.buffer_days)


def is_light(
    light: Light, *, starts_on: SQLColumnExpression[date], shipped: ColumnElement[bool], today: date, rules: Rules
) -> ColumnElement[bool]:
    """Whether the clock of a claim shows this light, as a condition of a SELECT: what :func:`ship_by` says of one."""
    first = first_in_time(today, rules)
    amber_until = first + timedelta(days=rules.amber_days)
    if light is Light.RED:
        return is_late(starts_on=starts_on, shipped=shipped, first=first)
    return (
        shipped | (starts_on > amber_until)
        if light is Light.GREEN
        else ~shipped & starts_on.between(first, amber_until)
    )


def is_late(
    *, starts_on: SQLColumnExpression[date], shipped: ColumnElement[bool], first: date | BindParameter[date]
) -> ColumnElement[bool]:
    """Whether the clock of a claim shows red; ``first`` is what :func:`first_in_time` gives."""
    return ~shipped & (starts_on < first)


def ship_by(*, starts_on: date, shipped: bool, today: date, rules: Rules) -> ShipBy:
    """How the clock of a claim stands.

    ``starts_on`` minus the days in transit and a buffer is the last day to ship. Red when it has passed, amber when it
    is at most ``amber_days`` away, else green; green also when the ribbons have been sent.
    """
    remaining = (starts_on - first_in_time(today, rules)).days
    if shipped:
        light = Light.GREEN
    elif remaining < 0:
        light = Light.RED
    else:
        light = Light.AMBER if remaining <= rules.amber_days else Light.GREEN
    return ShipBy(date=today + timedelta(days=remaining), days_remaining=remaining, shipped=shipped, light=light)
