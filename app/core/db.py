"""The database: how we connect, how a unit of work begins and ends, and the column types that both engines share."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, partial
from threading import Event
from typing import Any, TypeAlias, TypeVar, cast

from pydantic import BaseModel, TypeAdapter
from sqlalchemy import (
    ColumnElement,
    CursorResult,
    DateTime,
    Dialect,
    Enum,
    Executable,
    MetaData,
    Select,
    SQLColumnExpression,
    func,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

from app.core.errors import Busy, NoRoom, NotFound, Unavailable
from app.core.language import Text, phrase
from app.core.observe import RETRIES
from app.core.postgresql import postgresql_engine
from app.core.sqlite import TOO_MUCH, Line, sqlite_engine
from app.core.trouble import lost, told_apart

ATTEMPTS = 8
"""How often a unit of work is tried before the caller is told that the database is busy."""

# Serialization failure, deadlock, lock not available, unique and foreign key violation (PostgreSQL, appendix A).
_TRANSIENT_SQLSTATES = {"40001", "40P01", "55P03", "23505", "23503"}
# SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY.
_TRANSIENT_SQLITE = {5, 517, 2067, 1555}

POOL_SECONDS = 5
"""How long somebody waits for one of the connections that others are using."""

FULL_SECONDS = 30
"""How long a database that had no room left is not asked to write more, where somebody asks first."""

Statement: TypeAlias = Select[*tuple[Any, ...]]
"""A SELECT of any columns."""

T = TypeVar("T")
Schema = TypeVar("Schema", bound=BaseModel)


class Row(SQLModel):
    """Base of all tables. The naming convention gives each constraint a name that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on the way in, UTC-aware on the way out. SQLite forgets the zone, so it is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """What makes an instant of what the driver gives; one function, since a list of 50 has hundreds of instants."""
        if dialect.name != "sqlite":
            return _in_utc
        read = cast("Callable[[Any], datetime]", self.impl_instance.result_processor(dialect, coltype))
        return lambda value: None if value is None else read(value).replace(tzinfo=UTC)


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def one_of(kind: type[StrEnum], name: str) -> Enum:
    """A column that holds one of an enumeration's values as text, with a CHECK constraint called ``name``."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        name=name,
        values_callable=lambda members: [member.value for member in members],
    )


class Database:
    """One engine and the two ways to use it: to read, and to do a unit of work."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self._full_at: float | None = None
        self._line = Line() if url.startswith("sqlite") else None
        if self._line:
            self.engine = reader = sqlite_engine(url, pool_size=pool_size, pool_seconds=POOL_SECONDS)
            self._reader = self._snapshots = self.engine.execution_options(read_only=True)
        else:
            connect = partial(postgresql_engine, url, pool_size=pool_size, pool_seconds=POOL_SECONDS)
            self.engine, reader = connect(), connect(read_only=True)
            # Reads need no BEGIN and no COMMIT, which are two of three round trips.
            self._reader = reader.execution_options(isolation_level="AUTOCOMMIT")
            self._snapshots = reader.execution_options(isolation_level="REPEATABLE READ")
        self.engines = {self.engine, reader}
        """What holds connections: one engine on SQLite, two on PostgreSQL."""

    @contextmanager
    def reading(self, *, at_one_moment: bool = False) -> Iterator[Session]:
        """A session to read with. Whatever is written in it is refused, or rolled back (SQLite).

        With ``at_one_moment`` each statement sees what the first one saw, whatever is committed meanwhile, and not what
        there is by then (on PostgreSQL; on SQLite it does so anyhow).
        Raises :class:`Unavailable` where the database does not answer, as all that follows does.
        """
        with told_apart(), self._session(at_one_moment) as session:
            yield session

    def _session(self, at_one_moment: bool) -> Session:
        reader = self._snapshots if at_one_moment else self._reader
        return Session(reader, autoflush=False, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A unit of work: commits when the block ends, rolls back when it raises."""
        with self._told_apart(), self._begun() as session:
            yield session

    @contextmanager
    def _begun(self) -> Iterator[Session]:
        with (
            self._line.turn() if self._line else nullcontext(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def read(self, work: Callable[[Session], T], *, at_one_moment: bool = False) -> T:
        """What ``work`` reads, as :meth:`reading` does; it reads once more where the connection is lost over it."""
        try:
            with self._session(at_one_moment) as session:
                return work(session)
        except SQLAlchemyError as error:
            if not lost(error):
                with told_apart():
                    raise
        RETRIES.inc()
        with self.reading(at_one_moment=at_one_moment) as session:
            return work(session)

    def run(self, work: Callable[[Session], T], *, repeatable: bool = False) -> T:
        """Does ``work`` in a transaction, and does it again from the start when the database asks for that.

        A broken uniqueness rule asks for it, too: somebody else has just written the row that ``work`` looked for and
        did not find. The next time it is found, and ``work`` itself says what that means. So does a row that somebody
        else has just deleted, which is not found then.

        So does a connection that is lost before the commit. Where it is lost over the commit nobody knows whether that
        was done: only ``repeatable`` work, which finds out by itself that it was, is done again.

        Raises :class:`Busy` when the database still asks after :data:`ATTEMPTS` times; then nothing was written, unless
        a commit was lost.
        """
        unsure = False
        for attempt in range(ATTEMPTS):
            committing = Event()
            try:
                return self._attempt(work, committing)
            except SQLAlchemyError as error:
                if lost(error) and committing.is_set() and not repeatable:
                    raise Unavailable(_UNSURE) from error
                unsure = unsure or (lost(error) and committing.is_set())
                if not (lost(error) or is_transient(error)):
                    with self._told_apart():
                        raise
            RETRIES.inc()
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 (jitter, not a secret)
        if unsure:
            raise Unavailable(_UNSURE)
        raise Busy(TOO_MUCH)

    def _attempt(self, work: Callable[[Session], T], committing: Event) -> T:
        with self._begun() as session:
            result = work(session)
            session.flush()
            committing.set()
        return result

    @contextmanager
    def _told_apart(self) -> Iterator[None]:
        try:
            with told_apart():
                yield
        except NoRoom:
            self._full_at = time.monotonic()
            raise

    @property
    def has_room(self) -> bool:
        """Whether nobody was told of late that there is no room left to write."""
        return self._full_at is None or time.monotonic() - self._full_at > FULL_SECONDS

    def dispose(self) -> None:
        """Closes the connections."""
        for engine in self.engines:
            engine.dispose()


_UNSURE = phrase(
    "The database was lost while this was being kept. Please look whether it is there before you send it again."
)


def is_transient(error: SQLAlchemyError) -> bool:
    """Whether the same unit of work may well succeed when it is done again."""
    original = error.orig if isinstance(error, DBAPIError) else None
    return (
        getattr(original, "sqlstate", None) in _TRANSIENT_SQLSTATES
        or getattr(original, "sqlite_errorcode", None) in _TRANSIENT_SQLITE
    )


def filled(text: SQLColumnExpression[str], otherwise: SQLColumnExpression[str]) -> ColumnElement[str]:
    """A text, or another where it is empty."""
    return func.coalesce(func.nullif(text, ""), otherwise)


def columns(session: Session, statement: Executable, **given: object) -> CursorResult[*tuple[Any, ...]]:
    """The one way to run what selects columns: straight on the connection, without the mapper's work for each row.

    ``given`` are the values of a statement's ``bindparam``: to put one together takes longer than to run it, so what
    is asked at each request is put together once.

    Entities are loaded by ``session.get``, ``scalar`` and ``scalars``, beside columns by ``execute``; UPDATE and DELETE
    are run by ``exec``.
    """
    return session.connection().execute(statement, given or None)


def rows(session: Session, statement: Statement, schema: type[Schema], **given: object) -> list[Schema]:
    """The result as schemas; the statement's column names are the schema's field names. ``given`` as in
    :func:`columns`."""
    session.flush()  # what this unit of work has changed is what it reads; the plain connection does not see to that
    found = columns(session, statement, **given)
    names = tuple(found.keys())
    return _all_of(schema)([dict(zip(names, row, strict=True)) for row in found.all()])


@cache
def _all_of(schema: type[Schema]) -> Callable[[list[dict[str, Any]]], list[Schema]]:
    """What makes schemas of all rows at once: it takes less time than one after the other."""
    return TypeAdapter(list[schema]).validate_python  # type: ignore[valid-type]  # the schema is a value here


def one(session: Session, statement: Statement, schema: type[Schema], *, missing: Text, **given: object) -> Schema:
    """The only row as a schema. Raises :class:`NotFound`, saying ``missing``."""
    found = rows(session, statement, schema, **given)
    if not found:
        raise NotFound(missing)
    return found[0]


Table = TypeVar("Table", bound=Row)


def lock(session: Session, table: type[Table], key: int | str, *, missing: Text) -> Table:
    """The row, fresh and locked until the unit of work ends. Raises :class:`NotFound`, saying ``missing``."""
    found = session.get(table, key, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(missing)
    return found
