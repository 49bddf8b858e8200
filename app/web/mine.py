"""What somebody who brings ribbons finds after signing in: their conferences, their boxes, their ribbons."""

from fastapi import Response

from app.claims.acts import list_claims
from app.claims.models import OPEN
from app.claims.schemas import ClaimFilter
from app.core.clock import today
from app.core.paging import MAXIMUM, Paging
from app.people.acts import get_me
from app.shipments.acts import list_shipments
from app.shipments.models import UNDER_WAY
from app.shipments.schemas import ShipmentFilter
from app.stock.acts import list_levels
from app.stock.schemas import LevelFilter
from app.web.standing import waits_for_count
from app.web.visits import Visit


def my_conferences(visit: Visit) -> Response:
    """My claims with their lights, the boxes that are under way from or to me, and the ribbons that I hold."""
    me = visit.read(get_me)
    most = Paging(limit=MAXIMUM)
    claims = visit.read(list_claims, paging=most, wanted=ClaimFilter(champion_id=me.id)).items
    boxes = visit.read(list_shipments, paging=most, wanted=ShipmentFilter(person_id=me.id)).items
    levels = visit.read(list_levels, paging=most, wanted=LevelFilter(person_id=me.id)).items
    return visit.show(
        "mine.html",
        name=me.name,
        today=today(visit.rules.timezone),
        open_claims=sorted((claim for claim in claims if claim.status in OPEN), key=lambda claim: claim.starts_on),
        past_claims=[claim for claim in claims if claim.status not in OPEN],
        boxes=[box for box in boxes if box.status in UNDER_WAY],
        waits_for_count=waits_for_count,
        levels=[level for level in levels if level.on_hand],
    )
