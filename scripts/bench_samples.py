"""Papers for the benchmarks: as many as are wanted, no two alike."""

from dataclasses import replace
from datetime import UTC, date, datetime

from app.printing.documents import Block, PackingLine, PackingSlip, RibbonFace
from app.printing.kit import Kit, KitLine
from app.printing.labels import AddressLabel, LabelSheet

PRINTED_AT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
SENDER = ("Depot Midwest", "2211 S Oak Park Ave", "Oak Park, IL 60302-1187")


def slips(count: int) -> list[PackingSlip]:
    """Packing slips to different people for the same few conferences, as a busy day has them."""
    lines = [
        PackingLine(code=code, text="#LatinasInMedicine", quantity=100 + number, pack_size=50, ribbon_color=color,
                    foil_color="#C9A227")
        for number, (code, color) in enumerate((("LIM-BLUE", "#1B4F9C"), ("LIM-ROSE", "#B0406A")))
    ]  # fmt: skip
    first = PackingSlip(
        number="SH-0000",
        revision=1,
        community="Latinas in Medicine",
        public_url="https://champions.example.org",
        paper_size="letter",
        language="en",
        printed_at=PRINTED_AT,
        link="",
        code="K7Q2-M4XP-A1B2-0000",
        fingerprint="3FA9C1D2",
        sender=Block(SENDER),
        recipient=Block(("",)),
        conference="",
        conference_place="San Francisco, California",
        starts_on=date(2026, 3, 30),
        ends_on=date(2026, 4, 2),
        must_arrive_by=date(2026, 3, 27),
        carrier="USPS",
        tracking_number="",
        note="Two packs are for the evening session.",
        lines=tuple(lines),
    )
    return [
        replace(
            first,
            number=f"SH-{number:04d}",
            link=f"HTTPS://CHAMPIONS.EXAMPLE.ORG/S/K7Q2M4XPA1B2{number:04d}",
            recipient=Block((f"Dr. Lucía Peña {number}", f"{number} W Example St", f"Chicago, IL {60000 + number}")),
            conference=f"Annual Meeting of Physicians {number % 12}",
            tracking_number=f"9400 1000 0000 {number:04d}",
        )
        for number in range(count)
    ]


def kits(count: int) -> list[Kit]:
    """Kits of different champions at different conferences."""
    face = RibbonFace(
        code="LIM-BLUE",
        text="#LatinasInMedicine",
        ribbon_color="#1B4F9C",
        foil_color="#C9A227",
        ribbon_color_name="Royal blue",
        foil_color_name="Gold",
        width_mm=101.6,
        height_mm=41.3,
    )
    return [
        Kit(
            number=f"KIT-{number:04d}",
            revision=1,
            community="Latinas in Medicine",
            public_url="https://champions.example.org",
            paper_size="letter",
            language="en",
            printed_at=PRINTED_AT,
            link=f"HTTPS://CHAMPIONS.EXAMPLE.ORG/C/K7Q2M4XPA1B2{number:04d}",
            code=f"K7Q2-M4XP-A1B2-{number:04d}",
            met_link=f"HTTPS://CHAMPIONS.EXAMPLE.ORG/M/B7Q2M4XPA1B2{number:04d}",
            met_code=f"B7Q2-M4XP-A1B2-{number:04d}",
            fingerprint="3FA9C1D2",
            champion=f"Dr. Lucía Peña {number}",
            hashtag="#LatinasInMedicine",
            conference=f"Annual Meeting of Physicians {number}",
            conference_place="San Francisco, California",
            starts_on=date(2026, 3, 30),
            ends_on=date(2026, 4, 2),
            requested=100,
            lines=(KitLine(face=face, in_hand=100, on_the_way=0, handed_out=0),),
            leftovers=Block(SENDER),
        )
        for number in range(count)
    ]


def label_sheet(count: int) -> LabelSheet:
    """Labels to different people."""
    labels = tuple(
        AddressLabel(
            number=f"SH-{number:04d}",
            to=(f"DR LUCÍA PEÑA {number}", f"{number} W EXAMPLE ST", f"CHICAGO IL {60000 + number}"),
            sender=Block(SENDER),
            must_arrive_by=date(2026, 3, 27),
            ribbons=100,
        )
        for number in range(count)
    )
    return LabelSheet(
        label_stock="5160",
        labels=labels,
        community="Latinas in Medicine",
        language="en",
        printed_at=PRINTED_AT,
        ribbon_color="#1B4F9C",
        foil_color="#C9A227",
    )
