"""The pages that anyone may read."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup, escape

from app.claims.calendar_acts import get_conference, list_conferences, list_named_champions, list_specialties
from app.claims.schemas import ClaimOut
from app.conferences.schemas import ConferenceFilter, ConferenceOut, ConferenceStatusToday
from app.core.paging import Paging
from app.coverage.acts import get_coverage, list_covered_conferences
from app.coverage.schemas import CoverageFilter
from app.maintenance.acts import list_promises
from app.maintenance.daily_backups import days_in_backups
from app.web.feeds import of_this_list, subscription
from app.web.tiles import tile_map
from app.web.visits import Mistyped, Visit

_COMING = 3
"""Conferences that the home page names."""

STILL_TO_COME = frozenset({ConferenceStatusToday.PROPOSED, ConferenceStatusToday.SCHEDULED})

_COUNTED = re.compile(r"\d[\d,.\u00a0]*\s\w+")


def home(visit: Visit) -> Response:
    """What this is, where ribbons have been, and where somebody is needed to bring them."""
    figures = visit.read(get_coverage, wanted=CoverageFilter())
    coming = visit.read(list_conferences, paging=Paging(limit=_COMING), wanted=ConferenceFilter(needs_champion=True))
    sentence = figures.sentence_es if visit.language == "es" else figures.sentence_en
    return visit.show(
        "home.html",
        public=True,
        figures=figures,
        sentence=_marked(sentence),
        map=tile_map(figures.by_state),
        coming=coming.items,
    )


def _marked(sentence: str) -> Markup:
    """A sentence whose figures stand out."""
    return Markup(_COUNTED.sub(lambda found: f"<b>{found[0]}</b>", str(escape(sentence))))  # noqa: S704 (escaped)


_FILTERS = ("q", "state", "country", "specialty", "year", "status")


def conferences(visit: Visit) -> Response:
    """The calendar, by what the address asks for."""
    asked: dict[str, Any] = {name: visit.query(name) for name in _FILTERS if visit.query(name)}
    if visit.query("needs_champion"):
        asked["needs_champion"] = "true"
    if not asked:
        asked = {"status": "scheduled"}
    try:
        wanted = visit.form(ConferenceFilter, asked)
    except Mistyped as refusal:
        return visit.refused(refusal).show("conferences.html", status=422, found=None, **_choices(visit))
    paging = Paging(limit=25, cursor=visit.query("cursor") or None)
    return visit.show(
        "conferences.html",
        public=True,
        found=visit.read(list_conferences, paging=paging, wanted=wanted),
        asked=urlencode(asked),
        **_choices(visit),
    )


def _choices(visit: Visit) -> dict[str, Any]:
    specialties = visit.read(list_specialties, paging=Paging(limit=100))
    calendar = subscription(of_this_list(visit))
    return {
        "specialties": specialties.items,
        "query": visit.query,
        "following": visit.following,
        "calendar": calendar,
    }


def conference(
    visit: Visit,
    *,
    own: ClaimOut | None = None,
    ribbons: int = 0,
    twins: Sequence[ConferenceOut] = (),
    people: Sequence[tuple[str, str]] = (),
) -> Response:
    """One conference: when and where, who brings ribbons, and what became of it.

    Who may ask for it at once sees their ``own`` open claim, or for how many ``ribbons`` they would ask; who puts the
    calendar in order sees the ``twins`` that may be the same, and ``people``, by e-mail address and name, for whom to
    claim it. One that was merged leads to what it turned out to be.
    """
    found: ConferenceOut = visit.read(get_conference, conference_id=visit.number("conference_id"))
    if found.merged_into is not None:
        return RedirectResponse(f"/conferences/{found.merged_into}", 308)
    handed_out = 0 if found.status in STILL_TO_COME else _handed_out(visit, found)
    return visit.show(
        "conference.html",
        public=True,
        conference=found,
        named=visit.read(list_named_champions, conference_id=found.id) if found.champions else (),
        own=own,
        ribbons=ribbons,
        handed_out=handed_out,
        twins=twins,
        people=people,
    )


def _handed_out(visit: Visit, conference: ConferenceOut) -> int:
    """The ribbons of a conference that is over."""
    that_day = CoverageFilter(first_day=conference.starts_on, last_day=conference.starts_on)
    covered = visit.read(list_covered_conferences, wanted=that_day)
    return next((each.handed_out for each in covered.newest if each.id == conference.id), 0)


def about(visit: Visit) -> Response:
    """What this is, and how to start one's own."""
    return visit.show("about.html", public=True)


def privacy(visit: Visit) -> Response:
    """What is kept of people, by the numbers that this server goes by."""
    days = days_in_backups(visit.unit.service.settings)
    return visit.show("privacy.html", public=True, promises=visit.read(list_promises, backup_days=days))
