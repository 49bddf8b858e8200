"""What PostgreSQL is told by each connection: how long to wait, and what a connection to read with may do."""

from sqlalchemy import Engine, create_engine

# Waiting for a lock for longer than this is answered as "busy"; a statement that runs longer is a defect.
_OPTIONS = (
    "-c timezone=UTC -c lock_timeout=5000 -c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000"
)

_NOTICE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""A server that vanishes without a word is noticed within half a minute; the system's own patience is two hours."""


def postgresql_engine(url: str, *, pool_size: int, pool_seconds: int, read_only: bool = False) -> Engine:
    """An engine on a server; its connections refuse to write where they are ``read_only``."""
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=pool_seconds,
        pool_pre_ping=True,
        connect_args={
            "options": f"{_OPTIONS} -c default_transaction_read_only=on" if read_only else _OPTIONS,
            **_NOTICE,
        },
    )
