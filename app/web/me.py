"""One's own account: who one is, where a box goes, where one is signed in, and how to go."""

from dataclasses import replace

from fastapi import Response

from app.acts.idempotency import Answer
from app.core.geography import CountryName
from app.core.paging import Paging
from app.maintenance.acts import (
    Erased,
    delete_my_address,
    erase_me,
    export_my_data,
)
from app.people.acts import (
    change_my_email,
    confirm_email,
    create_my_token,
    get_me,
    list_my_tokens,
    put_my_address,
    revoke_my_other_tokens,
    revoke_my_token,
    update_me,
)
from app.people.calendar_acts import create_my_calendar_link, list_my_calendar_links, revoke_my_calendar_link
from app.people.schemas import (
    AddressIn,
    EmailConfirmation,
    ErasingMe,
    MePatch,
    NamedToken,
    NewCalendarLink,
    NewEmail,
)
from app.people.session_acts import end_my_session, list_my_sessions
from app.web.addresses import address_fields, typed_address
from app.web.cookies import LANGUAGE_COOKIE, forget, session_cookie
from app.web.devices import called
from app.web.feeds import subscription
from app.web.fields import body, version_typed
from app.web.visits import Visit

_MOST = 50
"""Sessions, tokens and calendars that are shown."""


def me(visit: Visit) -> Response:
    """Who one is here, and all that one can change of it."""
    return _me(visit, "")


def _me(visit: Visit, address: str) -> Response:
    """The page; with the ``address`` of a calendar that was just made, which is shown this once."""
    found = visit.read(list_my_sessions, paging=Paging(limit=_MOST))
    person = visit.read(get_me)
    country = CountryName(person.address.country) if person.address else None
    return visit.show(
        "me.html",
        person=person,
        country=country,
        sessions=found.items,
        called=called,
        calendars=visit.read(list_my_calendar_links, paging=Paging(limit=_MOST)).items,
        calendar=address,
        subscription=subscription(address),
    )


def edit(visit: Visit) -> Response:
    """A form for name and language."""
    return visit.show("me_edit.html", person=visit.read(get_me))


def save(visit: Visit) -> Response:
    """Keeps name and language, unless somebody else has changed them since the form was opened."""
    typed = {name: visit.typed.get(name, "") for name in ("name", "paper_name", "language")}
    new = body(MePatch, {**typed, "shown_publicly": "shown_publicly" in visit.typed})
    response = visit.do(update_me, "/me", version=version_typed(visit), body=new)
    forget(visit, response, LANGUAGE_COOKIE)
    return response


def other_email(visit: Visit) -> Response:
    """A form for another e-mail address."""
    return visit.show("me_email.html", person=visit.read(get_me))


def change_email(visit: Visit) -> Response:
    """Has both addresses written to; the page after it is the same whatever is known of the new one."""
    return visit.do(
        change_my_email, "/me/email/sent", body=visit.form(NewEmail, {"email": visit.typed.get("email", "")})
    )


def letter_sent(visit: Visit) -> Response:
    """Look into your mail."""
    return visit.show("thanks.html", kind="email")


def email_to_confirm(visit: Visit) -> Response:
    """What the link in the e-mail opens: a button, since programs open links, too."""
    return visit.show("email_confirm.html", code=visit.typed.get("secret", visit.query("code")))


def confirm_other_email(visit: Visit) -> Response:
    """The new address is theirs, and holds from now on."""
    secret = {"secret": visit.typed.get("secret", "")}
    return visit.do(confirm_email, "/email/confirmed", body=visit.form(EmailConfirmation, secret))


def email_confirmed(visit: Visit) -> Response:
    """What happens now."""
    return visit.show("thanks.html", kind="email-confirmed")


def edit_address(visit: Visit) -> Response:
    """A form for the address that a box is sent to."""
    kept = visit.read(get_me).address
    return visit.show("me_address.html", kept=kept, box=None, **address_fields(visit, kept))


def save_address(visit: Visit) -> Response:
    """Keeps the address."""
    return visit.do(put_my_address, "/me", body=visit.form(AddressIn, typed_address(visit)))


def remove_address(visit: Visit) -> Response:
    """Has the address forgotten."""
    return visit.do(delete_my_address, "/me")


def tokens(visit: Visit) -> Response:
    """The keys of one's programs, and a form for a further one."""
    return _tokens(visit, "")


def _tokens(visit: Visit, secret: str) -> Response:
    found = visit.read(list_my_tokens, paging=Paging(limit=_MOST))
    return visit.show("me_tokens.html", tokens=found.items, secret=secret)


def make_token(visit: Visit) -> Response:
    """Makes a token and shows its secret, which no address may hold: so it stands on this very page, this once."""
    days = visit.typed.get("days", "")
    body = visit.form(NamedToken, {"name": visit.typed.get("name", ""), **({"days": days} if days else {})})
    done = visit.unit.answer(create_my_token, {"body": body}, answer=lambda _made: Answer(200, {}, ""))
    made = done[1]
    assert made is not None, "what is secret is answered under no key"
    return _tokens(replace(visit, typed={}), made.token)


def end_token(visit: Visit) -> Response:
    """Ends a token."""
    return visit.do(revoke_my_token, "/me/tokens", token_id=visit.number("token_id"))


def make_calendar_link(visit: Visit) -> Response:
    """Makes the link of a calendar and shows it, which no address may hold: so it stands on this very page."""
    body = visit.form(NewCalendarLink, {"kind": visit.typed.get("kind", "")})
    made = visit.unit.answer(create_my_calendar_link, {"body": body}, answer=lambda _made: Answer(200, {}, ""))[1]
    assert made is not None, "what is secret is answered under no key"
    return _me(replace(visit, typed={}), made.address)


def end_calendar_link(visit: Visit) -> Response:
    """Ends the link of a calendar."""
    return visit.do(revoke_my_calendar_link, "/me#calendar", calendar_link_id=visit.number("calendar_link_id"))


def end_session(visit: Visit) -> Response:
    """Signs out in one browser."""
    session_id = visit.number("session_id")
    here = session_id == visit.actor.session_id
    response = visit.do(end_my_session, "/" if here else "/me", session_id=session_id)
    if here:
        forget(visit, response, session_cookie(visit.rules))
    return response


def end_others(visit: Visit) -> Response:
    """Signs out everywhere else, and ends all tokens."""
    return visit.do(revoke_my_other_tokens, "/me")


def data(visit: Visit) -> Response:
    """All that is kept of one, as a file."""
    found = visit.read(export_my_data).model_dump_json(indent=1)
    named = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "private, no-store"}
    return Response(found, headers=named, media_type="application/json")


def going(visit: Visit) -> Response:
    """Asks whether one really wants to be erased."""
    return visit.show("me_erase.html", person=visit.read(get_me), kept=_kept(visit))


def go(visit: Visit) -> Response:
    """Erases whoever has confirmed it."""
    body = visit.form(ErasingMe, {"email": visit.typed.get("email", "").strip()})
    response = visit.do(erase_me, "/erased", body=body)
    forget(visit, response, session_cookie(visit.rules))
    return response


def gone(visit: Visit) -> Response:
    """Says to whoever was erased what stays."""
    return visit.show("erased.html", kept=_kept(visit))


def _kept(visit: Visit) -> str:
    said = Erased(id=1)
    return said.kept_es if visit.language == "es" else said.kept_en
