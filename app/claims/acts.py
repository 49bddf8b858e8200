"""What can be done with claims, and with what is sent and handed out for them."""

from app.acts.act import Work, exports, given, made, reads, writes
from app.acts.entries import Repeatable
from app.acts.policy import Permission
from app.acts.throttle import Quota
from app.claims import closing, editing, reopening, service
from app.claims.accounts import read_account
from app.claims.depots import edit_location
from app.claims.queries import find_claims, read_claim
from app.claims.schemas import (
    ClaimAccount,
    ClaimFilter,
    ClaimOut,
    ClaimPatch,
    Decision,
    NewClaim,
    NewCloseOut,
    NewHandOut,
)
from app.claims.shipping import create_shipment_for
from app.core.language import phrase
from app.core.lifecycle import Version
from app.core.paging import Page, Paging
from app.core.schema import RowId
from app.core.subjects import Subject, Thing
from app.members.service import change_person
from app.people.schemas import PersonOut, PersonPatch
from app.people.service import read_person
from app.shipments.queries import read_shipment
from app.shipments.schemas import NewShipment, ShipmentOut
from app.stock.locations import read_location
from app.stock.schemas import LocationOut, LocationPatch, MoveOut, NewCorrection, NewReversal
from app.stock.service import read_moves


@writes(Permission.CLAIM, about=made(Thing.CLAIM), quota=Quota(most=250))
def claim_conference(work: Work, *, conference_id: RowId, body: NewClaim) -> ClaimOut:
    """Ask for a conference.

    A trusted champion is accepted at once if the conference has room for one; everybody else waits in line. A
    coordinator can claim for somebody else (`champion_id`).
    """
    claim_id = service.claim_conference(
        work.session, conference_id=conference_id, new=body, rules=work.rules, actor=work.actor
    )
    return _read(work, claim_id)


@reads(Permission.READ_CLAIMS)
def list_claims(work: Work, *, paging: Paging, wanted: ClaimFilter) -> Page[ClaimOut]:
    """List claims, newest first: your own, or all for a coordinator."""
    return find_claims(work.session, paging=paging, wanted=wanted, rules=work.rules, actor=work.actor)


export_claims = exports(
    list_claims,
    *(
        "id",
        "conference_id",
        "conference_name",
        "starts_on",
        "ends_on",
        "city",
        "state",
        "champion_id",
        "champion_name",
    ),
    *("status", "ribbons_requested", "shipped", "ship_by.date", "ship_by.light", "queue_position", "note"),
    *("decision_note", "close_note", "created_at", "decided_at", "ended_at", "import_id"),
)


@reads(Permission.READ_CLAIMS)
def get_claim(work: Work, *, claim_id: RowId) -> ClaimOut:
    """Read one claim, with its queue position, its must-ship-by clock and its close-out."""
    return _read(work, claim_id)


@reads(Permission.READ_CLAIMS, at_one_moment=True)
def get_claim_account(work: Work, *, claim_id: RowId) -> ClaimAccount:
    """Read how the ribbons of a claim stand: handed out so far, and still with its champion."""
    return read_account(work.session, claim_id=claim_id, actor=work.actor)


@writes(Permission.CLAIM, about=given(Thing.CLAIM))
def withdraw_claim(work: Work, *, claim_id: RowId, body: Decision) -> ClaimOut:
    """Withdraw your own claim.

    What was packed for it is released. After the first hand-out a claim is closed out instead.
    """
    service.withdraw(work.session, claim_id=claim_id, note=body.note, actor=work.actor)
    return _read(work, claim_id)


@writes(Permission.DECIDE_CLAIMS, about=given(Thing.CLAIM))
def update_claim(work: Work, *, claim_id: RowId, version: Version, body: ClaimPatch) -> ClaimOut:
    """Change how many ribbons an open claim asks for, or move it in line.

    If a place is free, whoever is first in line and trusted gets it.
    """
    editing.edit_claim(work.session, claim_id=claim_id, version=version, changes=body.changes())
    return _read(work, claim_id)


@writes(Permission.DECIDE_CLAIMS, about=given(Thing.CLAIM))
def deputize_claim(work: Work, *, claim_id: RowId, body: Decision) -> ClaimOut:
    """Accept a claim: who made it is the champion for this conference now."""
    service.deputize(work.session, claim_id=claim_id, note=body.note, actor=work.actor)
    return _read(work, claim_id)


@writes(Permission.DECIDE_CLAIMS, about=given(Thing.CLAIM))
def decline_claim(work: Work, *, claim_id: RowId, body: Decision) -> ClaimOut:
    """Decline a claim."""
    service.decline(work.session, claim_id=claim_id, note=body.note, actor=work.actor)
    return _read(work, claim_id)


@writes(Permission.DECIDE_CLAIMS, about=given(Thing.CLAIM))
def revoke_claim(work: Work, *, claim_id: RowId, body: Decision) -> ClaimOut:
    """Revoke an accepted claim."""
    service.revoke(work.session, claim_id=claim_id, note=body.note, actor=work.actor)
    return _read(work, claim_id)


@writes(Permission.DECIDE_CLAIMS, about=given(Thing.CLAIM))
def reopen_claim(work: Work, *, claim_id: RowId, body: Decision) -> ClaimOut:
    """Open a closed claim again, so that its final count can be corrected and sent once more.

    What the final count has booked is taken back. It is too late once the ribbons that were left have been counted
    again, sent on or handed out elsewhere.
    """
    reopening.reopen_claim(work.session, claim_id=claim_id, note=body.note, actor=work.actor)
    return _read(work, claim_id)


def _move_again(work: Work, made: Subject) -> MoveOut:
    return read_moves(work.session, move_ids=[Thing.MOVE.number_in(made)])[0]


@writes(
    Permission.CLAIM,
    about=given(Thing.CLAIM),
    repeats=Repeatable(made=lambda _, result: Thing.MOVE.named(result.id), again=_move_again, late=True),
)
def hand_out(work: Work, *, claim_id: RowId, body: NewHandOut) -> MoveOut:
    """Record ribbons that were handed out at the conference."""
    move_id = closing.hand_out(work.session, claim_id=claim_id, new=body, rules=work.rules, actor=work.actor)
    return read_moves(work.session, move_ids=[move_id])[0]


@writes(Permission.CLAIM, about=given(Thing.CLAIM))
def undo_hand_out(work: Work, *, claim_id: RowId, move_id: RowId, body: NewReversal) -> MoveOut:
    """Take back a hand-out that was recorded wrongly, until the final count.

    What was counted since is not taken back: a coordinator corrects it.
    """
    back = closing.undo_hand_out(work.session, claim_id=claim_id, move_id=move_id, note=body.note, actor=work.actor)
    return read_moves(work.session, move_ids=[back])[0]


def _claim_again(work: Work, made: Subject) -> ClaimOut:
    return _read(work, Thing.CLAIM.number_in(made))


@writes(
    Permission.CLAIM,
    about=given(Thing.CLAIM),
    repeats=Repeatable(made=lambda values, _: Thing.CLAIM.named(values["claim_id"]), again=_claim_again),
)
def close_claim(work: Work, *, claim_id: RowId, body: NewCloseOut) -> ClaimOut:
    """Close a claim with the final count.

    For each design: handed out, remaining and lost must add up to what was handed out so far plus what you hold.
    """
    closing.close_claim(work.session, claim_id=claim_id, new=body, actor=work.actor)
    return _read(work, claim_id)


@writes(Permission.SHIP, about=made(Thing.SHIPMENT), quota=Quota(most=100))
def create_shipment(work: Work, *, body: NewShipment) -> ShipmentOut:
    """Draft a shipment.

    A champion sends leftovers from their own stock back to a depot. A coordinator arranges that they go to the next
    champion by hand.
    """
    shipment_id = create_shipment_for(work.session, new=body, actor=work.actor)
    return read_shipment(work.session, shipment_id=shipment_id, actor=work.actor)


@writes(Permission.MOVE_STOCK, about=given(Thing.MOVE))
def reverse_move(work: Work, *, move_id: RowId, body: NewReversal) -> MoveOut:
    """Take a move back, by a move the other way that is linked to it.

    What a count has settled since is not taken back but corrected.
    """
    reversal = closing.reverse_move(work.session, move_id=move_id, note=body.note, actor=work.actor)
    return read_moves(work.session, move_ids=[reversal])[0]


@writes(Permission.MOVE_STOCK, about=given(Thing.MOVE))
def correct_move(work: Work, *, move_id: RowId, body: NewCorrection) -> MoveOut:
    """Make the quantity of a hand-out or of a move by hand right, by a move of the difference that is linked to it.

    What was counted since stays as it was counted; the difference goes to `adjustment` or comes from there instead.
    """
    correction = closing.correct_move(
        work.session, move_id=move_id, quantity=body.quantity, note=body.note, actor=work.actor
    )
    return read_moves(work.session, move_ids=[correction])[0]


@writes(Permission.MANAGE_PEOPLE, about=given(Thing.PERSON))
def update_person(work: Work, *, person_id: RowId, version: Version, body: PersonPatch) -> PersonOut:
    """Change a person: their role, whether they are trusted, whether they can sign in.

    Who is made inactive loses all tokens and codes, and the link of the member that they are. Their claims end, but for
    those with hand-outs; what has to be handed over or closed out is on `GET /todo`.
    """
    change_person(work.session, person_id=person_id, version=version, changes=body.changes(), actor=work.actor)
    person = read_person(work.session, person_id=person_id)
    if body.active is False:
        note = phrase("This account was made inactive.").say(person.language)
        editing.end_claims_of(work.session, person_id=person_id, note=note, actor=work.actor)
    return person


@writes(Permission.MOVE_STOCK, about=given(Thing.LOCATION))
def update_location(work: Work, *, location_id: RowId, version: Version, body: LocationPatch) -> LocationOut:
    """Rename a depot or a vendor, change its address, close it or open it again.

    It is closed once no ribbons, boxes and orders are left there. Of two in use that are of one name, the second is
    refused.
    """
    edit_location(work.session, location_id=location_id, version=version, patch=body)
    return read_location(work.session, location_id=location_id)


def _read(work: Work, claim_id: int) -> ClaimOut:
    return read_claim(work.session, claim_id=claim_id, rules=work.rules, actor=work.actor)
