"""Rows of conferences that took place, as four programs save them: nine of ten are read."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from app.conferences.files import ImportRefused
from app.conferences.importers import ConferenceDraft, read_conferences

HEAD = ("name", "starts_on", "ends_on", "venue", "city", "state", "country", "website", "mode")

# Facts of the public list of the python-organizers (2025), countries as they stand there; the states are those of the
# places. The last day of EuroSciPy is as wrong as it stands there.
ROWS = """\
PyConWeb|2025-01-24|2025-01-25|CIC Berlin|Berlin||DEU|https://www.pyconweb.com
PyCascades|2025-02-08|2025-02-09|Revolution Hall|Portland|Oregon|USA|https://2025.pycascades.com
EuroSciPy|2025-08-18|2024-08-22|AGH University|Kraków||Poland|https://www.euroscipy.org/2025/
GeoPython|2025-02-24|2025-02-26||Basel||CHE|https://2025.geopython.net
PyCon Austria|2025-04-06|2025-04-07|Hochschule Burgenland|Eisenstadt||Austria|https://pycon.pyug.at/en/
PyTexas|2025-04-11|2025-04-13|Austin Central Public Library|Austin|TX|United States of America|https://www.pytexas.org/2025
DjangoCon Europe|2025-04-23|2025-04-27|Talbot Hotel Stillorgan|Dublin||IRL|https://2025.djangocon.eu/
PyCamp España|2025-05-01|2025-05-04||Sevilla||España|https://pycamp.es
PyCon US|2025-05-14|2025-05-22|David L. Lawrence Convention Center|Pittsburgh|PA|USA|https://us.pycon.org
PyCon Italia|2025-05-28|2025-05-31|Savoia Hotel Regency|Bologna||Italia|https://2025.pycon.it
PyCon Colombia|2025-07-04|2025-07-06|EAFIT|Medellín|Antioquia|COL|https://2025.pycon.co/
EuroPython|2025-07-14|2025-07-20|Prague Congress Centre|Prague||Czechia|https://ep2025.europython.eu
PyCon Portugal|2025-07-24|2025-07-26|Nova SBE Cascais|Cascais||PRT|https://2025.pycon.pt/
DjangoCon US|2025-09-08|2025-09-12|voco Chicago Downtown|Chicago|Illinois|USA|https://2025.djangocon.us
PyCamp CZ|2025-09-12|2025-09-14|Mlýn|Třeštice||CZE|https://pycamp.cz/
PyCon India|2025-09-12|2025-09-15|NIMHANS Convention Centre|Bengaluru|Karnataka|India|https://in.pycon.org/2025/
PyCon UK|2025-09-19|2025-09-22|CONTACT|Manchester||United Kingdom|https://2025.pyconuk.org/
PyCon JP|2025-09-26|2025-09-27||Hiroshima||Japón|https://2025.pycon.jp/
Python Brasil|2025-10-21|2025-10-27|São Luís|São Paulo|SP|Brazil|https://2025.pythonbrasil.org.br/
PyConFR|2025-10-30|2025-11-02|Campus René Cassin|Lyon||Francia|https://www.pycon.fr/2025/en/"""
TABLE = [[*row.split("|"), "in_person"] for row in ROWS.splitlines()]

Saved = Callable[[list[list[str]]], bytes]


def _text(separator: str, encoding: str, day: str) -> Saved:
    def saved(rows: list[list[str]]) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=separator)
        writer.writerow(HEAD)
        writer.writerows([row[0], *(f"{date.fromisoformat(one):{day}}" for one in row[1:3]), *row[3:]] for row in rows)
        return out.getvalue().encode(encoding, "replace")

    return saved


def _workbook(rows: list[list[str]]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(HEAD)
    for row in rows:
        sheet.append([row[0], *map(date.fromisoformat, row[1:3]), *row[3:]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


PROGRAMS: dict[str, Saved] = {
    "Excel, English, CSV": _text(",", "cp1252", "%m/%d/%Y"),
    "Excel, Spanish, CSV": _text(";", "cp1252", "%d/%m/%Y"),
    "Excel, Spanish, Unicode text": _text("\t", "utf-16", "%d/%m/%Y"),
    "LibreOffice": _text(",", "utf-8", "%Y-%m-%d"),
    "Google": _text(",", "utf-8", "%d/%m/%Y"),
    "a workbook": _workbook,
}


def _read(rows: list[list[str]], saved: Saved) -> list[ConferenceDraft] | set[tuple[int, str]]:
    try:
        return read_conferences(saved(rows), timezone="Europe/Madrid")
    except ImportRefused as refusal:
        errors: Any = refusal.extras["errors"]
        return {(error["row"], error["column"]) for error in errors}


@pytest.mark.parametrize("program", PROGRAMS)
def test_nine_of_ten_real_rows_are_read_as_a_program_has_saved_them_and_the_others_refused(program: str) -> None:
    assert _read(TABLE, PROGRAMS[program]) == {(4, "ends_on")}
    good = [row for row in TABLE if row[1] <= row[2]]
    assert len(good) >= 0.9 * len(TABLE)
    found = _read(good, PROGRAMS[program])
    assert isinstance(found, list)
    assert [draft.starts_on.isoformat() for draft in found] == [row[1] for row in good]
    told = {draft.name: (draft.country, draft.state, draft.timezone) for draft in found}
    assert told["PyTexas"] == ("US", "US-TX", "America/Chicago")
    assert told["Python Brasil"] == ("BR", "BR-SP", "America/Sao_Paulo")
    assert told["PyCamp España"] == ("ES", None, "Europe/Madrid")
    assert told["PyCon JP"] == ("JP", None, "Asia/Tokyo")
