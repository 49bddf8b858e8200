"""What waits for a coordinator, on one page: each thing with the one verb that settles it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from fastapi import Response

from app.acts.act import Write
from app.claims.acts import deputize_claim, get_claim, list_claims, revoke_claim
from app.claims.calendar_acts import accept_conference, cancel_conference, get_conference, list_conferences
from app.claims.models import ClaimStatus
from app.claims.schemas import ClaimFilter, ClaimOut, Decision, Light
from app.conferences.schemas import ConferenceFilter, ConferenceStatusToday
from app.core.errors import DomainError, NotFound
from app.core.language import Text, phrase
from app.core.paging import MAXIMUM, Page, Paging
from app.core.schema import typed_id
from app.joining.acts import accept_application, decline_application
from app.letters.acts import send_letter_again
from app.members.acts import close_report, confirm_handle, list_reports, refuse_handle
from app.members.schemas import ReportFilter
from app.shipments.acts import (
    cancel_shipment,
    deliver_shipment,
    get_shipment,
    pack_shipment,
    use_address_on_file,
)
from app.shipments.models import Method, ShipmentStatus
from app.todo.acts import book_late_entry, dismiss_late_entry, get_todo
from app.todo.schemas import COUNTED, TodoFilter
from app.web.entries import entries, further
from app.web.visits import Visit

_MOST = Paging(limit=MAXIMUM)


class Done(NamedTuple):
    """What was done last: what came of it, where it goes on, and the verb that takes it back."""

    said: Text
    links: tuple[tuple[Text, str], ...] = ()
    undo: tuple[str, Text] | None = None


class _Settles(NamedTuple):
    act: Write[..., Any]
    parameter: str
    told: Callable[[Visit, int], Done]
    given: dict[str, Any] = {}


def desk(visit: Visit) -> Response:
    """What waits, the most urgent first, and what was done last."""
    todo = visit.read(get_todo, wanted=TodoFilter(limit=MAXIMUM))
    wanted = ConferenceFilter(status=ConferenceStatusToday.PROPOSED)
    proposed = visit.read(list_conferences, paging=_MOST, wanted=wanted)
    reports = visit.read(list_reports, paging=_MOST, wanted=ReportFilter(is_open=True))
    calm = [_without_box(visit, Light.AMBER), _without_box(visit, Light.GREEN)]
    to_ship = [*todo.late_to_ship, *(claim for page in calm for claim in page.items)]
    found = entries(todo, to_ship=to_ship, proposed=proposed.items, reports=reports.items)
    more = further(todo)
    pages: tuple[Page[Any], ...] = (*calm, proposed, reports)
    return visit.show(
        "todo.html",
        entries=found,
        waiting=len(found) + sum(one.number - one.shown for one in more),
        uncounted=any(one.number == COUNTED for one in more) or any(page.next for page in pages),
        more=more,
        done=_done(visit),
        about=visit.query("number"),
    )


def _without_box(visit: Visit, light: Light) -> Page[ClaimOut]:
    return visit.read(list_claims, paging=_MOST, wanted=ClaimFilter(needs_box=True, light=light))


def settle(visit: Visit) -> Response:
    """Does what a button of the list says."""
    verb, number = visit.typed.get("verb", ""), typed_id(visit.typed.get("number", ""))
    settles = _SETTLES.get(verb)
    if settles is None or number is None:
        raise NotFound(phrase("There is nothing of this name here."))
    back = f"/todo?done={verb}&number={number}"
    return visit.do(settles.act, to=back, **{settles.parameter: number}, **settles.given)


def _done(visit: Visit) -> Done | None:
    """What the reader did last, as it stands now; None where nothing was done, or it is gone."""
    settles, number = _SETTLES.get(visit.query("done")), typed_id(visit.query("number"))
    if settles is None or number is None:
        return None
    try:
        return settles.told(visit, number)
    except DomainError:
        return None


def _claim(visit: Visit, number: int) -> Done:
    claim = visit.read(get_claim, claim_id=number)
    name, conference = claim.champion_name, claim.conference_name
    if claim.status is not ClaimStatus.DEPUTIZED:
        return Done(phrase("The claim of {name} for {conference} has ended.", name=name, conference=conference))
    return Done(
        phrase("{name} is the champion for {conference} now.", name=name, conference=conference),
        ((phrase("Prepare the box"), f"/claims/{number}/ship"),),
        ("revoke", phrase("Revoke")),
    )


def _box(visit: Visit, number: int) -> Done:
    box = visit.read(get_shipment, shipment_id=number)
    if box.status is ShipmentStatus.PACKED:
        send = phrase("Send it") if box.method is Method.CARRIER else phrase("Look at it")
        links = (
            (phrase("Packing slip (PDF)"), f"/shipments/{number}/packing-slip.pdf"),
            (send, f"/shipments/{number}"),
        )
        return Done(phrase("{number} is packed.", number=box.number), links, ("cancel", phrase("Cancel this box")))
    if box.status is ShipmentStatus.CANCELLED:
        return Done(phrase("{number} was cancelled. What was packed is back where it was.", number=box.number))
    return Done(phrase("{number} was delivered, as you say. It waits to be counted.", number=box.number))


def _conference(visit: Visit, number: int) -> Done:
    conference = visit.read(get_conference, conference_id=number)
    if conference.status == ConferenceStatusToday.CANCELLED:
        said = phrase("{conference} is not on the calendar.", conference=conference.name)
        return Done(said, undo=("accept", phrase("Put it on the calendar")))
    return Done(phrase("{conference} is on the calendar now.", conference=conference.name))


def _said(text: Text) -> Callable[[Visit, int], Done]:
    return lambda _visit, _number: Done(text)


_SETTLES = {
    "deputize": _Settles(deputize_claim, "claim_id", _claim, {"body": Decision()}),
    "revoke": _Settles(revoke_claim, "claim_id", _claim, {"body": Decision()}),
    "pack": _Settles(pack_shipment, "shipment_id", _box),
    "cancel": _Settles(cancel_shipment, "shipment_id", _box),
    "readdress": _Settles(use_address_on_file, "shipment_id", _box),
    "deliver": _Settles(deliver_shipment, "shipment_id", _box),
    "resend": _Settles(send_letter_again, "letter_id", _said(phrase("It is sent again in a moment."))),
    "accept": _Settles(accept_conference, "conference_id", _conference),
    "reject": _Settles(cancel_conference, "conference_id", _conference),
    "welcome": _Settles(
        accept_application,
        "application_id",
        _said(phrase("They are a champion now, and an e-mail tells them how to sign in.")),
    ),
    "turn-down": _Settles(
        decline_application, "application_id", _said(phrase("Declined; all that it said is removed."))
    ),
    "confirm-handle": _Settles(confirm_handle, "asked_handle_id", _said(phrase("The handle is theirs now."))),
    "refuse-handle": _Settles(refuse_handle, "asked_handle_id", _said(phrase("Refused; nobody is told."))),
    "book": _Settles(book_late_entry, "late_entry_id", _said(phrase("It is booked now."))),
    "dismiss": _Settles(dismiss_late_entry, "late_entry_id", _said(phrase("It was put aside. Nothing was booked."))),
    "close-report": _Settles(close_report, "report_id", _said(phrase("The report is closed; its text is removed."))),
}
"""What the buttons of the list do: by the word that each sends."""
