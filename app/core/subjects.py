"""What things are called in registers: in the audit trail, the ledger, on papers and behind their codes."""

from enum import StrEnum
from typing import NewType

Subject = NewType("Subject", str)
"""The name of one thing: its kind and its number, such as ``claim:5``. Empty for what is about nothing in particular.

At most 60 characters; no personal data.
"""

NOTHING = Subject("")


class Thing(StrEnum):
    """The kinds of things that have such names."""

    APPLICATION = "application"
    ASKED_HANDLE = "asked_handle"
    CALENDAR_LINK = "calendar_link"
    CLAIM = "claim"
    CONFERENCE = "conference"
    COVERAGE = "coverage"
    DESIGN = "design"
    IMPORT = "import"
    LATE_ENTRY = "late_entry"
    LETTER = "letter"
    LINK = "link"
    LOCATION = "location"
    MEETUP = "meetup"
    MEMBER = "member"
    MOVE = "move"
    PERSON = "person"
    PICK_LIST = "pick-list"
    PRINT_JOB = "print_job"
    PURCHASE_ORDER = "purchase_order"
    REPORT = "report"
    SESSION = "session"
    SHIPMENT = "shipment"
    SLIP = "slip"
    SPECIALTY = "specialty"
    TOKEN = "token"  # noqa: S105 (a kind of thing, no secret)
    VERIFICATION = "verification"
    WISH = "wish"

    def named(self, *what: object) -> Subject:
        """The name of one of them: by its number, and by what else tells it from others."""
        return Subject(":".join(map(str, (self, *what))))

    def number_in(self, subject: Subject) -> int:
        """The number of the thing that a subject names. Refuses (``ValueError``) one of another kind."""
        kind, _, number = subject.partition(":")
        if kind != self:
            raise ValueError(f"{subject!a} is no {self}")
        return int(number)
