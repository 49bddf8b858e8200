"""What each kind of work that waits is called, and how many there are, in words."""

from app.core.language import Text, phrase, verbatim
from app.todo.schemas import COUNTED

CALLED = {
    "claims_to_decide": phrase("Requests to decide on"),
    "applications": phrase("People who would like to bring ribbons"),
    "late_to_ship": phrase("Boxes that are late"),
    "shipments_to_pack": phrase("Boxes to pack"),
    "shipments_to_send": phrase("Boxes to send"),
    "addresses_changed": phrase("Boxes with an old address"),
    "sent_not_received": phrase("Boxes on their way or not counted"),
    "claims_to_close_out": phrase("Final counts that are missing"),
    "claims_to_hand_over": phrase("Conferences whose champion cannot go any more"),
    "ribbons_to_recover": phrase("Ribbons to get back"),
    "stock_to_reorder": phrase("Designs to order"),
    "handles_to_confirm": phrase("Handles to look at"),
    "late_entries": phrase("What came too late"),
    "letters_failed": phrase("E-mails that could not be sent"),
}
"""By their names in :class:`app.todo.schemas.Totals`."""


def how_many(number: int) -> Text:
    """A number of those: it is counted no further than :data:`COUNTED`."""
    return verbatim("{n}", n=number) if number < COUNTED else phrase("{n} or more", n=COUNTED)
