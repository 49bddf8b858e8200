"""What can be done about those who ask to be named."""

from datetime import timedelta

from app.acts.act import Work, given, made, reads, writes
from app.acts.policy import Permission
from app.acts.throttle import Throttle
from app.core.paging import Page, Paging
from app.core.schema import RowId
from app.core.subjects import Thing
from app.meetups import views, wishes
from app.meetups.schemas import CardOut, MeetupOut, NewWish, WishFilter, WishMade, WishOut


def _code(*, body: NewWish) -> str:
    return body.code


@writes(
    Permission.ASK_TO_BE_NAMED,
    about=made(Thing.WISH),
    throttle=Throttle("wish", per_account=200, by_strangers=60, window=timedelta(hours=1)),
    account=_code,
    silent=True,
)
def ask_to_be_named(work: Work, *, body: NewWish) -> WishMade:
    """Ask whoever gave you the code on their paper to name you as somebody they met.

    The answer is the same whether anybody here knows the handle or not. It waits for the champion; when they say that
    they met you, you are named, and you alone confirm it.
    """
    return WishMade(id=wishes.wish(work.session, new=body, rules=work.rules))


@writes(Permission.RECORD_MEETUPS, about=given(Thing.CLAIM))
def show_card(work: Work, *, claim_id: RowId) -> CardOut:
    """Have the code by which people ask you to name them, to show it on your own screen: the same as on your card."""
    return wishes.card(work.session, claim_id=claim_id, rules=work.rules, actor=work.actor)


@reads(Permission.RECORD_MEETUPS)
def list_wishes(work: Work, *, paging: Paging, wanted: WishFilter) -> Page[WishOut]:
    """List who asks you to name them, the first to ask first; for a coordinator, who asks any champion."""
    return wishes.find_wishes(work.session, paging=paging, wanted=wanted, actor=work.actor)


@writes(Permission.RECORD_MEETUPS, about=given(Thing.WISH))
def grant_wish(work: Work, *, wish_id: RowId) -> MeetupOut:
    """Say that you met them: they are named, as if you had typed their handle yourself.

    Nobody else sees it before the owner of the handle confirms it.
    """
    meetup_id = wishes.grant(work.session, wish_id=wish_id, rules=work.rules, key=work.key, actor=work.actor)
    return views.read_meetup(work.session, meetup_id=meetup_id, actor=work.actor)


@writes(Permission.RECORD_MEETUPS, about=given(Thing.WISH))
def refuse_wish(work: Work, *, wish_id: RowId) -> None:
    """Say that you did not meet them: nothing of it is kept, and nobody is told."""
    wishes.refuse(work.session, wish_id=wish_id, actor=work.actor)
