"""Files on the desk: a list of conferences that is looked at before it is read in, and the lists as spreadsheets."""

from base64 import b64decode, b64encode
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.core.xlsx_out import to_xlsx
from app.web.files import LARGEST, LISTS
from app.web.multipart import fields_of
from tests.support.browser import Browser, signed_in
from tests.support.contents import contents
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do, which is tested on both")

HEAD = ["name", "starts_on", "ends_on", "city", "state", "mode"]
ROWS = [
    ["Congreso <Ñandú>", "14/11/2027", "18/11/2027", "Mérida", "MX-YUC", "in_person"],
    ["Jornadas", "3 de febrero de 2027", "5-feb-27", "", "", "virtual"],
]
FILE = "\r\n".join(";".join(row) for row in [HEAD, *ROWS]).encode("utf-16")


def test_a_file_is_looked_at_before_it_is_read_in_and_can_be_taken_back(world: World) -> None:
    desk = signed_in(world, world.coordinator)
    assert 'href="/files"' in desk.get("/todo")
    desk.get("/files")
    for file in (FILE, b"".join(to_xlsx(HEAD, [ROWS]))):
        page = desk.upload("/files", {"verb": "look", "country": "MX", "timezone": ""}, file, status=200)
        assert ("Congreso &lt;Ñandú&gt;" in page, "America/Merida" in page, "Import 2 conferences" in page) == (
            True,
        ) * 3
        assert contents(world.database)["conference"] == []
    again = {name: desk.hidden(name) for name in ("file", "country", "timezone", "request_key")}
    for _ in range(2):  # a button that is pressed twice
        assert desk.post("/files", {"verb": "import", **again}) == "/files?done=2"
    page = desk.get("/files?done=2")
    assert ("New in the calendar: 2." in page, "New: 2. Here already: 0." in page) == (True, True)
    assert {each["name"] for each in world.anyone.get("/conferences")["items"]} == {"Congreso <Ñandú>", "Jornadas"}
    page = desk.upload("/files", {"verb": "look", "country": "MX", "timezone": ""}, FILE, status=200)
    assert ("Here already" in page, "Import " in page) == (True, False)
    assert desk.post("/files", {"verb": "undo", "number": "1"}) == "/files?done=undone"
    assert contents(world.database)["conference"] == []


def test_every_error_of_every_row_is_shown_in_the_readers_language_and_nothing_is_kept(world: World) -> None:
    desk = signed_in(world, world.coordinator, **{"Accept-Language": "es"})
    bad = [["x" * 300, "11/12/2027", "soon", "", "XX-XX", "in_person"], [*ROWS[1][:5], "online"]]
    file = "\n".join(",".join(row) for row in [HEAD, *bad]).encode()
    for verb in ("look", "import"):
        page = desk.upload(
            "/files?lang=es", {"verb": verb, "country": "MX", "timezone": "America/Merida"}, file, status=422
        )
    page = desk.upload("/files?lang=es", {"verb": "look", "country": "MX", "timezone": "Aquí"}, file, status=422)
    assert page.count("<b>Línea 2, ") == 5
    assert page.count("<b>Línea 3, mode</b>") == 1
    assert ('value="MX" selected' in page, 'value="Aquí"' in page) == (True, True)
    for form, told in (({}, b""), ({}, b"x" * (LARGEST + 9)), ({"country": "XX"}, FILE)):
        page = desk.upload("/files", {"verb": "look", **form}, told, status=422)
        assert 'role="alert"' in page
    desk.upload("/files", {"verb": "eat"}, FILE, status=404)
    assert contents(world.database)["conference"] == contents(world.database)["file_import"] == []
    signed_in(world, world.ana).upload("/files", {"verb": "import"}, FILE, status=403)
    signed_out = Browser(world.client).upload("/files", {"verb": "import"}, FILE, status=401)
    assert signed_out.count(b64encode(FILE).decode()) == 1  # kept to be sent again, and not shown


def test_lists_are_files_for_whoever_may_read_them_with_the_filters_of_the_list(world: World) -> None:
    conference = world.conference()
    world.deputized(conference)
    desk, ana = signed_in(world, world.coordinator), signed_in(world, world.ana)
    assert all(f'href="/files/{name}.xlsx"' in desk.get("/files") for name in LISTS)
    for name in LISTS:
        desk.get(f"/files/{name}.csv")
        assert desk.page.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'
        desk.get(f"/files/{name}.xlsx")
        assert len(load_workbook(BytesIO(desk.page.content)).active["A"]) == len(
            desk.get(f"/files/{name}.csv").splitlines()
        )
    assert len(ana.get("/files/claims.csv").splitlines()) == 2
    assert len(signed_in(world, world.bea).get("/files/claims.csv").splitlines()) == 1
    assert len(desk.get("/files/levels.csv?kind=depot").splitlines()) == 2
    assert len(Browser(world.client).get("/files/conferences.csv?q=nowhere").splitlines()) == 1
    desk.get("/files/levels.csv?kind=x", status=422)
    desk.get("/files/levels.pdf", status=404)
    page = Browser(world.client).get("/conferences?q=nowhere&year=2027")
    assert "/files/conferences.csv" not in page  # there is nothing to be had
    assert "/files/conferences.csv?status=scheduled" in Browser(world.client).get("/conferences")


def test_a_form_with_a_file_is_read_byte_by_byte_and_what_no_browser_sends_is_refused() -> None:
    odd = b"\r\n--\x00\xff\r\n-\n\r\n--b\r"
    body = (
        b'--b0\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xc3\xb1\r\n'
        b'--b0\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\nContent-Type: text/csv\r\n\r\n'
        + odd
        + b"\r\n--b0--\r\n"
    )
    kind = "multipart/form-data; boundary=b0"
    fields = fields_of(kind, body, most=2)
    assert (fields["a"], b64decode(fields["file"])) == ("ñ", odd)
    assert fields_of("application/x-www-form-urlencoded", b"a=1&a=2", most=2) == {"a": "1\n2"}
    wrong = (body[:-6], body.replace(b"\xc3", b"\xff"), body.replace(b'name="a"', b"x"), b"")
    for broken in wrong:
        with pytest.raises(ValueError):  # noqa: PT011
            fields_of(kind, broken, most=2)
    with pytest.raises(ValueError):  # noqa: PT011
        fields_of(kind, body, most=1)
