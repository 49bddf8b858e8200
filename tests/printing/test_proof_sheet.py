"""The proof of a ribbon: what the vendor has to keep to, and boxes and marks where the ribbon is cut."""

from dataclasses import replace

import pytest

from app.core.errors import Unprintable
from app.printing.documents import PaperSize
from app.printing.proof_sheet import ProofSheet
from tests.printing import ordinary
from tests.printing.drawn import drawn
from tests.printing.looking import MM, cut_boxes, grown, picture, ribbon_in
from tests.support.reading import texts

BLEED = 3.2 * MM
DPI = 600
TENTH = 0.1 * MM


@pytest.fixture
def proof() -> ProofSheet:
    return ordinary.PROOF


def test_the_vendor_reads_all_that_she_has_to_keep_to(proof: ProofSheet) -> None:
    first, second = texts(drawn(proof))
    for said in (
        "Proof for approval",
        "PROOF-0001",
        "Revision 3",
        "7K3Q-0X9D",
        "LIM-BLUE",
        "Royal blue #1B4F9C",
        "Gold #C9A227",
        "101.6 × 41.3 mm",
        "4 × 1⅝ in",
        "Barlow Condensed SemiBold",
        "38.5 pt; never below 8 pt",
        "adhesive strip on the back, stackable",
        "3.2 mm of ribbon color beyond each cut",
        "Letters 3.2 mm or more inside each cut",
        "Approved by",
        "Date",
        "Page 1 of 2",
    ):
        assert said in first, said
    assert "PMS" not in first
    inked = texts(drawn(replace(proof, ribbon_pms="286 C", foil_pms="871 C")))[0]
    assert "Royal blue #1B4F9C PMS 286 C" in inked
    assert "Gold #C9A227 PMS 871 C" in inked
    assert "twice its size (2:1)" in second
    assert all("#LatinasInMedicine" in page for page in (first, second))


def test_the_spanish_sheet_says_it_in_spanish(proof: ProofSheet) -> None:
    first, second = texts(drawn(replace(proof, language="es")))
    for said in ("Prueba para aprobar", "tamaño real", "Sangrado", "tira adhesiva", "Aprobada por", "4 × 1⅝ pulg."):
        assert said in first
    assert "en escala 2:1" in second


def test_another_finishing_is_said_instead_of_the_usual(proof: ProofSheet) -> None:
    first = texts(drawn(replace(proof, face=replace(proof.face, finishing="Magnet on the back"))))[0]
    assert "Magnet on the back" in first
    assert "adhesive" not in first


@pytest.mark.parametrize("paper_size", ["letter", "a4"])
@pytest.mark.parametrize(("width", "height"), [(101.6, 41.3), (41.3, 101.6), (152.4, 50.8)])
def test_the_boxes_are_the_ribbon_and_its_bleed(
    proof: ProofSheet, paper_size: PaperSize, width: float, height: float
) -> None:
    face = replace(proof.face, width_mm=width, height_mm=height)
    boxes = cut_boxes(drawn(replace(proof, paper_size=paper_size, face=face)))
    assert boxes[0]
    trim, bleed = boxes[0]
    assert (trim[2] - trim[0], trim[3] - trim[1]) == pytest.approx((width * MM, height * MM), abs=0.01)
    assert bleed == pytest.approx(grown(trim, BLEED), abs=0.01)
    assert not any(boxes[1:])


def test_the_colour_fills_the_bleed_and_ends_there(proof: ProofSheet) -> None:
    face = replace(proof.face, ribbon_color="#D000A0", foil_color="#00A000")
    data = drawn(replace(proof, face=face))
    boxes = cut_boxes(data)[0]
    assert boxes
    # Two millimetres more on each side: the swatch of the same colour is further away.
    found = ribbon_in(picture(data, 0, grown(boxes[1], 2 * MM), DPI))
    assert found == pytest.approx([2, 2, 2 + 101.6 + 6.4, 2 + 41.3 + 6.4], abs=0.1)


def test_crop_marks_point_at_the_cut_from_outside_the_bleed(proof: ProofSheet) -> None:
    data = drawn(proof)
    boxes = cut_boxes(data)[0]
    assert boxes
    trim, bleed = boxes
    for x in (trim[0], trim[2]):
        for y1, y2 in ((bleed[3], bleed[3] + 5 * MM), (bleed[1] - 5 * MM, bleed[1])):
            # Narrower than the dimension's end stroke is long, from where the mark ends to the colour.
            strip = picture(data, 0, (x - MM / 2, y1 + MM / 5, x + MM / 2, y2 - MM / 5), DPI).convert("L")
            edges = strip.point(lambda value: 255 * (value < 128)).getbbox()
            assert edges
            middle = (edges[0] + edges[2]) / 2 * 72 / DPI
            assert middle == pytest.approx(MM / 2, abs=2 * TENTH)
            # A millimetre of white between the colour and the mark.
            near = strip.height - edges[3] if y1 == bleed[3] else edges[1]
            assert near * 72 / DPI == pytest.approx(0.8 * MM, abs=TENTH)


@pytest.mark.parametrize("paper_size", ["letter", "a4"])
def test_what_does_not_fit_at_twice_its_size_is_named(proof: ProofSheet, paper_size: PaperSize) -> None:
    large = replace(proof, paper_size=paper_size, face=replace(proof.face, width_mm=152.4, height_mm=50.8))
    (only,) = texts(drawn(large))
    assert "there is no proof at 2:1" in only
    both = texts(drawn(replace(proof, paper_size=paper_size)))
    assert len(both) == 2
    assert "there is no proof at 2:1" not in both[0]


def test_a_turned_proof_at_twice_its_size_is_just_that(proof: ProofSheet) -> None:
    face = replace(proof.face, ribbon_color="#D000A0", foil_color="#00A000")
    left, top, right, bottom = ribbon_in(picture(drawn(replace(proof, face=face)), 1, (0, 60, 400, 720)))
    assert right - left == pytest.approx(2 * (41.3 + 6.4), abs=0.1)
    assert bottom - top == pytest.approx(2 * (101.6 + 6.4), abs=0.1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "Ribbon 李"}, "face.text"),
        ({"text": "n" * 120}, "face.text"),
        ({"width_mm": 190.0}, "face.width_mm"),
        ({"height_mm": 250.0}, "face.height_mm"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_field(proof: ProofSheet, change: dict[str, object], field: str) -> None:
    face = replace(proof.face, **change)  # type: ignore[arg-type]
    with pytest.raises(Unprintable) as refusal:
        drawn(replace(proof, face=face))
    assert refusal.value.field == field
