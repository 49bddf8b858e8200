"""What can be done with a link to one meetup: made by whoever recorded it, used by whomever it was handed to."""

from app.acts.act import About, Work, given, reads, writes
from app.acts.policy import Permission
from app.acts.throttle import Quota, Throttle
from app.core.schema import RowId
from app.core.subjects import NOTHING, Subject, Thing
from app.meetups import links
from app.meetups.links import Answered
from app.meetups.models import ParticipantStatus
from app.meetups.schemas import LinkedName, MeetupByLink, MeetupLinkOut


@writes(Permission.RECORD_MEETUPS, about=given(Thing.MEETUP), quota=Quota(most=300), secret=True)
def make_meetup_link(work: Work, *, meetup_id: RowId, body: LinkedName) -> MeetupLinkOut:
    """Make a link to a meetup that you recorded, for one of those whose names you typed: to be scanned on the spot.

    Whoever opens it sees where and when that was, and says whether it was them; it shows nothing else, and opens no
    page of theirs. It works as long as you see what you typed, and so long you are not shown what was said with it. Its
    secret is in this answer and nowhere else.
    """
    return links.make_link(
        work.session, meetup_id=meetup_id, position=body.position, rules=work.rules, actor=work.actor
    )


@reads(Permission.SIGN_IN)
def read_meetup_link(work: Work, *, link: str) -> MeetupByLink:
    """Say where and when the meetup was that a link is about. Raises :class:`Unauthenticated`."""
    return links.read_link(work.session, link=link)


def _whose_part(answered: Answered) -> Subject:
    if answered.member_id is not None:
        return Thing.MEMBER.named(answered.member_id)
    return Thing.MEETUP.named(answered.meetup_id)


def _recorder(answered: Answered) -> Subject:
    return NOTHING if answered.recorder_id is None else Thing.PERSON.named(answered.recorder_id)


_ABOUT = About(lambda _actor, _values, answered: _whose_part(answered), through=_recorder)
_GUESSING = Throttle("meetup link", wrong_per_address=60)


@writes(Permission.SIGN_IN, about=_ABOUT, throttle=_GUESSING, silent=True)
def confirm_by_link(work: Work, *, link: str) -> Answered:
    """Say by such a link that it was you. Whoever made the link stands in the trail, since they have seen it."""
    return links.answer(work.session, link=link, to=ParticipantStatus.CONFIRMED)


@writes(Permission.SIGN_IN, about=_ABOUT, throttle=_GUESSING, silent=True)
def decline_by_link(work: Work, *, link: str) -> Answered:
    """Say by such a link that you do not want to be shown there."""
    return links.answer(work.session, link=link, to=ParticipantStatus.DECLINED)


@writes(Permission.SIGN_IN, about=_ABOUT, throttle=_GUESSING, silent=True)
def end_meetup_link(work: Work, *, link: str) -> Answered:
    """Say by such a link that the handle that was typed is none of yours: the link ends, and nothing is changed."""
    return links.end_link(work.session, link=link)
