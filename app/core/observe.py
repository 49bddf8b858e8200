"""What can be seen from outside: structured logs with a request id, and counters. No personal data in either."""

import logging
import sys
from typing import Any

import structlog
from prometheus_client import Counter
from structlog.tracebacks import ExceptionDictTransformer

RETRIES = Counter("champions_retries_total", "Units of work that were done again")
CONFLICTS = Counter("champions_conflicts_total", "Refusals because of the present status, by code", ["code"])
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


def configure_logs(level: str) -> None:
    """One JSON line per event on standard error, for our own events and for those of the libraries."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
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
