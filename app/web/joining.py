"""Somebody whom we do not know yet would like to bring ribbons."""

from typing import Any

from fastapi import Response
from fastapi.responses import RedirectResponse

from app.claims.calendar_acts import get_conference, list_conferences
from app.conferences.schemas import ConferenceFilter
from app.core.errors import NotFound
from app.core.paging import Paging
from app.core.schema import typed_id
from app.joining.acts import apply_to_bring_ribbons, confirm_application
from app.joining.schemas import Confirmation, NewApplication
from app.web.visits import Visit

_FIELDS = ("name", "email", "handle", "conference_id", "text")


def form(visit: Visit) -> Response:
    """Who they are, and where they go. Whoever is signed in claims the conference on its own page."""
    wanted = visit.typed.get("conference_id", visit.query("conference"))
    number = typed_id(wanted)
    if visit.signed_in and not visit.typed:
        return RedirectResponse(f"/conferences/{number}" if number else "/conferences?needs_champion=1", 303)
    needed = visit.read(list_conferences, paging=Paging(limit=100), wanted=ConferenceFilter(needs_champion=True)).items
    choices = [(str(conference.id), conference.name) for conference in needed]
    if number and wanted not in dict(choices):
        choices += _named(visit, number)
    return visit.show("join.html", public=not visit.typed, conferences=choices, chosen=wanted)


def _named(visit: Visit, conference_id: int) -> list[tuple[str, str]]:
    try:
        return [(str(conference_id), visit.read(get_conference, conference_id=conference_id).name)]
    except NotFound:
        return []


def apply(visit: Visit) -> Response:
    """Keeps what they said, and leads on to a page that is the same for everybody."""
    said: dict[str, Any] = {name: visit.typed[name] for name in _FIELDS if visit.typed.get(name, "").strip()}
    new = visit.form(NewApplication, {"name": "", "email": "", **said, "language": visit.language})
    return visit.do(apply_to_bring_ribbons, "/join/thanks", body=new)


def thanks(visit: Visit) -> Response:
    """Look into your mail."""
    return visit.show("thanks.html", kind="mail")


def asked(visit: Visit) -> Response:
    """What the link in the e-mail opens: a button, since programs open links, too."""
    return visit.show("join_confirm.html", code=visit.typed.get("secret", visit.query("code")))


def confirm(visit: Visit) -> Response:
    """The e-mail address is theirs."""
    body = visit.form(Confirmation, {"secret": visit.typed.get("secret", "")})
    return visit.do(confirm_application, "/join/confirmed", body=body)


def confirmed(visit: Visit) -> Response:
    """What happens now."""
    return visit.show("thanks.html", kind="confirmed")
