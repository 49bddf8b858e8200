"""The link to one meetup that a champion hands over: what it opens, and what is said with it."""

from typing import Any

from fastapi import Response

from app.acts.act import Write
from app.core.errors import NotFound, Unauthenticated
from app.core.language import phrase
from app.meetups.link_acts import confirm_by_link, decline_by_link, end_meetup_link, make_meetup_link, read_meetup_link
from app.meetups.models import NO_MEETUP
from app.meetups.schemas import LinkedName
from app.meetups.wish_acts import show_card
from app.printing.qr import QUIET, encode, runs
from app.web.standing import standing
from app.web.visits import Visit, row_id

PAGE = "/met"
_SAID: dict[str, Write[Any, Any]] = {
    "confirm": confirm_by_link,
    "decline": decline_by_link,
    "not-me": end_meetup_link,
}


def hand_over(visit: Visit) -> Response:
    """Makes a link for somebody whose name was typed, to be scanned from this page."""
    stands, typed = standing(visit), visit.typed
    meetup_id = row_id(typed.get("meetup_id", ""), missing=NO_MEETUP)
    body = visit.form(LinkedName, {"position": typed.get("position", "")})
    made = visit.unit.do(make_meetup_link, meetup_id=meetup_id, body=body)
    modules = encode(made.url)
    return visit.show(
        "met_link.html", stands=stands, claim=stands.claim, made=made, path_of_code=_drawn(modules), side=len(modules)
    )


def _drawn(modules: tuple[bytes, ...]) -> str:
    """The dark modules as one path, with the quiet zone around them."""
    return "".join(
        f"M{start + QUIET} {row + QUIET}h{end - start}v1h-{end - start}z"
        for row, line in enumerate(modules)
        for start, end in runs(line)
    )


def card(visit: Visit) -> Response:
    """The code by which people ask to be named, large, for somebody else's camera."""
    shown = visit.unit.do(show_card, claim_id=visit.number("claim_id"))
    modules = encode(shown.url)
    return visit.show(
        "met_card.html", stands=standing(visit), card=shown, path_of_code=_drawn(modules), side=len(modules)
    )


def opening(visit: Visit) -> Response:
    """What the link opens: a button, and nothing of what it is about, since programs open links, too."""
    return _show(visit, shown=False)


def _show(visit: Visit, *, shown: bool) -> Response:
    link = visit.typed.get("link") or visit.query("link")
    try:
        meetup = visit.read(read_meetup_link, link=link)
    except Unauthenticated as over:
        page = (visit if visit.errors else visit.refused(over)).show(
            "met_linked.html", status=410, link="", meetup=None
        )
    else:
        page = visit.show("met_linked.html", link=link, meetup=meetup if shown else None)
    # The address holds the secret. Under "no-referrer" browsers would not say where the form comes from.
    page.headers["Referrer-Policy"] = "strict-origin"
    return page


def say(visit: Visit) -> Response:
    """Shows the meetup, or does what a button there says. Raises :class:`NotFound` for one that it does not have."""
    do = visit.typed.get("do", "")
    if do == "show":
        return _show(visit, shown=True)
    if do not in _SAID:
        raise NotFound(phrase("There is no such button."))
    try:
        return visit.do(_SAID[do], f"{PAGE}/said?what={do}", link=visit.typed.get("link", ""))
    except Unauthenticated:
        return _show(visit, shown=False)


def said(visit: Visit) -> Response:
    """The same for everybody who has said that, whoever was named there."""
    what = visit.query("what")
    return visit.show("met_said.html", what=what if what in _SAID else "confirm")
