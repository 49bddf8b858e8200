"""Table: which letters somebody does not want."""

from sqlmodel import Field

from app.core.db import Row, one_of
from app.outbox.models import LetterKind


class UnwantedLetter(Row, table=True):
    """A kind of letters that a person has switched off."""

    __tablename__ = "unwanted_letter"

    person_id: int = Field(primary_key=True, foreign_key="person.id", ondelete="RESTRICT")
    kind: LetterKind = Field(primary_key=True, sa_type=one_of(LetterKind, "kind"))
