"""Files of conferences that something has gone wrong with: all of their rows are imported, or none.

``tests/conferences/test_importers.py`` looks at the reader alone; these files go to the database. Each is made from its
number, which a failure names. The last test shows that an import which keeps what came before the bad row is noticed.
"""

import csv
import io
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.acts.policy import SHELL
from app.conferences.files import RowError, lines_of
from app.conferences.importers import OPTIONAL, REQUIRED, read_conferences
from app.conferences.models import Conference
from app.core.db import Database
from app.core.errors import DomainError
from app.core.text import clean_line
from app.core.xlsx_out import to_xlsx
from app.upkeep.imports import import_conferences
from tests.reliability.sizes import size
from tests.support.quotas import lift_quotas
from tests.support.world import World

FILES = size(500, 10_000)
SENT = size(60, 10_000)
"""Files that go by the API, one by one."""

DEMO = Path(__file__).resolve().parents[2] / "app" / "demo" / "conferences.csv"

KNOWN = 10
"""Rows of the demo file that are here already."""

Table = list[list[str]]
Importer = Callable[[Database, bytes], tuple[int, int]]

HEADER, *ROWS = list(csv.reader(DEMO.read_text("utf-8").splitlines()))

CELLS = [
    *("", " ", "\t", "x" * 199, "x" * 501, "x" * 70_000, "y" * 140_000, "\x00", "a\nb", "a\r\nb", "\u2028"),
    *("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "'=1", '"', '""', ",", ";", "\ufeff", "\ud800"),
    *("2027-02-30", "2027-13-01", "0000-00-00", "9999-12-31", "1999-12-31", "14/11/2027", "20271114", "soon", "46000"),
    *("US-XX", "us-il", "CA-QC", "XX", "US", "GB", "America/Chicago", "Europe/Nowhere", "virtual", "VIRTUAL", "held"),
    *("https://example.org", "javascript:alert(1)", "https://[::1", "Reunio\u0301n", "\u0344" * 200, "\ufdfa" * 200),
    *("\ufdfa" * 199 + "a", "\u202eevil", "NULL", "None", "1e308", "'); DROP TABLE conference; --"),
]

ENCODINGS = ["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-7", "utf-8-sig", "cp037"]


def some_cell(random: Random, table: Table) -> None:
    row = random.choice(table)
    if row:
        row[random.randrange(len(row))] = random.choice(CELLS)


def swapped_cells(random: Random, table: Table) -> None:
    row, other = random.choice(table), random.choice(table)
    if row and other:
        at, to = random.randrange(len(row)), random.randrange(len(other))
        row[at], other[to] = other[to], row[at]


def a_cell_more_or_less(random: Random, table: Table) -> None:
    row = random.choice(table)
    if row and random.random() < 0.5:
        row.pop(random.randrange(len(row)))
    else:
        row.insert(random.randint(0, len(row)), random.choice(CELLS))


def a_column_more(random: Random, table: Table) -> None:
    at = random.randint(0, min(len(row) for row in table))
    name = random.choice([*REQUIRED, *OPTIONAL, "color", "", "NAME "])
    for number, row in enumerate(table):
        row.insert(at, random.choice(CELLS) if number else name)


def a_column_less(random: Random, table: Table) -> None:
    at = random.randrange(len(HEADER))
    for row in table:
        del row[at : at + 1]


def a_row_twice(random: Random, table: Table) -> None:
    table.insert(random.randint(0, len(table)), list(random.choice(table)))


def the_same_conference_written_otherwise(random: Random, table: Table) -> None:
    row = list(random.choice(table))
    table.append([cell.upper() if number == 0 else cell for number, cell in enumerate(row)])


def rows_in_another_order(random: Random, table: Table) -> None:
    random.shuffle(table)


def blank_lines(random: Random, table: Table) -> None:
    table.insert(random.randint(0, len(table)), random.choice([[], ["", ""], [" "] * len(HEADER)]))


def other_bytes(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.randint(1, 4)):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def bytes_thrown_in(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return (
        data[:at]
        + random.choice([random.randbytes(3), b'"', b"\x00", b"\r", b"\n", b"\xff", b"\xed\xa0\x80"])
        + data[at:]
    )


def cut_off(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def another_encoding(random: Random, data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode(random.choice(ENCODINGS), "replace")


def other_line_ends_or_separators(random: Random, data: bytes) -> bytes:
    old, new = random.choice([(b"\r\n", b"\r"), (b"\r\n", b"\n"), (b",", b";"), (b",", b"\t"), (b"\r\n", b"\n\r")])
    return data.replace(old, new)


IN_TABLES = [
    *(some_cell, some_cell, some_cell, swapped_cells, a_cell_more_or_less, a_column_more, a_column_less, a_row_twice),
    *(the_same_conference_written_otherwise, rows_in_another_order, blank_lines),
]
IN_BYTES = [other_bytes, bytes_thrown_in, cut_off, another_encoding, other_line_ends_or_separators]


def mutated(number: int) -> bytes:
    """The file of this number: one to eight rows of the demo file, and up to three things done to them.

    Every fourth is a workbook.
    """
    random = Random(number)
    table = [list(HEADER), *(list(row) for row in random.sample(ROWS, random.randint(1, 8)))]
    for _ in range(random.choice([0, 1, 1, 1, 2, 3])):
        random.choice(IN_TABLES)(random, table)
    data = workbook(table) if number % 4 == 3 else written(table)
    if data and random.random() < 0.4:
        data = random.choice(IN_BYTES)(random, data)
    return data


def written(table: Table) -> bytes:
    """The table as a CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return out.getvalue().encode("utf-8", "surrogatepass")


def workbook(table: Table) -> bytes:
    """The table as a workbook, as far as it can hold its signs."""
    width = max((len(row) for row in table), default=0)
    rows = [[*row, *[""] * (width - len(row))] for row in table]
    return b"".join(to_xlsx([""] * width, [rows]))


def imported(database: Database, data: bytes) -> tuple[int, int]:
    """How many rows of a file were added and how many were here already; all in one transaction."""
    drafts = read_conferences(data)

    def verb(session: Session) -> tuple[int, int]:
        made = import_conferences(session, drafts=drafts, actor=SHELL)
        return made.added, made.known

    return database.run(verb)


def rows_one_by_one(database: Database, data: bytes) -> tuple[int, int]:
    """What must not be done: each row is committed for itself, up to the bad one."""
    header, *rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    added = known = 0
    for row in rows:
        more, here = imported(database, written([header, row]))
        added, known = added + more, known + here
    return added, known


def conferences(database: Database) -> Counter[tuple[object, ...]]:
    """Every conference, but for its id, its file and when it was added."""
    columns = [
        column
        for column in Conference.metadata.tables["conference"].c
        if column.name not in {"id", "import_id", "created_at"}
    ]
    with database.reading() as session:
        return Counter(tuple(row) for row in session.connection().execute(select(*columns)))


def names_in(data: bytes) -> Counter[str]:
    """The names in a file that can be read, of all lines that are not blank."""
    errors: list[RowError] = []
    (_, header), *rows = lines_of(data, errors, [*REQUIRED, *OPTIONAL])
    assert not errors
    at = [column.strip().lower() for column in header].index("name")
    return Counter(clean_line(row[at]) for _, row in rows)


def all_or_none(database: Database, data: bytes, importer: Importer) -> bool:
    """Whether a file was imported; fails unless all of it was, or nothing, with a refusal that says where."""
    before = conferences(database)
    try:
        added, known = importer(database, data)
    except DomainError as refusal:
        assert conferences(database) == before, "the file was refused, and rows of it are here"
        check_refusal(refusal, data)
        return False
    after = conferences(database)
    assert before <= after, "the import has changed what was here"
    new = after - before
    assert new.total() == added
    assert added + known == names_in(data).total()
    assert Counter(str(row[0]) for row in new) <= names_in(data)
    return True


def check_refusal(refusal: DomainError, data: bytes) -> None:
    """A refusal of a file names line and column of every error, as far as it has one."""
    assert refusal.code == "import-refused", refusal.detail
    errors = refusal.extras["errors"]
    assert isinstance(errors, list)
    assert errors
    last = 20 if data.startswith(b"PK") else data.count(b"\n") + data.count(b"\r") + 1
    for error in errors:
        assert 1 <= error["row"] <= last
        known = error["column"] in {"", *REQUIRED, *OPTIONAL}
        assert known or str(error["detail"]).startswith("There is no such column")
        assert str(error["detail"])


def forget(session: Session) -> None:
    """Removes the conferences that a file has brought."""
    session.exec(delete(Conference).where(col(Conference.id) > KNOWN))


@pytest.fixture
def started(database: Database) -> Database:
    """A database with the first conferences of the demo file in it."""
    assert imported(database, written([HEADER, *ROWS[:KNOWN]])) == (KNOWN, 0)
    return database


def test_a_mutated_file_is_imported_whole_or_not_at_all(started: Database) -> None:
    outcomes: Counter[bool] = Counter()
    for number in range(FILES):
        data = mutated(number)
        try:
            whole = all_or_none(started, data, imported)
        except Exception as error:
            raise AssertionError(f"file {number}: {error!r}: {data[:2_000]!r}") from error
        if whole:
            started.run(forget)
        outcomes[whole] += 1
    # Refusals alone would prove nothing, nor would a file that nothing was done to.
    assert min(outcomes[True], outcomes[False]) > FILES // 10


def test_a_mutated_file_that_is_sent_is_imported_whole_or_not_at_all_and_is_no_fault_of_ours(world: World) -> None:
    lift_quotas(world.database)
    outcomes: Counter[int] = Counter()
    before = conferences(world.database)
    for number in range(SENT):
        body = {"file": b64encode(mutated(number)).decode()}
        answer = world.admin.call("POST", "/imports/conferences", json=body)
        assert answer.status_code in {200, 422}, f"file {number}: {answer.text}"
        if answer.status_code == 200:
            made = answer.json()
            assert (conferences(world.database) - before).total() == made["added"]
            world.admin.post(f"/imports/{made['import_id']}/undo")
        else:
            assert answer.json()["errors"]
        assert conferences(world.database) == before, f"file {number}"
        outcomes[answer.status_code] += 1
    assert min(outcomes[200], outcomes[422]) > SENT // 10


@pytest.mark.parametrize(
    ("column", "value"),
    [("starts_on", "11/12/2027"), ("country", "XX"), ("mode", "=1+1"), ("name", "a\x00b"), ("website", "x" * 501)],
)
def test_one_bad_cell_in_the_last_of_many_rows_keeps_all_of_them_out(
    started: Database, column: str, value: str
) -> None:
    table = [list(HEADER), *(list(row) for row in ROWS)]
    table[-1][HEADER.index(column)] = value
    before = conferences(started)
    with pytest.raises(DomainError) as refusal:
        imported(started, written(table))
    errors = refusal.value.extras["errors"]
    assert isinstance(errors, list)
    assert [(error["row"], error["column"]) for error in errors] == [(len(table), column)]
    assert conferences(started) == before


def test_two_names_that_are_the_same_as_far_as_they_are_compared(started: Database) -> None:
    # Folded, each of these letters becomes 18 characters.
    table = [list(HEADER), list(ROWS[0]), list(ROWS[0])]
    for row, last in zip(table[1:], "ab", strict=True):
        row[HEADER.index("name")] = "\ufdfa" * 199 + last
    assert not all_or_none(started, written(table), imported)


def test_an_import_that_keeps_the_rows_before_the_bad_one_is_noticed(started: Database) -> None:
    table = [list(HEADER), *(list(row) for row in ROWS[KNOWN : KNOWN + 3])]
    assert all_or_none(started, written(table), rows_one_by_one)
    started.run(forget)
    table[-1][HEADER.index("starts_on")] = "soon"
    with pytest.raises(AssertionError, match="refused, and rows of it are here"):
        all_or_none(started, written(table), rows_one_by_one)
