"""What is wrong with a database when nothing is wrong with what it was told: it is away, worn out or full.

Such an error becomes one of our own tree, here and nowhere else, and one line in the log: with the code that the
database gave, never with its text, which may quote a row.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core.errors import DomainError, NoRoom, Unavailable
from app.core.language import phrase
from app.core.observe import database_state, log

# PostgreSQL, appendix A: connection exceptions, too many connections or too little memory, out of time, shut down or
# starting up, idle for too long, the system's own errors.
_AWAY = ("08", "53", "57014", "57P0", "25P03", "58")
_FULL = "53100"

# https://www.sqlite.org/rescode.html: BUSY, LOCKED, NOMEM, READONLY, INTERRUPT (out of time), IOERR, CORRUPT,
# CANTOPEN, NOTADB; and FULL.
_SQLITE_AWAY = {5, 6, 7, 8, 9, 10, 11, 14, 26}
_SQLITE_FULL = 13


def lost(error: SQLAlchemyError) -> bool:
    """Whether the connection broke in the middle of the work. What was not committed by then, is not done."""
    cause = _cause(error)
    return cause is not None and cause.connection_invalidated


def refusal(error: SQLAlchemyError) -> DomainError | None:
    """What is said instead of this error; None where it is a fault of ours."""
    if isinstance(error, PoolTimeout):  # of the pool: every connection is in use
        return _away()
    cause = _cause(error)
    if cause is None:
        return None
    state = getattr(cause.orig, "sqlstate", None)
    number = getattr(cause.orig, "sqlite_errorcode", None)
    if state == _FULL or (number is not None and number & 0xFF == _SQLITE_FULL):
        return NoRoom(phrase("The database has no room left. Nothing was written; please tell who runs this service."))
    never_there = state is None and number is None and isinstance(cause, OperationalError)
    away = str(state).startswith(_AWAY) or (number is not None and number & 0xFF in _SQLITE_AWAY)
    return _away() if away or never_there or cause.connection_invalidated else None


@contextmanager
def told_apart() -> Iterator[None]:
    """Within the block, trouble of the database becomes :class:`Unavailable`; faults of ours stay what they are."""
    try:
        yield
    except SQLAlchemyError as error:
        said = refusal(error)
        if said is None:
            raise
        kind, state = type(error).__name__, database_state(error)
        log.warning("the database is in trouble", problem=said.code, kind=kind, database_state=state)
        raise said from error


def _away() -> Unavailable:
    return Unavailable(phrase("The database does not answer right now. Please try again in a moment."))


def _cause(error: BaseException | None) -> DBAPIError | None:
    """The driver's error behind this one: after a loss, whatever is tried with the session fails in its own way."""
    while error is not None and not isinstance(error, DBAPIError):
        error = error.__cause__ or error.__context__
    return error
