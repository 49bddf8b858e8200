"""One ordinary document of each kind of paper; a test changes what it is about with ``dataclasses.replace``."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.printing.bars import Part
from app.printing.calibration import CalibrationSheet
from app.printing.count_sheet import CountLine, CountSheet
from app.printing.coverage_report import CoverageReport, Reached
from app.printing.documents import Block, OrderLine, OrderSheet, PackingLine, PackingSlip, RibbonFace
from app.printing.kit import Kit, KitLine
from app.printing.labels import AddressLabel, LabelSheet
from app.printing.not_printed import NotPrinted
from app.printing.pick_list import PickBox, PickDepot, PickLine, PickList, ShelfLine
from app.printing.proof_sheet import ProofSheet
from app.printing.thanks import Thanks

PRINTED_AT = datetime(2026, 3, 4, 15, 30, tzinfo=ZoneInfo("America/Chicago"))

DEPOT = Block(("Depot Midwest", "2211 S Oak Park Ave", "Oak Park, IL 60302-1187"))

FACE = RibbonFace(
    code="LIM-BLUE",
    text="#LatinasInMedicine",
    ribbon_color="#1B4F9C",
    foil_color="#C9A227",
    ribbon_color_name="Royal blue",
    foil_color_name="Gold",
    width_mm=101.6,
    height_mm=41.3,
)

WINE = RibbonFace(
    code="LIM-WINE",
    text="Latina, MD",
    ribbon_color="#7A1E3A",
    foil_color="#C9A227",
    ribbon_color_name="Wine",
    foil_color_name="Gold",
    width_mm=101.6,
    height_mm=41.3,
)

ORDER = OrderSheet(
    number="PO-2026-0014",
    revision=2,
    community="Latinas in Medicine",
    public_url="https://champions.example.org",
    paper_size="letter",
    language="en",
    printed_at=PRINTED_AT,
    link="https://champions.example.org/purchase-orders/PO-2026-0014",
    ordered_on=date(2026, 3, 2),
    needed_by=date(2026, 4, 10),
    vendor=Block(("Heartland Ribbon & Badge Co.", "1402 W Grand Ave", "Chicago, IL 60642")),
    ship_to=Block(("Dr. María Núñez", "2211 S Oak Park Ave", "Oak Park, IL 60302-1187")),
    note="Match the satin of our last order.\nMark each carton.",
    proof_name="Dra. Lucía Peña",
    proof_phone="+1 312 555 0100",
    proof_email="lucia@latinas.example.org",
    bill_to="Latinas in Medicine, 2211 S Oak Park Ave, Oak Park, IL 60302",
    terms="Net 30",
    tax_exemption="E-9912-3456",
    ship_method="UPS Ground",
    as_before="A-2231",
    lines=(
        OrderLine(
            face=FACE,
            pack_size=50,
            quantity=1113,
            unit_cost_cents=38,
            currency="USD",
            ribbon_pms="286 C",
            foil_pms="871 C",
            vendor_item="4X158-ST",
        ),
    ),
)

SLIP = PackingSlip(
    number="SH-2026-0107",
    revision=1,
    community="Latinas in Medicine",
    public_url="https://champions.example.org",
    paper_size="letter",
    language="en",
    printed_at=PRINTED_AT,
    link="https://champions.example.org/shipments/SH-2026-0107",
    sender=DEPOT,
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
            code=FACE.code,
            text=FACE.text,
            quantity=313,
            pack_size=50,
            ribbon_color=FACE.ribbon_color,
            foil_color=FACE.foil_color,
        ),
    ),
)

PROOF = ProofSheet(
    number="PROOF-0001",
    revision=3,
    community="Latinas in Medicine",
    public_url="https://champions.example.org",
    paper_size="letter",
    language="en",
    printed_at=PRINTED_AT,
    link="https://champions.example.org/P/7K3Q0X9D",
    code="7K3Q-0X9D",
    face=FACE,
)

KIT = Kit(
    number="KIT-0012",
    revision=1,
    community="Latinas in Medicine",
    public_url="https://champions.example.org",
    paper_size="letter",
    language="en",
    printed_at=PRINTED_AT,
    link="https://champions.example.org/C/7K3Q0X9D",
    code="7K3Q-0X9D",
    champion="Dra. Lucía Peña",
    hashtag="#LatinasInMedicine",
    conference="Annual Meeting of Physicians",
    conference_place="Moscone Center, San Francisco, California",
    starts_on=date(2026, 3, 30),
    ends_on=date(2026, 4, 2),
    requested=150,
    lines=(
        KitLine(face=FACE, in_hand=1113, on_the_way=50, handed_out=0),
        KitLine(face=WINE, in_hand=25, on_the_way=0, handed_out=12),
    ),
    met_link="https://champions.example.org/M/W4TS9PKQ",
    met_code="W4TS-9PKQ",
    leftovers=DEPOT,
)


THANKS = Thanks(
    number="THANKS-0012",
    revision=1,
    community="Latinas in Medicine",
    public_url="https://champions.example.org",
    paper_size="letter",
    language="en",
    printed_at=PRINTED_AT,
    link="https://champions.example.org/T/7K3Q0X9D",
    code="7K3Q-0X9D",
    champion="Dra. Lucía Peña",
    hashtag="#LatinasInMedicine",
    conference="Annual Meeting of Physicians",
    conference_place="San Francisco, California",
    starts_on=date(2026, 3, 30),
    ends_on=date(2026, 4, 2),
    handed_out=62,
    given_on=date(2026, 4, 6),
    contact="hola@latinas.example.org",
)


def pick_line(code: str = "LIM-BLUE", quantity: int = 113) -> PickLine:
    """So many ribbons for one box."""
    return PickLine(code=code, quantity=quantity, pack_size=50, ribbon_color="#1B4F9C", foil_color="#C9A227")


def pick_box(number: int, *lines: PickLine) -> PickBox:
    """A box that leaves so many days after the list was printed."""
    return PickBox(
        number=f"SH-{number:04d}",
        recipient=f"Dra. Lucía Peña {number}",
        place="Chicago, Illinois",
        by_hand=False,
        must_ship_by=date(2026, 3, 4) + timedelta(days=number),
        must_arrive_by=date(2026, 3, 9) + timedelta(days=number),
        lines=lines or (pick_line(),),
    )


def shelf_line(needed: int, on_hand: int) -> ShelfLine:
    """One design on the shelf of a depot."""
    return ShelfLine(
        code="LIM-BLUE",
        text="#LatinasInMedicine",
        pack_size=50,
        ribbon_color="#1B4F9C",
        foil_color="#C9A227",
        needed=needed,
        on_hand=on_hand,
    )


PICKS = PickList(
    number="PICK-2026-03-04",
    revision=1,
    community="Latinas in Medicine",
    public_url="https://champions.example.org",
    paper_size="letter",
    language="en",
    printed_at=PRINTED_AT,
    link="HTTPS://CHAMPIONS.EXAMPLE.ORG/P/K7Q2M4XPA1B2C3D4",
    code="K7Q2-M4XP-A1B2-C3D4",
    stage="pack",
    ship_by=date(2026, 3, 20),
    depots=(
        PickDepot(name="Depot East", shelf=(shelf_line(226, 500),), boxes=(pick_box(1), pick_box(2))),
        PickDepot(name="Depot West", shelf=(shelf_line(113, 100),), boxes=(pick_box(3),)),
    ),
)


def count_line(number: int, expected: int | None = None) -> CountLine:
    """One design of a count."""
    return CountLine(
        code=f"LIM-{number}",
        text="#LatinasInMedicine",
        pack_size=50,
        ribbon_color="#1B4F9C",
        foil_color="#C9A227",
        expected=expected,
    )


COUNT = CountSheet(
    number="COUNT-5-2026-03-04",
    revision=1,
    community="Latinas in Medicine",
    public_url="https://champions.example.org",
    paper_size="letter",
    language="en",
    printed_at=PRINTED_AT,
    link="HTTPS://CHAMPIONS.EXAMPLE.ORG/P/K7Q2M4XPA1B2C3D4",
    code="K7Q2-M4XP-A1B2-C3D4",
    depot=DEPOT,
    blind=True,
    lines=(count_line(1), count_line(2)),
)


def part(key: str, tracked: int, covered: int) -> Part:
    """So many of so many conferences."""
    return Part(key=key, tracked=tracked, covered=covered)


def reached(number: int) -> Reached:
    """A conference where ribbons were handed out."""
    first = date(2024, 1, 30) + timedelta(days=number)
    return Reached(
        id=number,
        name=f"Annual Meeting of Physicians {number}",
        starts_on=first,
        ends_on=first + timedelta(days=3),
        city="Chicago",
        state="US-IL",
        country="US",
        handed_out=100 + number,
        champions=2,
    )


ABROAD = Reached(
    id=99,
    name="Congreso de Cardiología",
    starts_on=date(2024, 2, 2),
    ends_on=date(2024, 2, 5),
    city="Guadalajara",
    state="MX-JAL",
    country="MX",
    handed_out=103,
    champions=2,
)

REPORT = CoverageReport(
    number="COVERAGE-2026-03-04",
    revision=1,
    community="Latinas in Medicine",
    public_url="https://champions.example.org",
    paper_size="letter",
    language="en",
    printed_at=PRINTED_AT,
    link="HTTPS://CHAMPIONS.EXAMPLE.ORG/P/K7Q2M4XPA1B2C3D4",
    code="K7Q2-M4XP-A1B2-C3D4",
    sentence_en="Ribbons have been shared at 15 conferences in 11 states, Puerto Rico, and 2 other countries.",
    sentence_es="Se han compartido cintas en 15 congresos, en 11 estados, Puerto Rico y otros 2 países.",
    chosen_en="",
    chosen_es="",
    tracked=24,
    covered=15,
    states=11,
    states_total=51,
    unknown=1,
    handed_out=4820,
    champions=12,
    by_state=(part("", 2, 1), part("US-IL", 9, 7), part("US-NV", 2, 0), part("US-PR", 1, 1), part("MX-JAL", 1, 1)),
    countries=(("CA", 2), ("MX", 1)),
    by_year=(part("2024", 10, 5), part("2025", 14, 10)),
    by_specialty=(part("", 1, 1), part("Cardiology", 4, 3), part("Radiology", 19, 11)),
    conferences=(*(reached(number) for number in range(3)), ABROAD),
)

NOT_PRINTED = NotPrinted(
    paper="Packing slip",
    number="SH-0012",
    why="SH-0012, recipient: Documents cannot show U+674E. Replace it and print again.",
    community="Latinas in Medicine",
    paper_size="letter",
    language="en",
    printed_at=PRINTED_AT,
)

MARIA = ("DR MARÍA NÚÑEZ", "2211 S OAK PARK AVE", "OAK PARK IL 60302-1187")


def parcel(number: int, to: tuple[str, ...] = MARIA) -> AddressLabel:
    """A box on its way to somebody."""
    return AddressLabel(
        number=f"SH-{number:04d}",
        to=to,
        sender=Block(("CHICAGO DEPOT", "123 W EXAMPLE ST", "CHICAGO IL 60611")),
        must_arrive_by=date(2026, 9, 27),
        ribbons=1313,
    )


def labels(label_stock: str) -> LabelSheet:
    """Two labels on one stock."""
    return LabelSheet(
        label_stock=label_stock,
        labels=(parcel(1), parcel(2)),
        community="Latinas in Medicine",
        language="en",
        printed_at=PRINTED_AT,
    )


def calibration(label_stock: str) -> CalibrationSheet:
    """The page to measure on, of one stock."""
    return CalibrationSheet(
        label_stock=label_stock, community="Latinas in Medicine", language="en", printed_at=PRINTED_AT
    )
