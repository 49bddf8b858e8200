"""What can be done with meetups, and what a member can say of their own part."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.acts.act import NOT_NOTED, ONESELF, Work, exports, given, made, reads, writes
from app.acts.afterwards import LETTERS
from app.acts.entries import Repeatable
from app.acts.policy import Permission
from app.acts.throttle import FROM_STRANGERS, Quota
from app.core.lifecycle import Version
from app.core.paging import Page, Paging
from app.core.schema import RowId
from app.core.subjects import Subject, Thing
from app.meetups import corrections, service, views
from app.meetups.models import ParticipantStatus
from app.meetups.schemas import (
    Declining,
    Hiding,
    MayBeNamed,
    MeetupFilter,
    MeetupOut,
    MeetupPatch,
    MembershipOut,
    NewMeetup,
)
from app.members import asking, reports
from app.members.schemas import Asked, HandleIn, NewReport, OwnName
from app.members.service import own_member
from app.members.showing import set_hidden, set_name, set_nameable


@reads(Permission.RECORD_MEETUPS)
def list_meetups(work: Work, *, paging: Paging, wanted: MeetupFilter) -> Page[MeetupOut]:
    """List meetups, newest first: those you recorded or confirmed, or all for a coordinator."""
    return views.find_meetups(work.session, paging=paging, actor=work.actor, conference_id=wanted.conference_id)


# Without people, and without what is said of them.
export_meetups = exports(list_meetups, "id", "conference_id", "conference_name", "happened_on", "spot", "created_at")


def _meetup_again(work: Work, made: Subject) -> MeetupOut:
    return views.read_meetup(work.session, meetup_id=Thing.MEETUP.number_in(made), actor=work.actor)


def _people_named(values: Mapping[str, Any]) -> int:
    return len(values["body"].people)


@writes(
    Permission.RECORD_MEETUPS,
    about=made(Thing.MEETUP),
    quota=Quota(most=300, of=_people_named),
    repeats=Repeatable(made=lambda _, result: Thing.MEETUP.named(result.id), again=_meetup_again, late=True),
)
def record_meetup(work: Work, *, body: NewMeetup) -> MeetupOut:
    """Record who met at a conference, by handle.

    Nobody else sees a name before its owner has confirmed.
    """
    meetup_id = service.record_meetup(work.session, new=body, rules=work.rules, key=work.key, actor=work.actor)
    return views.read_meetup(work.session, meetup_id=meetup_id, actor=work.actor)


@reads(Permission.RECORD_MEETUPS)
def get_meetup(work: Work, *, meetup_id: RowId) -> MeetupOut:
    """Read one meetup."""
    return views.read_meetup(work.session, meetup_id=meetup_id, actor=work.actor)


@writes(Permission.RECORD_MEETUPS, about=given(Thing.MEETUP))
def update_meetup(work: Work, *, meetup_id: RowId, version: Version, body: MeetupPatch) -> MeetupOut:
    """Put right when and where a meetup was that you recorded, or your note, until somebody has confirmed it.

    A coordinator can at any time. To name other people, take it back and record it anew.
    """
    corrections.change_meetup(work.session, meetup_id=meetup_id, version=version, patch=body, actor=work.actor)
    return views.read_meetup(work.session, meetup_id=meetup_id, actor=work.actor)


@writes(Permission.RECORD_MEETUPS, about=given(Thing.MEETUP))
def delete_meetup(work: Work, *, meetup_id: RowId) -> None:
    """Take a meetup back that you recorded, until somebody has confirmed it; a coordinator can at any time."""
    corrections.delete_meetup(work.session, meetup_id=meetup_id, actor=work.actor)


@reads(Permission.USE_OWN_MEMBERSHIP)
def get_membership(work: Work, *, paging: Paging) -> MembershipOut:
    """See all that is kept of you as a member.

    The meetups in which you are named come in pages, newest first.
    """
    return views.read_membership(work.session, actor=work.actor, paging=paging)


@writes(Permission.USE_OWN_MEMBERSHIP, about=given(Thing.MEETUP))
def confirm_meetup(work: Work, *, meetup_id: RowId) -> MembershipOut:
    """Confirm that you took part: the others of the meetup see you."""
    return _decide(work, meetup_id, ParticipantStatus.CONFIRMED, shown=True)


@writes(Permission.USE_OWN_MEMBERSHIP, about=given(Thing.MEETUP))
def confirm_unseen(work: Work, *, meetup_id: RowId) -> MembershipOut:
    """Confirm that you took part, and be shown to nobody: to the others you are a number."""
    return _decide(work, meetup_id, ParticipantStatus.CONFIRMED, shown=False)


@writes(Permission.USE_OWN_MEMBERSHIP, about=given(Thing.MEETUP))
def decline_meetup(work: Work, *, meetup_id: RowId) -> MembershipOut:
    """Say that you did not take part, or do not want to be shown."""
    return _decide(work, meetup_id, ParticipantStatus.DECLINED, shown=False)


@writes(Permission.USE_OWN_MEMBERSHIP, about=ONESELF)
def decline_meetups(work: Work, *, body: Declining) -> MembershipOut:
    """Decline several meetups at once, or all about which you have said nothing."""
    service.decline_all(work.session, meetup_ids=body.meetup_ids, actor=work.actor)
    return _membership(work)


@writes(Permission.USE_OWN_MEMBERSHIP, about=ONESELF)
def name_myself(work: Work, *, body: OwnName) -> MembershipOut:
    """Say what you are called."""
    own = own_member(work.session, actor=work.actor)
    set_name(work.session, member_id=own, display_name=body.display_name)
    return _membership(work)


@writes(Permission.USE_OWN_MEMBERSHIP, about=ONESELF, quota=Quota(most=50), silent=True)
def ask_for_handle(work: Work, *, body: HandleIn) -> Asked:
    """Say that a further handle is yours, too. A coordinator looks at it.

    The answer is the same whether anybody here has the handle or not.
    """
    own = own_member(work.session, actor=work.actor)
    return Asked(id=asking.ask_for_handle(work.session, member_id=own, entry=body, rules=work.rules))


@writes(Permission.USE_OWN_MEMBERSHIP, about=ONESELF)
def allow_naming(work: Work, *, body: MayBeNamed) -> MembershipOut:
    """Say whether others may name you in meetups.

    Where they may not, nothing of it is kept with you, and whoever names you does not see that.
    """
    set_nameable(work.session, member_id=own_member(work.session, actor=work.actor), nameable=body.nameable)
    return _membership(work)


@writes(Permission.USE_OWN_MEMBERSHIP, about=ONESELF)
def hide_membership(work: Work, *, body: Hiding) -> MembershipOut:
    """Be shown to nobody from now on, also where you have confirmed; or be shown there again.

    Others see what they see of who has declined. What you have said of each meetup stays.
    """
    set_hidden(work.session, member_id=own_member(work.session, actor=work.actor), hidden=body.hidden)
    return _membership(work)


@writes(
    Permission.REPORT,
    about=NOT_NOTED,
    quota=Quota(most=20, for_staff=20),
    throttle=replace(FROM_STRANGERS, name="report"),
    follows=LETTERS,
)
def report_abuse(work: Work, *, body: NewReport) -> None:
    """Tell the coordinators of abuse, and say whom or what it is about.

    Anyone can; who is not signed in names a handle or nobody. Whom it is about neither sees nor closes it, and finds no
    line of it in the audit trail. If it is about everybody who is on the team, it goes to the community's contact
    address by e-mail.
    """
    reports.check_stranger(body, actor=work.actor)
    recorder_id = None
    if body.meetup_id is not None:
        recorder_id = views.recorder_of(work.session, meetup_id=body.meetup_id, actor=work.actor)
    reports.report(work.session, new=body, recorder_id=recorder_id, rules=work.rules, key=work.key, actor=work.actor)


@writes(Permission.USE_OWN_MEMBERSHIP, about=given(Thing.MEETUP))
def block_recorder(work: Work, *, meetup_id: RowId) -> None:
    """Block whoever recorded a meetup that names you: you do not see what they record, and they do not see you.

    Nobody is told: they go on seeing what they typed.
    """
    service.block_recorder(work.session, meetup_id=meetup_id, actor=work.actor)


@writes(Permission.USE_OWN_MEMBERSHIP, about=given(Thing.MEETUP))
def unblock_recorder(work: Work, *, meetup_id: RowId) -> None:
    """Take the block of whoever recorded a meetup back."""
    service.unblock_recorder(work.session, meetup_id=meetup_id, actor=work.actor)


def _decide(work: Work, meetup_id: int, to: ParticipantStatus, *, shown: bool) -> MembershipOut:
    service.decide(work.session, meetup_id=meetup_id, to=to, shown=shown, actor=work.actor)
    return _membership(work)


def _membership(work: Work) -> MembershipOut:
    return views.read_membership(work.session, actor=work.actor, paging=Paging())
