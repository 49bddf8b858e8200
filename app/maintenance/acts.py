"""What keeps the house in order, and what can be asked about that: forgetting, erasing, proofs, the trail."""

from collections.abc import Sequence
from functools import partial

from pydantic import Field

from app.acts.act import NOTHING_IN_PARTICULAR, ONESELF, File, Work, fetches, given, made, reads, writes
from app.acts.afterwards import Follows, Lane
from app.acts.application import Service
from app.acts.audit import AuditFilter, AuditOut, all_entries, find_audit
from app.acts.policy import Permission
from app.core.csv_out import to_csv
from app.core.paging import Page, Paging
from app.core.schema import Out, RowId
from app.core.subjects import Thing
from app.maintenance import erasure, proving
from app.maintenance.my_data import MyData, read_my_data
from app.maintenance.promises import Promise, promises
from app.maintenance.proving import VerificationOut, VerificationSummary
from app.maintenance.tidy import Tidied
from app.maintenance.tidy import tidy as forget_and_expire
from app.maintenance.verification import differences
from app.members.marks import void_marks
from app.members.service import own_member
from app.people.acts import own
from app.people.schemas import ErasingMe
from app.people.service import check_confirmed, find_by_email, read_person

KEPT = erasure.KEPT
"""What somebody is told who has been erased."""


class Erased(Out):
    """Who is erased, by number; and what is kept, and why."""

    id: int
    kept_en: str = Field(default_factory=partial(KEPT.say, "en"), description="what is kept, and why")
    kept_es: str = Field(default_factory=partial(KEPT.say, "es"), description="the same in Spanish")


@reads(Permission.OPERATE, at_one_moment=True)
def verify(work: Work) -> Sequence[str]:
    """Recompute all levels, orders, shipments and close-outs from the moves: a line for everything that differs."""
    return differences(work.session)


def _prove(service: Service, verification: VerificationOut) -> None:
    proving.run(service, verification.id)


@writes(Permission.AUDIT, about=made(Thing.VERIFICATION), follows=Follows(_prove, Lane.BOOKS))
def start_verification(work: Work) -> VerificationOut:
    """Start to prove that the books agree: levels, orders, shipments and close-outs are computed again from the moves.

    Ask for it to see how far it has come. One at a time: as long as one is under way, whoever asks for one gets that.
    """
    return proving.start(work.session, actor=work.actor)


@reads(Permission.AUDIT)
def list_verifications(work: Work, *, paging: Paging) -> Page[VerificationSummary]:
    """List the proofs that the books agree, newest first: those of 30 days."""
    return proving.find(work.session, paging=paging, actor=work.actor)


@reads(Permission.AUDIT)
def get_verification(work: Work, *, verification_id: RowId) -> VerificationOut:
    """Read how far a proof that the books agree has come, and all that differs."""
    return proving.read(work.session, verification_id=verification_id, actor=work.actor)


@reads(Permission.READ_PUBLIC)
def list_promises(work: Work, *, backup_days: int) -> Sequence[Promise]:
    """List what is kept of people, who sees it, and until when."""
    return promises(work.rules, backup_days=backup_days)


@reads(Permission.AUDIT)
def list_audit(work: Work, *, paging: Paging, wanted: AuditFilter) -> Page[AuditOut]:
    """List who did what to what, newest first: all of it, of one object (`claim:5`), or of one person (`person:3`)."""
    return find_audit(work.session, paging=paging, subject=wanted.subject, principal=wanted.principal)


@fetches(Permission.AUDIT, "text/csv; charset=utf-8", heavy=True)
def export_audit(work: Work) -> File:
    """Export the audit trail.

    The whole trail as CSV, oldest first; cells that a spreadsheet would take for formulas are defused.
    """
    return File("audit.csv", "text/csv; charset=utf-8", to_csv(all_entries(work.session)).encode())


@writes(Permission.USE_OWN_ACCOUNT, about=ONESELF)
def delete_my_address(work: Work) -> None:
    """Have your address forgotten."""
    erasure.forget_address(work.session, person_id=own(work.actor))


@reads(Permission.USE_OWN_ACCOUNT)
def export_my_data(work: Work) -> MyData:
    """Export all that is kept of you.

    In one piece: who you are, your address, tokens and sessions, your claims, boxes, moves and meetups, what is kept
    of you as a member, and what the trail says of you.
    """
    person_id = own(work.actor)
    return read_my_data(work.session, person_id=person_id, rules=work.rules, actor=work.actor)


@writes(Permission.USE_OWN_ACCOUNT, about=ONESELF)
def erase_me(work: Work, *, body: ErasingMe) -> Erased:
    """Have your account erased, for good, and with it what is kept of you as a member.

    Confirm it with your e-mail address. What you did for the community stays, without your name. The only admin first
    appoints another.
    """
    person_id = own(work.actor)
    check_confirmed(work.session, person_id=person_id, email=body.email)
    return _erase(work, person_id)


@writes(Permission.USE_OWN_MEMBERSHIP, about=ONESELF)
def erase_membership(work: Work) -> Erased:
    """Have your name, handles and link erased.

    What stays is that somebody was met, as a number, and a mark of each handle. By it we recognize a handle that is
    named again, so that again only a number is kept. Nobody can make a handle of a mark. The answer says so, too. To
    come back, ask a coordinator.
    """
    member_id = own_member(work.session, actor=work.actor)
    erasure.erase_membership(work.session, member_id=member_id, rules=work.rules, key=work.key)
    return Erased(id=member_id)


@writes(Permission.ERASE_PEOPLE, about=given(Thing.PERSON))
def erase_person(work: Work, *, person_id: RowId, body: ErasingMe) -> Erased:
    """Erase somebody's account for good, and what is kept of them as a member, as they could themselves.

    Confirm it with their e-mail address. What they did for the community stays, without a name.
    """
    read_person(work.session, person_id=person_id)
    check_confirmed(work.session, person_id=person_id, email=body.email)
    return _erase(work, person_id)


@writes(Permission.OPERATE, about=made(Thing.PERSON))
def erase_by_email(work: Work, *, email: str) -> Erased:
    """Erase a person and their member record; what they did stays, without a name.

    The only admin first appoints another.
    """
    return _erase(work, find_by_email(work.session, email=email).id)


def _erase(work: Work, person_id: int) -> Erased:
    erasure.erase(work.session, person_id=person_id, rules=work.rules, key=work.key)
    return Erased(id=person_id)


@reads(Permission.OPERATE)
def count_void_marks(work: Work) -> int:
    """Count the marks of handles that no key can recognize any more."""
    return void_marks(work.session, key=work.key)


@writes(Permission.OPERATE, about=NOTHING_IN_PARTICULAR)
def tidy(work: Work) -> Tidied:
    """Forget what is no longer needed: old addresses, answers and links; let old requests run out."""
    return forget_and_expire(work.session, rules=work.rules)
