"""What can be done with members, by whom they know, and against abuse."""

from collections.abc import Sequence

from app.acts.act import NOT_NOTED, NOTHING_IN_PARTICULAR, ONESELF, About, Work, given, reads, writes
from app.acts.policy import Permission
from app.acts.throttle import Quota
from app.core.language import Text
from app.core.lifecycle import Version
from app.core.paging import Page, Paging
from app.core.schema import RowId
from app.core.subjects import Thing
from app.members import asking, blocks, marks, reports, service, sessions
from app.members.handles import Handle
from app.members.schemas import (
    HandleIn,
    MemberFilter,
    MemberLink,
    MemberOut,
    MemberPatch,
    NewMemberSession,
    ReportFilter,
    ReportOut,
)
from app.people.acts import GUESSING


@reads(Permission.EDIT_MEMBERS)
def list_members(work: Work, *, paging: Paging, wanted: MemberFilter) -> Page[MemberOut]:
    """List members with their handles."""
    return service.find_members(work.session, paging=paging, rules=work.rules, wanted=wanted)


@reads(Permission.RECORD_MEETUPS)
def read_handles(work: Work, *, typed: Sequence[str]) -> list[Handle | Text]:
    """Read what somebody types: of each either the handle, or what is wrong with it; nothing of who has it."""
    return [service.read_typed(each, rules=work.rules) for each in typed]


@reads(Permission.EDIT_MEMBERS)
def get_member(work: Work, *, member_id: RowId) -> MemberOut:
    """Read one member."""
    return service.read_member(work.session, member_id=member_id)


@writes(Permission.EDIT_MEMBERS, about=given(Thing.MEMBER))
def update_member(work: Work, *, member_id: RowId, version: Version, body: MemberPatch) -> MemberOut:
    """Change a member's name, link them to a person, or add a handle."""
    service.update_member(
        work.session, member_id=member_id, version=version, patch=body, rules=work.rules, key=work.key
    )
    return service.read_member(work.session, member_id=member_id)


@writes(Permission.EDIT_MEMBERS, about=given(Thing.ASKED_HANDLE))
def confirm_handle(work: Work, *, asked_handle_id: RowId) -> MemberOut:
    """Confirm that a handle is the member's who says so.

    Where it is another member's by now, and both are the same, merge them first.
    """
    member_id = asking.confirm_handle(work.session, asked_id=asked_handle_id, key=work.key)
    return service.read_member(work.session, member_id=member_id)


@writes(Permission.EDIT_MEMBERS, about=given(Thing.ASKED_HANDLE))
def refuse_handle(work: Work, *, asked_handle_id: RowId) -> None:
    """Refuse a handle that a member says is theirs. Nobody is told."""
    asking.refuse_handle(work.session, asked_id=asked_handle_id)


@writes(Permission.EDIT_MEMBERS, about=given(Thing.MEMBER), secret=True)
def issue_member_link(work: Work, *, member_id: RowId) -> MemberLink:
    """Make a member's own link, to send to them from the community's account.

    It works for ninety days, and can be renewed. Its secret is in this answer and nowhere else, so an Idempotency-Key
    is not kept. An earlier link is void. Whatever is done with it is in the audit trail, for you as well as for the
    member, who sees that.
    """
    return service.issue_link(work.session, member_id=member_id, issuer_id=work.actor.person_id, rules=work.rules)


@writes(Permission.USE_OWN_MEMBERSHIP, about=ONESELF, secret=True)
def renew_own_link(work: Work) -> MemberLink:
    """Make a new link for yourself before yours expires. An earlier one is void."""
    own, through = service.own_member(work.session, actor=work.actor), work.actor.through
    issuer_id = Thing.PERSON.number_in(through) if through else None
    return service.issue_link(work.session, member_id=own, issuer_id=issuer_id, rules=work.rules, but=work.actor)


@reads(Permission.SIGN_IN)
def check_member_link(work: Work, *, link: str) -> None:
    """Say whether a member's link still works, and nothing of whose it is. Raises :class:`Unauthenticated`."""
    service.authenticate_member(work.session, token=link)


_WHOSE_LINK = About(lambda _actor, _values, result: Thing.MEMBER.named(result.member_id))


@writes(Permission.SIGN_IN, about=_WHOSE_LINK, throttle=GUESSING, secret=True)
def begin_membership(work: Work, *, link: str, device: str) -> NewMemberSession:
    """Come in with a browser by a member's own link. The member sees in the trail that somebody did."""
    return sessions.begin_member_session(work.session, link=link, device=device, instead_of=work.actor)


@writes(Permission.EDIT_MEMBERS, about=NOTHING_IN_PARTICULAR)
def readmit_handle(work: Work, *, body: HandleIn) -> None:
    """Let somebody come back who was erased, if they ask you: from now on this handle can be named again.

    The answer is the same whether the handle was erased or not.
    """
    marks.readmit(work.session, handle=service.parse(body, rules=work.rules), key=work.key)


@writes(Permission.USE_OWN_MEMBERSHIP, about=ONESELF, quota=Quota(most=200))
def block_member(work: Work, *, body: HandleIn) -> None:
    """Block a handle: whoever has it does not see you any more, and you do not see them where it names them.

    The answer is the same whether anybody here has this handle or not; if somebody comes by it later, the block is
    there already. Nobody is told, and whoever names you goes on seeing what they typed.
    """
    own = service.own_member(work.session, actor=work.actor)
    blocks.block(work.session, member_id=own, entry=body, rules=work.rules, key=work.key)


@writes(Permission.USE_OWN_MEMBERSHIP, about=ONESELF)
def unblock_member(work: Work, *, body: HandleIn) -> None:
    """Take the block of a handle back."""
    own = service.own_member(work.session, actor=work.actor)
    blocks.unblock(work.session, member_id=own, entry=body, rules=work.rules, key=work.key)


@writes(Permission.USE_OWN_MEMBERSHIP, about=ONESELF)
def unblock_all(work: Work) -> None:
    """Take all blocks back that you have made: of handles, and of whoever recorded a meetup."""
    blocks.forget_blocks(work.session, member_id=service.own_member(work.session, actor=work.actor))


@reads(Permission.HANDLE_REPORTS)
def list_reports(work: Work, *, paging: Paging, wanted: ReportFilter) -> Page[ReportOut]:
    """List reports of abuse, newest first, but for those that are about you."""
    return reports.find_reports(work.session, paging=paging, actor=work.actor, is_open=wanted.is_open)


@writes(Permission.HANDLE_REPORTS, about=NOT_NOTED)
def close_report(work: Work, *, report_id: RowId) -> ReportOut:
    """Mark a report as dealt with; its text is removed.

    Who closed it stands in the report, and not in the trail, which those read, too, whom it is about.
    """
    return reports.close_report(work.session, report_id=report_id, actor=work.actor)
