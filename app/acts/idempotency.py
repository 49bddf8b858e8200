"""Requests that are repeated happen once: the answer to a key is kept with the work itself, for a day."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, col

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, columns
from app.core.errors import Invalid
from app.core.language import phrase

KEPT = timedelta(hours=24)


class KeyReused(Invalid):
    """The key was used for another request."""

    code = "idempotency-key-reused"
    title = phrase("The idempotency key was used for another request")


class IdempotencyRecord(Row, table=True):
    """A key of a principal, as a hash, since there may be a name in it; and the answer that it got."""

    __tablename__ = "idempotency_record"

    principal: str = Field(primary_key=True, max_length=60)
    key: str = Field(primary_key=True, max_length=200)
    fingerprint: str = Field(max_length=64)
    status: int = 0
    headers: str = ""
    body: str = ""
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime, index=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered: a status, a few headers and a JSON body."""

    status: int
    headers: dict[str, str]
    body: str


def fingerprint(method: str, target: str, body: bytes) -> str:
    """What makes two requests the same: method, path with query, and body."""
    return hashlib.sha256(b"\n".join((method.encode(), target.encode(), body))).hexdigest()


def claim_key(session: Session, *, principal: str, key: str, print_: str) -> Answer | None:
    """Takes the key for this unit of work, or gives the answer of the one that had it before.

    One that is still in flight is waited for. Raises :class:`KeyReused` where the key stood for another request.
    """
    now, key = utcnow(), _hashed(key)
    new = {"fingerprint": print_, "status": 0, "headers": "", "body": "", "created_at": now}
    take = _take(session.connection().dialect.name)
    taken = columns(session, take, principal=principal, key=key, oldest=now - KEPT, **new)
    if taken.first() is not None:
        return None
    known = columns(session, _KNOWN, of=principal, called=key).one()
    if known.fingerprint != print_:
        raise KeyReused(phrase("This Idempotency-Key was sent with another request before. Use a new one."))
    return Answer(known.status, json.loads(known.headers), known.body)


@cache
def _take(dialect: str) -> Any:
    """Takes a key that nobody has, or that stood for a request too long ago; gives nothing where it is taken.

    One statement: what else is too old is removed from time to time (``tidy``), not at each request.
    """
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(IdempotencyRecord)
    new = {name: insert.excluded[name] for name in ("fingerprint", "status", "headers", "body", "created_at")}
    return insert.on_conflict_do_update(
        index_elements=["principal", "key"],
        set_=new,
        where=col(IdempotencyRecord.created_at) < bindparam("oldest", type_=UtcDateTime),
    ).returning(col(IdempotencyRecord.key))


_MINE = (
    col(IdempotencyRecord.principal) == bindparam("of"),
    col(IdempotencyRecord.key) == bindparam("called"),
)
_KNOWN = select(
    col(IdempotencyRecord.fingerprint),
    col(IdempotencyRecord.status),
    col(IdempotencyRecord.headers),
    col(IdempotencyRecord.body),
).where(*_MINE)
_KEEP = (
    update(IdempotencyRecord)
    .where(*_MINE)
    .values(status=bindparam("now_status"), headers=bindparam("now_headers"), body=bindparam("now_body"))
)


def keep_answer(session: Session, *, principal: str, key: str, answer: Answer) -> None:
    """Keeps the answer with the key, in the transaction of the work."""
    what = {"now_status": answer.status, "now_headers": json.dumps(answer.headers), "now_body": answer.body}
    columns(session, _KEEP, of=principal, called=_hashed(key), **what)


def forget_answers(session: Session, *, principal: str) -> None:
    """Removes the keys of a principal who will not come again, and empties all answers that are kept.

    Everybody's, since what is to be forgotten of one person may stand in the answer to another, in words of either.
    Their keys and statuses stay, so that nothing happens twice.
    """
    session.exec(delete(IdempotencyRecord).where(col(IdempotencyRecord.principal) == principal))
    session.exec(update(IdempotencyRecord).where(col(IdempotencyRecord.body) != "").values(body="{}"))


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
