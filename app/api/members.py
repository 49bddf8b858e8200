"""Routes of meetups, of members, and of a member's own link."""

from typing import Annotated

from fastapi import Query
from sqlmodel import Session

from app.acts.policy import Actor, Permission
from app.api.requests import PageQuery, PathId, QueryId, Version
from app.api.routing import Router
from app.core.paging import Page
from app.core.rules import Rules
from app.maintenance.erasure import erase_membership as erase_membership_of
from app.meetups import service as meetups
from app.meetups import views
from app.meetups.models import ParticipantStatus
from app.meetups.schemas import MeetupOut, MembershipOut, NewMeetup
from app.members import blocks, reports, service
from app.members.reports import NewReport, ReportOut
from app.members.schemas import HandleIn, MemberLink, MemberOut, MemberPatch

router = Router(tags=["members"])


@router.reads("/meetups", Permission.RECORD_MEETUPS)
def list_meetups(
    session: Session, actor: Actor, paging: PageQuery, conference_id: QueryId | None = None
) -> Page[MeetupOut]:
    """List meetups, newest first: those you recorded or confirmed, or all for a coordinator."""
    return views.find_meetups(session, paging=paging, actor=actor, conference_id=conference_id)


@router.writes("POST", "/meetups", Permission.RECORD_MEETUPS, status=201, creates="meetup")
def record_meetup(session: Session, actor: Actor, rules: Rules, body: NewMeetup) -> MeetupOut:
    """Record who met at a conference, by handle.

    Nobody else sees a name before its owner has confirmed.
    """
    meetup_id = meetups.record_meetup(session, new=body, rules=rules, actor=actor)
    return views.read_meetup(session, meetup_id=meetup_id, actor=actor)


@router.reads("/meetups/{meetup_id}", Permission.RECORD_MEETUPS)
def get_meetup(session: Session, actor: Actor, meetup_id: PathId) -> MeetupOut:
    """Read one meetup."""
    return views.read_meetup(session, meetup_id=meetup_id, actor=actor)


@router.reads("/members", Permission.EDIT_MEMBERS)
def list_members(
    session: Session,
    rules: Rules,
    paging: PageQuery,
    handle: Annotated[str | None, Query(min_length=1, max_length=500, description="a handle or a profile link")] = None,
) -> Page[MemberOut]:
    """List members with their handles."""
    return service.find_members(session, paging=paging, rules=rules, handle=handle)


@router.reads("/members/{member_id}", Permission.EDIT_MEMBERS)
def get_member(session: Session, member_id: PathId) -> MemberOut:
    """Read one member."""
    return service.read_member(session, member_id=member_id)


@router.writes("PATCH", "/members/{member_id}", Permission.EDIT_MEMBERS)
def update_member(session: Session, rules: Rules, member_id: PathId, version: Version, body: MemberPatch) -> MemberOut:
    """Change a member's name, link her to a person, or add a handle."""
    service.update_member(session, member_id=member_id, version=version, patch=body, rules=rules)
    return service.read_member(session, member_id=member_id)


@router.writes("POST", "/members/{member_id}/link", Permission.EDIT_MEMBERS, status=201, keyed=False)
def issue_member_link(session: Session, member_id: PathId) -> MemberLink:
    """Make a member's own link, to send to her from the community's account.

    Its secret is in this answer and nowhere else, so an Idempotency-Key is not kept. An earlier link is void.
    """
    return service.issue_link(session, member_id=member_id)


@router.reads("/membership", Permission.USE_OWN_MEMBERSHIP)
def get_membership(session: Session, actor: Actor) -> MembershipOut:
    """See all that is kept of you as a member."""
    return views.read_membership(session, actor=actor)


@router.writes("POST", "/membership/meetups/{meetup_id}/confirm", Permission.USE_OWN_MEMBERSHIP)
def confirm_meetup(session: Session, actor: Actor, meetup_id: PathId) -> MembershipOut:
    """Confirm that you took part."""
    meetups.decide(session, meetup_id=meetup_id, to=ParticipantStatus.CONFIRMED, actor=actor)
    return views.read_membership(session, actor=actor)


@router.writes("POST", "/membership/meetups/{meetup_id}/decline", Permission.USE_OWN_MEMBERSHIP)
def decline_meetup(session: Session, actor: Actor, meetup_id: PathId) -> MembershipOut:
    """Say that you did not take part, or do not want to be shown."""
    meetups.decide(session, meetup_id=meetup_id, to=ParticipantStatus.DECLINED, actor=actor)
    return views.read_membership(session, actor=actor)


@router.writes("POST", "/membership/blocks", Permission.USE_OWN_MEMBERSHIP, status=204)
def block_member(session: Session, actor: Actor, rules: Rules, body: HandleIn) -> None:
    """Block somebody: from now on neither of you sees the other.

    The answer is the same whether anybody here has this handle or not.
    """
    blocks.block(session, member_id=service.own_member(session, actor=actor), entry=body, rules=rules)


@router.writes("POST", "/membership/blocks/remove", Permission.USE_OWN_MEMBERSHIP, status=204)
def unblock_member(session: Session, actor: Actor, rules: Rules, body: HandleIn) -> None:
    """Take a block back."""
    blocks.unblock(session, member_id=service.own_member(session, actor=actor), entry=body, rules=rules)


@router.writes("POST", "/reports", Permission.REPORT, status=204)
def report_abuse(session: Session, actor: Actor, body: NewReport) -> None:
    """Tell the coordinators of abuse."""
    reports.report(session, new=body, actor=actor)


@router.reads("/reports", Permission.HANDLE_REPORTS)
def list_reports(
    session: Session,
    paging: PageQuery,
    is_open: Annotated[bool | None, Query(alias="open", description="those that wait, or the closed ones")] = None,
) -> Page[ReportOut]:
    """List reports of abuse, newest first."""
    return reports.find_reports(session, paging=paging, is_open=is_open)


@router.writes("POST", "/reports/{report_id}/close", Permission.HANDLE_REPORTS)
def close_report(session: Session, actor: Actor, report_id: PathId) -> ReportOut:
    """Mark a report as dealt with; its text is removed."""
    return reports.close_report(session, report_id=report_id, actor=actor)


@router.writes("DELETE", "/membership", Permission.USE_OWN_MEMBERSHIP, status=204)
def erase_membership(session: Session, actor: Actor) -> None:
    """Have your name, handles and link erased."""
    erase_membership_of(session, member_id=service.own_member(session, actor=actor))
