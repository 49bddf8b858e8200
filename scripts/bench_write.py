"""Makes the database of the benchmarks: an empty one is migrated, founded by verbs, and filled."""

import sqlite3
from collections.abc import Iterator
from datetime import date

import psycopg
from sqlalchemy import make_url, select
from sqlmodel import Session, col

from app.core.db import Database, columns
from app.maintenance.migrations import upgrade
from app.stock.models import Kind, Location, Move
from scripts.bench_data import Community, Scale
from tests.support.world import Founded, found


def make(url: str, scale: Scale) -> Founded:
    """Migrates an empty database, and founds a community of this scale in it."""
    upgrade(url)
    founded = found(url)
    database = Database(url)
    with database.reading() as session:
        writer = Community(scale, founded, _systems(session), _last(session, Location), _last(session, Move))
    database.dispose()
    write(url, writer)
    return founded


def _systems(session: Session) -> dict[str, int]:
    found = columns(session, select(col(Location.kind), col(Location.id)).where(col(Location.name) != ""))
    return {kind.value: number for kind, number in found if kind in {Kind.PACKED, Kind.TRANSIT, Kind.ADJUSTMENT}}


def _last(session: Session, table: type[Location] | type[Move]) -> int:
    return max(columns(session, select(col(table.id))).scalars())


def write(url: str, community: Community) -> None:
    """Writes all rows, and makes the database look at them."""
    (_write_sqlite if url.startswith("sqlite") else _write_postgresql)(url, community)


_ADD_LEVEL = (
    "INSERT INTO level (location_id, design_id, unbounded, on_hand) "
    "SELECT id, {design}, unbounded, {number} FROM location WHERE id = {location} "
    "ON CONFLICT (location_id, design_id) DO UPDATE SET on_hand = level.on_hand + {number}"
)


def _levels(community: Community) -> Iterator[str]:
    for location, number in community.levels.items():
        yield _ADD_LEVEL.format(design=community.design, number=number, location=location)


def _write_sqlite(url: str, community: Community) -> None:
    with sqlite3.connect(str(make_url(url).database)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for table, names, many in community.tables():
            into = names.split()
            marks = ", ".join("?" * len(into))
            rows = ([v.isoformat() if isinstance(v, date) else v for v in row] for row in many)
            connection.executemany(f"INSERT INTO {table} ({', '.join(into)}) VALUES ({marks})", rows)  # noqa: S608
        for statement in _levels(community):
            connection.execute(statement)
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _write_postgresql(url: str, community: Community) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        connection.execute("SET session_replication_role = replica")  # foreign keys are looked up once, below
        connection.execute("SET timezone = 'UTC'")
        for table, names, many in community.tables():
            with connection.cursor().copy(f"COPY {table} ({', '.join(names.split())}) FROM STDIN") as copy:
                for row in many:
                    copy.write_row(row)
        for statement in _levels(community):
            connection.execute(statement)
        for table in (
            "person",
            "conference",
            "location",
            "claim",
            "shipment",
            "shipment_line",
            "move",
            "member",
            "meetup",
        ):
            connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("ANALYZE")
