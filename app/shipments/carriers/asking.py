"""What asking any carrier is like."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.core.config import Settings
from app.core.language import phrase
from app.outside.http import OutboundRefused


class CarrierUnclear(OutboundRefused):
    """The carrier has answered, and we cannot tell what."""

    code = "carrier-unclear"
    title = phrase("The carrier's answer is not understood")


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier whom we can ask.

    ``delivered_on`` gets a tracking number, and the settings, where our access is. It answers with the day, where the
    box arrived, on which the carrier says that it has delivered it, or None if it has not; a box that came back to its
    sender was not delivered. It makes requests, so it is called outside any transaction. It raises :class:`Conflict`
    where we have no access and for a number that is unknown, :class:`OutboundRefused` where nobody answers,
    :class:`CarrierUnclear` for an answer that is not understood.
    """

    name: str
    delivered_on: Callable[[str, Settings], date | None]


@dataclass(frozen=True, slots=True)
class Tracked:
    """A box about which its carrier can be asked."""

    carrier: Carrier
    number: str
