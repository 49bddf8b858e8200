"""Calendars that programs subscribe to. Their addresses are opened by no browser, but by ``webcal:``."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from app.conferences.schemas import ConferenceFilter
from app.core.errors import Invalid, NotFound, Unauthenticated
from app.core.language import phrase
from app.feeds.acts import read_calendar, read_conference_calendar
from app.feeds.events import Feed
from app.feeds.rendering import MEDIA_TYPE, render
from app.web.visits import Mistyped, Visit

_TWICE = phrase("Give this once.")


def conferences(visit: Visit) -> Response:
    """The conferences that the address asks for, in the language of ``lang`` or of whoever asks.

    Raises :class:`Invalid` for a filter that there is not: a calendar that ignored it would hold too much.
    """
    asked = [(name, value.strip()) for name, value in visit.request.query_params.multi_items() if name != "lang"]
    if len(dict(asked)) < len(asked):
        raise Invalid(_TWICE)
    try:
        wanted = visit.form(ConferenceFilter, {name: value for name, value in asked if value})
    except Mistyped as wrong:
        field, text = next(iter(wrong.errors.items()))
        raise Invalid(text, field=field) from None
    feed = visit.read(read_conference_calendar, wanted=wanted)
    shared = {"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*", "Vary": "Accept-Language, Cookie"}
    return _answer(visit, feed, "conferences.ics", shared)


def calendar(visit: Visit) -> Response:
    """The calendar that the secret in the address opens. Raises :class:`NotFound` for one that opens none any more."""
    try:
        feed = visit.read(read_calendar, secret=str(visit.request.path_params["code"]))
    except Unauthenticated as unknown:
        raise NotFound(unknown.detail) from None
    return _answer(visit, feed, "calendar.ics", {"Cache-Control": "private, no-cache"})


def _answer(visit: Visit, feed: Feed, name: str, headers: Mapping[str, str]) -> Response:
    content = render(feed, visit.language)
    tag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {**headers, "ETag": tag, "Content-Disposition": f'inline; filename="{name}"'}
    if visit.tags & {tag, "*"}:
        return Response(None, 304, headers)
    return Response(content, 200, headers, MEDIA_TYPE)


def subscription(address: str) -> str:
    """The address by which a calendar program opens at once, and asks whether to subscribe."""
    return f"webcal:{address.partition(':')[2]}"


_KEPT = ("q", "state", "country", "specialty", "year", "needs_champion")


def of_this_list(visit: Visit) -> str:
    """The calendar of the conferences that the list shows; it tells what was cancelled, so that is not left out."""
    asked: dict[str, Any] = {name: visit.query(name) for name in _KEPT if visit.query(name)}
    if visit.query("status") not in {"", "scheduled"}:
        asked["status"] = visit.query("status")
    query = urlencode({**asked, "lang": visit.language})
    return f"{visit.rules.public_url}/conferences.ics?{query}"
