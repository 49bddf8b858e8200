"""What can be seen from outside: structured logs with a request id, and counters. No personal data in either."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import Counter, Histogram
from structlog.tracebacks import ExceptionDictTransformer

RETRIES = Counter("champions_retries_total", "Units of work that were done again")
CONFLICTS = Counter("champions_conflicts_total", "Refusals because of the present status, by code", ["code"])
LETTERS_FAILED = Counter("champions_letters_failed_total", "Letters that could not be sent")
REQUESTS = Counter("http_requests_total", "Requests that were answered, by route", ["method", "handler", "status"])
SECONDS = Histogram(
    "http_request_duration_seconds",
    "How long an answer took, to its last byte",
    ["method", "handler"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15),
)
CUT = Counter("champions_connections_cut_total", "Connections that we have ended or refused, by reason", ["reason"])


_frames = ExceptionDictTransformer(show_locals=False)


def _where_it_came_from(exc_info: Any) -> list[dict[str, Any]]:
    """The kinds of an exception and of its causes, and the lines that they passed.

    Neither variables nor messages: both may quote what somebody has sent, or a row of hers.
    """
    return [_without_message(error) for error in _frames(exc_info)]


def _without_message(error: dict[str, Any]) -> dict[str, Any]:
    within = [[_without_message(one) for one in group] for group in error["exceptions"]]
    return {**error, "exc_value": "", "exc_notes": [], "exceptions": within}


def database_state(error: BaseException | None) -> str:
    """The database's own code for what is behind an error: an SQLSTATE, or the name of SQLite's. "" where it gave none.

    The code alone may be told: the text beside it may quote a row.
    """
    while error is not None:
        for one in (error, getattr(error, "orig", None)):
            state = getattr(one, "sqlstate", None) or getattr(one, "sqlite_errorname", None)
            if state:
                return str(state)
        error = error.__cause__ or error.__context__
    return ""


def _with_database_state(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    raised = event.get("exc_info")
    error = sys.exc_info()[1] if raised is True else raised[1] if isinstance(raised, tuple) else raised
    state = database_state(error) if isinstance(error, BaseException) else ""
    return {**event, "database_state": state} if state else event


def configure_logs(level: str) -> None:
    """One JSON line per event on standard error, for our own events and for those of the libraries."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_database_state,
        structlog.processors.ExceptionRenderer(_where_it_came_from),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


log: structlog.stdlib.BoundLogger = structlog.get_logger("champions")
