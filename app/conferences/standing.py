"""How a conference stands at this moment. Each rule is said once, for a conference at hand and for a query alike.

``is_over(conference)`` is a bool, ``is_over(Conference)`` a condition of a SELECT: both compare the same columns.
"""

from datetime import timedelta
from typing import Any, overload

from sqlalchemy import ColumnElement, Date, bindparam
from sqlmodel import col

from app.conferences.checking import LONGEST
from app.conferences.models import Conference, ConferenceStatus, Mode
from app.core.clock import today, utcnow
from app.core.statements import now


@overload
def is_over(conference: Conference) -> bool: ...
@overload
def is_over(conference: type[Conference]) -> ColumnElement[bool]: ...
def is_over(conference: Any) -> Any:
    """Whether its last day has ended, where it takes place."""
    return conference.over_at <= (now() if isinstance(conference, type) else utcnow())


def is_ahead() -> ColumnElement[bool]:
    """Whether a conference is not over, as a condition of a SELECT in which those are found by their first days."""
    earliest = bindparam("earliest", callable_=lambda: today() - timedelta(days=LONGEST + 2), type_=Date, unique=True)
    return ~is_over(Conference) & (col(Conference.starts_on) >= earliest)


@overload
def is_held(conference: Conference) -> bool: ...
@overload
def is_held(conference: type[Conference]) -> ColumnElement[bool]: ...
def is_held(conference: Any) -> Any:
    """Whether it has taken place: it was in the calendar, and is over."""
    return (conference.status == ConferenceStatus.SCHEDULED) & is_over(conference)


@overload
def is_claimable(conference: Conference) -> bool: ...
@overload
def is_claimable(conference: type[Conference]) -> ColumnElement[bool]: ...
def is_claimable(conference: Any) -> Any:
    """Whether champions may ask for it: it is in the calendar, people travel to it, and it is not over."""
    wanted = (conference.status == ConferenceStatus.SCHEDULED) & (conference.mode != Mode.VIRTUAL)
    return wanted & _not(is_over(conference))


def _not(condition: Any) -> Any:
    return not condition if isinstance(condition, bool) else ~condition
