"""What a person leaves behind: in the logs nothing, and once she is erased, nothing anywhere."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from app.maintenance.verification import differences
from tests.support.browser import signed_in
from tests.support.calling import LOOPBACK
from tests.support.canary import EMAIL, MARK, arrive, err, work
from tests.support.contents import contents
from tests.support.erasing import erase
from tests.support.serve import Served, champions_serve
from tests.support.smtp import mail_server
from tests.support.world import World

NO_KEEPING = httpx.Limits(max_keepalive_connections=0)
"""Of connections: the server hangs up on what is no HTTP."""

BOOKS = ("move", "level", "close_out_line", "shipment_line")


@contextmanager
def _served(world: World, url: str, folder: Path) -> Iterator[tuple[Served, World, list[EmailMessage]]]:
    """The community behind a process of its own that logs all it ever logs, and the letters that it sends."""
    with (
        mail_server() as (smtp_url, letters),
        champions_serve(url, folder, log_level="debug", smtp_url=smtp_url, mail_from="r@example.org") as server,
        httpx.Client(base_url=server.url, limits=NO_KEEPING, **LOOPBACK) as client,
    ):
        yield server, world.reached_at(client), letters


def _marked(lines: list[str]) -> list[str]:
    return [line for line in lines if MARK in line.casefold()]


def test_the_logs_name_nobody_whatever_happens(world: World, database_url: str, tmp_path: Path) -> None:
    with _served(world, database_url, tmp_path) as (server, remote, letters):
        she = arrive(remote, letters)
        work(remote, she)
        err(remote, she)
        remote.client.get("/sign-in/go", params={"code": f"ccs_{MARK}", "next": f"/{MARK}"})
        calendar = urlsplit(she.post("/me/calendar-links", {"kind": "own"}, status=201)["address"]).path
        statuses = [remote.client.get(path).status_code for path in (calendar, f"/calendar/ccc_{MARK}.ics")]
        assert statuses == [200, 404]
        # What nobody has thought of: a table is gone while her words are on their way to it.
        with world.database.transaction() as session:
            session.connection().execute(text("ALTER TABLE report RENAME TO gone"))
        remote.coordinator.get(f"/reports?{MARK}=1", status=422)
        failures = [
            she.post("/reports", {"text": f"report of a {MARK}"}, status=500)["request_id"],
            remote.coordinator.get("/reports?open=true", status=500)["request_id"],
        ]
    log = "".join(server.lines)
    assert '"route": "/api/v1/tokens", "status": 401' in log
    for status in statuses:
        assert f'"route": "/calendar/{{code}}.ics", "status": {status}' in log
    assert calendar.removeprefix("/calendar/").removesuffix(".ics") not in log
    assert '"name": "report"' in log  # the function in which it failed
    exceptions = [json.loads(line) for line in server.lines if '"exception"' in line]
    assert [line["request_id"] for line in exceptions] == failures
    assert _marked(server.lines) == []
    assert "127.0.0.1" not in "".join(line for line in server.lines if '"event": "request"' in line)


@pytest.mark.on_one_engine("no database has a part in it")
def test_a_letter_that_cannot_be_sent_is_logged_without_a_word_of_it(
    world: World, database_url: str, tmp_path: Path
) -> None:
    with mail_server() as (smtp_url, _):
        pass  # nobody listens there any more
    with (
        champions_serve(database_url, tmp_path, log_level="debug", smtp_url=smtp_url) as server,
        httpx.Client(base_url=server.url, limits=NO_KEEPING, **LOOPBACK) as client,
    ):
        remote = world.reached_at(client)
        remote.coordinator.post("/people", {"name": "Somebody", "email": EMAIL}, status=201)
        remote.anyone.post("/sign-in-links", {"email": EMAIL}, status=202)
    log = "".join(server.lines)
    assert "ConnectionRefusedError" in log
    assert "ccs_" not in log
    assert _marked(server.lines) == []


def test_whoever_is_erased_is_found_nowhere_and_the_books_stay_as_they_were(
    world: World, database_url: str, database_kind: str, tmp_path: Path
) -> None:
    with _served(world, database_url, tmp_path) as (server, remote, letters):
        she = arrive(remote, letters)
        work(remote, she)
        err(remote, she)
    signed_in(world, she)
    before, coverage = contents(world.database), world.anyone.get("/coverage")
    marked = {name for name, rows in before.items() if _marked([str(row) for row in rows])}
    assert marked >= {
        *("person", "person_address", "api_token", "claim", "shipment", "shipment_address", "move_note"),
        *("meetup", "naming", "member", "member_handle", "report", "idempotency_record", "late_entry"),
    }
    assert "audit_entry" not in marked
    assert she.person_id is not None
    person_id = she.person_id
    world.database.run(lambda session: erase(session, person_id=person_id))
    after = contents(world.database)
    assert {name: _marked([str(row) for row in rows]) for name, rows in after.items()} == {name: [] for name in after}
    assert [row for row in after["browser_session"] if person_id in row] == []
    assert (len(before["calendar_link"]), after["calendar_link"]) == (1, [])
    assert {name: after[name] for name in BOOKS} == {name: before[name] for name in BOOKS}
    assert after["audit_entry"] == before["audit_entry"]
    # A meetup of which nobody is left counts no more.
    now, then = (
        re.sub(r"'meetups': \d+|'as_of': '[^']+'", "", str(each)) for each in (world.anyone.get("/coverage"), coverage)
    )
    assert now == then
    with world.database.reading() as session:
        assert differences(session) == []
    assert _marked(server.lines) == []
    if database_kind == "sqlite":
        _check_file(world, Path(database_url.removeprefix("sqlite:///")).parent)


def _check_file(world: World, folder: Path) -> None:
    """What was deleted may still lie in unused pages until they are written over, or the file is rebuilt."""
    assert MARK.encode() in _bytes(folder)
    world.database.dispose()
    with world.database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert MARK.encode() not in _bytes(folder)


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file()).lower()
