"""Verbs about applications: made by anyone, confirmed by e-mail, decided on by coordinators."""

from datetime import timedelta

from sqlalchemy import bindparam, delete, or_, select, update
from sqlmodel import Session, col

from app.acts.policy import Actor, Role
from app.claims.schemas import NewClaim
from app.claims.service import claim_conference
from app.conferences import service as conferences
from app.conferences.models import Conference, ConferenceStatus
from app.conferences.schemas import NewConference, Proposed
from app.conferences.service import leading_conference
from app.core.clock import utcnow
from app.core.db import Statement, lock
from app.core.errors import Conflict, DomainError, Invalid, NotFound
from app.core.language import phrase
from app.core.rules import Rules
from app.core.statements import built_once
from app.core.subjects import Thing
from app.joining.models import Application
from app.joining.schemas import Accepted, ApplicationOut, NewApplication, NewProposal
from app.outbox.models import LetterKind
from app.people.models import Person
from app.people.schemas import NewPerson
from app.people.secrets import hash_secret
from app.people.service import create_person, tell_team
from app.printing.entering import refuse, unprintable

UNCONFIRMED_DAYS = 7
"""So long an application waits for its e-mail address to be confirmed."""
DECIDED_DAYS = 30
"""So long it is known, by numbers alone, which application became which champion."""

CONFIRMATION = "ccj_"
_RIBBONS = 100
"""What is asked for with a claim that comes of an application without a number; coordinators send what is right."""

_MISSING = phrase("There is no such application.")
_VOID = phrase("This link no longer works. If you still would like to bring ribbons, tell us once more.")


def apply(session: Session, *, new: NewApplication) -> Application:
    """Keeps an application. Raises :class:`Invalid` for a conference that is not on the calendar."""
    refuse(unprintable({"name": new.name}))
    if new.conference_id is not None:
        conference = leading_conference(session, conference_id=new.conference_id)
        if conference is None or conference.status is not ConferenceStatus.SCHEDULED:
            raise Invalid(phrase("This conference is not on the calendar."), field="conference_id")
        new = new.model_copy(update={"conference_id": conference.id})
    made = Application(**new.model_dump())
    session.add(made)
    session.flush()
    return made


def propose(session: Session, *, new: NewProposal) -> tuple[Proposed | None, Application | None]:
    """Keeps a proposal of anyone's, and the application of whoever would like ribbons there.

    What they wish is kept alike where somebody has proposed it already. Raises what
    :func:`app.conferences.service.propose_conference` does.
    """
    conference = NewConference(**new.model_dump(exclude={"ribbons"}))
    number, proposed = conferences.propose_conference(session, new=conference)
    if new.ribbons is None:
        return proposed, None
    refuse(unprintable({"ribbons/name": new.ribbons.name}))
    made = Application(**new.ribbons.model_dump(), conference_id=number)
    session.add(made)
    session.flush()
    return proposed, made


def prepare_letter(session: Session, *, application_id: int, secret: str) -> bool:
    """Keeps the secret that confirms an application; True where whoever asks can sign in already.

    What they ask is not kept then.
    """
    found = session.get_one(Application, application_id)
    # Who is inactive cannot sign in: coordinators decide on them as on anybody.
    able = col(Person.email) == found.email, col(Person.active).is_(True)
    known = session.scalar(select(col(Person.id)).where(*able)) is not None
    if known:
        session.delete(found)
    else:
        found.secret_hash = hash_secret(secret)
    return known


def confirm(session: Session, *, secret: str) -> int:
    """Marks an application as of whoever reads its e-mail; doing it twice does no harm. Raises :class:`NotFound`."""
    given = col(Application.secret_hash) == hash_secret(secret)
    number = session.scalar(select(col(Application.id)).where(given))
    if number is None:
        raise NotFound(_VOID)
    unconfirmed = col(Application.confirmed_at).is_(None)
    if session.exec(update(Application).where(given, unconfirmed).values(confirmed_at=utcnow())).rowcount:
        tell_team(session, LetterKind.NEW_CLAIM, subject=Thing.APPLICATION.named(number))
    return int(number)


@built_once
def waiting_applications() -> Statement:
    """Those that a coordinator has to decide on, the oldest first, ``most`` of them: :class:`ApplicationOut`."""
    names = [name for name in ApplicationOut.model_fields if name != "conference_name"]
    return (
        select(*(col(getattr(Application, name)) for name in names), col(Conference.name).label("conference_name"))
        .outerjoin(Conference, col(Conference.id) == col(Application.conference_id))
        .where(col(Application.decided_at).is_(None), col(Application.confirmed_at).is_not(None))
        .order_by(col(Application.id))
        .limit(bindparam("most"))
    )


def accept(session: Session, *, application_id: int, rules: Rules, actor: Actor) -> Accepted:
    """Invites whoever has applied as a champion, and claims their conference for them if that is still possible.

    What they said of themselves goes; the number stays for :data:`DECIDED_DAYS`. Raises :class:`Conflict` for somebody
    whose account is inactive.
    """
    found = _lock_waiting(session, application_id)
    person = session.scalar(select(Person).where(col(Person.email) == found.email))
    if person is None:
        new = NewPerson(name=found.name, email=found.email, language=found.language)
        person = create_person(session, new=new, actor=actor)
    elif not person.active:
        raise Conflict(phrase("Their account is inactive. An admin can make it active again; or decline this."))
    _refuse_proposal(session, found.conference_id)
    claim_id = _claim(session, found, person, rules)
    found.name = found.email = found.handle = found.text = ""
    found.secret_hash, found.decided_at, found.person_id = None, utcnow(), person.id
    session.flush()
    return Accepted(id=application_id, person_id=person.id, claim_id=claim_id)


def _refuse_proposal(session: Session, conference_id: int | None) -> None:
    """Nobody claims what is not on the calendar: their wish would be lost with this. Raises :class:`Conflict`."""
    conference = None if conference_id is None else leading_conference(session, conference_id=conference_id)
    if conference is not None and conference.status is ConferenceStatus.PROPOSED:
        raise Conflict(phrase("Their conference is only proposed. Put it on the calendar first, or decline it."))


def _claim(session: Session, found: Application, person: Person, rules: Rules) -> int | None:
    if found.conference_id is None:
        return None
    champion = Actor(role=Role.CHAMPION, person_id=person.id, trusted=person.trusted)
    new = NewClaim(ribbons_requested=found.ribbons_wanted or _RIBBONS, note=found.text)
    try:
        with session.begin_nested():
            return claim_conference(session, conference_id=found.conference_id, new=new, rules=rules, actor=champion)
    except DomainError:  # it was cancelled, it is over, or they have claimed it by themselves
        return None


def decline(session: Session, *, application_id: int) -> None:
    """Removes an application and all that it says."""
    session.delete(_lock_waiting(session, application_id))
    session.flush()


def _lock_waiting(session: Session, application_id: int) -> Application:
    found = lock(session, Application, application_id, missing=_MISSING)
    if found.confirmed_at is None:
        raise NotFound(_MISSING)
    if found.decided_at is not None:
        raise Conflict(phrase("This application is already decided on."), current_status="decided", allowed=[])
    return found


def forget_applications(session: Session) -> int:
    """Removes those that nobody has confirmed, and the numbers of those that were decided on, in time."""
    now = utcnow()
    confirmed, decided = col(Application.confirmed_at), col(Application.decided_at)
    old = or_(
        confirmed.is_(None) & (col(Application.created_at) < now - timedelta(days=UNCONFIRMED_DAYS)),
        decided < now - timedelta(days=DECIDED_DAYS),
    )
    return session.exec(delete(Application).where(old)).rowcount


def forget_applicant(session: Session, *, person_id: int) -> None:
    """Removes what somebody applied for who is erased: by their account, and by their e-mail address."""
    email = select(col(Person.email)).where(col(Person.id) == person_id).scalar_subquery()
    session.exec(
        delete(Application).where(or_(col(Application.person_id) == person_id, col(Application.email) == email))
    )
