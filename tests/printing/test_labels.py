"""Address labels: where they lie, what they say, that readers read them, and what is refused."""

import csv
import math
import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any, cast

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pypdf import PdfReader

from app.core.errors import Unprintable
from app.printing import labels as labels_module
from app.printing.documents import Block
from app.printing.label_face import PLANS
from app.printing.label_stock import LabelStock, find_label_stock, label_stocks
from app.printing.labels import AddressLabel, LabelSheet, lay_labels
from app.printing.sheet import bind
from tests.printing.conftest import PRINTED_AT

MM = 72 / 25.4
PARTS = ["5160", "5163", "5164", "5167", "L7160", "L7163", "4x6"]
TABLE = Path(labels_module.__file__).with_name("labels.csv")
PAGES = {"Letter": (612.0, 792.0), "A4": (210 * MM, 297 * MM), "288 x 432 pt roll": (288.0, 432.0)}

SENDER = Block(("CHICAGO DEPOT", "123 W EXAMPLE ST", "CHICAGO IL 60611"))
MARIA = ("DR MARÍA NÚÑEZ", "2211 S OAK PARK AVE", "OAK PARK IL 60302-1187")
LUCIA = (
    "Dra. Lucía Peña Quiñones",
    "Hospital Civil de Guadalajara Fray Antonio Alcalde",
    "Calle Dr. Balmis 148",
    "Interior 12",
    "06720 CIUDAD DE MÉXICO, CDMX",
    "MEXICO",
)
XIMENA = ("DR XIMENA DE LA TORRE-HERNÁNDEZ Y ECHEVERRÍA DE LOS MONTEROS", "10 MAIN ST", "AMES IA 50010")
HA = ("ẲNG ĐẶNG THỊ HÀ GỌ", "NORTHWESTERN MEMORIAL", "251 E HURON ST", "SUITE 3-200", "CHICAGO IL 60611")
PEOPLE = (MARIA, LUCIA, XIMENA, HA)


def parcel(index: int, to: tuple[str, ...] = MARIA) -> AddressLabel:
    return AddressLabel(number=f"SH-{index:04d}", to=to, sender=SENDER, must_arrive_by=date(2026, 9, 27), ribbons=1313)


def sheet_of(part: str, labels: tuple[AddressLabel, ...] | None = None, **changes: Any) -> LabelSheet:
    """A page full of labels for four people, or these labels."""
    full = tuple(parcel(index, PEOPLE[index % 4]) for index in range(find_label_stock(part).per_page))
    return LabelSheet(
        label_stock=part,
        labels=full if labels is None else labels,
        community="Latinas in Medicine",
        language="en",
        printed_at=PRINTED_AT,
        **changes,
    )


def image_of(data: bytes, *, dpi: int = 200, page: int = 0) -> Image.Image:
    image: Image.Image = pypdfium2.PdfDocument(data)[page].render(scale=dpi / 72).to_pil()
    return image


def texts(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_bounded() for page in document]


def row_of(part: str) -> dict[str, str]:
    """What the table has for a stock."""
    (row,) = (row for row in csv.DictReader(TABLE.read_text("utf-8").splitlines()) if row["part"] == part)
    return row


def rectangles(part: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of each label in points from the upper left corner of the page, from the table alone."""
    row = row_of(part)
    value = {name: float(number) for name, number in row.items() if name.endswith("_pt")}
    found = []
    for index in range(int(row["columns"]) * int(row["rows"])):
        down, across = divmod(index, int(row["columns"]))
        left = value["left_pt"] + across * value["pitch_x_pt"]
        top = value["top_pt"] + down * value["pitch_y_pt"]
        found.append((left, top, left + value["label_width_pt"], top + value["label_height_pt"]))
    return found


def outlines(data: bytes, label_stock: LabelStock) -> list[tuple[float, float]]:
    """The lower left corner of each rectangle of the size of a label, as the page's content has it."""
    content = PdfReader(BytesIO(data)).pages[0].get_contents()
    assert content is not None
    drawn = re.findall(rb"([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) re", content.get_data())
    numbers = [tuple(map(float, each)) for each in drawn]
    size = (label_stock.width, label_stock.height)
    return [(x, y) for x, y, *found in numbers if tuple(found) == pytest.approx(size, abs=0.01)]


def bars(data: bytes, page: int = 0) -> list[tuple[float, float, float, float, float]]:
    """Of each bar code: module, height, left and lower edge, and width in modules."""
    content = PdfReader(BytesIO(data)).pages[page].get_contents()
    assert content is not None
    found = []
    for module, height, x, y, path in re.findall(
        rb"q ([\d.]+) 0 0 ([\d.]+) ([-\d.]+) ([-\d.]+) cm ([\d re]+) f Q", content.get_data()
    ):
        *_, (at, width) = re.findall(rb"(\d+) 0 (\d+) 1 re", path)
        found.append((float(module), float(height), float(x), float(y), float(at) + float(width)))
    return found


def test_every_stock_of_the_table_is_known() -> None:
    assert list(label_stocks()) == PARTS
    assert set(PLANS) == set(PARTS)


# Where the labels lie


@pytest.mark.parametrize("part", PARTS)
def test_every_edge_of_every_label_is_printed_where_the_table_has_it(part: str) -> None:
    dpi = 600
    image = image_of(render_labels(sheet_of(part, (parcel(1),), outlines=True)), dpi=dpi).convert("L")
    row = row_of(part)
    page = PAGES[row["page"]]
    assert image.size == pytest.approx([side * dpi / 72 for side in page], abs=1)
    window, tolerance = 1.2 * MM, 0.1 / 25.4 * dpi

    def middle_of_the_ink(x: float, y: float, *, upright: bool) -> float:
        wide, high = (window, 0.1) if upright else (0.1, window)
        box = [round(edge * dpi / 72) for edge in (x - wide, y - high, x + wide, y + high)]
        box = [max(box[0], 0), max(box[1], 0), min(box[2] + 1, image.width), min(box[3] + 1, image.height)]
        ink = image.crop((box[0], box[1], box[2], box[3])).point(lambda grey: 255 * (grey < 128)).getbbox()
        assert ink is not None, (x, y)
        return box[0] + (ink[0] + ink[2]) / 2 if upright else box[1] + (ink[1] + ink[3]) / 2

    for left, top, right, bottom in rectangles(part):
        # A sixth from the corner, where the edge is alone.
        across, down = left + (right - left) / 6, top + (bottom - top) / 6
        for x in (left, right):
            assert middle_of_the_ink(x, down, upright=True) == pytest.approx(x * dpi / 72, abs=tolerance)
        for y in (top, bottom):
            assert middle_of_the_ink(across, y, upright=False) == pytest.approx(y * dpi / 72, abs=tolerance)


@pytest.mark.parametrize("part", PARTS)
def test_an_offset_moves_everything_just_so_far(part: str) -> None:
    label_stock = find_label_stock(part)
    straight = sheet_of(part, outlines=True)
    moved = replace(straight, offset_x_mm=2.5, offset_y_mm=-1.7)
    right, down = 2.5 * MM, -1.7 * MM
    before, after = render_labels(straight), render_labels(moved)
    assert len(outlines(before, label_stock)) == label_stock.per_page
    for (x, y), (new_x, new_y) in zip(outlines(before, label_stock), outlines(after, label_stock), strict=True):
        assert (new_x - x, new_y - y) == pytest.approx((right, -down), abs=0.002)
    for (_, _, x, y, _), (_, _, new_x, new_y, _) in zip(bars(before), bars(after), strict=True):
        assert (new_x - x, new_y - y) == pytest.approx((right, -down), abs=0.002)
    pages = [pypdfium2.PdfDocument(data)[0].get_textpage() for data in (before, after)]
    assert pages[0].count_rects() == pages[1].count_rects() > 0
    for index in range(pages[0].count_rects()):
        old, new = (page.get_rect(index) for page in pages)
        assert (new[0] - old[0], new[1] - old[1]) == pytest.approx((right, -down), abs=0.01)


@pytest.mark.parametrize("part", PARTS)
def test_without_outlines_no_edge_is_printed(part: str) -> None:
    assert outlines(render_labels(sheet_of(part)), find_label_stock(part)) == []


def numbers_at(data: bytes, part: str) -> list[dict[int, str]]:
    """Which number stands on which label (counted from 1), page by page, by its bar code."""
    found = []
    for index in range(len(pypdfium2.PdfDocument(data))):
        on_page = {}
        for code in zxingcpp.read_barcodes(image_of(data, page=index)):
            spot = code.position.top_left
            x, y = spot.x * 72 / 200, spot.y * 72 / 200
            (label,) = (
                number
                for number, (left, top, right, bottom) in enumerate(rectangles(part), start=1)
                if left <= x <= right and top <= y <= bottom
            )
            on_page[label] = code.text
        found.append(on_page)
    return found


def test_labels_begin_at_the_start_and_copies_stand_side_by_side_over_the_end_of_the_page() -> None:
    sheet = sheet_of("5160", (parcel(7), parcel(3), parcel(5)), start=28, copies=2)
    assert numbers_at(render_labels(sheet), "5160") == [
        {28: "SH-0007", 29: "SH-0007", 30: "SH-0003"},
        {1: "SH-0003", 2: "SH-0005", 3: "SH-0005"},
    ]


def test_a_start_at_the_last_label_fills_it() -> None:
    data = render_labels(sheet_of("L7163", (parcel(1), parcel(2)), start=14))
    assert numbers_at(data, "L7163") == [{14: "SH-0001"}, {1: "SH-0002"}]


# What readers read


@pytest.mark.parametrize("part", PARTS)
def test_the_bar_code_of_every_label_is_read_in_its_place(part: str) -> None:
    sheet = sheet_of(part)
    (found,) = numbers_at(render_labels(sheet), part)
    assert found == {index: label.number for index, label in enumerate(sheet.labels, start=1)}


def test_bars_take_the_room_that_an_address_leaves_so_that_a_phone_may_be_held_askew() -> None:
    long = ("ANA NÚÑEZ", "DEPARTMENT OF MEDICINE", "SUITE 400", "100 EXAMPLE ST", "CHICAGO IL 60612")
    short, full = (
        render_labels(sheet_of("5160", (replace(parcel(1), to=to),))) for to in ((long[0], *long[-2:]), long)
    )
    assert [round(bars(data)[0][1], 1) for data in (short, full)] == [14.7, 11.3]
    askew = image_of(short).convert("L").crop((30, 90, 570, 310)).rotate(10, expand=True, fillcolor=255)
    assert [code.text for code in zxingcpp.read_barcodes(askew)] == ["SH-0001"]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("number", ["SH-0001", "SH-9999", "SH-12345", "SH-123456"])
def test_bars_are_wide_and_high_enough_with_white_on_both_sides(part: str, number: str) -> None:
    data = render_labels(sheet_of(part, (replace(parcel(1), number=number),)))
    (code,) = zxingcpp.read_barcodes(image_of(data))
    assert (code.text, code.format.name) == (number, "Code128")
    ((module, height, x, _, width),) = bars(data)
    left, _, right, _ = rectangles(part)[0]
    assert module >= 0.25 * MM - 0.001
    assert height >= 0.13 * module * width
    assert x - left >= 10 * module - 0.001
    assert right - x - module * width >= 10 * module - 0.001
    # Nor does any text stand in the white.
    page = pypdfium2.PdfDocument(data)[0].get_textpage()
    bottom = bars(data)[0][3]
    for index in range(page.count_rects()):
        text_left, text_bottom, text_right, text_top = page.get_rect(index)
        beside = text_bottom < bottom + height and text_top > bottom
        within = text_left < x + module * (width + 10) and text_right > x - module * 10
        assert not (beside and within)


def test_bars_of_a_roll_are_whole_dots_of_a_thermal_printer() -> None:
    ((module, *_),) = bars(render_labels(sheet_of("4x6")))
    dots = module / MM * 8
    assert dots == pytest.approx(round(dots), abs=0.001)


# What stays inside


def outside(data: bytes, part: str, inside: float) -> Image.Image:
    """The page, with all that lies well inside of a label wiped out."""
    image = image_of(data, dpi=200)
    scale = 200 / 72
    pencil = ImageDraw.Draw(image)
    for left, top, right, bottom in rectangles(part):
        box = (left + inside, top + inside, right - inside, bottom - inside)
        # One pixel for the grey of an edge between two pixels.
        edges = (box[0] * scale - 1, box[1] * scale - 1, box[2] * scale + 1, box[3] * scale + 1)
        pencil.rectangle(edges, fill="white")
    return image


def is_white(image: Image.Image) -> bool:
    lowest = image.convert("L").getextrema()[0]
    return lowest == 255


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("sender", [None, SENDER])
def test_nothing_is_printed_within_a_millimetre_and_a_half_of_an_edge(part: str, sender: Block | None) -> None:
    sheet = sheet_of(part)
    sheet = replace(sheet, labels=tuple(replace(label, sender=sender) for label in sheet.labels))
    assert is_white(outside(render_labels(sheet), part, 1.5 * MM))


LINES = st.lists(st.text(st.sampled_from("AÑẲgjW0., -"), min_size=1, max_size=200), min_size=1, max_size=8)


@settings(max_examples=25)
@given(part=st.sampled_from(PARTS), to=LINES, sender=LINES)
def test_an_address_stays_on_its_label_or_is_refused_by_field(part: str, to: list[str], sender: list[str]) -> None:
    label = replace(parcel(1, tuple(to)), sender=Block(tuple(sender)))
    refused, data = tried(sheet_of(part, (label,)))
    if data:
        assert is_white(outside(data, part, 1.5 * MM))
    else:
        assert re.fullmatch(r"labels\[0\]\.(to|sender\.lines)\[\d\]", refused)


def tried(sheet: LabelSheet) -> tuple[str, bytes]:
    """The field that is refused, or the file."""
    try:
        return "", render_labels(sheet)
    except Unprintable as refused:
        return refused.field or "", b""


@pytest.mark.parametrize("part", PARTS)
def test_no_text_stands_on_another_or_on_bars(part: str) -> None:
    data = render_labels(sheet_of(part))
    page = pypdfium2.PdfDocument(data)[0].get_textpage()
    boxes = [page.get_rect(index) for index in range(page.count_rects())]
    boxes += [(x, y, x + module * width, y + height) for module, height, x, y, width in bars(data)]
    for one, other in combinations(boxes, 2):
        across = min(one[2], other[2]) - max(one[0], other[0])
        along = min(one[3], other[3]) - max(one[1], other[1])
        assert across <= 0.5 or along <= 0.5, (one, other)


@pytest.mark.parametrize("part", [part for part in PARTS if part != "5167"])
def test_every_word_of_a_long_address_is_printed(part: str) -> None:
    (text,) = texts(render_labels(sheet_of(part, (parcel(1, LUCIA),))))
    said = re.sub(r"\s", "", text)
    assert [line for line in LUCIA if re.sub(r"\s", "", line) not in said] == []


# What it says


def test_a_label_of_a_roll_says_all() -> None:
    (text,) = texts(render_labels(sheet_of("4x6", (parcel(42),))))
    said = text.replace("\u00a0", " ")
    parts = ("Latinas in Medicine", "From", *SENDER.lines, "To", *MARIA, "Must arrive by", "September 27, 2026")
    positions = [said.index(each) for each in (*parts, "Ribbons", "1,313")]
    assert positions == sorted(positions)
    assert "SH-0042" in said


def test_a_label_of_a_roll_speaks_spanish() -> None:
    (text,) = texts(render_labels(replace(sheet_of("4x6", (parcel(1),)), language="es")))
    said = text.replace("\u00a0", " ")
    for each in ("De", "Para", "Debe llegar a más tardar el", "27 de septiembre de 2026", "Cintas"):
        assert each in said


def colors_of(image: Image.Image) -> set[tuple[int, ...]]:
    """Red, green and blue of every pixel."""
    counted = image.convert("RGB").getcolors(image.width * image.height) or []
    return {color for _, color in counted if isinstance(color, tuple)}


def test_the_ribbon_of_a_roll_has_the_communitys_colours() -> None:
    image = image_of(render_labels(sheet_of("4x6", ribbon_color="#AA0044", foil_color="#00CC88")))
    assert {(0xAA, 0, 0x44), (0, 0xCC, 0x88)} <= colors_of(image)


@pytest.mark.parametrize("part", [part for part in PARTS if part != "4x6"])
def test_everything_on_a_sheet_is_black(part: str) -> None:
    colors = colors_of(image_of(render_labels(sheet_of(part))))
    assert (0, 0, 0) in colors
    assert [color for color in colors if len(set(color)) > 1] == []


@pytest.mark.parametrize("part", [part for part in PARTS if part != "5167"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_day_and_the_return_address_stand_on_every_label_but_the_smallest(part: str, language: str) -> None:
    (text,) = texts(render_labels(replace(sheet_of(part, (parcel(1),)), language=cast("Any", language))))
    assert "2026" in text
    assert SENDER.lines[1] in text


def test_what_is_not_known_is_left_out() -> None:
    bare = AddressLabel(number="SH-0001", to=MARIA)
    (text,) = texts(render_labels(sheet_of("4x6", (bare,))))
    for label in ("From", "Must arrive", "Ribbons"):
        assert label not in text


def test_the_smallest_label_has_number_and_name_and_the_number_alone_where_the_name_is_long() -> None:
    first, second = (
        texts(render_labels(sheet_of("5167", (parcel(1, to),))))[0].replace("\r\n", " ") for to in (MARIA, XIMENA)
    )
    assert first.split(" ", 1) == ["SH-0001", "DR MARÍA NÚÑEZ"]
    assert second == "SH-0001"


# Many of them, and twice


@pytest.mark.parametrize("part", PARTS)
def test_five_hundred_parcels_each_have_their_label(part: str) -> None:
    sheet = sheet_of(part, tuple(parcel(index, PEOPLE[index % 4]) for index in range(500)))
    pages = texts(render_labels(sheet))
    assert len(pages) == math.ceil(500 / find_label_stock(part).per_page)
    said = re.findall(r"SH-\d{4}", "\n".join(pages))
    assert said == [label.number for label in sheet.labels]


# What is refused


def render_labels(sheet: LabelSheet) -> bytes:
    """The PDF of labels that can all be printed."""
    laid = lay_labels(sheet)
    for fault in laid.faults:
        raise fault
    return bind([laid])


def refusal(sheet: LabelSheet) -> Unprintable:
    with pytest.raises(Unprintable) as raised:
        render_labels(sheet)
    return raised.value


def test_a_stock_that_nobody_knows_is_refused_and_the_known_ones_are_named() -> None:
    refused = refusal(replace(sheet_of("5160"), label_stock="5161"))
    assert refused.field == "label_stock"
    assert all(part in str(refused) for part in PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_a_start_beyond_the_sheet_is_refused(part: str) -> None:
    for start in (0, -1, find_label_stock(part).per_page + 1):
        assert refusal(sheet_of(part, start=start)).field == "start"


@pytest.mark.parametrize("copies", [0, -1, 101])
def test_no_copies_and_too_many_are_refused(copies: int) -> None:
    assert refusal(sheet_of("5160", copies=copies)).field == "copies"


def test_no_labels_are_refused() -> None:
    assert refusal(sheet_of("5160", ())).field == "labels"


def test_a_label_without_an_address_is_refused() -> None:
    assert refusal(sheet_of("5160", (parcel(1), parcel(2, ())))).field == "labels[1].to"


@pytest.mark.parametrize("offset", [10.1, -10.1, 1e9, math.inf, -math.inf, math.nan])
def test_an_offset_out_of_bounds_is_refused(offset: float) -> None:
    assert refusal(sheet_of("5160", offset_x_mm=offset)).field == "offset_x_mm"
    assert refusal(sheet_of("5160", offset_y_mm=offset)).field == "offset_y_mm"


@pytest.mark.parametrize("part", ["5160", "L7163", "4x6"])
def test_print_that_an_offset_would_move_off_the_page_is_refused_and_up_to_there_it_is_whole(part: str) -> None:
    (least, most), _ = find_label_stock(part).reach()
    assert refusal(sheet_of(part, offset_x_mm=most + 0.1)).field == "offset_x_mm"
    for offset in (least, most):
        (found,) = numbers_at_offset(part, offset)
        assert found == {label.number for label in sheet_of(part).labels}


def numbers_at_offset(part: str, offset: float) -> list[set[str]]:
    data = render_labels(sheet_of(part, offset_x_mm=offset))
    return [{code.text for code in zxingcpp.read_barcodes(image_of(data))}]


@pytest.mark.parametrize("part", PARTS)
def test_a_number_that_is_wider_than_the_label_is_refused(part: str) -> None:
    long = replace(parcel(1), number="SH-" + "ABCDEFGH" * 4)
    assert refusal(sheet_of(part, (parcel(2), long))).field == "labels[1].number"


@pytest.mark.parametrize("number", ["", "SH-Ñ", "SH-\u00f1", "S" * 41])
def test_a_number_that_has_no_bars_is_refused(number: str) -> None:
    assert refusal(sheet_of("4x6", (replace(parcel(1), number=number),))).field == "labels[0].number"


@pytest.mark.parametrize("part", [part for part in PARTS if part != "5167"])
def test_an_address_that_fits_no_size_is_refused_by_the_line_that_is_too_long(part: str) -> None:
    long = ("DR ANA", "W" * 1000, "CHICAGO IL 60611")
    sheet = sheet_of(part, (parcel(0), parcel(1), parcel(2), parcel(3, long)))
    assert refusal(sheet).field == "labels[3].to[1]"


def test_a_naive_print_time_and_a_colour_that_is_none_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(sheet_of("5160"), printed_at=PRINTED_AT.replace(tzinfo=None))
    with pytest.raises(Unprintable, match="#RRGGBB"):
        replace(sheet_of("5160"), ribbon_color="blue")
