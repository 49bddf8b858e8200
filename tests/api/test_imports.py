"""Files of conferences over HTTP: tried first, then read whole or not at all, whatever is sent."""

from base64 import b64encode
from random import Random
from typing import Any

from app.core.xlsx_out import to_xlsx
from app.maintenance.verification import differences
from tests.support.world import Json, World

HEAD = ["name", "starts_on", "ends_on", "city", "state", "mode"]
ROWS = [
    ["Congreso “Ñandú”", "14/11/2027", "18/11/2027", "Mérida", "MX-YUC", "in_person"],
    ["Jornadas", "3 de febrero de 2027", "5-feb-27", "", "", "virtual"],
]


def sent(rows: list[list[str]], separator: str = ";", encoding: str = "utf-16", **more: str) -> Json:
    """A file as Excel saves it."""
    text = "\r\n".join(separator.join(row) for row in [HEAD, *rows])
    return {"file": b64encode(text.encode(encoding)).decode(), **more}


def workbook(rows: list[list[Any]]) -> bytes:
    return b"".join(to_xlsx(HEAD, [rows]))


def test_a_file_is_tried_and_read_and_undone_by_a_coordinator(world: World) -> None:
    body = sent(ROWS, country="MX")
    tried = world.coordinator.post("/imports/conferences?dry_run=true", body)
    assert (tried["import_id"], tried["added"], tried["known"]) == (None, 2, 0)
    shown = [(each["starts_on"], each["ends_on"], each["timezone"], each["known"]) for each in tried["conferences"]]
    assert shown == [
        ("2027-11-14", "2027-11-18", "America/Merida", False),
        ("2027-02-03", "2027-02-05", "UTC", False),
    ]
    assert world.anyone.get("/conferences")["items"] == world.coordinator.get("/imports")["items"] == []
    world.ana.post("/imports/conferences", body, status=403)
    done = world.coordinator.post("/imports/conferences", body)
    assert tried == done | {"import_id": None}
    names = {each["name"] for each in world.anyone.get("/conferences")["items"]}
    assert names == {"Congreso “Ñandú”", "Jornadas"}
    again = world.coordinator.post(
        "/imports/conferences", {"file": b64encode(workbook(ROWS)).decode(), "country": "MX"}
    )
    assert (again["added"], again["known"], again["conferences"][0]["known"]) == (0, 2, True)
    assert world.coordinator.post(f"/imports/{done['import_id']}/undo")["added"] == 2
    assert world.anyone.get("/conferences")["items"] == []
    assert len(world.coordinator.get("/audit?subject=import:1")["items"]) == 2
    with world.database.reading() as session:
        assert differences(session) == []


def test_a_refusal_names_every_error_of_every_row_and_nothing_is_kept(world: World) -> None:
    bad = ["x" * 300, "11/12/2027", "soon", "", "XX-XX", "in_person"]
    problem = world.coordinator.post("/imports/conferences", sent([ROWS[0], bad, [*ROWS[1][:5], "online"]]), status=422)
    assert problem["errors"][0]["column"] == "country"  # of which the file says nothing
    problem = world.coordinator.post(
        "/imports/conferences", sent([ROWS[1], bad, [*ROWS[1][:5], "online"]], country="MX"), status=422
    )
    found = {(error["row"], error["column"]) for error in problem["errors"]}
    assert found == {(3, column) for column in ("name", "starts_on", "ends_on", "city", "state")} | {(4, "mode")}
    assert (problem["error_count"], problem["errors"][0]["pointer"]) == (6, "#/file")
    spanish = world.coordinator.call(
        "POST", "/imports/conferences", json=sent([bad], country="MX"), headers={"Accept-Language": "es"}
    )
    assert spanish.status_code == 422
    for body in ({}, {"csv": "a", "file": "YQ=="}, {"file": "no base64!"}, {"csv": ""}, {"file": ""}):
        world.coordinator.post("/imports/conferences", body, status=422)
    assert world.coordinator.call("POST", "/imports/conferences", json={"csv": "x" * 1_100_000}).status_code == 413
    assert world.anyone.get("/conferences")["items"] == []


def test_what_was_spoiled_on_the_way_is_read_or_refused_and_never_a_fault(world: World) -> None:
    random, good = Random(3), [sent(ROWS, ",", "cp1252")["file"], b64encode(workbook(ROWS)).decode()]
    for number in range(60):
        file = bytearray(good[number % 2].encode())
        for _ in range(random.randint(1, 4)):
            file[random.randrange(len(file))] = random.choice(b"ABCDabcd0123+/")
        body = {"file": file[: random.choice([len(file), random.randrange(4, len(file))]) // 4 * 4].decode()}
        answer = world.coordinator.call("POST", "/imports/conferences?dry_run=true", json=body | {"country": "MX"})
        assert answer.status_code in {200, 422}, answer.text
