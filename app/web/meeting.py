"""Who met at a conference, by handle."""

from datetime import timedelta
from uuid import uuid4

from fastapi import Response

from app.core.errors import Invalid
from app.core.language import phrase
from app.core.paging import Paging
from app.meetups.acts import list_meetups, record_meetup
from app.meetups.schemas import MeetupFilter, NewMeetup
from app.web.counting import came
from app.web.fields import body, some
from app.web.standing import standing
from app.web.visits import Mistyped, Visit

_LATEST = 20
"""Meetups that are listed."""

_ASK_FIRST = phrase("Ask each of them first, and tick this. It is fine if somebody says no: leave them out.")


def who_met(visit: Visit) -> Response:
    """A form for those who met, and what was recorded before."""
    stands = standing(visit)
    first, last = stands.conference.starts_on, stands.conference.ends_on
    day = timedelta(days=1)
    wanted = MeetupFilter(conference_id=stands.conference.id)
    return visit.show(
        "met.html",
        stands=stands,
        claim=stands.claim,
        day_met=min(max(stands.today, first), last),
        earliest=first - day,
        latest=last + day,
        meetups=visit.read(list_meetups, paging=Paging(limit=_LATEST), wanted=wanted).items,
        entry_id=uuid4(),
        done=visit.query("done"),
    )


def record_who_met(visit: Visit) -> Response:
    """Records a meetup; each line is a handle."""
    typed = [line.strip() for line in visit.typed.get("people", "").splitlines() if line.strip()]
    given = some(visit, "happened_on", "spot", "note", "entry_id")
    stands = standing(visit)
    people = [{"handle": handle} for handle in typed]
    new = body(NewMeetup, {"conference_id": stands.conference.id, "people": people, **given})
    if "consent" not in visit.typed:
        raise Mistyped({"consent": _ASK_FIRST})
    try:
        return visit.do(record_meetup, to=lambda made: f"{stands.path}/met?done={came(made)}", body=new)
    except Invalid as refusal:
        raise _at_its_line(refusal, typed) from None


def _at_its_line(refusal: Invalid, typed: list[str]) -> Exception:
    """The same refusal, with the line that it is about."""
    _, _, rest = (refusal.field or "").partition("people/")
    number = rest.partition("/")[0]
    if not number.isdigit():
        return refusal
    return Mistyped({"people": phrase("“{line}”: {what}", line=typed[int(number)], what=refusal.detail)})
