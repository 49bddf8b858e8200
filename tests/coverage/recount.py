"""All figures of coverage from all rows, one by one, in plain Python.

This follows the definitions (docs/coverage.md), not the queries: ribbons are counted from the moves, not from the
levels, and nothing is left to SQL.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from app.coverage.schemas import CoverageFilter
from app.maintenance.tables import metadata

TERRITORIES = {"US-PR", "US-GU", "US-VI", "US-AS", "US-MP"}
STATES = {
    f"US-{code}"
    for code in re.findall(
        r"\w\w",
        "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH "
        "OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY",
    )
}
COUNTRIES_WITH_STATES = {"US", "CA", "MX"}

Figures = dict[str, Any]
Rows = dict[str, list[Any]]


def read_all(session: Session) -> Rows:
    """Every row of every table."""
    return {table.name: list(session.connection().execute(select(table))) for table in metadata.sorted_tables}


def recount(rows: Rows, wanted: CoverageFilter) -> Figures:
    """All figures, from all rows."""
    chosen = [
        row
        for row in rows["conference"]
        if (row.status == "scheduled" or ribbons_at(rows, {location_of(rows, row.id)}, None) > 0)
        and (not wanted.years or row.starts_on.year in wanted.years)
        and (wanted.country in (None, row.country) or row.state in TERRITORIES & {f"US-{wanted.country}"})
        and wanted.state in (None, row.state)
        and (wanted.specialty is None or plain(wanted.specialty) == plain(row.specialty))
        and (wanted.first_day is None or row.starts_on >= wanted.first_day)
        and (wanted.last_day is None or row.starts_on <= wanted.last_day)
    ]
    worn = {row.id: ribbons_at(rows, {location_of(rows, row.id)}, wanted.design_id) for row in chosen}
    covered = [row for row in chosen if worn[row.id] > 0]
    states = {row.state for row in covered}
    return {
        "conferences": conference_figures(rows, chosen, worn),
        "places": {
            "states": len(states & STATES),
            "states_total": 51,
            "territories": len(states & TERRITORIES),
            "territories_total": 5,
            "countries": len({row.country for row in covered}),
            "unknown": len([row for row in covered if row.state is None and row.country in COUNTRIES_WITH_STATES]),
            "states_never_reached": sorted(STATES - states),
        },
        "ribbons": recount_ribbons(rows, wanted.design_id, sum(worn.values())),
        "people": recount_people(rows, {row.id for row in chosen}),
        "by_state": shares(rows, chosen, worn, lambda row: row.state or ""),
        "by_year": shares(rows, chosen, worn, lambda row: str(row.starts_on.year)),
        "by_specialty": shares(rows, chosen, worn, lambda row: row.specialty),
    }


def plain(text: str) -> str:
    """Small letters without accents."""
    return unicodedata.normalize("NFD", text.lower()).encode("ascii", "ignore").decode()


def location_of(rows: Rows, conference: int) -> int:
    (location,) = [row.id for row in rows["location"] if row.conference_id == conference]
    return int(location)


def ribbons_at(rows: Rows, locations: set[int], design: int | None) -> int:
    """What has come less what has gone."""
    moves = [row for row in rows["move"] if design in (None, row.design_id)]
    come = sum(row.quantity for row in moves if row.target_id in locations)
    gone = sum(row.quantity for row in moves if row.source_id in locations)
    return int(come - gone)


def has_claim(rows: Rows, conference: int, statuses: set[str]) -> bool:
    return any(row.conference_id == conference and row.status in statuses for row in rows["claim"])


def was_supplied(rows: Rows, conference: Any) -> bool:
    claims = {row.id for row in rows["claim"] if row.conference_id == conference.id}
    came = {row.shipment_id for row in rows["shipment_line"] if row.received}
    return any(
        row.claim_id in claims and row.id in came and row.received_on < conference.starts_on for row in rows["shipment"]
    )


def recount_ribbons(rows: Rows, design: int | None, worn: int) -> Figures:
    def at(*kinds: str) -> int:
        return ribbons_at(rows, {row.id for row in rows["location"] if row.kind in kinds}, design)

    placed = {row.id for row in rows["purchase_order"] if row.status not in {"draft", "cancelled"}}
    lines = [row for row in rows["purchase_order_line"] if row.purchase_order_id in placed]
    return {
        "ordered": sum(row.quantity for row in lines if design in (None, row.design_id)),
        "on_hand": at("depot", "champion", "packed"),
        "in_transit": at("transit"),
        "handed_out": worn,
        "lost": at("loss"),
    }


def is_emptied(meetup: Any, rows: Rows, members: dict[int, Any]) -> bool:
    """Whether somebody was erased from a meetup, and nobody is left but who recorded it."""
    there = [members[row.member_id] for row in rows["participant"] if row.meetup_id == meetup.id]
    left = [each for each in there if each.erased_at is None]
    return bool(there) and len(left) < len(there) and all(each.person_id == meetup.recorded_by for each in left)


def recount_people(rows: Rows, chosen: set[int]) -> Figures:
    served = [row for row in rows["claim"] if row.conference_id in chosen and row.status in {"deputized", "closed"}]
    members = {row.id: row for row in rows["member"]}
    meetups = {row.id for row in rows["meetup"] if row.conference_id in chosen and not is_emptied(row, rows, members)}
    parts = [row for row in rows["participant"] if row.meetup_id in meetups]
    return {
        "champions": len({row.champion_id for row in served}),
        "meetups": len(meetups),
        "members_named": len({row.member_id for row in parts}),
        "members_confirmed": len({row.member_id for row in parts if row.status == "confirmed"}),
    }


def conference_figures(rows: Any, chosen: list[Any], worn: dict[int, int]) -> Figures:
    """How far these conferences have come."""
    return {
        "tracked": len(chosen),
        "claimed": sum(has_claim(rows, row.id, {"requested", "deputized", "closed"}) for row in chosen),
        "deputized": sum(has_claim(rows, row.id, {"deputized", "closed"}) for row in chosen),
        "supplied": sum(was_supplied(rows, row) for row in chosen),
        "covered": sum(worn[row.id] > 0 for row in chosen),
        "closed_out": sum(has_claim(rows, row.id, {"closed"}) for row in chosen),
    }


def shares(rows: Any, chosen: list[Any], worn: dict[int, int], key: Callable[[Any], str]) -> list[Figures]:
    found = []
    for name in sorted({key(row) for row in chosen}):
        here = [row for row in chosen if key(row) == name]
        figures = conference_figures(rows, here, worn)
        people = recount_people(rows, {row.id for row in here})
        found.append({"key": name, **figures, "handed_out": sum(worn[row.id] for row in here), **people})
    return found
