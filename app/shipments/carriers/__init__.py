"""The carriers whom we can ask whether a box was delivered. A new one is an entry in the table, and its module."""

from datetime import date

from app.core.config import Settings
from app.shipments.carriers import usps
from app.shipments.carriers.asking import Carrier, CarrierUnclear, Tracked

__all__ = ["CARRIERS", "CarrierUnclear", "Tracked", "carrier_of", "delivered_on"]

CARRIERS = (Carrier("USPS", usps.delivered_on),)


def carrier_of(written: str) -> Carrier | None:
    """The carrier that was written on a shipment, under whatever name of a service; None if we can ask nobody."""
    named = (carrier for carrier in CARRIERS if written.casefold().startswith(carrier.name.casefold()))
    return next(named, None)


def delivered_on(box: Tracked, here: Settings) -> date | None:
    """The day, where the box arrived, on which its carrier says that it has delivered it; None if it has not."""
    return box.carrier.delivered_on(box.number, here)
