"""What somebody who brings ribbons finds after signing in: their conferences, their boxes, their ribbons."""

from collections.abc import Sequence
from datetime import date

from fastapi import Response

from app.claims.acts import list_claims
from app.claims.models import OPEN, ClaimStatus
from app.claims.schemas import ClaimFilter, ClaimOut
from app.core.clock import end_of, today, utcnow
from app.core.paging import MAXIMUM, Paging
from app.people.acts import get_me
from app.shipments.acts import list_shipments
from app.shipments.models import UNDER_WAY
from app.shipments.schemas import ShipmentFilter
from app.stock.acts import list_levels
from app.stock.schemas import LevelFilter
from app.web.standing import standing_of, waits_for_count
from app.web.visits import Visit


def my_conferences(visit: Visit) -> Response:
    """The one thing that is to be done next; then my claims, the boxes from or to me, and the ribbons that I hold."""
    me = visit.read(get_me)
    most = Paging(limit=MAXIMUM)
    claims = visit.read(list_claims, paging=most, wanted=ClaimFilter(champion_id=me.id)).items
    boxes = visit.read(list_shipments, paging=most, wanted=ShipmentFilter(person_id=me.id)).items
    levels = visit.read(list_levels, paging=most, wanted=LevelFilter(person_id=me.id)).items
    levels = [level for level in levels if level.on_hand]
    under_way = [box for box in boxes if box.status in UNDER_WAY]
    first = _most_pressing(claims, {box.claim_id for box in under_way if waits_for_count(box)}, left=bool(levels))
    stands = standing_of(visit, first.id) if first else None
    told_of = stands.to_count.id if stands and stands.to_count else None
    return visit.show(
        "mine.html",
        name=me.name,
        over=_over,
        first=stands,
        open_claims=sorted((claim for claim in claims if claim.status in OPEN), key=lambda claim: claim.starts_on),
        past_claims=[claim for claim in claims if claim.status not in OPEN],
        boxes=[box for box in under_way if box.id != told_of],
        waits_for_count=waits_for_count,
        levels=levels,
        to_keep=_to_keep(claims),
    )


def _to_keep(claims: Sequence[ClaimOut]) -> list[str]:
    """The pages that a phone is to open without a network."""
    mine = [f"/claims/{claim.id}" for claim in claims if claim.status is ClaimStatus.DEPUTIZED]
    return ["/home", *(f"{path}{page}" for path in mine for page in ("", "/hand-out", "/met", "/box", "/close"))]


def _over(claim: ClaimOut) -> bool:
    """Whether the last day of its conference has ended there."""
    return end_of(claim.ends_on, claim.timezone) <= utcnow()  # as a conference's own ``over_at`` says


def _most_pressing(claims: Sequence[ClaimOut], to_count: set[int | None], *, left: bool) -> ClaimOut | None:
    """The claim by which the next thing is to be done: where one is now, what is over, a box that waits, the next one.

    None of these, and ribbons are left: the one that ended last, from which they can go back.
    """

    def order(claim: ClaimOut) -> tuple[int, date]:
        accepted = claim.status is ClaimStatus.DEPUTIZED
        for place, it in enumerate(
            (
                accepted and claim.starts_on <= today(claim.timezone) and not _over(claim),
                accepted and _over(claim),
                claim.id in to_count,
                accepted,
            )
        ):
            if it:
                return place, claim.starts_on
        return 9, claim.starts_on

    if standing := [claim for claim in claims if claim.status in OPEN]:
        return min(standing, key=order)
    ended = [claim for claim in claims if claim.status is ClaimStatus.CLOSED] if left else []
    return max(ended, key=lambda claim: claim.ends_on, default=None)
