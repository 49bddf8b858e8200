"""Erasure under the rules and the key of the tests."""

from sqlmodel import Session

from app.maintenance import erasure
from tests.support.rules import KEY, RULES


def erase(session: Session, *, person_id: int) -> None:
    """Erases a person."""
    erasure.erase(session, person_id=person_id, rules=RULES, key=KEY)
