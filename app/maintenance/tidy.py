"""What is to be forgotten or to run out by itself: done by the server from time to time, and by a command."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, exists, or_, select
from sqlmodel import Session, col

from app.acts.idempotency import KEPT, IdempotencyRecord
from app.acts.throttle import forget_attempts
from app.claims.models import OPEN, Claim
from app.claims.service import expire_requests
from app.core.clock import today, utcnow
from app.core.rules import Rules
from app.paperwork.jobs import KEPT as FILES_KEPT
from app.paperwork.jobs import forget_files
from app.people.models import PersonAddress, SignInLink
from app.shipments.models import UNDER_WAY, Shipment, ShipmentAddress
from app.stock.models import Location


@dataclass(frozen=True, slots=True)
class Tidied:
    """How much was forgotten or ran out."""

    addresses: int
    requests: int
    answers: int
    links: int
    files: int


def tidy(session: Session, *, rules: Rules) -> Tidied:
    """Forgets old addresses, answers, links, counts and printed files, and lets requests run out.

    An address is forgotten ``address_days`` after the last box for it has arrived or was given up, unless another is
    under way to it or its owner has an open claim. Doing it twice, or twice at once, does no harm.
    """
    now = utcnow()
    forget_attempts(session, before=now - timedelta(days=1))
    return Tidied(
        addresses=_forget_addresses(session, rules.address_days),
        requests=expire_requests(session, rules=rules),
        answers=session.exec(delete(IdempotencyRecord).where(col(IdempotencyRecord.created_at) < now - KEPT)).rowcount,
        links=session.exec(
            delete(SignInLink).where(or_(col(SignInLink.expires_at) < now, col(SignInLink.used_at).is_not(None)))
        ).rowcount,
        files=forget_files(session, before=now - FILES_KEPT),
    )


def _forget_addresses(session: Session, address_days: int) -> int:
    now, days = utcnow(), timedelta(days=address_days)
    over = select(col(Shipment.id)).where(
        col(Shipment.status).not_in(UNDER_WAY),
        or_(col(Shipment.received_on) < today() - days, col(Shipment.received_on).is_(None)),
        col(Shipment.created_at) < now - days,
    )
    labels = session.exec(delete(ShipmentAddress).where(col(ShipmentAddress.shipment_id).in_(over))).rowcount
    to_her = (
        select(col(Shipment.id))
        .join(Location, col(Location.id) == col(Shipment.target_id))
        .where(col(Location.person_id) == col(PersonAddress.person_id))
        .correlate(PersonAddress)
    )
    recent = or_(col(Shipment.status).in_(UNDER_WAY), col(Shipment.received_on) >= today() - days)
    claims = exists().where(col(Claim.champion_id) == col(PersonAddress.person_id), col(Claim.status).in_(OPEN))
    homes = session.exec(
        delete(PersonAddress).where(
            col(PersonAddress.updated_at) < now - days,
            to_her.exists(),
            ~to_her.where(recent).exists(),
            ~claims,
        )
    ).rowcount
    return labels + homes
