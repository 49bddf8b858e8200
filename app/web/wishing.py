"""Asking to be named: from the code on a champion's paper, and what the champion says to it."""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import Response

from app.core.errors import NotFound
from app.core.language import phrase
from app.core.paging import MAXIMUM, Paging
from app.core.schema import typed_id
from app.meetups.schemas import NewWish, WishFilter, WishOut
from app.meetups.wish_acts import ask_to_be_named, grant_wish, list_wishes, refuse_wish
from app.web.fields import some
from app.web.membership import PLATFORMS
from app.web.visits import Visit


def card(visit: Visit, title: str, said: Sequence[str]) -> Response:
    """What the code on the card leads to: a form for a handle."""
    shown = visit.show("wish.html", title=title, said=said, platforms=PLATFORMS)
    # The address is told to nobody; but browsers must be able to say where the form comes from.
    shown.headers["Referrer-Policy"] = "strict-origin"
    return shown


def ask(visit: Visit) -> Response:
    """Keeps what was asked, and leads on to a page that is the same for everybody."""
    code = visit.request.path_params["code"]
    given = {"handle": "", **some(visit, "handle", "platform")}
    shown = "true" if "shown" in visit.typed else "false"
    new = visit.form(NewWish, {"code": code, "shown": shown, **given})
    return visit.do(ask_to_be_named, f"/wished?code={quote(code)}", body=new)


def asked(visit: Visit) -> Response:
    """What happens now."""
    return visit.show("thanks.html", kind="wished")


def wishes(visit: Visit, claim_id: int) -> list[WishOut]:
    """Who asks this claim's champion to name them."""
    return visit.read(list_wishes, paging=Paging(limit=MAXIMUM), wanted=WishFilter(claim_id=claim_id)).items


def answer(visit: Visit, back: str) -> Response:
    """The champion says whether they met. Raises :class:`NotFound` for a button that there is not."""
    wish_id = typed_id(visit.typed["wish_id"])
    if wish_id is None or visit.typed.get("do") not in {"grant", "refuse"}:
        raise NotFound(phrase("There is no such button."))
    if visit.typed["do"] == "grant":
        return visit.do(grant_wish, f"{back}?done=recorded", wish_id=wish_id)
    return visit.do(refuse_wish, f"{back}?done=refused", wish_id=wish_id)
