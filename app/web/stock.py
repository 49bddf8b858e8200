"""What lies at a depot or with a champion: seen, and counted."""

from typing import Any

from fastapi import Response

from app.core.errors import NotFound
from app.core.language import phrase
from app.core.paging import MAXIMUM, Paging
from app.people.schemas import AddressIn
from app.stock.acts import count_stock, create_location, get_location, list_designs, list_levels, list_locations
from app.stock.models import Kind
from app.stock.schemas import CountLine, LevelFilter, LocationFilter, LocationOut, NewCount, NewLocation
from app.web.addresses import address_fields, typed_address
from app.web.fields import body, lines_typed, some
from app.web.visits import Visit

_MOST = Paging(limit=MAXIMUM)
_NOT_YOURS = phrase("There is no such stock.")


def stock(visit: Visit) -> Response:
    """What should be there, in a form for what was counted; the designs of which there are none stand apart."""
    place = _place(visit, visit.number("location_id"))
    levels = visit.read(list_levels, paging=_MOST, wanted=LevelFilter(location_id=place.id)).items
    there = {level.design_id: level for level in levels if level.on_hand}
    others = [design for design in visit.read(list_designs, paging=_MOST).items if design.id not in there]
    return visit.show(
        "stock.html",
        held=place,
        mine=place.person_id is not None and place.person_id == visit.actor.person_id,
        there=list(there.values()),
        absent=[design for design in others if design.active],
        done=visit.query("done"),
    )


def _place(visit: Visit, location_id: int) -> LocationOut:
    """A depot or a champion's stock, which for a champion is their own. Raises :class:`NotFound`."""
    if visit.actor.is_staff:
        place = visit.read(get_location, location_id=location_id)
        if place.kind not in {Kind.DEPOT, Kind.CHAMPION}:
            raise NotFound(_NOT_YOURS)
        return place
    own = visit.read(list_locations, paging=_MOST, wanted=LocationFilter(kind=Kind.CHAMPION)).items
    for place in own:
        if place.id == location_id:
            return place
    raise NotFound(_NOT_YOURS)


def count(visit: Visit) -> Response:
    """Brings the books to what was counted."""
    number = visit.number("location_id")
    lines = lines_typed(visit, CountLine, unless_empty="counted")
    new = body(NewCount, {"location_id": number, "lines": lines, **some(visit, "note")})
    return visit.do(count_stock, f"/stock/{number}?done=counted", body=new)


def depots(visit: Visit) -> Response:
    """All depots, with what lies there."""
    levels = visit.read(list_levels, paging=_MOST, wanted=LevelFilter(kind=Kind.DEPOT)).items
    there: dict[int, list[Any]] = {}
    for level in levels:
        if level.on_hand:
            there.setdefault(level.location_id, []).append(level)
    known = visit.read(list_locations, paging=_MOST, wanted=LocationFilter(kind=Kind.DEPOT)).items
    return visit.show("depots.html", depots=[depot for depot in known if depot.active], there=there)


def new_depot(visit: Visit) -> Response:
    """A form for a depot."""
    return visit.show("depot_new.html", **address_fields(visit, None))


def add_depot(visit: Visit) -> Response:
    """Adds it."""
    address = visit.form(AddressIn, typed_address(visit))
    new = body(NewLocation, {"kind": Kind.DEPOT, "name": visit.typed.get("name", "").strip(), "address": address})
    return visit.do(create_location, to=lambda made: f"/stock/{made.id}", body=new)
