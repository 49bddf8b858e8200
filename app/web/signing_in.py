"""Signing in and out with a browser: by a letter with a link and a short code, and in the demo by a press."""

import re
import secrets
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from app.acts.act import Write
from app.acts.idempotency import Answer
from app.core.errors import Forbidden, Unauthenticated
from app.core.language import phrase
from app.people.schemas import NewSession, SignInRequest
from app.people.session_acts import (
    ask_to_sign_in,
    begin_demo_session,
    begin_session,
    list_demo_people,
    sign_out,
    whose_link,
)
from app.web.cookies import KEPT, asking_cookie, forget, keep, session_cookie
from app.web.devices import device_of
from app.web.visits import Mistyped, Visit, row_id

HOME = "/home"
"""Where somebody is led who was on the way to nowhere."""

_LONGEST = 500
_NOT_HERE = phrase("The people of the demo can be tried only on the machine on which it runs.")
_NOBODY = phrase("There is no such person.")


def ask(visit: Visit) -> Response:
    """Asks for the e-mail address that a code is to be sent to; in the demo, offers its people."""
    if visit.signed_in and not visit.errors:
        return _led(_onward(visit))
    people = visit.read(list_demo_people) if _at_the_machine(visit) else []
    return visit.show("sign_in.html", people=people, onward=_onward(visit))


def send_code(visit: Visit) -> Response:
    """Has a letter sent, if the address is known; what is answered is the same."""
    body = visit.form(SignInRequest, {"email": visit.typed.get("email", "").strip()})
    browser, onward = _browser(visit) or secrets.token_urlsafe(24), _onward(visit)
    response = visit.do(ask_to_sign_in, f"/sign-in/code?{_next(onward)}", body=body, browser=browser, onward=onward)
    keep(visit, response, asking_cookie(visit.rules), browser, seconds=visit.rules.sign_in_minutes * 60)
    return response


def ask_code(visit: Visit) -> Response:
    """Says to look into the mail, and takes the short code that is there."""
    return visit.show("sign_in_code.html", minutes=visit.rules.sign_in_minutes, onward=_onward(visit))


def take_code(visit: Visit) -> Response:
    """Signs in by a code that was typed."""
    code = visit.typed.get("code", "").strip()
    try:
        return _begin(visit, begin_session, code=code, browser=_browser(visit))
    except Unauthenticated:
        wrong = phrase("This is not the code, or it no longer works. After five wrong codes, ask for a new one.")
        raise Mistyped({"code": wrong}) from None


def confirm(visit: Visit) -> Response:
    """What the link in a letter opens: a button. To look at it uses nothing up, since mail servers do, too."""
    code = visit.typed.get("code") or visit.query("code")
    try:
        name = visit.read(whose_link, code=code)
    except Unauthenticated as over:
        shown = visit.refused(over).show("sign_in.html", status=410, people=[], onward=_onward(visit))
    else:
        shown = visit.show("sign_in_go.html", name=name, code=code, onward=_onward(visit))
    # Of the address, which holds the code, nothing is told to anybody, not even to ourselves. Under "no-referrer"
    # browsers would not say either where the form comes from, which we must know.
    shown.headers["Referrer-Policy"] = "strict-origin"
    return shown


def go(visit: Visit) -> Response:
    """Signs in by the link of a letter."""
    try:
        return _begin(visit, begin_session, code=visit.typed.get("code", ""), browser="")
    except Unauthenticated:
        return confirm(visit)


def try_demo(visit: Visit) -> Response:
    """Signs in as one of the people of the demo."""
    if not _at_the_machine(visit):
        raise Forbidden(_NOT_HERE)
    person_id = row_id(visit.typed.get("person_id", ""), missing=_NOBODY)
    return _begin(visit, begin_demo_session, person_id=person_id)


def leave(visit: Visit) -> Response:
    """Signs out in this browser."""
    response = visit.do(sign_out, "/") if visit.signed_in else _led("/")
    forget(visit, response, session_cookie(visit.rules))
    return response


def _begin(visit: Visit, act: Write[..., NewSession], **values: Any) -> Response:
    """Signs in, and leads on; the secret is the cookie's alone."""
    device = device_of(visit.request.headers.get("User-Agent", ""))
    done = visit.unit.answer(act, {**values, "device": device}, answer=lambda _made: Answer(303, {}, ""))
    made = done[1]
    assert made is not None, "what is secret is answered under no key"
    response = _led(_onward(visit))
    keep(visit, response, session_cookie(visit.rules), made.secret, seconds=KEPT)
    forget(visit, response, asking_cookie(visit.rules))
    return response


def _led(to: str) -> Response:
    return Response(status_code=303, headers={"Location": to, "Cache-Control": "no-store"})


def _browser(visit: Visit) -> str:
    """The secret of a browser that has asked for a code; empty for one that has not."""
    said = visit.request.cookies.get(asking_cookie(visit.rules), "")
    return said if re.fullmatch(r"[\w-]{32}", said, re.ASCII) else ""


def _onward(visit: Visit) -> str:
    """The page that somebody was on the way to: one of ours, whatever the address or the form says."""
    said = visit.typed.get("next") or visit.query("next")
    # One slash and then none: two, or one that leans the other way, begin the name of another site.
    own = re.fullmatch(r"/(?![/\\])[!-\[\]-~]*", said) and len(said) <= _LONGEST
    return said if own and not said.startswith(("/sign-in", "/sign-out")) else HOME


def _next(onward: str) -> str:
    return urlencode({"next": onward})


_OWN_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?")
_BY_A_PROXY = ("forwarded", "x-forwarded", "x-real-ip", "via")


def _at_the_machine(visit: Visit) -> bool:
    """Whether whoever asks sits at the machine on which the server runs, and nobody else can reach it."""
    request, rules = visit.request, visit.rules
    hosts = request.headers.getlist("Host")
    return (
        _is_loopback(visit.unit.service.settings.listens_on)
        and not rules.is_public
        and request.client is not None
        and _is_loopback(request.client.host)
        and len(hosts) == 1
        and _OWN_HOST.fullmatch(hosts[0]) is not None
        and not any(name.lower().startswith(_BY_A_PROXY) for name in request.headers)
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
