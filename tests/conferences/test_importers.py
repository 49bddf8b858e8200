"""The CSV importer: what it reads, and that it refuses the rest by line and column, never otherwise."""

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from app.conferences.files import MAX_BYTES, MAX_ERRORS, ImportRefused
from app.conferences.importers import MAX_ROWS, OPTIONAL, REQUIRED, ConferenceDraft, read_conferences
from app.conferences.workbooks import MAX_LINES, MAX_UNPACKED

DEMO = Path(__file__).resolve().parents[2] / "app" / "demo"

GOOD = next(
    csv.DictReader(
        [
            "name,acronym,starts_on,ends_on,venue,city,state,country,website,specialty,mode,status",
            "RSNA 2027,RSNA,2027-11-14,2027-11-18,McCormick Place,Chicago,US-IL,US,https://rsna.org,X-ray,in_person,scheduled",
        ]
    )
)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _file(*changes: dict[str, str]) -> str:
    """A file with one row for each of the changes to the good row."""
    columns = list(dict.fromkeys([*GOOD, *(column for change in changes for column in change)]))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(GOOD | change for change in changes)
    return out.getvalue()


def _errors(data: bytes | str) -> list[dict[str, object]]:
    with pytest.raises(ImportRefused) as refusal:
        read_conferences(data)
    errors = refusal.value.extras["errors"]
    assert isinstance(errors, list)
    return errors


def _cells(data: bytes | str) -> list[tuple[object, object]]:
    return [(error["row"], error["column"]) for error in _errors(data)]


def test_a_row_is_read_field_by_field() -> None:
    (draft,) = read_conferences(_file({}))
    assert isinstance(draft, ConferenceDraft)
    days = {"starts_on": date(2027, 11, 14), "ends_on": date(2027, 11, 18)}
    assert draft.model_dump() == GOOD | days | {"timezone": "America/Chicago", "paper_name": "", "fictional": False}


def test_what_no_paper_can_show_is_refused_where_it_stands() -> None:
    assert _cells(_file({"name": "Congreso 心臓"})) == [(2, "name")]
    (error,) = _errors(_file({"name": "Congreso 心臓"}))
    assert "U+5FC3" in str(error["detail"])
    assert "paper_name" in str(error["detail"])
    spoiled = {"venue": "会場", "city": "東京", "specialty": "心臓"}
    assert _cells(_file({"name": "A", "paper_name": "心臓", **spoiled})) == [
        (2, column) for column in ("paper_name", *spoiled)
    ]


def test_with_a_name_on_paper_the_name_is_in_any_letters() -> None:
    (named,) = read_conferences(_file({"name": "Congreso 心臓", "paper_name": "Congreso del Corazón"}))
    assert (named.name, named.paper_name) == ("Congreso 心臓", "Congreso del Corazón")
    (decorated,) = read_conferences(_file({"name": "Congreso 💜", "specialty": "Cardiología ❤", "acronym": "心"}))
    assert decorated.specialty == "Cardiología ❤"


def test_the_demo_conferences_are_all_read() -> None:
    drafts = read_conferences((DEMO / "conferences.csv").read_bytes())
    assert len(drafts) == 111
    assert {draft.city for draft in drafts if draft.mode != "virtual"} >= {"Montréal", "Zapopan", "San Juan"}


def test_a_byte_order_mark_and_windows_line_ends_are_accepted() -> None:
    data = b"\xef\xbb\xbf" + _file({"city": "Montréal", "state": "CA-QC", "country": "CA"}).encode()
    assert b"\r\n" in data
    assert read_conferences(data)[0].city == "Montréal"
    assert read_conferences(data.decode()) == read_conferences(data)


def test_columns_may_stand_in_any_order_and_optional_ones_be_absent() -> None:
    columns = sorted(REQUIRED)
    row = ",".join(GOOD[column] for column in columns)
    (draft,) = read_conferences(f"{','.join(columns).upper()}\n{row}\n")
    assert (draft.name, draft.status, draft.website) == ("RSNA 2027", "scheduled", "")


def test_blank_lines_are_skipped_but_count_as_lines() -> None:
    header, row = _file({}).splitlines()
    blank = "," * header.count(",")
    assert len(read_conferences(f"\n{header}\n\n{blank}\n{row}\n\n")) == 1
    assert _cells(f"{header}\n\n{blank}\n{row.replace('2027-11-18', 'soon')}\n") == [(4, "ends_on")]


def test_text_is_cleaned() -> None:
    (draft,) = read_conferences(_file({"name": "  Reunio\u0301n   anual ", "state": "us-il", "country": "us"}))
    assert (draft.name, draft.state, draft.country) == ("Reunión anual", "US-IL", "US")


def test_the_source_is_ignored() -> None:
    assert read_conferences(_file({"source": "https://example.org/\x00"})) == read_conferences(_file({}))


@pytest.mark.parametrize(
    ("change", "timezone"),
    [
        ({"state": "US-HI", "city": "Honolulu"}, "Pacific/Honolulu"),
        ({"state": "US-TN", "city": "Knoxville", "timezone": "America/New_York"}, "America/New_York"),
        ({"state": "", "city": "London", "country": "GB"}, "Europe/London"),
        ({"state": "", "city": "", "mode": "virtual"}, "UTC"),
        ({"state": "", "city": "", "mode": "virtual", "timezone": "America/Denver"}, "America/Denver"),
        ({"state": "US-AZ", "city": "Tucson", "mode": "virtual"}, "America/Phoenix"),
    ],
)
def test_the_time_zone_is_the_one_written_or_that_of_the_place(change: dict[str, str], timezone: str) -> None:
    assert read_conferences(_file(change))[0].timezone == timezone


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", " "),
        ("name", "x" * 201),
        ("name", "a\x00b"),
        ("name", "a\nb"),
        ("acronym", "x" * 61),
        ("starts_on", ""),
        ("starts_on", "11/12/2027"),
        ("starts_on", "13/13/2027"),
        ("starts_on", "46000"),
        ("starts_on", "14 jui 2027"),
        ("starts_on", "11/14/27"),
        ("starts_on", "20271114"),
        ("starts_on", "2027-W46-7"),
        ("starts_on", "2027-02-30"),
        ("starts_on", "1999-12-31"),
        ("starts_on", "٢٠٢٧-١١-١٤"),
        ("ends_on", "2027-11-13"),
        ("ends_on", "2027-12-15"),
        ("city", ""),
        ("city", "#N/A"),
        ("state", ""),
        ("state", "US-XX"),
        ("state", "CA-QC"),
        ("state", "Ilinois"),
        ("country", ""),
        ("country", "XX"),
        ("country", "PR"),
        ("timezone", "Central"),
        ("timezone", "../../etc/passwd"),
        ("website", "www.rsna.org"),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://rsna.org"),
        ("website", "https://"),
        ("website", "https://[::1"),
        ("website", "https://rsna.org:99999"),
        ("website", 'https://rsna.org/"><script>'),
        ("website", "https://rsna.org/" + "x" * 500),
        ("mode", ""),
        ("mode", "online"),
        ("status", "held"),
    ],
)
def test_a_wrong_cell_is_refused_by_line_and_column(column: str, value: str) -> None:
    assert _cells(_file({"name": "Another"}, {column: value})) == [(3, column)]


def test_thirty_one_days_are_not_too_many() -> None:
    assert len(read_conferences(_file({"ends_on": "2027-12-14"}))) == 1


def test_a_place_with_several_zones_asks_for_one() -> None:
    sydney, lisbon = (
        {"city": "Sydney", "country": "AU", "state": ""},
        {"name": "B", "city": "Lisboa", "country": "PT"},
    )
    (error,) = _errors(_file(sydney))
    assert (error["row"], error["column"]) == (2, "timezone")
    assert "such as Australia/" in str(error["detail"])
    named = _file(sydney | {"state": "AU-NSW"}, lisbon | {"state": "PT-11"}, {"name": "C"})
    assert [draft.timezone for draft in read_conferences(named)] == [
        "Australia/Sydney",
        "Europe/Lisbon",
        "America/Chicago",
    ]
    # What a file says once holds where a place has several zones, or is none.
    virtual = {"name": "D", "mode": "virtual", "city": "", "state": "", "country": "PT"}
    asked = _file(lisbon | {"state": ""}, {"name": "C"}, virtual)
    found = read_conferences(asked, timezone="Europe/Lisbon")
    assert [draft.timezone for draft in found] == ["Europe/Lisbon", "America/Chicago", "Europe/Lisbon"]


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "2027-11-14",
            "2027/11/14",
            "2027.11.14",
            "14.11.2027",
            "14/11/2027",
            "11/14/2027",
            "14-11-2027",
            "11-14-2027",
        ),
        *("14 Nov 2027", "14-Nov-27", "14-nov-2027", "Nov 14, 2027", "November 14 2027", "14th of November 2027"),
        *("Sunday, November 14, 2027", "14 de noviembre de 2027", "domingo, 14 de noviembre de 2027", "14 nov. 2027"),
        *(
            "14 de Novembro de 2027",
            "14 novembre 2027",
            "2027-11-14 00:00:00",
            "2027-11-14T00:00:00",
            "11/14/2027 0:00",
        ),
    ],
)
def test_a_day_is_read_as_people_type_it(typed: str) -> None:
    assert read_conferences(_file({"starts_on": typed}))[0].starts_on == date(2027, 11, 14)


def test_what_may_be_two_days_is_one_where_the_file_says_which_comes_first() -> None:
    either = {"name": "B", "starts_on": "11/12/2027", "ends_on": "12/12/2027"}
    assert _cells(_file(either)) == [(2, "starts_on")]
    (european, _) = read_conferences(_file(either, {"starts_on": "14/11/2027"}))
    assert european.starts_on == date(2027, 12, 11)
    american = {**either, "ends_on": "11/13/2027"}
    assert read_conferences(_file(american))[0].starts_on == date(2027, 11, 12)
    mixed = _file(american, {"starts_on": "14/11/2027"})
    assert _cells(mixed) == [(2, "starts_on")]


def test_a_file_may_say_once_what_holds_for_all_its_rows() -> None:
    columns = [column for column in GOOD if column != "country"]
    sydney = GOOD | {"city": "Sydney", "state": "AU-NSW"}
    data = f"{','.join(columns)}\n{','.join(sydney[column] for column in columns)}\n"
    assert _cells(data) == [(1, "country")]
    assert [draft.timezone for draft in read_conferences(data, country="AU", timezone="Australia/Sydney")] == [
        "Australia/Sydney"
    ]
    assert read_conferences(_file({}), country="AU", timezone="Australia/Sydney")[0].country == "US"


def test_every_error_of_a_row_is_named_also_what_is_wrong_beside_a_wrong_cell() -> None:
    spoiled = {"name": "a\x00b", "starts_on": "soon", "website": "x", "city": "", "state": "US-XX", "timezone": "Here"}
    assert set(_cells(_file(spoiled))) == {(2, column) for column in ("name", "starts_on", "website", "city", "state")}
    beside = {"website": "x", "ends_on": "2029-11-14", "venue": "会場", "timezone": "Here"}
    assert set(_cells(_file(beside))) == {(2, column) for column in beside}


def test_all_errors_are_reported_at_once_and_nothing_is_read() -> None:
    together = {"name": "Other", "country": "XX", "ends_on": "2028-01-01", "city": ""}
    data = _file({"starts_on": "soon", "mode": "x", "city": ""}, {}, together)
    assert _cells(data) == [(2, "starts_on"), (2, "mode"), (4, "country"), (4, "ends_on"), (4, "city")]


def test_the_refusal_says_where_to_begin_and_how_many_errors_there_are() -> None:
    with pytest.raises(ImportRefused, match=r"2 errors.*line 2, starts_on") as refusal:
        read_conferences(_file({"starts_on": "soon", "mode": "x"}))
    assert refusal.value.code == "import-refused"
    assert refusal.value.extras["error_count"] == 2


def test_only_the_first_errors_are_listed_but_all_are_counted() -> None:
    with pytest.raises(ImportRefused) as refusal:
        read_conferences(_file(*({"name": f"N{n}", "mode": "x"} for n in range(MAX_ERRORS + 20))))
    listed = refusal.value.extras["errors"]
    assert isinstance(listed, list)
    assert len(listed) == MAX_ERRORS
    assert refusal.value.extras["error_count"] == MAX_ERRORS + 20


def test_the_same_conference_twice_is_refused_however_it_is_written() -> None:
    data = _file({"name": "Reunión Anual"}, {"name": "Other"}, {"name": "reunion anual"})
    errors = _errors(data)
    assert [(error["row"], error["column"]) for error in errors] == [(4, "name")]
    assert "line 2" in str(errors[0]["detail"])
    assert len(read_conferences(_file({}, {"starts_on": "2027-11-15"}))) == 2


def test_unknown_repeated_and_missing_columns_are_named() -> None:
    header, row = _file({}).splitlines()
    assert _cells(f"{header},color\n{row},blue\n") == [(1, "color")]
    assert _cells(f"{header},name\n{row},x\n") == [(1, "name")]
    assert _cells("name,city\nx,y\n") == [(1, column) for column in REQUIRED if column not in {"name", "city"}]
    assert _cells("nombre;inicio\nx;y\n")[:2] == [(1, "nombre;inicio"), (1, "name")]


@pytest.mark.parametrize("row", ["a,b", ",".join(["x"] * 40)])
def test_a_line_with_too_few_or_too_many_cells_is_refused(row: str) -> None:
    header, good = _file({}).splitlines()
    assert _cells(f"{header}\n{row}\n{good}\n") == [(2, "")]


def test_a_quotation_mark_that_is_never_closed_is_refused() -> None:
    (error,) = _errors(_file({}) + '"RSNA 2028,RSNA\nmore\n')
    assert error["row"] == 3
    assert "quotation mark" in str(error["detail"])


def test_a_cell_beyond_every_measure_is_refused() -> None:
    assert _cells(_file({"name": "x" * 200_000})) == [(2, "")]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n", ",".join(GOOD).encode()])
def test_a_file_without_conferences_is_refused(data: bytes) -> None:
    assert len(_errors(data)) == 1


SPANISH = {"name": "Reunión Anual “Ñandú”", "city": "Mérida", "state": "MX-YUC", "country": "MX"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_file_is_read_as_any_spreadsheet_saves_it(encoding: str, separator: str) -> None:
    rows = csv.reader(io.StringIO(_file(SPANISH, {"venue": "a, b; c"})))
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    named, other = read_conferences(out.getvalue().encode(encoding))
    assert (named.name, named.city, other.venue) == ("Reunión Anual “Ñandú”", "Mérida", "a, b; c")
    told = f"sep={separator}\r\n{out.getvalue()}"
    assert [draft.name for draft in read_conferences(told.encode(encoding))] == [named.name, other.name]
    with pytest.raises(ImportRefused) as refusal:
        read_conferences(told.replace("in_person", "x", 1).encode(encoding))
    assert [(e["row"], e["column"]) for e in refusal.value.extras["errors"]] == [(3, "mode")]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "data",
    [
        _file({}, SPANISH).encode("mac_roman"),
        _file(SPANISH, {}).encode() + b"\xff",
        _file({}, SPANISH).encode("cp1252") + b"\x81",
        _file(SPANISH).encode("utf-16") + b"x",
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500),
        b"PK\x03\x04" + bytes(500),
    ],
    ids=["macintosh", "damaged", "no letter", "half a letter", "old workbook", "no workbook"],
)
def test_what_would_be_read_wrongly_is_refused_with_the_way_out(data: bytes) -> None:
    (error,) = _errors(data)
    assert "Save" in str(error["detail"])


def _workbook(*rows: list[Any], before: int = 0) -> bytes:
    """A workbook as openpyxl saves it."""
    book = Workbook()
    for _ in range(before):
        book.active.append([])
    for row in [list(GOOD), *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_like_the_text_that_it_shows_days_as_days() -> None:
    row = [GOOD[name] for name in GOOD]
    days = [datetime.fromisoformat("2027-11-14"), date(2027, 11, 18)]
    typed = [*row[:2], *days, *row[4:]]
    assert read_conferences(_workbook(typed)) == read_conferences(_file({}))
    assert read_conferences(_workbook([*row, None, " "], before=2)) == read_conferences(_file({}))
    short = ["name", "starts_on", "ends_on", "city", "state", "country", "mode"]
    assert set(_cells(_workbook([], ["x"], row, before=2))) <= {(5, column) for column in short}
    assert _cells(_workbook([*row, "more"])) == [(2, "")]
    assert _cells(_workbook([7, *row[1:3], "soon", *row[4:]])) == [(2, "ends_on")]
    assert _cells(_workbook(["=A1", *row[1:]])) == [(2, "name")]  # which nobody has calculated


def test_a_file_that_is_too_large_or_has_too_many_rows_is_refused() -> None:
    assert "5 MB" in str(_errors(b"x" * (MAX_BYTES + 1))[0]["detail"])
    header, row = _file({}).splitlines()
    rows = "\n".join(row.replace("RSNA 2027", f"N{n}") for n in range(MAX_ROWS + 1))
    assert _cells(f"{header}\n{rows}\n") == [(MAX_ROWS + 2, "")]


def _packed(sheet: str, **parts: str) -> bytes:
    """A workbook with this in place of its sheet."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(_workbook([]))) as good, ZipFile(out, "w", ZIP_DEFLATED) as packed:
        for name in good.namelist():
            packed.writestr(name, sheet if name.endswith("sheet1.xml") else good.read(name))
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("far", ['<row r="1048576">', '<row r="99999999999">', "<row>" + "<c/>" * 200])
def test_a_workbook_that_would_take_all_memory_or_for_ever_is_refused(far: str) -> None:
    cell = '<c t="inlineStr"><is><t>x</t></is></c>'
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{far}{cell}</row></sheetData></worksheet>'
    assert len(_errors(_packed(sheet))) >= 1
    (bomb,) = _errors(_packed(" " * (MAX_UNPACKED + 1)))
    assert "too much" in str(bomb["detail"])
    (many,) = _errors(_packed(sheet, **{f"part{number}": "" for number in range(600)}))
    assert "too much" in str(many["detail"])
    entity = f'<!DOCTYPE w [<!ENTITY a "{"x" * 1000}"><!ENTITY b "{"&a;" * 1000}"><!ENTITY c "{"&b;" * 1000}">]>'
    assert len(_errors(_packed(entity + sheet.replace("<t>x", "<t>&c;")))) >= 1
    assert MAX_LINES < 1_048_576


def _read_or_refuse(data: bytes | str) -> None:
    try:
        drafts = read_conferences(data)
    except ImportRefused:
        return
    assert drafts
    for draft in drafts:
        assert draft.name
        assert draft.starts_on <= draft.ends_on
        assert draft.city or draft.mode == "virtual"


BOOK = _workbook([GOOD[name] for name in GOOD])


@given(st.integers(min_value=0), st.binary(min_size=1, max_size=3))
def test_a_workbook_with_bytes_thrown_in_is_never_refused_in_another_way(position: int, noise: bytes) -> None:
    at = position % len(BOOK)
    _read_or_refuse(BOOK[:at] + noise + BOOK[at + len(noise) :])


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_never_refused_in_another_way(data: bytes) -> None:
    _read_or_refuse(data)


@given(st.text(max_size=400))
def test_arbitrary_text_below_a_good_header_is_never_refused_in_another_way(text: str) -> None:
    _read_or_refuse(",".join(GOOD) + "\n" + text)


@given(
    st.dictionaries(
        st.sampled_from([*REQUIRED, *OPTIONAL]), st.text(max_size=40) | st.sampled_from(list(GOOD.values()))
    )
)
def test_mutated_rows_are_never_refused_in_another_way(change: dict[str, str]) -> None:
    _read_or_refuse(_file({}, change))


@given(st.integers(min_value=0), st.binary(min_size=1, max_size=3))
def test_a_good_file_with_bytes_thrown_in_is_never_refused_in_another_way(position: int, noise: bytes) -> None:
    good = _file({}, {"name": "Other, “quoted”", "city": "Montréal", "state": "CA-QC", "country": "CA"}).encode()
    at = position % len(good)
    _read_or_refuse(good[:at] + noise + good[at:])
