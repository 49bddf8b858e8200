"""The list of what waits: each thing as a title, a light, and the verb that settles it."""

from collections.abc import Sequence
from typing import NamedTuple

from app.acts.entries import LateEntryOut
from app.claims.acts import hand_out
from app.claims.schemas import ClaimOut, Light
from app.conferences.schemas import ConferenceOut
from app.core.language import Text, phrase, phrases, verbatim
from app.core.paging import MAXIMUM
from app.joining.schemas import ApplicationOut
from app.letters.kinds import KINDS
from app.members.handles import written
from app.members.schemas import AskedHandleOut, ReportOut
from app.shipments.models import Method, ShipmentStatus
from app.shipments.schemas import ShipmentSummary
from app.todo.schemas import FailedLetter, LowStock, Recovery, Todo, WaitingBox
from app.todo.words import CALLED, how_many

LATE, SOON, CALM = "late", "soon", "calm"
_URGENCY = {LATE: 0, SOON: 1, CALM: 2}
TONES = {Light.RED: LATE, Light.AMBER: SOON, Light.GREEN: CALM}


class Button(NamedTuple):
    """A button: what it says, and the verb that it sends; or the page that it leads to."""

    said: Text
    verb: str = ""
    path: str = ""


class Entry(NamedTuple):
    """Something that waits."""

    tone: str
    light: Text
    title: Text
    about: Text
    number: int
    path: str = ""
    buttons: tuple[Button, ...] = ()
    paper: str = ""


_NO_RUSH = phrase("No rush")


def clock(waits: ClaimOut | WaitingBox) -> tuple[str, Text]:
    """How the must-ship-by clock of a claim stands, or of the claim that a box is for: a tone, and words."""
    if waits.ship_by is None:
        return CALM, _NO_RUSH
    if waits.ship_by.shipped:
        return CALM, phrase("Ribbons were sent")
    if waits.ship_by.days_remaining < 0:
        return LATE, phrases("{n} day late", "{n} days late", n=-waits.ship_by.days_remaining)
    return TONES[waits.ship_by.light], phrase("Send by {date}", date=waits.ship_by.date)


def entries(
    todo: Todo, *, to_ship: Sequence[ClaimOut], proposed: Sequence[ConferenceOut], reports: Sequence[ReportOut]
) -> list[Entry]:
    """All that waits, late things first; ``to_ship`` are claims that need a box: others wait by theirs."""
    found = [
        *map(_decide, todo.claims_to_decide),
        *map(_welcome, todo.applications),
        *map(_prepare, to_ship),
        *map(_pack, todo.shipments_to_pack),
        *map(_send, todo.shipments_to_send),
        *map(_moved, todo.addresses_changed),
        *map(_on_its_way, todo.sent_not_received),
        *map(_close, todo.claims_to_close_out),
        *map(_hand_over, todo.claims_to_hand_over),
        *map(_recover, todo.ribbons_to_recover),
        *map(_whose, todo.handles_to_confirm),
        *map(_late, todo.late_entries),
        *map(_unsent, todo.letters_failed),
        *map(_proposed, proposed),
        *map(_report, reports),
        *map(_reorder, todo.stock_to_reorder),
    ]
    return sorted(found, key=lambda entry: _URGENCY[entry.tone])


class Further(NamedTuple):
    """A kind of work of which there is more than the page shows."""

    said: Text
    shown: int
    number: int


def further(todo: Todo) -> list[Further]:
    """Of which kinds there is more, as they are called, with how many are shown of how many."""
    found = []
    for name, number in todo.totals:
        shown = len(getattr(todo, name))
        if shown == MAXIMUM < number:
            how = phrase("{kind}: the first {n} of {all}", kind=CALLED[name], n=shown, all=how_many(number))
            found.append(Further(how, shown, number))
    return found


def _where(claim: ClaimOut) -> Text:
    return phrases(
        "{conference}, {city}, from {date}; {n} ribbon asked for",
        "{conference}, {city}, from {date}; {n} ribbons asked for",
        n=claim.ribbons_requested,
        conference=claim.conference_name,
        city=claim.city,
        date=claim.starts_on,
    )


def _decide(claim: ClaimOut) -> Entry:
    title = phrase("Decide: {name} would like to bring ribbons", name=claim.champion_name)
    path = f"/claims/{claim.id}"
    buttons = (Button(phrase("Accept"), verb="deputize"), Button(phrase("Decline"), path=f"{path}#decide"))
    return Entry(*clock(claim), title, _where(claim), claim.id, path, buttons)


def _welcome(application: ApplicationOut) -> Entry:
    title = phrase("Welcome {name}, who would like to bring ribbons?", name=application.name)
    said = (application.conference_name, application.email, application.handle, application.text)
    about = verbatim("{said}", said=" · ".join(part for part in said if part))
    if application.ribbons_wanted:
        wished = phrases("{n} ribbon asked for", "{n} ribbons asked for", n=application.ribbons_wanted)
        about = verbatim("{said} · {wished}", said=about, wished=wished)
    buttons = (Button(phrase("Accept"), verb="welcome"), Button(phrase("Decline"), verb="turn-down"))
    return Entry(SOON, phrase("New"), title, about, application.id, "", buttons)


def _prepare(claim: ClaimOut) -> Entry:
    title = phrase("Prepare a box for {name}", name=claim.champion_name)
    button = Button(phrase("Prepare"), path=f"/claims/{claim.id}/ship")
    return Entry(*clock(claim), title, _where(claim), claim.id, f"/claims/{claim.id}", (button,))


def _ribbons(box: ShipmentSummary) -> Text:
    return phrases(
        "{number}: {n} ribbon, from {source}",
        "{number}: {n} ribbons, from {source}",
        n=box.ribbons,
        number=box.number,
        source=box.source_name,
    )


def _slip(box: ShipmentSummary) -> str:
    return f"/shipments/{box.id}/packing-slip.pdf"


def _pack(box: WaitingBox) -> Entry:
    title = phrase("Pack the box for {name}", name=box.target_name)
    button = Button(phrase("It is packed"), verb="pack")
    path = f"/shipments/{box.id}"
    return Entry(*clock(box), title, _ribbons(box), box.id, path, (button,), _slip(box))


def _send(box: WaitingBox) -> Entry:
    tone, said = clock(box)
    path = f"/shipments/{box.id}"
    if box.method is Method.HAND:
        title = phrase("Hand the box to {name}, who then counts it", name=box.target_name)
        return Entry(tone, said, title, _ribbons(box), box.id, path, (), _slip(box))
    title = phrase("Send the box to {name}", name=box.target_name)
    return Entry(tone, said, title, _ribbons(box), box.id, path, (Button(phrase("Send"), path=path),), _slip(box))


def _moved(box: ShipmentSummary) -> Entry:
    title = phrase("{name} has another address now", name=box.target_name)
    about = phrase("{number} is packed for the old one. Then print its label anew.", number=box.number)
    buttons = (Button(phrase("Use the new one"), verb="readdress"),)
    return Entry(SOON, phrase("Not sent yet"), title, about, box.id, f"/shipments/{box.id}", buttons)


def _on_its_way(box: ShipmentSummary) -> Entry:
    path = f"/shipments/{box.id}"
    if box.status is ShipmentStatus.IN_TRANSIT:
        title = phrase("On its way to {name}", name=box.target_name)
        button = Button(phrase("It was delivered"), verb="deliver")
        return Entry(CALM, phrase("Under way"), title, _ribbons(box), box.id, path, (button,), _slip(box))
    title = phrase("Delivered, and not counted yet by {name}", name=box.target_name)
    button = Button(phrase("Count"), path=path)
    return Entry(SOON, phrase("To be counted"), title, _ribbons(box), box.id, path, (button,))


def _close(claim: ClaimOut) -> Entry:
    title = phrase("The final count of {name} is missing", name=claim.champion_name)
    about = phrase("{conference} ended on {date}.", conference=claim.conference_name, date=claim.ends_on)
    path = f"/claims/{claim.id}"
    button = Button(phrase("Final count"), path=f"{path}/close")
    return Entry(SOON, phrase("It is over"), title, about, claim.id, path, (button,))


def _hand_over(claim: ClaimOut) -> Entry:
    title = phrase("{name} cannot go any more: who goes instead?", name=claim.champion_name)
    button = Button(phrase("Look at it"), path=f"/conferences/{claim.conference_id}")
    return Entry(SOON, phrase("Without a champion"), title, _where(claim), claim.id, f"/claims/{claim.id}", (button,))


def _recover(recovery: Recovery) -> Entry:
    title = phrase("Get ribbons back from {name}", name=recovery.champion_name)
    about = phrase(
        "{conference}: {on_hand} still there, {in_transit} under way",
        conference=recovery.conference_name,
        on_hand=recovery.on_hand,
        in_transit=recovery.in_transit,
    )
    path = f"/claims/{recovery.claim_id}"
    button = Button(phrase("Send them back"), path=f"{path}/leftovers")
    return Entry(SOON, phrase("To be recovered"), title, about, recovery.claim_id, path, (button,))


def _late(late: LateEntryOut) -> Entry:
    kind, _, number = late.subject.partition(":")
    handed_out = late.act == hand_out.name
    title = phrase("Ribbons handed out, told of too late") if handed_out else phrase("A meetup, told of too late")
    about = phrase("It came after the end, on {date}. Book it if it really happened.", date=late.created_at.date())
    buttons = (Button(phrase("Book it"), verb="book"), Button(phrase("Dismiss"), verb="dismiss"))
    path = f"/{kind}s/{number}" if kind in {"claim", "conference"} else ""
    return Entry(SOON, phrase("Came too late"), title, about, late.id, path, buttons)


def _unsent(letter: FailedLetter) -> Entry:
    about_it = KINDS[letter.kind].about
    if letter.person_name:
        title = phrase("An e-mail to {name} could not be sent", name=letter.person_name)
    else:
        title = phrase("An e-mail could not be sent")
    about = phrase("“{about}”; the mail server says {failure}.", about=about_it, failure=letter.failure)
    return Entry(SOON, phrase("Not sent"), title, about, letter.id, "", (Button(phrase("Send again"), verb="resend"),))


def _whose(asked: AskedHandleOut) -> Entry:
    title = phrase("Is {handle} theirs, too?", handle=asked.display)
    about = phrase("Member {number}, {name}, says so.", number=asked.member_id, name=asked.display_name or "–")
    buttons = (Button(phrase("It is"), verb="confirm-handle"), Button(phrase("Refuse"), verb="refuse-handle"))
    return Entry(CALM, _NO_RUSH, title, about, asked.id, "", buttons)


def _proposed(conference: ConferenceOut) -> Entry:
    title = phrase("Proposed: {conference}", conference=conference.name)
    about = phrase(
        "{city}, from {first} to {last}",
        city=conference.city,
        first=conference.starts_on,
        last=conference.ends_on,
    )
    buttons = (Button(phrase("Put it on the calendar"), verb="accept"), Button(phrase("Decline"), verb="reject"))
    return Entry(CALM, _NO_RUSH, title, about, conference.id, f"/conferences/{conference.id}", buttons)


def _report(report: ReportOut) -> Entry:
    title = phrase("Somebody reports something")
    buttons = (Button(phrase("Dealt with"), verb="close-report"),)
    named = f" ({written(report.about_handle)})" if report.about_handle else ""
    about = verbatim("“{text}”{named}", text=report.text, named=named)
    return Entry(SOON, phrase("To be read"), title, about, report.id, "", buttons)


def _reorder(low: LowStock) -> Entry:
    title = phrase("Order more {code} ribbons", code=low.design_code)
    about = phrase(
        "{on_hand} at all depots; below {point} it is time to order.", on_hand=low.on_hand, point=low.reorder_point
    )
    buttons = (Button(phrase("Order them"), path="/orders/new"),)
    return Entry(SOON, phrase("Low"), title, about, low.design_id, buttons=buttons)
