"""What anyone may tell the coordinators: a conference that is missing, and what should not have happened."""

from typing import Any

from fastapi import Response

from app.acts.policy import Permission
from app.claims.calendar_acts import create_conference, list_specialties, propose_conference
from app.conferences.schemas import ConferenceOut, NewConference
from app.core.geography import COUNTRIES, STATES, TERRITORIES
from app.core.paging import Paging
from app.meetups.acts import report_abuse
from app.members.schemas import NewReport
from app.people.acts import get_team
from app.printing.formats import country
from app.web.visits import Visit

_CONFERENCE = ("name", "starts_on", "ends_on", "city", "venue", "state", "country", "specialty", "website")


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
    return visit.do(propose_conference, "/conferences/proposed", body=new)


def _page_of(conference: ConferenceOut) -> str:
    return f"/conferences/{conference.id}"


def proposed(visit: Visit) -> Response:
    """The same for everybody."""
    return visit.show("thanks.html", kind="proposed")


def reporting(visit: Visit) -> Response:
    """What happened, and whom it is about; the team is named to those whom we know."""
    team = visit.read(get_team).people if visit.may(Permission.READ_TEAM) else []
    return visit.show("report.html", public=not visit.typed, team=[(str(each.id), each.name) for each in team])


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
