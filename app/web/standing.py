"""Where a claim stands: all that its pages read, and what is to be done next."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from app.claims.acts import get_claim, get_claim_account
from app.claims.calendar_acts import get_conference
from app.claims.models import OPEN, SPOKEN, ClaimStatus
from app.claims.schemas import ClaimAccount, ClaimOut
from app.conferences.schemas import ConferenceOut
from app.core.clock import today
from app.core.language import Text, phrase, phrases
from app.core.paging import MAXIMUM, Paging
from app.core.rules import Rules
from app.meetups.acts import list_meetups
from app.meetups.schemas import MeetupFilter, WishFilter
from app.meetups.wish_acts import list_wishes
from app.people.acts import get_me, is_erased
from app.people.schemas import AddressOut
from app.shipments.acts import list_shipments
from app.shipments.carriers.pages import tracking_page
from app.shipments.models import TRAVELING, UNDER_WAY, Method, ShipmentStatus
from app.shipments.schemas import ShipmentFilter, ShipmentSummary
from app.web.visits import Visit

_SOME = Paging(limit=MAXIMUM)


class Next(NamedTuple):
    """What is to be done next, in a sentence; and where, if it is the reader who does it.

    ``other`` is where else one may go from here, and how that is called.
    """

    said: Text
    path: str = ""
    verb: Text | None = None
    other: tuple[str, Text] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim with its conference, its ribbons and its boxes; ``thanked``: there is a letter of thanks for it.

    Of the reader's own: ``home`` is the address that boxes go to; and once the conference is over, ``wishes`` are how
    many ask to be named, and ``met`` says whether anybody is.
    """

    claim: ClaimOut
    conference: ConferenceOut
    account: ClaimAccount
    boxes: list[ShipmentSummary]
    rules: Rules
    mine: bool
    thanked: bool = False
    home: AddressOut | None = None
    wishes: int = 0
    met: bool = True

    @property
    def path(self) -> str:
        """The address of the claim's page."""
        return f"/claims/{self.claim.id}"

    @property
    def handed_out(self) -> int:
        """Ribbons handed out so far."""
        return sum(line.handed_out for line in self.account.lines)

    @property
    def on_hand(self) -> int:
        """Ribbons that the champion holds."""
        return sum(line.on_hand for line in self.account.lines)

    @property
    def is_open(self) -> bool:
        """Whether it is waiting or accepted."""
        return self.claim.status in OPEN

    @property
    def accepted(self) -> bool:
        """Whether its champion is the conference's champion now."""
        return self.claim.status is ClaimStatus.DEPUTIZED

    @property
    def waiting(self) -> bool:
        """Whether nobody has decided yet."""
        return self.claim.status is ClaimStatus.REQUESTED

    @property
    def to_count(self) -> ShipmentSummary | None:
        """The box that its receiver is to count: the first that was sent."""
        return next((box for box in reversed(self.boxes) if waits_for_count(box)), None)

    @property
    def to_leave(self) -> bool:
        """Whether a box is being prepared."""
        return any(box.status in UNDER_WAY and not waits_for_count(box) for box in self.boxes)

    @property
    def boxes_came(self) -> bool:
        """Whether she has ribbons, or had."""
        return bool(self.on_hand or self.handed_out)

    @property
    def today(self) -> date:
        """The day, where the conference is."""
        return today(self.conference.timezone)

    @property
    def days(self) -> int:
        """How many days the conference takes."""
        return (self.conference.ends_on - self.conference.starts_on).days + 1

    @property
    def day(self) -> int:
        """Which of its days it is, from 1; 0 before and after."""
        since = (self.today - self.conference.starts_on).days + 1
        return since if 0 < since <= self.days else 0

    def next(self) -> Next:
        """What its champion does next, or waits for."""
        if not self.is_open:
            return self._after_all()
        if self.waiting:
            return Next(_in_line(self.claim.queue_position or 1))
        if box := self.to_count:
            follow = tracking_page(box.carrier, box.tracking_number)
            other = (follow, phrase("Follow the box")) if follow else None
            return Next(_coming(box), f"{self.path}/box", phrase("Count the box"), other)
        if self.today > self.conference.ends_on:
            return self._after_the_days()
        if not self.boxes_came:
            return self._before_the_box()
        if self.today >= self.conference.starts_on - timedelta(days=self.rules.hand_out_days_before):
            return Next(
                phrase("Hand out your ribbons, and record how many."), f"{self.path}/hand-out", phrase("Hand out")
            )
        text = phrases(
            "You have {n} ribbon. The conference begins on {date}.",
            "You have {n} ribbons. The conference begins on {date}.",
            n=self.on_hand,
            date=self.conference.starts_on,
        )
        return Next(text)

    def _before_the_box(self) -> Next:
        if not self.mine or any(box.status in UNDER_WAY for box in self.boxes):
            return Next(phrase("The coordinators prepare your box. Here you will see when it leaves."))
        if self.home is None:
            text = phrase("Where is your box to go? Give the address where you are when it comes.")
            return Next(text, "/me/address", phrase("Give my address"))
        text = phrase(
            "The coordinators prepare your box. It goes to {street}, {city}. Is that right?",
            street=self.home.line1,
            city=self.home.city,
        )
        return Next(text, other=("/me/address", phrase("Change my address")))

    def _after_the_days(self) -> Next:
        close = f"{self.path}/close"
        if self.wishes:
            text = phrases(
                "{n} person asks you to name them as somebody whom you met.",
                "{n} people ask you to name them as somebody whom you met.",
                n=self.wishes,
            )
            return Next(text, f"{self.path}/met", phrase("Answer them"), (close, phrase("Final count")))
        if not self.met:
            text = phrase("The conference is over. Whom did you meet?")
            return Next(
                text, f"{self.path}/met", phrase("Write down who met"), (close, phrase("Go to the final count"))
            )
        text = phrase("The conference is over. How many ribbons were handed out, and how many are left over?")
        return Next(text, close, phrase("Final count"))

    def _after_all(self) -> Next:
        if self.claim.status is not ClaimStatus.DECLINED and self.on_hand:
            return Next(_leftovers(self.on_hand), f"{self.path}/leftovers", phrase("Say what becomes of them"))
        return Next(SPOKEN.now[self.claim.status])


def _coming(box: ShipmentSummary) -> Text:
    if box.method is Method.HAND:
        return phrase("Your box {number} comes to you from hand to hand. Count it when you have it.", number=box.number)
    if box.status is ShipmentStatus.DELIVERED:
        return phrase("Your box {number} has arrived. Open it, and count what is in it.", number=box.number)
    return phrase("Your box {number} is on its way. Count it when it is there.", number=box.number)


def _in_line(position: int) -> Text:
    if position == 1:
        return phrase("You are next in line. The coordinators will answer you.")
    return phrase("You are number {position} in line. The coordinators will answer you.", position=position)


def _leftovers(on_hand: int) -> Text:
    return phrases(
        "You still have {n} ribbon. Keep it for your next conference, hand it over, or send it back.",
        "You still have {n} ribbons. Keep them for your next conference, hand them over, or send them back.",
        n=on_hand,
    )


def waits_for_count(box: ShipmentSummary) -> bool:
    """Whether whoever gets the box is to count it."""
    by_hand = box.method is Method.HAND and box.status is ShipmentStatus.PACKED
    return by_hand or box.status in TRAVELING


def standing(visit: Visit) -> Standing:
    """The claim of the address. Raises :class:`NotFound`, also where it is none of the reader's business."""
    return standing_of(visit, visit.number("claim_id"))


def standing_of(visit: Visit, claim_id: int) -> Standing:
    """Where a claim stands. Raises :class:`NotFound`, also where it is none of the reader's business."""
    claim = visit.read(get_claim, claim_id=claim_id)
    boxes = visit.read(list_shipments, paging=Paging(limit=MAXIMUM), wanted=ShipmentFilter(claim_id=claim_id))
    stands = Standing(
        claim=claim,
        conference=visit.read(get_conference, conference_id=claim.conference_id),
        account=visit.read(get_claim_account, claim_id=claim_id),
        boxes=boxes.items,
        rules=visit.rules,
        mine=claim.champion_id == visit.actor.person_id,
        thanked=claim.status is ClaimStatus.CLOSED and not visit.read(is_erased, person_id=claim.champion_id),
    )
    return _with_hers(visit, stands) if stands.mine and stands.accepted else stands


def _with_hers(visit: Visit, stands: Standing) -> Standing:
    """The same with what decides what she does next, as long as it can: her address before, whom she met after."""
    if stands.today <= stands.conference.ends_on:
        return stands if stands.boxes_came else replace(stands, home=visit.read(get_me).address)
    here = MeetupFilter(conference_id=stands.conference.id)
    return replace(
        stands,
        wishes=len(visit.read(list_wishes, paging=_SOME, wanted=WishFilter(claim_id=stands.claim.id)).items),
        met=bool(visit.read(list_meetups, paging=Paging(limit=1), wanted=here).items),
    )
