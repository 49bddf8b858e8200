"""One ordinary document of each kind; a test changes what it is about with ``dataclasses.replace``."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.printing.documents import Block, OrderLine, OrderSheet, PackingLine, PackingSlip, RibbonFace

PRINTED_AT = datetime(2026, 3, 4, 15, 30, tzinfo=ZoneInfo("America/Chicago"))


@pytest.fixture
def face() -> RibbonFace:
    return RibbonFace(
        code="LIM-BLUE",
        text="#LatinasInMedicine",
        ribbon_color="#1B4F9C",
        foil_color="#C9A227",
        ribbon_color_name="Royal blue",
        foil_color_name="Gold",
        width_mm=101.6,
        height_mm=41.3,
    )


@pytest.fixture
def order(face: RibbonFace) -> OrderSheet:
    return OrderSheet(
        number="PO-2026-0014",
        revision=2,
        community="Latinas in Medicine",
        paper="letter",
        language="en",
        printed_at=PRINTED_AT,
        link="https://champions.example.org/purchase-orders/PO-2026-0014",
        ordered_on=date(2026, 3, 2),
        needed_by=date(2026, 4, 10),
        vendor=Block(("Heartland Ribbon & Badge Co.", "1402 W Grand Ave", "Chicago, IL 60642")),
        ship_to=Block(("Dr. María Núñez", "2211 S Oak Park Ave", "Oak Park, IL 60302-1187")),
        note="Match the satin of our last order.\nMark each carton.",
        lines=(OrderLine(face=face, pack_size=50, quantity=1113, unit_cost_cents=38, currency="USD"),),
    )


@pytest.fixture
def slip(face: RibbonFace) -> PackingSlip:
    return PackingSlip(
        number="SH-2026-0107",
        revision=1,
        community="Latinas in Medicine",
        paper="letter",
        language="en",
        printed_at=PRINTED_AT,
        link="https://champions.example.org/shipments/SH-2026-0107",
        sender=Block(("Depot Midwest", "2211 S Oak Park Ave", "Oak Park, IL 60302-1187")),
        recipient=Block(("Dra. Lucía Peña", "Calle Dr. Balmis 148", "06720 Ciudad de México, CDMX")),
        conference="Annual Meeting of Physicians",
        conference_place="San Francisco, California",
        starts_on=date(2026, 3, 30),
        ends_on=date(2026, 4, 2),
        must_arrive_by=date(2026, 3, 27),
        carrier="UPS Ground",
        tracking_number="1Z 999 AA1 01",
        note="Two packs are for Dr. Quiñones.",
        lines=(
            PackingLine(
                code=face.code,
                text=face.text,
                quantity=313,
                pack_size=50,
                ribbon_color=face.ribbon_color,
                foil_color=face.foil_color,
            ),
        ),
    )
