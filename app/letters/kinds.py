"""All kinds of letters, by their names."""

from collections.abc import Mapping
from typing import Any

from app.letters import account, boxes, claims, days, meetups, team
from app.letters.kind import Kind
from app.outbox.models import LetterKind

KINDS: Mapping[LetterKind, Kind[Any]] = {
    LetterKind.SIGN_IN: account.SIGN_IN,
    LetterKind.APPLICATION: account.APPLICATION,
    LetterKind.INVITATION: account.INVITATION,
    LetterKind.NEW_EMAIL: account.NEW_EMAIL,
    LetterKind.OLD_EMAIL: account.OLD_EMAIL,
    LetterKind.DEPUTIZED: claims.DEPUTIZED,
    LetterKind.DECLINED: claims.DECLINED,
    LetterKind.REVOKED: claims.REVOKED,
    LetterKind.NEXT_IN_LINE: claims.NEXT_IN_LINE,
    LetterKind.CONFERENCE_MOVED: claims.CONFERENCE_MOVED,
    LetterKind.CONFERENCE_CANCELLED: claims.CONFERENCE_CANCELLED,
    LetterKind.CONFERENCE_VIRTUAL: claims.CONFERENCE_VIRTUAL,
    LetterKind.BOX_SENT: boxes.BOX_SENT,
    LetterKind.COUNT_BOX: boxes.COUNT_BOX,
    LetterKind.COUNT_DIFFERS: boxes.COUNT_DIFFERS,
    LetterKind.SHIP_TODAY: days.SHIP_TODAY,
    LetterKind.HAND_OUTS_BEGIN: days.HAND_OUTS_BEGIN,
    LetterKind.CLOSE_OUT: days.CLOSE_OUT,
    LetterKind.NAMED: meetups.NAMED,
    LetterKind.NEW_CLAIM: team.NEW_CLAIM,
    LetterKind.NEW_PROPOSAL: team.NEW_PROPOSAL,
    LetterKind.NEW_REPORT: team.NEW_REPORT,
    LetterKind.STOCK_LOW: days.STOCK_LOW,
    LetterKind.WEEKLY: days.WEEKLY,
}
