"""The CSV importer: what it reads, and that it refuses the rest by line and column, never otherwise."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conferences.importers import (
    MAX_BYTES,
    MAX_ERRORS,
    MAX_ROWS,
    OPTIONAL,
    REQUIRED,
    ConferenceDraft,
    ImportRefused,
    read_conferences,
)

DEMO = Path(__file__).resolve().parents[2] / "app" / "demo"

GOOD = next(
    csv.DictReader(
        [
            "name,acronym,starts_on,ends_on,venue,city,state,country,website,specialty,mode,status",
            "RSNA 2027,RSNA,2027-11-14,2027-11-18,McCormick Place,Chicago,US-IL,US,https://rsna.org,X-ray,in_person,scheduled",
        ]
    )
)


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
        ("starts_on", "11/14/2027"),
        ("starts_on", "20271114"),
        ("starts_on", "2027-W46-7"),
        ("starts_on", "2027-02-30"),
        ("starts_on", "1999-12-31"),
        ("starts_on", "٢٠٢٧-١١-١٤"),
        ("ends_on", "2027-11-13"),
        ("ends_on", "2027-12-15"),
        ("city", ""),
        ("state", ""),
        ("state", "US-XX"),
        ("state", "CA-QC"),
        ("state", "Illinois"),
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
    assert _cells(_file({"city": "Sydney", "state": "AU-NSW", "country": "AU"})) == [(2, "timezone")]


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
    assert "commas" in str(_errors(";".join(GOOD) + "\n")[0]["detail"])


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


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_is_refused_with_the_way_out(encoding: str) -> None:
    (error,) = _errors(_file({}, {"city": "Montréal"}).encode(encoding))
    assert "UTF-8" in str(error["detail"])
    assert error["row"] == (3 if encoding == "latin-1" else 1)
    assert _cells(_file({"name": "\ud800"})) == [(2, "")]


def test_a_file_that_is_too_large_or_has_too_many_rows_is_refused() -> None:
    assert "5 MB" in str(_errors(b"x" * (MAX_BYTES + 1))[0]["detail"])
    header, row = _file({}).splitlines()
    rows = "\n".join(row.replace("RSNA 2027", f"N{n}") for n in range(MAX_ROWS + 1))
    assert _cells(f"{header}\n{rows}\n") == [(MAX_ROWS + 2, "")]


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
