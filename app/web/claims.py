"""The page of a claim: where it stands, what comes next, and what can be decided about it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from fastapi import Response
from pydantic import ValidationError

from app.acts.act import Write
from app.acts.policy import Permission
from app.claims.acts import (
    claim_conference,
    create_shipment,
    decline_claim,
    deputize_claim,
    list_claims,
    reopen_claim,
    revoke_claim,
    update_claim,
    withdraw_claim,
)
from app.claims.calendar_acts import (
    accept_conference,
    cancel_conference,
    get_conference,
    go_virtual,
    list_conferences,
    restore_conference,
)
from app.claims.models import OPEN
from app.claims.schemas import ClaimFilter, ClaimOut, ClaimPatch, Decision, NewClaim
from app.conferences.schemas import ConferenceFilter, ConferenceOut, ConferenceStatusToday
from app.core.errors import NotFound
from app.core.language import phrase
from app.core.paging import MAXIMUM, Paging
from app.people.acts import list_people
from app.people.schemas import PeopleFilter
from app.shipments.schemas import NewShipment, NewShipmentLine
from app.stock.acts import list_designs, list_levels, list_locations
from app.stock.models import Kind
from app.stock.schemas import LevelFilter, LocationFilter
from app.upkeep.acts import Merge, delete_conference, merge_conference
from app.web.fields import body, lines_typed, some, version_typed
from app.web.public import conference
from app.web.standing import standing
from app.web.visits import Mistyped, Visit

RIBBONS = 100
"""For how many ribbons one asks, where nobody has said anything else."""

_DAYS_AROUND = 15
"""Within how many days another conference may be the same one."""

Verb = Callable[[Visit, int], Response]


def verb_of(visit: Visit, known: Mapping[str, Verb]) -> Verb:
    """What a form's button does. Raises :class:`NotFound` for what is none of these."""
    verb = known.get(visit.typed.get("verb", ""))
    if verb is None:
        raise NotFound(phrase("There is nothing of this name here."))
    return verb


def claim(visit: Visit) -> Response:
    """Where a claim stands."""
    stands = standing(visit)
    return visit.show(
        "claim.html",
        stands=stands,
        claim=stands.claim,
        is_new=visit.query("done") == "claimed" and stands.is_open and stands.mine,
    )


def settle_claim(visit: Visit) -> Response:
    """Withdraws, accepts, declines, revokes, changes or reopens a claim."""
    return verb_of(visit, _VERBS)(visit, visit.number("claim_id"))


def _decide(act: Write[..., ClaimOut]) -> Verb:
    def decide(visit: Visit, claim_id: int) -> Response:
        given = visit.form(Decision, some(visit, "note"))
        return visit.do(act, to=f"/claims/{claim_id}", claim_id=claim_id, body=given)

    return decide


def _change(visit: Visit, claim_id: int) -> Response:
    changes = body(
        ClaimPatch,
        {
            name: _number(visit, name)
            for name in ("ribbons_requested", "queue_position")
            if visit.typed.get(name, "").strip()
        },
    )
    return visit.do(
        update_claim, to=f"/claims/{claim_id}", claim_id=claim_id, version=version_typed(visit), body=changes
    )


_VERBS: dict[str, Verb] = {
    "withdraw": _decide(withdraw_claim),
    "deputize": _decide(deputize_claim),
    "decline": _decide(decline_claim),
    "revoke": _decide(revoke_claim),
    "reopen": _decide(reopen_claim),
    "change": _change,
}


def _number(visit: Visit, name: str) -> int | str:
    said = visit.typed.get(name, "").strip()
    return int(said) if said.isascii() and said.isdigit() else said


def ask_for(visit: Visit) -> Response:
    """Claims the conference of the address, or does with it what a coordinator's button says."""
    if visit.typed.get("verb"):
        return verb_of(visit, _OF_CONFERENCES)(visit, visit.number("conference_id"))
    new = visit.form(NewClaim, some(visit, "ribbons_requested", "note"))
    return visit.do(
        claim_conference,
        to=lambda made: f"/claims/{made.id}?done=claimed",
        conference_id=visit.number("conference_id"),
        body=new,
    )


def _conference_verb(act: Write[..., Any], to: Callable[[int], str] = lambda number: f"/conferences/{number}") -> Verb:
    return lambda visit, number: visit.do(act, to=to(number), conference_id=number)


def _merge(visit: Visit, number: int) -> Response:
    into = body(Merge, {"into": _number(visit, "into")})
    return visit.do(merge_conference, to=f"/conferences/{into.into}", conference_id=number, body=into)


def _twins(visit: Visit) -> Sequence[ConferenceOut]:
    """The conferences of about the same days, to one of which the one of the address may be merged."""
    here = visit.read(get_conference, conference_id=visit.number("conference_id"))
    around = timedelta(days=_DAYS_AROUND)
    wanted = ConferenceFilter(starts_after=here.starts_on - around, starts_before=here.starts_on + around)
    found = visit.read(list_conferences, paging=Paging(limit=MAXIMUM), wanted=wanted).items
    standing = {ConferenceStatusToday.SCHEDULED, ConferenceStatusToday.HELD}
    return [each for each in found if each.id != here.id and each.status in standing]


def _claim_for(visit: Visit, number: int) -> Response:
    """Claims the conference for whoever has the e-mail address that was typed. Raises :class:`Mistyped`."""
    email = visit.typed.get("for", "").strip()
    try:
        found = visit.read(list_people, paging=Paging(limit=MAXIMUM), wanted=PeopleFilter(q=email)).items
    except ValidationError:
        found = []
    person = next((each for each in found if each.email and each.email.casefold() == email.casefold()), None)
    if person is None:
        raise Mistyped({"for": phrase("Nobody who can sign in has this e-mail address.")})
    new = body(NewClaim, {"champion_id": person.id, "ribbons_requested": _number(visit, "ribbons")})
    return visit.do(claim_conference, to=lambda made: f"/claims/{made.id}", conference_id=number, body=new)


_OF_CONFERENCES: dict[str, Verb] = {
    "accept": _conference_verb(accept_conference),
    "cancel": _conference_verb(cancel_conference),
    "go-virtual": _conference_verb(go_virtual),
    "restore": _conference_verb(restore_conference),
    "merge": _merge,
    "claim-for": _claim_for,
    "delete": _conference_verb(delete_conference, to=lambda _: "/conferences"),
}


def conference_to_claim(visit: Visit) -> Response:
    """A conference, with what somebody who is signed in can do there."""
    if not visit.signed_in or visit.actor.person_id is None:
        return conference(visit)
    mine = ClaimFilter(champion_id=visit.actor.person_id)
    here = mine.model_copy(update={"conference_id": visit.number("conference_id")})
    claims = visit.read(list_claims, paging=Paging(), wanted=here).items
    own = next((claim for claim in claims if claim.status in OPEN), None)
    last = visit.read(list_claims, paging=Paging(limit=1), wanted=mine).items
    staff = visit.may(Permission.EDIT_CONFERENCES)
    twins = _twins(visit) if staff else []
    people = visit.read(list_people, paging=Paging(limit=MAXIMUM), wanted=PeopleFilter()).items if staff else ()
    known = [(each.email, each.name) for each in people if each.active and each.email]
    ribbons = last[0].ribbons_requested if last else RIBBONS
    return conference(visit, own=own, ribbons=ribbons, twins=twins, people=known)


def box_to_prepare(visit: Visit) -> Response:
    """The form for a box that goes to the champion of a claim: from which depot, and how many of which ribbons."""
    most, stands = Paging(limit=MAXIMUM), standing(visit)
    return visit.show(
        "prepare.html",
        stands=stands,
        claim=stands.claim,
        depots=visit.read(list_locations, paging=most, wanted=LocationFilter(kind=Kind.DEPOT)).items,
        levels=visit.read(list_levels, paging=most, wanted=LevelFilter(kind=Kind.DEPOT)).items,
        designs=[design for design in visit.read(list_designs, paging=most).items if design.active],
    )


def prepare_box(visit: Visit) -> Response:
    """Drafts a box for a claim."""
    lines = lines_typed(visit, NewShipmentLine, unless_empty="quantity")
    given = {"source_id": _number(visit, "source_id"), **some(visit, "method", "note")}
    new = body(NewShipment, {"claim_id": visit.number("claim_id"), "lines": lines, **given})
    return visit.do(create_shipment, to=lambda box: f"/shipments/{box.id}", body=new)
