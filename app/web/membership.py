"""The member's own pages: what is kept of her, what she says of it, and her way in and out."""

from collections.abc import Callable
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Response

from app.acts.idempotency import Answer
from app.core.errors import Invalid, NotFound, Unauthenticated
from app.core.language import LANGUAGES, phrase
from app.core.paging import Paging
from app.maintenance.acts import KEPT, erase_membership
from app.meetups.acts import (
    allow_naming,
    ask_for_handle,
    block_recorder,
    confirm_meetup,
    confirm_unseen,
    decline_meetup,
    decline_meetups,
    get_membership,
    hide_membership,
    name_myself,
    report_abuse,
    unblock_recorder,
)
from app.meetups.models import NO_MEETUP, SPOKEN, ParticipantStatus
from app.meetups.schemas import Declining, Hiding, MayBeNamed, MembershipOut, ParticipantOut
from app.members.acts import (
    begin_membership,
    block_member,
    check_member_link,
    renew_own_link,
    unblock_all,
    unblock_member,
)
from app.members.handle_rules import RULES
from app.members.schemas import HandleIn, NewReport, OwnName
from app.web.cookies import KEPT as COOKIE_KEPT
from app.web.cookies import forget, keep, session_cookie
from app.web.devices import device_of
from app.web.membership_trail import told
from app.web.visits import Mistyped, Visit, row_id

HOME = "/membership"
_PAGE = 20

PLATFORMS = tuple((platform.value, rule.label) for platform, rule in RULES.items())
"""For a form: each platform, and what it is called."""


def confirm_opening(visit: Visit) -> Response:
    """What a member's link opens: a button, and nothing of whose it is."""
    link = visit.typed.get("link") or visit.query("link")
    try:
        visit.read(check_member_link, link=link)
    except Unauthenticated as over:
        shown = visit.refused(over).show("membership_open.html", status=410, link="")
    else:
        shown = visit.show("membership_open.html", link=link)
    # The address holds the secret. Under "no-referrer" browsers would not say where the form comes from.
    shown.headers["Referrer-Policy"] = "strict-origin"
    return shown


def open_membership(visit: Visit) -> Response:
    """Lets a member in by her link; the secret of the session is the cookie's alone."""
    device = device_of(visit.request.headers.get("User-Agent", ""))
    values = {"link": visit.typed.get("link", ""), "device": device}
    try:
        done = visit.unit.answer(begin_membership, values, answer=lambda _made: Answer(303, {}, ""))
    except Unauthenticated:
        return confirm_opening(visit)
    made = done[1]
    assert made is not None, "what is secret is answered under no key"
    response = _led(HOME)
    keep(visit, response, session_cookie(visit.rules), made.secret, seconds=COOKIE_KEPT)
    return response


def membership(visit: Visit) -> Response:
    """All that is kept of a member, and what she can say of it."""
    own = visit.read(get_membership, paging=Paging(limit=_PAGE, cursor=visit.query("cursor") or None))
    named = [(meetup, _part(own, meetup.id)) for meetup in own.meetups]
    return visit.show(
        "membership.html",
        own=own,
        named=named,
        waiting=sum(part.status is ParticipantStatus.NAMED for _, part in named),
        spoken=SPOKEN.now,
        trail=told(own, ZoneInfo(visit.rules.timezone)),
        labels={platform: rule.label for platform, rule in RULES.items()},
        platforms=PLATFORMS,
        cursor=visit.query("cursor"),
        done=visit.query("done"),
    )


def _part(own: MembershipOut, meetup_id: int) -> ParticipantOut:
    (meetup,) = (meetup for meetup in own.meetups if meetup.id == meetup_id)
    return next(person for person in meetup.people if person.member_id == own.member_id)


def say(visit: Visit) -> Response:
    """Does what a button of the page says. Raises :class:`NotFound` for one that it does not have."""
    act = _SAID.get(visit.typed.get("do", ""))
    if act is None:
        raise NotFound(phrase("There is no such button."))
    return act(visit)


def _confirm(visit: Visit) -> Response:
    return visit.do(confirm_meetup, _back(visit), meetup_id=_meetup(visit))


def _confirm_unseen(visit: Visit) -> Response:
    return visit.do(confirm_unseen, _back(visit), meetup_id=_meetup(visit))


def _decline(visit: Visit) -> Response:
    return visit.do(decline_meetup, _back(visit), meetup_id=_meetup(visit))


def _decline_all(visit: Visit) -> Response:
    return visit.do(decline_meetups, f"{HOME}?done=declined", body=Declining())


def _let_name(visit: Visit) -> Response:
    return visit.do(allow_naming, f"{HOME}#shown", body=MayBeNamed(nameable=visit.typed.get("to") == "yes"))


def _hide(visit: Visit) -> Response:
    return visit.do(hide_membership, f"{HOME}#shown", body=Hiding(hidden=visit.typed.get("to") == "yes"))


def _block(visit: Visit) -> Response:
    return visit.do(block_member, f"{HOME}?done=blocked#blocks", body=typed_handle(visit))


def _unblock(visit: Visit) -> Response:
    return visit.do(unblock_member, f"{HOME}?done=unblocked#blocks", body=typed_handle(visit))


def _unblock_all(visit: Visit) -> Response:
    return visit.do(unblock_all, f"{HOME}?done=unblocked#blocks")


def _name(visit: Visit) -> Response:
    body = visit.form(OwnName, {"display_name": visit.typed.get("display_name", "")})
    return visit.do(name_myself, HOME, body=body)


def _ask_handle(visit: Visit) -> Response:
    typed = visit.typed.get("further_handle", "").strip()
    try:
        return visit.do(ask_for_handle, HOME, body=visit.form(HandleIn, {"handle": typed}))
    except Mistyped as refusal:
        raise Mistyped({"further_handle": refusal.errors["handle"]}) from None
    except Invalid as refusal:
        raise Mistyped({"further_handle": refusal.detail}) from None


def _block_recorder(visit: Visit) -> Response:
    return visit.do(block_recorder, f"{HOME}?done=blocked#blocks", meetup_id=_meetup(visit))


def _unblock_recorder(visit: Visit) -> Response:
    return visit.do(unblock_recorder, f"{HOME}?done=unblocked#blocks", meetup_id=_meetup(visit))


def _renew(visit: Visit) -> Response:
    return visit.show("membership_link.html", made=visit.unit.do(renew_own_link))


_SAID: dict[str, Callable[[Visit], Response]] = {
    "confirm": _confirm,
    "confirm-unseen": _confirm_unseen,
    "decline": _decline,
    "decline-all": _decline_all,
    "naming": _let_name,
    "hiding": _hide,
    "block": _block,
    "unblock": _unblock,
    "unblock-all": _unblock_all,
    "name": _name,
    "ask-handle": _ask_handle,
    "block-recorder": _block_recorder,
    "unblock-recorder": _unblock_recorder,
    "renew": _renew,
}


def typed_handle(visit: Visit) -> HandleIn:
    """The handle of a form, and the platform, if one was chosen. Raises :class:`Mistyped`."""
    given = {"handle": visit.typed.get("handle", ""), "platform": visit.typed.get("platform", "")}
    return visit.form(HandleIn, {name: value for name, value in given.items() if value or name == "handle"})


def _meetup(visit: Visit) -> int:
    return row_id(visit.typed.get("meetup_id") or visit.query("meetup"), missing=NO_MEETUP)


def _back(visit: Visit) -> str:
    """Where a meetup stands on the page from which its button was pressed."""
    cursor = visit.typed.get("cursor", "")
    query = f"?{urlencode({'cursor': cursor})}" if cursor else ""
    return f"{HOME}{query}#meetup-{_meetup(visit)}"


def ask_report(visit: Visit) -> Response:
    """Asks what is wrong with a meetup that names her."""
    return visit.show("membership_report.html", meetup_id=_meetup(visit))


def report(visit: Visit) -> Response:
    """Tells the coordinators of it, but for whom it is about."""
    body = visit.form(NewReport, {"text": visit.typed.get("text", ""), "meetup_id": str(_meetup(visit))})
    return visit.do(report_abuse, f"{HOME}?done=reported", body=body)


_WORD = phrase("ERASE")


def ask_erasure(visit: Visit) -> Response:
    """Says what goes, what stays and why, and asks for a word."""
    return visit.show("membership_erase.html", own=visit.read(get_membership, paging=Paging(limit=1)), word=_WORD)


def erase(visit: Visit) -> Response:
    """Erases her, if the word was typed. Raises :class:`Mistyped`."""
    if visit.typed.get("word", "").strip().upper() not in {_WORD.say(language) for language in LANGUAGES}:
        raise Mistyped({"word": phrase("Type {word} if you want to be erased.", word=_WORD)})
    response = visit.do(erase_membership, f"{HOME}/erased")
    if visit.actor.person_id is None:
        forget(visit, response, session_cookie(visit.rules))
    return response


def erased(visit: Visit) -> Response:
    """What is kept of somebody who is erased, and why."""
    return visit.show("membership_erased.html", kept=KEPT)


def _led(to: str) -> Response:
    return Response(status_code=303, headers={"Location": to, "Cache-Control": "no-store"})
