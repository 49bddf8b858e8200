"""Papers that are read out: what is heard is what stands on them, in the order in which it is meant."""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from app.core.language import LOCALES, Language
from app.printing.art import art, art_pdf
from app.printing.documents import Document
from app.printing.labels import lay_labels
from app.printing.packing_slip import lay_packing_slip
from app.printing.sheet import MOST_TAGGED, bind
from app.printing.tagging import Tags
from tests.printing import ordinary
from tests.printing.drawn import drawn
from tests.printing.heard import Said, heard

FURNITURE = re.compile(r"Printed |Impreso |Page \d|Página \d|[×+=] ?$")


def catalog(data: bytes) -> Any:
    """What a file says of itself as a whole."""
    return PdfReader(BytesIO(data)).trailer["/Root"]


PAPERS: list[Document] = [
    ordinary.SLIP,
    ordinary.ORDER,
    ordinary.PICKS,
    ordinary.REPORT,
    ordinary.COUNT,
    ordinary.KIT,
    ordinary.PROOF,
    ordinary.THANKS,
]


@pytest.mark.parametrize("document", PAPERS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_paper_is_read_out_whole_in_a_tree_that_holds_together(document: Document, language: Language) -> None:
    document = replace(document, language=language)
    data = drawn(document)
    whole = heard(data)
    root = catalog(data)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == LOCALES[document.language].replace("_", "-")
    about = root["/Metadata"].get_data().decode()
    assert f"<rdf:li>{root['/Lang']}</rdf:li>" in about
    assert f"{document.number}</rdf:li>" in about
    assert [one.roles for one in whole.said].count("Document H1") == 1
    # Nothing but heads and feet of pages is left out, and the faces of a kit that stand on their heads.
    known = re.sub(r"\s", "", whole.text)
    for page in whole.unsaid:
        for text in page:
            assert re.sub(r"\s", "", text) in known or document.number in text or FURNITURE.match(text), text
    for element, roles in whole.elements:
        assert element["/S"] not in ("/Figure", "/Link") or element["/Alt"]
        assert roles[-1] != "Link" or roles[-2] == "P"  # it is part of a line


@pytest.mark.parametrize("document", [ordinary.SLIP, ordinary.KIT], ids=lambda one: type(one).__name__)
def test_what_is_neither_said_nor_decoration_is_found(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tags, "_set_aside", lambda _: None)
    with pytest.raises(AssertionError, match="neither said nor decoration"):
        heard(drawn(document))


def test_each_proof_stands_below_the_code_of_its_design() -> None:
    line = ordinary.ORDER.lines[0]
    other = replace(line, face=replace(line.face, code="LIM-RED", text="#Juntas"))
    said = heard(drawn(replace(ordinary.ORDER, lines=(line, other)))).said
    headings = [at for at, one in enumerate(said) if one.roles.endswith("H2")]
    above = [
        (said[max(heading for heading in headings if heading < at)].text, one.instead.split(",")[0])
        for at, one in enumerate(said)
        if one.instead.startswith("#")
    ]
    assert above == [(each.code, each.text) for each in (line.face, other.face)]


def test_a_table_is_read_row_by_row_and_each_row_has_all_its_cells() -> None:
    lines = tuple(replace(ordinary.SLIP.lines[0], code=f"LIM-{number}") for number in range(60))
    whole = heard(drawn(replace(ordinary.SLIP, lines=lines)))
    rows = [one for one, roles in whole.elements if roles[-1] == "TR"]
    assert [one for one, roles in whole.elements if roles[-1] == "Table"] == [rows[0]["/P"].get_object()]
    assert len(rows) == 1 + len(lines)  # the titles of further pages are not said again
    assert {len(row["/K"]) for row in rows} == {6}
    codes = [one.text.strip() for one in whole.said if one.text.startswith("LIM-") and "TD" in one.roles]
    assert codes == [line.code for line in lines]


def test_a_box_of_many_lines_has_its_number_once_beside_all_of_them() -> None:
    depot = ordinary.PICKS.depots[0]
    box = replace(depot.boxes[0], lines=depot.boxes[0].lines * 3)
    whole = heard(drawn(replace(ordinary.PICKS, depots=(replace(depot, boxes=(box,)),))))
    spans = [one["/A"]["/RowSpan"] for one, roles in whole.elements if roles[-1] == "TD" and "/A" in one]
    assert spans == [3, 3, 3]
    assert [one.text for one in whole.said].count(box.recipient) == 1


def test_a_note_over_two_pages_is_one_paragraph_whose_words_stay_apart() -> None:
    note = " ".join(f"word{number}" for number in range(480))
    whole = heard(drawn(replace(ordinary.SLIP, note=note)))
    assert Said("Document P", note) in whole.said


KIT_SAYS: dict[Language, list[str]] = {
    "en": ["“Hi!", "Take a ribbon", "We met!", "Scan the code if we met", "Conference Champion"],
    "es": ["“¡Hola!", "Toma una cinta", "¡Nos conocimos!", "Escanea si nos"],
}


@pytest.mark.parametrize("own", ["en", "es"])
def test_the_other_language_of_a_kit_says_which_it_is(own: Language) -> None:
    said = heard(drawn(replace(ordinary.KIT, language=own))).said
    for language, beginnings in KIT_SAYS.items():
        for beginning in beginnings:
            languages = {one.language for one in said if one.text.startswith(beginning)}
            assert languages == {"" if language == own else language}, beginning


def test_what_is_for_the_printer_alone_or_too_long_does_not_call_itself_tagged() -> None:
    labels = bind([lay_labels(ordinary.labels("5160"))])
    many = bind([lay_packing_slip(ordinary.SLIP)] * 2, title="Two slips")
    laid = lay_packing_slip(ordinary.SLIP)
    (page,) = laid.pages
    assert "/MarkInfo" in catalog(bind([replace(laid, pages=[page] * MOST_TAGGED)]))
    too_long = bind([replace(laid, pages=[page] * (MOST_TAGGED + 1))])
    for data in (labels, many, too_long):
        assert not {"/MarkInfo", "/StructTreeRoot"} & set(catalog(data))


def plain_places(data: bytes) -> dict[int, int]:
    """Where each object begins by the plain table of a file, read as in 1993; none where there is no such table."""
    start = int(data.rsplit(b"startxref", 1)[1].split()[0])
    if not data[start:].startswith(b"xref\n0 "):
        return {}
    _, _, size, rest = data[start:].split(maxsplit=3)
    lines = [rest[20 * number : 20 * number + 20].decode() for number in range(int(size))]
    assert all(re.fullmatch(r"\d{10} (00000 n|65535 f) \n", line) for line in lines)
    return {number: int(line[:10]) for number, line in enumerate(lines) if "n" in line}


def test_what_is_for_the_printer_alone_is_a_file_as_the_oldest_printers_read_it_and_only_tags_lie_packed() -> None:
    labels = bind([lay_labels(ordinary.labels("4x6"))])
    slips = bind([lay_packing_slip(replace(ordinary.SLIP, note="Łódź"))] * 2, title="Two slips")
    plate = art_pdf(art(ordinary.FACE))
    for data in (labels, slips, plate):
        assert data.startswith(b"%PDF-1.4\n")
        assert not re.search(rb"/(ObjStm|XRef)\b", data)
        places = plain_places(data)
        assert list(places.values()) == [found.start() for found in re.finditer(rb"(?<=\n)\d+ 0 obj\n", data)]
        assert [data[at:].startswith(b"%d 0 obj\n" % number) for number, at in places.items()] == [True] * len(places)
        assert PdfReader(BytesIO(data), strict=True).trailer.raw_get("/Size") == len(places) + 1
    slip = drawn(ordinary.SLIP)
    assert slip.startswith(b"%PDF-1.7\n")
    assert re.search(rb"/ObjStm\b", slip)
    assert plain_places(slip) == {}
