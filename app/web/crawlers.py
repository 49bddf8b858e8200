"""What those are told who collect the web's pages: which are there, and which are not for them."""

from fastapi import Response

from app.claims.calendar_acts import list_conferences
from app.conferences.schemas import ConferenceFilter
from app.core.paging import Paging
from app.web.pictures import shared
from app.web.rendering import render
from app.web.visits import Visit

LISTED = ("/", "/conferences", "/coverage", "/join", "/conferences/propose", "/about", "/privacy", "/report")
"""The pages that are one each."""

_MOST = 1_000
"""Conferences to come, and as many that had ribbons, which are listed."""


def robots(visit: Visit) -> Response:
    """Nobody but people has anything to do with the API and its forms, nor with a list as a file, whole each time."""
    lines = ["User-agent: *", "Disallow: /api/", "Disallow: /files/", "Allow: /"]
    text = "\n".join([*lines, f"Sitemap: {visit.rules.public_url}/sitemap.xml", ""])
    return shared(visit, text.encode(), "text/plain")


def sitemap(visit: Visit) -> Response:
    """The public pages, by their addresses."""
    paging = Paging(limit=_MOST)
    coming = visit.read(
        list_conferences, paging=paging, wanted=ConferenceFilter.model_validate({"status": "scheduled"})
    )
    covered = visit.read(list_conferences, paging=paging, wanted=ConferenceFilter(covered=True))
    conferences = dict.fromkeys(conference.id for conference in [*coming.items, *covered.items])
    paths = [*LISTED, *(f"/conferences/{number}" for number in conferences)]
    body = render("sitemap.xml", visit.language, {"addresses": [f"{visit.rules.public_url}{path}" for path in paths]})
    return shared(visit, body.encode(), "application/xml")
