"""The trail of a member, in words."""

from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.core.language import Text, phrase
from app.core.subjects import Thing
from app.meetups.schemas import MembershipOut

_WHAT = {
    "begin_membership": phrase("Your link was opened in a browser."),
    "confirm_by_link": phrase("A meetup was confirmed with a link that was handed over."),
    "decline_by_link": phrase("A meetup was declined with a link that was handed over."),
    "prove_handle": phrase("You proved that a handle of yours is yours."),
    "issue_member_link": phrase("A link was made for you."),
    "renew_own_link": phrase("Your link was renewed."),
    "update_member": phrase("Your name or your handles were changed."),
    "confirm_meetup": phrase("A meetup was confirmed."),
    "confirm_unseen": phrase("A meetup was confirmed, to be shown to nobody."),
    "decline_meetup": phrase("A meetup was declined."),
    "decline_meetups": phrase("Meetups were declined."),
    "name_myself": phrase("Your name was changed."),
    "ask_for_handle": phrase("It was said that a further handle is yours."),
    "remove_handle": phrase("A handle was taken from you."),
    "rename_handle": phrase("A handle of yours was renamed."),
    "move_handle": phrase("A handle was given to another member."),
    "merge_members": phrase("You were found to be one with another member."),
    "unblock_all": phrase("All blocks were taken back."),
    "allow_naming": phrase("Whether others may name you was changed."),
    "hide_membership": phrase("Whether you are shown was changed."),
    "block_member": phrase("A handle was blocked."),
    "unblock_member": phrase("The block of a handle was taken back."),
    "block_recorder": phrase("Somebody who recorded a meetup was blocked."),
    "unblock_recorder": phrase("The block of somebody who recorded a meetup was taken back."),
}
_ELSE = phrase("Something else was done.")

_YOU = phrase("you")
_BY_LINK = phrase("you, or who made your link")
_SOMEBODY = phrase("whoever had your link")
_HANDED = phrase("whoever has that link; whoever noted the meetup has seen it, too")
_BY_WHAT = {
    "prove_handle": phrase("whoever can write into the profile of that handle"),
    "confirm_by_link": _HANDED,
    "decline_by_link": _HANDED,
}
_TEAM = phrase("the team")


class Line(NamedTuple):
    """One thing that was done: when, what, by whom."""

    on: date
    what: Text
    who: Text


def told(own: MembershipOut, zone: ZoneInfo) -> list[Line]:
    """What was done lately to a member or in her name, newest first."""
    return [
        Line(
            done.created_at.astimezone(zone).date(),
            _WHAT.get(done.action, _ELSE),
            _BY_WHAT.get(done.action) or _who(done.principal, done.through, own.member_id),
        )
        for done in own.trail
    ]


def _who(principal: str, through: str, member_id: int) -> Text:
    if principal == "anyone":
        return _SOMEBODY
    if principal == Thing.MEMBER.named(member_id):
        return _BY_LINK if through else _YOU
    return _TEAM
