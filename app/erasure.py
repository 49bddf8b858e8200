"""Erasing somebody: everything that says who she is goes; what she did for the community stays, unnamed."""

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

from app.claims.models import Claim
from app.idempotency import IdempotencyRecord
from app.meetups.service import erase_membership, forget_recorder
from app.members.reports import forget_reports
from app.members.service import member_of_person
from app.people.models import Person
from app.people.service import erase_person
from app.shipments.models import Shipment, ShipmentAddress
from app.stock.models import Location


def erase(session: Session, *, person_id: int) -> None:
    """Removes name, e-mail, addresses, tokens, handles and free text of a person, and kept answers that name her.

    The ledger and all counts stay as they were. Raises :class:`NotFound`.
    """
    person = session.get(Person, person_id)
    if person is not None:
        _forget_answers(session, person)
    member_id = member_of_person(session, person_id=person_id)
    if member_id is not None:
        erase_membership(session, member_id=member_id)
    forget_recorder(session, person_id=person_id)
    forget_reports(session, principal=f"person:{person_id}")
    own = select(col(Location.id)).where(col(Location.person_id) == person_id)
    to_her = select(col(Shipment.id)).where(col(Shipment.target_id).in_(own))
    session.exec(delete(ShipmentAddress).where(col(ShipmentAddress.shipment_id).in_(to_her)))
    session.exec(update(Location).where(col(Location.person_id) == person_id).values(name="Erased"))
    session.exec(update(Claim).where(col(Claim.champion_id) == person_id).values(note="", close_note=""))
    erase_person(session, person_id=person_id)


def _forget_answers(session: Session, person: Person) -> None:
    names = [person.name, *([person.email] if person.email else [])]
    session.exec(
        delete(IdempotencyRecord).where(
            or_(
                col(IdempotencyRecord.principal) == f"person:{person.id}",
                *(col(IdempotencyRecord.body).contains(name, autoescape=True) for name in names),
            )
        )
    )
