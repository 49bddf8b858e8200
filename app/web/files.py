"""Files, in and out: lists for spreadsheets, and a file of conferences that is looked at before it is read in."""

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from app.acts.act import Export
from app.claims.acts import export_claims
from app.claims.calendar_acts import export_conferences
from app.claims.schemas import ClaimFilter
from app.conferences.files import ImportRefused
from app.conferences.importers import OPTIONAL, REQUIRED
from app.conferences.schemas import ConferenceFilter
from app.core.geography import COUNTRIES, TERRITORY_COUNTRIES, CountryName
from app.core.language import Text, phrase
from app.core.paging import Paging
from app.core.schema import Filter
from app.core.text import fold
from app.meetups.acts import export_meetups
from app.meetups.schemas import MeetupFilter
from app.purchasing.acts import export_purchase_orders
from app.purchasing.schemas import OrderFilter
from app.shipments.acts import export_shipments
from app.shipments.schemas import ShipmentFilter
from app.stock.acts import export_levels, export_moves
from app.stock.schemas import LevelFilter, MoveFilter
from app.upkeep.acts import ConferenceFile, import_conferences, list_imports, undo_import
from app.web.claims import verb_of
from app.web.fields import body, some
from app.web.visits import Mistyped, Visit, row_id

LISTS: Mapping[str, tuple[Text, Export[...], type[Filter]]] = {
    "conferences": (phrase("Conferences"), export_conferences, ConferenceFilter),
    "claims": (phrase("Who goes where"), export_claims, ClaimFilter),
    "shipments": (phrase("Boxes"), export_shipments, ShipmentFilter),
    "purchase-orders": (phrase("Purchase orders"), export_purchase_orders, OrderFilter),
    "levels": (phrase("Ribbons on hand"), export_levels, LevelFilter),
    "moves": (phrase("All moves of ribbons"), export_moves, MoveFilter),
    "meetups": (phrase("Meetups (nobody is named)"), export_meetups, MeetupFilter),
}
"""The lists that are there as files, by the name of the file: what they are called, and who gives them."""

LARGEST = 650_000
"""Bytes of a file that goes through a page: it is sent a second time, in letters, when it is read in."""

SHOWN = 200
"""Rows that are shown of a file."""


def whole_list(name: str, visit: Visit) -> Mapping[str, Any]:
    """What of a list is wanted: what the address says, in the words of the list's own filter."""
    model = LISTS[name][2]
    return {
        "wanted": visit.form(model, {field: visit.query(field) for field in model.model_fields if visit.query(field)})
    }


def files(visit: Visit) -> Response:
    """The lists as files, a form for a file of conferences, and what was read before."""
    return _page(visit)


def _page(visit: Visit, *, status: int = 200, **values: Any) -> Response:
    countries = [(code, CountryName(code).say(visit.language).removeprefix("the ")) for code in COUNTRIES]
    named = sorted((each for each in countries if each[0] not in TERRITORY_COUNTRIES), key=lambda each: fold(each[1]))
    done = visit.query("done")
    given: dict[str, Any] = {"wrong": None, "found": None, **values}
    return visit.show(
        "files.html",
        status=status,
        lists=[(name, told[0]) for name, told in LISTS.items()],
        countries=[("", phrase("Each row says its own").say(visit.language)), *named],
        columns=(REQUIRED, OPTIONAL),
        imports=visit.read(list_imports, paging=Paging(limit=10)).items,
        done=done if done == "undone" or done.isdecimal() else "",
        shown=SHOWN,
        **given,
    )


def take_file(visit: Visit) -> Response:
    """Looks at a file, reads it in, or takes back all that one has brought."""
    return verb_of(visit, {"look": _look, "import": _import, "undo": _undo})(visit, 0)


def _file_of(visit: Visit) -> ConferenceFile:
    """The file that was sent, and what holds for its rows. Raises :class:`Mistyped`."""
    file = visit.typed.get("file", "")
    if not file:
        raise Mistyped({"file": phrase("Choose a file first.")})
    if len(file) * 3 // 4 > LARGEST:
        most = phrase(
            "The file is larger than {most} kB. Divide it, or ask whoever runs the server.", most=LARGEST // 1000
        )
        raise Mistyped({"file": most})
    return body(ConferenceFile, {"file": file, **some(visit, "country", "timezone")})


def _look(visit: Visit, _number: int) -> Response:
    """Shows what a file would bring, or all that is wrong with it; nothing is kept."""
    new = _file_of(visit)
    try:
        found = visit.unit.do(import_conferences, body=new, dry_run=True)
    except ImportRefused as refusal:
        return _page(visit, status=422, wrong=refusal.extras["errors"], wrong_count=refusal.extras["error_count"])
    return _page(visit, found=found, file=visit.typed["file"])


def _import(visit: Visit, _number: int) -> Response:
    new = _file_of(visit)
    return visit.do(import_conferences, lambda made: f"/files?done={made.added}", body=new, dry_run=False)


def _undo(visit: Visit, _number: int) -> Response:
    number = row_id(visit.typed.get("number", ""), missing=phrase("There is no such import."))
    return visit.do(undo_import, "/files?done=undone", import_id=number)
