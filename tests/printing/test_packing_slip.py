"""The packing slip: what the person who opens the box reads."""

from dataclasses import replace

from app.printing.documents import PackingSlip
from tests.printing.drawn import drawn
from tests.support.reading import lines, words


def text_of(document: PackingSlip) -> str:
    return words(drawn(document))


def test_the_receiver_reads_what_came_from_whom_and_why(slip: PackingSlip) -> None:
    text = text_of(slip)
    for said in (
        "Packing slip",
        "Depot Midwest",
        "Dra. Lucía Peña",
        "Annual Meeting of Physicians",
        "San Francisco, California",
        "March 30 – April 2, 2026",
        "March 27, 2026",
        "UPS Ground",
        "1Z 999 AA1 01",
        "6 × 50 + 13",
        "313",
        "Counted by",
        "Two packs are for Dr. Quiñones.",
        "If your count differs",
        slip.link,
    ):
        assert said in text
    assert text.count(slip.number) >= 3


def test_the_text_is_read_in_the_order_of_the_paper(slip: PackingSlip) -> None:
    text = text_of(slip)
    positions = [
        text.index(said) for said in ("Packing slip", "Depot", "Dra.", "Annual", "LIM-BLUE", "Counted by", "Page")
    ]
    assert positions == sorted(positions)


def test_the_spanish_slip_says_tu(slip: PackingSlip) -> None:
    text = text_of(replace(slip, language="es"))
    for said in ("Lista de empaque", "30 de marzo – 2 de abril de 2026", "Si tu conteo no coincide", "Cuenta cada"):
        assert said in text


def test_what_is_not_known_is_left_out(slip: PackingSlip) -> None:
    bare = replace(
        slip,
        conference=None,
        conference_place="",
        starts_on=None,
        ends_on=None,
        must_arrive_by=None,
        carrier="",
        tracking_number="",
        note="",
    )
    text = text_of(bare)
    for label in ("Conference", "Must arrive", "Carrier", "Tracking", "Note"):
        assert label not in text


def test_the_total_adds_up_the_lines(slip: PackingSlip) -> None:
    full = replace(slip, lines=slip.lines * 7)
    assert full.quantity == 2191
    assert "2,191" in text_of(full)


SHORT_LINK = "HTTPS://CHAMPIONS.EXAMPLE.ORG/S/K7Q2M4XPA1B2C3D4"


def test_the_code_says_what_it_is_good_for_and_can_be_typed(slip: PackingSlip) -> None:
    stamped = replace(slip, link=SHORT_LINK, code="K7Q2-M4XP-A1B2-C3D4")
    text = text_of(stamped)
    assert "Scan and count here" in text
    assert "K7Q2-M4XP A1B2-C3D4" in text
    assert "Escanea y cuenta aquí" in text_of(replace(stamped, language="es"))


def test_a_short_link_stands_on_a_line_of_its_own(slip: PackingSlip) -> None:
    for paper_size in ("letter", "a4"):
        for language in ("en", "es"):
            (page,) = lines(drawn(replace(slip, link=SHORT_LINK, paper_size=paper_size, language=language)))
            assert SHORT_LINK in page


def test_a_link_too_long_for_a_line_breaks_after_a_mark(slip: PackingSlip) -> None:
    long = "HTTPS://CHAMPIONS.LATINAS-IN-MEDICINE.A-VERY-LONG-NAME-OF-A-HOST.EXAMPLE.ORG/RIBBONS/S/K7Q2M4XPA1B2C3D4"
    (page,) = lines(drawn(replace(slip, link=long)))
    (start,) = [index for index, line in enumerate(page) if line.startswith("HTTPS://")]
    assert "".join(page[start : start + 2]) == long
    assert page[start][-1] in "-/."
