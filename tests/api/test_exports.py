"""Lists as files: what the list gives, whole, typed, harmless in a spreadsheet, and in memory that does not grow."""

import csv
import re
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from app.acts import unit
from app.acts.act import Export
from app.claims.acts import export_claims
from app.claims.calendar_acts import export_conferences
from app.claims.schemas import ClaimFilter
from app.core.config import PROJECT
from app.core.csv_out import Value
from app.core.errors import Unauthenticated
from app.core.tables import Suffix, heads, table
from app.core.xlsx_out import to_xlsx
from app.coverage.acts import EXPORTED as OF_COVERAGE
from app.meetups.acts import export_meetups
from app.purchasing.acts import export_purchase_orders
from app.shipments.acts import export_shipments
from app.stock.acts import export_levels, export_moves
from tests.support.world import Caller, Json, World, day

EXPORTS: dict[str, Export[...]] = {
    "/conferences": export_conferences,
    "/claims": export_claims,
    "/shipments": export_shipments,
    "/purchase-orders": export_purchase_orders,
    "/stock/levels": export_levels,
    "/stock/moves": export_moves,
    "/meetups": export_meetups,
}
SAME = pytest.mark.on_one_engine("a file is made of what a list has read")


@pytest.fixture
def full(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A community with something in each list, some of it written to do harm; files are read two rows at a time."""
    monkeypatch.setattr(unit, "EXPORTED", 2)
    for number, name in enumerate(["=1+1", "Congreso “Ñandú”, Mérida", "_x0041_ &<b>", "-Four"]):
        conference = world.conference(name=name, venue="@SUM(A1)", starts_in=60 + 10 * number)
        world.sent(world.deputized(conference), 10)
    world.claim(conference, world.bea)
    world.received(world.deputized(world.conference(name="Five"), world.bea), world.bea, 20)
    with world.doing(world.coordinator) as staff:
        line = {"design_id": world.design, "quantity": 500}
        order = {"vendor_id": world.vendor, "ship_to_id": world.depot, "needed_by": "2027-03-01", "lines": [line]}
        staff.order(order, placed=True)
    there = world.conference(name="Six", starts_in=-3)
    met = {"conference_id": there["id"], "happened_on": str(day(-3)), "people": [{"handle": "@dralopez"}]}
    world.coordinator.post("/meetups", {**met, "spot": "=cmd", "note": "with Dra. López"}, status=201)
    return world


def listed(who: Caller, path: str) -> list[Json]:
    """All that a list gives."""
    page = who.get(f"{path}?limit=100")
    assert page["next"] is None
    items: list[Json] = page["items"]
    return items


def exported(who: Caller, path: str, suffix: str, query: str = "") -> bytes:
    """The file of a list."""
    answer = who.call("GET", f"{path}.{suffix}{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{path.rpartition("/")[2]}.{suffix}"'
    return bytes(answer.content)


def of_csv(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file, by column."""
    return list(csv.DictReader(StringIO(data.decode(), newline="")))


def of_xlsx(data: bytes) -> list[dict[str, Any]]:
    """The rows of a workbook, by column; there is no formula in it."""
    rows: list[dict[str, Any]] = []
    for sheet in load_workbook(BytesIO(data)).worksheets:
        head, *below = list(sheet.iter_rows())
        assert not [cell for row in below for cell in row if cell.data_type == "f"]
        names = [str(cell.value) for cell in head]
        rows += [dict(zip(names, (cell.value for cell in row), strict=True)) for row in below]
    return rows


def said(item: Json, column: str) -> Any:
    """What the API says in a column."""
    outer, _, inner = column.partition(".")
    return (item[outer] or {}).get(inner) if inner else item[outer]


def is_in_csv(value: Any, cell: str) -> bool:
    """Whether a cell says this, and nothing that a spreadsheet would take for a formula."""
    if isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}T", value):
        return datetime.fromisoformat(cell) == datetime.fromisoformat(value)
    if isinstance(value, str):
        return cell == (f"'{value}" if re.match(r"[=+@\t-]", value) else value)
    return cell == ("" if value is None else str(value).lower())


def is_in_workbook(value: Any, cell: Any) -> bool:
    """Whether a cell holds this, as what it is; an instant to the millisecond, in UTC."""
    if isinstance(cell, datetime) and len(value) > len("2027-11-14"):
        return abs(cell.replace(tzinfo=UTC) - datetime.fromisoformat(value)) < timedelta(milliseconds=2)
    if isinstance(cell, datetime):
        return cell == datetime.fromisoformat(value)
    if value in (None, ""):
        return cell is None
    # What workbooks take for the code of a character is coded itself, which they undo, and this reader does not.
    return type(cell) is type(value) and cell == (value.replace("_x", "_x005F_x") if isinstance(value, str) else value)


def test_a_file_says_of_each_row_what_the_list_says_as_what_it_is_and_without_formulas(full: World) -> None:
    for path, act in EXPORTS.items():
        items = listed(full.coordinator, path)
        plain = of_csv(exported(full.coordinator, path, "csv"))
        typed = of_xlsx(exported(full.coordinator, path, "xlsx"))
        assert len(items) == len(plain) == len(typed) > 0, path
        columns = list(zip(act.columns, heads(act.columns), strict=True))
        assert list(plain[0]) == list(typed[0]) == [head for _, head in columns]
        for item, text, cell in zip(items, plain, typed, strict=True):
            for column, head in columns:
                value = said(item, column)
                assert is_in_csv(value, text[head]), (path, head, value, text[head])
                assert is_in_workbook(value, cell[head]), (path, head, value, cell[head])
    assert "pez" not in exported(full.coordinator, "/meetups", "csv").decode()


def test_a_file_is_read_by_whoever_reads_the_list_with_its_filters_and_no_more(full: World) -> None:
    ours = of_csv(exported(full.bea, "/claims", "csv"))
    assert [row["champion_name"] for row in ours] == ["Bea", "Bea"]
    accepted = of_csv(exported(full.coordinator, "/claims", "csv", "?status=deputized"))
    assert len(accepted) == len(full.coordinator.get("/claims?status=deputized")["items"]) == 5
    assert full.anyone.call("GET", "/claims.csv").status_code == 401
    assert full.ana.call("GET", "/purchase-orders.xlsx").status_code == 403
    for query in ("?color=blue", "?status=green", "?limit=5"):
        assert full.coordinator.call("GET", f"/claims.csv{query}").status_code == 422
    assert full.coordinator.call("GET", "/claims.pdf").status_code == 422


def test_no_connection_is_held_for_whoever_takes_long_and_what_is_revoked_meanwhile_ends_the_file(full: World) -> None:
    token = full.coordinator.post("/me/tokens", {"name": "laptop", "days": 30}, status=201)
    service = full.client.app.state.service  # type: ignore[attr-defined]  # it is FastAPI
    pages = unit.Unit(service=service, credential=token["token"]).pages(export_claims, {"wanted": ClaimFilter()})
    parts = table(export_claims.columns, pages, Suffix.CSV)
    assert [len(next(parts)) > 0 for _ in range(2)] == [True, True]
    assert [engine.pool.checkedout() for engine in full.database.engines] == [0] * len(full.database.engines)  # type: ignore[attr-defined]
    assert full.coordinator.call("DELETE", f"/me/tokens/{token['id']}").status_code == 204
    with pytest.raises(Unauthenticated):
        next(parts)


def test_the_figures_say_which_conferences_were_covered(full: World) -> None:
    claim = full.deputized(full.conference(name="Today", starts_in=-1, timezone="UTC"))
    full.received(claim)
    full.ana.post(f"/claims/{claim['id']}/hand-outs", {"design_id": full.design, "quantity": 20}, status=201)
    plain, typed = (exported(full.anyone, "/coverage", kind, "?state=US-IL") for kind in ("csv", "xlsx"))
    assert [row["name"] for row in of_csv(plain) if row["covered"] == "true"] == ["Today"]
    assert [(row["handed_out"], row["starts_on"]) for row in of_xlsx(typed) if row["covered"] is True] == [
        (20, datetime.combine(day(-1), datetime.min.time()))
    ]
    covered = exported(full.anyone, "/conferences", "csv", "?covered=true")
    assert [row["name"] for row in of_csv(covered)] == ["Today"]


@SAME
def test_the_columns_are_those_of_the_document() -> None:
    text = (PROJECT / "docs" / "exports.md").read_text("utf-8")
    rows = re.findall(r"^\| `(/[^`]+)` \| (.+) \|$", text, re.MULTILINE)
    columns = {path: heads(act.columns) for path, act in EXPORTS.items()} | {"/coverage": list(OF_COVERAGE)}
    assert {path: re.findall(r"`(\w+)`", written) for path, written in rows} == columns


def numbers(pages: int) -> Iterator[list[list[Value]]]:
    """So many pages of 500 rows, none of which is like another."""
    for number in range(pages):
        yield [[f"{hash((number, row)):x}", row - 250, date(2027, 11, 14), row % 2 == 0] for row in range(500)]


def peak(pages: int) -> int:
    """The most memory that it takes to write so many pages as a workbook, in bytes."""
    tracemalloc.start()
    assert sum(map(len, to_xlsx(["text", "number", "day", "even"], numbers(pages)))) > 4_000 * pages
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


@SAME
def test_a_workbook_of_a_long_list_takes_no_more_memory_than_that_of_a_short_one() -> None:
    assert peak(40) < 1.2 * peak(4)


@SAME
def test_what_a_sheet_cannot_hold_goes_on_on_the_next_one() -> None:
    def read_back(rows: Sequence[Sequence[Value]], most_rows: int) -> list[int]:
        data = b"".join(to_xlsx(["number", "text"], [rows[:3], rows[3:]], most_rows=most_rows))
        assert [[row["number"], row["text"]] for row in of_xlsx(data)] == [list(row) for row in rows]
        return [sheet.max_row for sheet in load_workbook(BytesIO(data)).worksheets]

    rows = [(number, f"  {number} ") for number in range(7)]
    assert read_back(rows, 1_000) == [8]
    assert read_back(rows, 4) == [4, 4, 2]
    assert read_back(rows, 8) == [8]
    assert b"".join(to_xlsx(["a"], [[["\x01\ud800"]]]))  # XML cannot hold them
