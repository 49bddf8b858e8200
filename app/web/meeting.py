"""Who met at a conference, by handle."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from fastapi import Response
from fastapi.responses import JSONResponse

from app.core.errors import Invalid, NotFound
from app.core.language import Text, phrase
from app.core.lifecycle import Version
from app.core.paging import Paging
from app.core.schema import typed_id
from app.meetups.acts import delete_meetup, list_meetups, record_meetup, update_meetup
from app.meetups.models import NO_MEETUP
from app.meetups.schemas import MeetupFilter, MeetupPatch, NewMeetup
from app.members.acts import read_handles
from app.members.handle_rules import RULES
from app.members.handles import Handle
from app.web.counting import came
from app.web.fields import body, some
from app.web.membership import PLATFORMS
from app.web.standing import standing
from app.web.visits import Mistyped, Visit
from app.web.wishing import answer, wishes

_LATEST = 20
"""Meetups that are listed."""

_AT_ONCE = 50
"""Lines that are read while somebody types."""

_KEPT_NOWHERE = {"Cache-Control": "no-store"}
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
        wishes=wishes(visit, stands.claim.id),
        labels=dict(PLATFORMS),
        entry_id=uuid4(),
        done=visit.query("done"),
    )


def record_who_met(visit: Visit) -> Response:
    """Records a meetup, each line of which is a handle; or answers somebody who asks to be named."""
    if "wish_id" in visit.typed:
        return answer(visit, visit.path)
    if "meetup_id" in visit.typed:
        return _put_right(visit)
    typed = _lines(visit)
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


def read_lines(visit: Visit) -> Response:
    """How the parser reads each line that was typed so far, in words: as it would, were the form sent now."""
    typed = _lines(visit)[:_AT_ONCE]

    def told(line: str, found: Handle | Text) -> dict[str, Any]:
        if isinstance(found, Handle):
            return {"said": f"{found.display} · {RULES[found.platform].label}", "wrong": False}
        return {"said": f"{line}: {found.say(visit.language)}", "wrong": True}

    found = visit.read(read_handles, typed=typed)
    return JSONResponse({"lines": [told(*each) for each in zip(typed, found, strict=True)]}, headers=_KEPT_NOWHERE)


def _lines(visit: Visit) -> list[str]:
    return [line.strip() for line in visit.typed.get("people", "").splitlines() if line.strip()]


def _put_right(visit: Visit) -> Response:
    meetup_id, version = (typed_id(visit.typed.get(name, "")) for name in ("meetup_id", "version"))
    if meetup_id is None:
        raise NotFound(NO_MEETUP)
    if visit.typed.get("do") == "take-back":
        return visit.do(delete_meetup, f"{visit.path}?done=taken-back", meetup_id=meetup_id)
    new = {"happened_on": visit.typed.get("new_day", ""), "spot": visit.typed.get("new_spot", "")}
    patch = visit.form(MeetupPatch, new)
    based_on = None if version is None else Version(version)
    return visit.do(update_meetup, f"{visit.path}?done=changed", meetup_id=meetup_id, version=based_on, body=patch)


def _at_its_line(refusal: Invalid, typed: list[str]) -> Exception:
    """The same refusal, with the line that it is about."""
    _, _, rest = (refusal.field or "").partition("people/")
    number = rest.partition("/")[0]
    if not number.isdigit():
        return refusal
    return Mistyped({"people": phrase("“{line}”: {what}", line=typed[int(number)], what=refusal.detail)})
