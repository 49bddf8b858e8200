"""What is to be forgotten or to run out by itself: done by the server from time to time, and by a command."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, delete, exists, or_, select
from sqlmodel import Session, col

from app.acts.idempotency import KEPT, IdempotencyRecord
from app.acts.throttle import forget_attempts
from app.claims.models import OPEN, Claim
from app.claims.service import expire_requests
from app.conferences.models import Conference
from app.core.clock import today, utcnow
from app.core.db import Statement
from app.core.rules import Rules
from app.core.subjects import Thing
from app.joining.service import forget_applications
from app.maintenance import proving
from app.maintenance.erasure import forget_papers
from app.maintenance.statistics import look_again
from app.meetups.service import forget_typed
from app.meetups.wishes import forget_wishes
from app.members.proofs import forget_proofs
from app.outbox.service import forget_old_letters
from app.papers.stamping import forget_contents
from app.paperwork.jobs import KEPT as FILES_KEPT
from app.paperwork.jobs import forget_files
from app.people.email_changes import forget_email_changes
from app.people.models import ApiToken, BrowserSession, Person, PersonAddress, SignInLink
from app.people.schemas import ENDED_TOKEN_DAYS
from app.people.sessions import UNUSED_FOR
from app.shipments.models import UNDER_WAY, Method, Shipment, ShipmentAddress
from app.stock.models import Location


@dataclass(frozen=True, slots=True)
class Tidied:
    """How much was forgotten or ran out."""

    addresses: int
    requests: int
    answers: int
    links: int
    sessions: int
    tokens: int
    files: int
    names: int
    applications: int
    wishes: int
    letters: int
    verifications: int


def tidy(session: Session, *, rules: Rules) -> Tidied:
    """Forgets old addresses, answers, links, sessions, tokens, counts, files, names, applications, wishes, letters,
    verifications; ends old requests.

    An address is forgotten ``address_days`` after it was last needed: it was given, a box for it has arrived, or the
    conference was over for which its owner has an open claim. A box that is under way keeps it. Doing it twice, or
    twice at once, does no harm.
    """
    now = utcnow()
    ended = now - timedelta(days=ENDED_TOKEN_DAYS)
    forget_attempts(session, before=now - timedelta(days=1))
    forget_email_changes(session)
    if session.connection().dialect.name == "sqlite":  # PostgreSQL does it by itself
        look_again(session.connection())
    return Tidied(
        addresses=_forget_addresses(session, rules),
        requests=expire_requests(session, rules=rules),
        answers=session.exec(delete(IdempotencyRecord).where(col(IdempotencyRecord.created_at) < now - KEPT)).rowcount,
        links=session.exec(
            delete(SignInLink).where(or_(col(SignInLink.expires_at) < now, col(SignInLink.used_at).is_not(None)))
        ).rowcount
        + forget_proofs(session),
        sessions=session.exec(
            delete(BrowserSession).where(col(BrowserSession.last_seen_at) <= now - UNUSED_FOR)
        ).rowcount,
        tokens=session.exec(
            delete(ApiToken).where(or_(col(ApiToken.expires_at) < ended, col(ApiToken.revoked_at) < ended))
        ).rowcount,
        files=forget_files(session, before=now - FILES_KEPT),
        names=forget_typed(session),
        applications=forget_applications(session),
        wishes=forget_wishes(session),
        letters=forget_old_letters(session),
        verifications=proving.forget(session, before=now - proving.KEPT),
    )


def _forget_addresses(session: Session, rules: Rules) -> int:
    now, days = utcnow(), timedelta(days=rules.address_days)
    over = select(col(Shipment.id)).where(
        col(Shipment.status).not_in(UNDER_WAY),
        or_(col(Shipment.received_on) < today(rules.timezone) - days, col(Shipment.received_on).is_(None)),
        col(Shipment.created_at) < now - days,
    )
    labels = session.exec(
        delete(ShipmentAddress)
        .where(col(ShipmentAddress.shipment_id).in_(over))
        .returning(col(ShipmentAddress.shipment_id))
    )
    boxes = [Thing.SHIPMENT.named(shipment_id) for (shipment_id,) in labels]
    forget_contents(session, subjects=boxes)
    homes = session.exec(
        delete(PersonAddress)
        .where(col(PersonAddress.updated_at) < now - days, ~_is_needed(days, rules.timezone))
        .returning(col(PersonAddress.person_id))
    )
    people = [person_id for (person_id,) in homes]
    forget_papers(session, person_ids=people)
    return len(boxes) + len(people)


def _is_needed(days: timedelta, timezone: str) -> ColumnElement[bool]:
    """Whether the address of the statement around it is needed, or was until so many days ago.

    What goes by hand needs none. A claim needs one until its conference is over, however long it stays open, and that
    of somebody who cannot sign in any more needs none.
    """
    under_way = (col(Shipment.status).in_(UNDER_WAY)) & (col(Shipment.method) == Method.CARRIER)
    claim = (
        exists()
        .where(
            col(Claim.champion_id) == col(PersonAddress.person_id),
            col(Claim.status).in_(OPEN),
            col(Conference.id) == col(Claim.conference_id),
            col(Conference.over_at) > utcnow() - days,
            col(Person.id) == col(Claim.champion_id),
            col(Person.active).is_(True),
        )
        .correlate(PersonAddress)
    )
    return or_(
        _boxes(col(Shipment.target_id))
        .where(or_(under_way, col(Shipment.received_on) >= today(timezone) - days))
        .exists(),
        _boxes(col(Shipment.source_id)).where(under_way).exists(),
        claim,
    )


def _boxes(end: SQLColumnExpression[int]) -> Statement:
    """The boxes with this end at the person whose address it is."""
    return (
        select(col(Shipment.id))
        .join(Location, col(Location.id) == end)
        .where(col(Location.person_id) == col(PersonAddress.person_id))
        .correlate(PersonAddress)
    )
