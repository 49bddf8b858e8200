"""What anyone may tell the coordinators: a conference that is missing, and what should not have happened."""

from typing import Any

from fastapi import Response

from app.acts.policy import Permission
from app.claims.calendar_acts import create_conference, list_specialties
from app.conferences.schemas import ConferenceOut, NewConference
from app.core.geography import COUNTRIES, STATES, TERRITORIES
from app.core.language import phrase, verbatim
from app.core.paging import Paging
from app.joining.acts import propose_conference
from app.joining.schemas import NewProposal, Wish
from app.meetups.acts import report_abuse
from app.members.schemas import NewReport
from app.people.acts import get_team
from app.printing.formats import country
from app.web.fields import body, some
from app.web.visits import Mistyped, Visit

_CONFERENCE = ("name", "starts_on", "ends_on", "city", "venue", "state", "country", "specialty", "website")

_WISH = {"wish_name": "name", "wish_email": "email", "ribbons_wanted": "ribbons_wanted"}
"""The fields of whoever would like ribbons there, and what the act calls them."""


def proposal(visit: Visit) -> Response:
    """The conference that somebody misses on the calendar."""
    countries = sorted(((code, country(code, visit.language)) for code in COUNTRIES), key=lambda each: each[1])
    return visit.show(
        "propose.html",
        public=not visit.typed,
        states=sorted({**STATES, **TERRITORIES}.items(), key=lambda each: each[1]),
        countries=countries,
        specialties=visit.read(list_specialties, paging=Paging(limit=100)).items,
    )


def propose(visit: Visit) -> Response:
    """Tells the coordinators of it; whoever is signed in sees what becomes of it."""
    said: dict[str, Any] = {name: visit.typed[name] for name in _CONFERENCE if visit.typed.get(name, "").strip()}
    new = visit.form(NewConference, {"name": "", **said})
    if visit.may(Permission.PROPOSE_CONFERENCE):
        return visit.do(create_conference, _page_of, body=new)
    wish = _wish(visit)
    proposal = body(NewProposal, {**new.model_dump(exclude_unset=True), "ribbons": wish})
    to = "/conferences/proposed?wish=1" if wish else "/conferences/proposed"
    return visit.do(propose_conference, to, body=proposal)


def _wish(visit: Visit) -> Wish | None:
    """Who would like ribbons there; None where nobody has filled that in."""
    said = some(visit, *_WISH)
    if not said:
        return None
    named = {of: said.get(field, "") for field, of in _WISH.items()}
    try:
        return visit.form(Wish, {**named, "language": visit.language})
    except Mistyped as wrong:
        fields = {of: field for field, of in _WISH.items()}
        raise Mistyped({fields.get(of, of): text for of, text in wrong.errors.items()}) from None


def _page_of(conference: ConferenceOut) -> str:
    return f"/conferences/{conference.id}"


def proposed(visit: Visit) -> Response:
    """The same for everybody."""
    return visit.show("thanks.html", kind="wished-for" if visit.query("wish") else "proposed")


_HANDLE = 200
"""So much of a handle a link may fill in."""


def reporting(visit: Visit) -> Response:
    """What happened, and whom it is about; the team is named to those whom we know."""
    team = visit.read(get_team).people if visit.may(Permission.READ_TEAM) else []
    handle = visit.query("handle")[:_HANDLE]
    named = phrase("I am named there, and nobody asked me. My handle is: {handle}", handle=handle)
    begun = named if visit.query("named") else verbatim("")
    people = [(str(each.id), each.name) for each in team]
    return visit.show("report.html", public=not visit.typed, begun=begun, team=people)


def report(visit: Visit) -> Response:
    """Tells the coordinators whom it is not about."""
    said: dict[str, Any] = {"text": visit.typed.get("text", "").strip()}
    if visit.typed.get("handle", "").strip():
        said["handle"] = {"handle": visit.typed["handle"]}
    if visit.typed.get("person_id", "").strip():
        said["person_id"] = visit.typed["person_id"]
    return visit.do(report_abuse, "/report/thanks", body=visit.form(NewReport, said))


def reported(visit: Visit) -> Response:
    """What happens now."""
    return visit.show("thanks.html", kind="reported")
