"""Erasing somebody: everything that says who she is goes; what she did for the community stays, unnamed."""

from collections.abc import Collection
from functools import partial
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

from app.acts.entries import change_waiting, forget_late
from app.acts.idempotency import forget_answers
from app.acts.policy import SHELL
from app.claims.editing import end_claims_of
from app.claims.models import Claim
from app.core.clock import utcnow
from app.core.errors import Invalid
from app.core.keys import ServerKey
from app.core.language import phrase
from app.core.rules import Rules
from app.core.subjects import Thing
from app.joining.service import forget_applicant
from app.letters.choices import forget_choices
from app.meetups.acts import record_meetup
from app.meetups.service import TYPED_DAYS, forget_part, forget_recorder
from app.meetups.wishes import forget_wishes_of, forget_wishes_to
from app.members.asking import forget_asked
from app.members.blocks import forget_blocks, forget_person
from app.members.handles import Handle
from app.members.marks import keep_erased_step
from app.members.reports import forget_reports
from app.members.schemas import HandleIn
from app.members.service import erase_member_step, lock_member, member_of_person, parse
from app.outbox.service import forget_letters
from app.papers.stamping import forget_contents
from app.paperwork.jobs import forget_files
from app.people.models import Person
from app.people.service import check_admin_stays, delete_address, erase_person_step, lock_admins
from app.purchasing.service import forget_proof_contact
from app.shipments.models import UNDER_WAY, Shipment, ShipmentAddress
from app.stock.ledger import forget_notes
from app.stock.models import Location


def erase(session: Session, *, person_id: int, rules: Rules, key: ServerKey) -> None:
    """Removes name, e-mail, addresses, tokens, handles and free text of a person, and what was answered of late.

    The ledger and all counts stay as they were. Raises :class:`NotFound`; :class:`Conflict` for the only admin.
    """
    check_admin_stays(session, person_id=person_id, admins=lock_admins(session))
    forget_answers(session, principal=Thing.PERSON.named(person_id))
    member_id = member_of_person(session, person_id=person_id)
    if member_id is not None:
        erase_membership(session, member_id=member_id, rules=rules, key=key)
    forget_recorder(session, person_id=person_id)
    forget_wishes_to(session, person_id=person_id)
    forget_person(session, person_id=person_id)
    forget_late(session, person_id=person_id)
    forget_applicant(session, person_id=person_id)
    forget_reports(session, principal=Thing.PERSON.named(person_id))
    own = select(col(Location.id)).where(col(Location.person_id) == person_id)
    to_her = select(col(Shipment.id)).where(col(Shipment.target_id).in_(own))
    session.exec(delete(ShipmentAddress).where(col(ShipmentAddress.shipment_id).in_(to_her)))
    end_claims_of(session, person_id=person_id, note="", actor=SHELL)
    hers = col(Shipment.target_id).in_(own) | col(Shipment.source_id).in_(own)
    session.exec(update(Shipment).where(hers).values(note="", receipt_note=""))
    texts = {"note": "", "close_note": "", "decision_note": ""}
    session.exec(update(Claim).where(col(Claim.champion_id) == person_id).values(texts))
    forget_notes(session, actor_id=person_id)
    forget_files(session, before=utcnow())
    forget_papers(session, person_ids=[person_id])
    person = session.get_one(Person, person_id)
    forget_letters(session, person_id=person_id, address=person.email or "")
    if person.email:
        forget_contents(session, subjects=forget_proof_contact(session, email=person.email, name=person.name))
    forget_choices(session, person_id=person_id)
    erase_person_step(session, person_id=person_id)


def forget_papers(session: Session, *, person_ids: Collection[int]) -> None:
    """Forgets the hashes of what was printed about these people's boxes and claims."""
    if not person_ids:
        return
    own_location = select(col(Location.id)).where(col(Location.person_id).in_(person_ids))
    boxes = select(col(Shipment.id)).where(
        or_(col(Shipment.target_id).in_(own_location), col(Shipment.source_id).in_(own_location))
    )
    claims = select(col(Claim.id)).where(col(Claim.champion_id).in_(person_ids))
    connection = session.connection()
    subjects = [Thing.SHIPMENT.named(box) for box in connection.scalars(boxes)]
    forget_contents(session, subjects=[*subjects, *(Thing.CLAIM.named(claim) for claim in connection.scalars(claims))])


def forget_address(session: Session, *, person_id: int) -> None:
    """Removes where a person lives: her own entry, and the labels of boxes to her that are no longer under way."""
    delete_address(session, person_id=person_id)
    own = select(col(Location.id)).where(col(Location.person_id) == person_id)
    over = select(col(Shipment.id)).where(col(Shipment.target_id).in_(own), col(Shipment.status).not_in(UNDER_WAY))
    session.exec(delete(ShipmentAddress).where(col(ShipmentAddress.shipment_id).in_(over)))
    forget_files(session, before=utcnow())
    forget_papers(session, person_ids=[person_id])


def erase_membership(session: Session, *, member_id: int, rules: Rules, key: ServerKey) -> None:
    """Removes a member's name, handles, reports, link and own blocks. That somebody was met stays as a number.

    The handles leave marks, by which they are known if somebody names them again: then, too, only a number stays.
    """
    lock_member(session, member_id)
    handles = keep_erased_step(session, member_id=member_id, key=key)
    change_waiting(session, act=record_meetup.name, change=partial(_unname, handles=set(handles), rules=rules))
    forget_wishes_of(session, handles=handles)
    forget_part(session, member_id=member_id)
    forget_answers(session, principal=Thing.MEMBER.named(member_id))
    forget_reports(session, principal=Thing.MEMBER.named(member_id))
    forget_blocks(session, member_id=member_id)
    forget_asked(session, member_id=member_id, handles=handles)
    erase_member_step(session, member_id=member_id)


def _unname(given: dict[str, Any], *, handles: set[Handle], rules: Rules) -> bool:
    """Makes a number of those in a meetup that waits who have one of these handles."""
    people = given["body"]["people"]
    kept = [entry for entry in people if not _names(entry, handles, rules)]
    given["body"]["people"] = kept
    given["unnamed"] = given.get("unnamed", 0) + len(people) - len(kept)
    return len(kept) < len(people)


def _names(entry: dict[str, Any], handles: set[Handle], rules: Rules) -> bool:
    try:
        return parse(HandleIn.model_validate(entry), rules=rules) in handles
    except Invalid:  # booking it will say what is wrong with it
        return False


KEPT = phrase(
    "Your name, your handles and your link are gone, and so is what others have typed of you. Two things stay: that "
    "somebody was met, as a number without a name; and a mark of each of your handles, made with a secret key that is "
    "not in the database. By it we recognize a handle that somebody names again, so that again nothing stays but a "
    "number; what they typed is shown to them alone, for {days} days. Nobody can make a handle of a mark. If you want "
    "to come back, ask a coordinator. Backups from before still hold what was erased, until they are deleted.",
    days=TYPED_DAYS,
)
"""What somebody is told who has been erased."""
