"""What a coordinator can do about whose handle is whose."""

from app.acts.act import Work, given, writes
from app.acts.policy import Permission
from app.core.schema import RowId
from app.core.subjects import Thing
from app.meetups import merging
from app.members.schemas import HandleIn, HandleMove, HandleRename, MemberMerge, MemberOut
from app.members.service import read_member


@writes(Permission.EDIT_MEMBERS, about=given(Thing.MEMBER))
def remove_handle(work: Work, *, member_id: RowId, body: HandleIn) -> MemberOut:
    """Take a handle from a member: it is not theirs, or not any more. The last one stays.

    Where they were named by it, nobody is shown it any more; blocks of it wait for whoever has it next.
    """
    merging.remove_handle(work.session, member_id=member_id, entry=body, rules=work.rules)
    return read_member(work.session, member_id=member_id)


@writes(Permission.EDIT_MEMBERS, about=given(Thing.MEMBER))
def rename_handle(work: Work, *, member_id: RowId, body: HandleRename) -> MemberOut:
    """Give a handle the name that the account has now. Blocks go with it; where the old was seen, the new is not."""
    merging.rename_handle(
        work.session, member_id=member_id, entry=body.handle, to=body.to, rules=work.rules, key=work.key
    )
    return read_member(work.session, member_id=member_id)


@writes(Permission.EDIT_MEMBERS, about=given(Thing.MEMBER))
def move_handle(work: Work, *, member_id: RowId, body: HandleMove) -> MemberOut:
    """Give a handle to the member whose it is, with the meetups in which it was named: they are asked about them."""
    merging.move_handle(
        work.session, member_id=member_id, entry=body.handle, to_member_id=body.to_member_id, rules=work.rules
    )
    return read_member(work.session, member_id=member_id)


@writes(Permission.EDIT_MEMBERS, about=given(Thing.MEMBER))
def merge_members(work: Work, *, member_id: RowId, body: MemberMerge) -> MemberOut:
    """Make one of two members who are the same: the other's handles, meetups, blocks and reports are this one's.

    The other's link is void. Nobody else is shown a handle by which the member was not named to them.
    """
    merging.merge_members(work.session, member_id=member_id, other_id=body.other_id)
    return read_member(work.session, member_id=member_id)
