"""Where carriers say on pages of their own how far a box has come."""

from urllib.parse import quote

from app.shipments.carriers.numbers import carrier_by_number

_PAGES = {
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
    "ups": "https://www.ups.com/track?tracknum={}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={}",
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
}


def tracking_page(carrier: str, tracking_number: str) -> str:
    """The address of the carrier's page about a box; empty for a carrier whom we do not know, or without a number.

    A carrier whose name we do not know is known by the number, where it has a form that is nobody else's; one that is
    not named at all, also by its check digit.
    """
    named = carrier.casefold().replace(" ", "")
    known = next((name for name in _PAGES if named.startswith(name)), "")
    known = known or carrier_by_number(tracking_number, guess=not named)
    return _PAGES[known].format(quote(tracking_number, safe="")) if known and tracking_number else ""
