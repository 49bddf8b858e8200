"""Where carriers say on pages of their own how far a box has come."""

from urllib.parse import quote

_PAGES = {
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
    "ups": "https://www.ups.com/track?tracknum={}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={}",
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
}


def tracking_page(carrier: str, tracking_number: str) -> str:
    """The address of the carrier's page about a box; empty for a carrier whom we do not know, or without a number."""
    named = carrier.casefold().replace(" ", "")
    page = next((page for name, page in _PAGES.items() if named.startswith(name)), "")
    return page.format(quote(tracking_number, safe="")) if tracking_number else ""
