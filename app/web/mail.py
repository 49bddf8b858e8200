"""Which e-mails one gets: chosen on one's page, or ended by the link at the end of each."""

from fastapi import Response

from app.letters.acts import choose_my_letters, list_my_letters, stop_letters
from app.letters.kinds import KINDS
from app.letters.schemas import StopCode, UnwantedLetters
from app.outbox.models import LetterKind
from app.web.fields import body
from app.web.visits import Visit


def choices(visit: Visit) -> Response:
    """The kinds of letters, each with a box to tick, where it can be switched off."""
    return visit.show("me_letters.html", letters=visit.read(list_my_letters).letters, kinds=KINDS)


def choose(visit: Visit) -> Response:
    """Keeps which of them are wanted."""
    wanted = {kind for kind in LetterKind if f"letter-{kind}" in visit.typed}
    shown = [letter.kind for letter in visit.read(list_my_letters).letters if letter.optional]
    unwanted = [kind for kind in shown if kind not in wanted]
    return visit.do(choose_my_letters, "/me/letters?saved=1", body=body(UnwantedLetters, {"unwanted": unwanted}))


def asked_to_stop(visit: Visit) -> Response:
    """What the link in a letter opens: a button, since programs open links, too."""
    code = visit.typed.get("code") or visit.query("code")
    kind = next((kind for kind in LetterKind if code.split(".")[1:2] == [kind.value]), None)
    return visit.show("letters_stop.html", code=code, about=KINDS[kind].about if kind else None)


def stop(visit: Visit) -> Response:
    """No more of them. A program for mail that presses the button for its reader (RFC 8058) is not led on."""
    code = visit.typed.get("code") or visit.query("code")
    response = visit.do(stop_letters, "/letters/stopped", body=visit.form(StopCode, {"code": code}))
    return stopped(visit) if "List-Unsubscribe" in visit.typed else response


def stopped(visit: Visit) -> Response:
    """It is done."""
    return visit.show("thanks.html", kind="stopped")
