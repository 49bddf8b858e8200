"""Letters about boxes: sent, to be counted, counted differently."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from app.core.db import columns
from app.core.language import Text, phrase, phrases, verbatim
from app.core.rules import Rules
from app.core.subjects import Subject, Thing
from app.letters.kind import CHAMPION, TEAM, Desk, Kind
from app.letters.writing import Letter
from app.shipments.carriers.pages import tracking_page
from app.shipments.models import COUNTED, TRAVELING, Shipment, ShipmentLine, ShipmentStatus, shipment_number


@dataclass(frozen=True, slots=True)
class AboutBox:
    """What a letter tells of a box."""

    shipment_id: int
    ribbons: int
    missing: int = 0
    carrier: str = ""
    tracking_number: str = ""

    def lines(self) -> list[tuple[Text, Text]]:
        """What is in it, and by whom it goes."""
        found = [(phrase("Ribbons"), verbatim("{n}", n=self.ribbons))]
        if self.carrier:
            found.append((phrase("Carrier"), verbatim("{carrier}", carrier=self.carrier)))
        if self.tracking_number:
            found.append((phrase("Tracking number"), verbatim("{number}", number=self.tracking_number)))
        return found

    def page(self, rules: Rules) -> str:
        """The box's own page."""
        return f"{rules.public_url}/shipments/{self.shipment_id}"


SAMPLE = AboutBox(11, 100, carrier="USPS", tracking_number="9400100000000000000000")


def _read(desk: Desk) -> Any:
    sums = (func.sum(col(ShipmentLine.quantity)), func.coalesce(func.sum(col(ShipmentLine.missing)), 0))
    statement = (
        select(
            col(Shipment.id),
            col(Shipment.status),
            col(Shipment.carrier),
            col(Shipment.tracking_number),
            sums[0].label("ribbons"),
            sums[1].label("missing"),
        )
        .join(ShipmentLine, col(ShipmentLine.shipment_id) == col(Shipment.id))
        .where(col(Shipment.id) == Thing.SHIPMENT.number_in(Subject(desk.row.subject)))
        .group_by(col(Shipment.id), col(Shipment.status), col(Shipment.carrier), col(Shipment.tracking_number))
    )
    return columns(desk.session, statement).first()


def _about(row: Any) -> AboutBox:
    return AboutBox(row.id, int(row.ribbons), int(row.missing), row.carrier, row.tracking_number)


def _read_sent(desk: Desk) -> AboutBox | None:
    row = _read(desk)
    return _about(row) if row is not None and row.status in TRAVELING else None


def _say_sent(facts: AboutBox, rules: Rules) -> Letter:
    tracked = tracking_page(facts.carrier, facts.tracking_number)
    sent = phrases(
        "A box with {n} ribbon is on its way to you. When it is there, please count what is in it.",
        "A box with {n} ribbons is on its way to you. When it is there, please count what is in it.",
        n=facts.ribbons,
    )
    return Letter(
        phrase("Your ribbons are on their way"),
        [sent],
        lists=facts.lines(),
        button=(phrase("Track the box"), tracked) if tracked else (phrase("See the box"), facts.page(rules)),
    )


BOX_SENT = Kind(
    about=phrase("Your box is on its way"),
    read=_read_sent,
    say=_say_sent,
    sample=SAMPLE,
    others=(AboutBox(11, 1, carrier="Mensajería Sur"),),
    why=CHAMPION,
)


def _read_delivered(desk: Desk) -> AboutBox | None:
    row = _read(desk)
    return _about(row) if row is not None and row.status is ShipmentStatus.DELIVERED else None


def _say_count(facts: AboutBox, rules: Rules) -> Letter:
    there = phrase(
        "The carrier says that your box was delivered. Please count the ribbons in it: it takes two minutes, and then "
        "we know that all is well."
    )
    lost = phrase("If it is not there, look with your neighbors, and then tell the coordinators.")
    return Letter(
        phrase("Please count your ribbons"),
        [there],
        button=(phrase("Count the ribbons"), facts.page(rules)),
        after=[lost],
    )


COUNT_BOX = Kind(
    about=phrase("Your box has arrived: count it"), read=_read_delivered, say=_say_count, sample=SAMPLE, why=CHAMPION
)


def _read_differs(desk: Desk) -> AboutBox | None:
    row = _read(desk)
    return _about(row) if row is not None and row.status in COUNTED and row.missing else None


def _say_differs(facts: AboutBox, rules: Rules) -> Letter:
    number = shipment_number(facts.shipment_id)
    counted = phrases(
        "Of the ribbons in box {number}, {n} is missing by the count of whoever got it.",
        "Of the ribbons in box {number}, {n} are missing by the count of whoever got it.",
        n=facts.missing,
        number=number,
    )
    return Letter(
        phrase("Ribbons are missing in box {number}", number=number),
        [counted],
        lists=facts.lines(),
        button=(phrase("See the box"), facts.page(rules)),
    )


COUNT_DIFFERS = Kind(
    about=phrase("Ribbons are missing in a box"),
    read=_read_differs,
    say=_say_differs,
    sample=AboutBox(11, 100, 4, "USPS", "9400100000000000000000"),
    why=TEAM,
    for_staff=True,
)
