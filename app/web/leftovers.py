"""What is left over after a conference: kept for the next one, handed over, or sent back."""

from typing import Any

from fastapi import Response

from app.claims.acts import create_shipment, list_claims
from app.claims.models import ClaimStatus
from app.claims.schemas import ClaimFilter
from app.core.paging import MAXIMUM, Paging
from app.core.schema import typed_id
from app.shipments.models import Method
from app.shipments.schemas import NewShipment, NewShipmentLine
from app.stock.acts import list_locations
from app.stock.models import Kind
from app.stock.schemas import LocationFilter
from app.web.fields import body, lines_typed
from app.web.standing import standing
from app.web.visits import Visit

_MOST = Paging(limit=MAXIMUM)


def leftovers(visit: Visit) -> Response:
    """What is still there of a claim that has ended, the champion's next conference, and where it can go."""
    stands = standing(visit)
    accepted = ClaimFilter(champion_id=stands.claim.champion_id, status=ClaimStatus.DEPUTIZED)
    ahead = visit.read(list_claims, paging=_MOST, wanted=accepted).items
    return visit.show(
        "leftovers.html",
        stands=stands,
        claim=stands.claim,
        left=[line for line in stands.account.lines if line.on_hand],
        ahead=min(ahead, key=lambda claim: claim.starts_on, default=None),
        depots=visit.read(list_locations, paging=_MOST, wanted=LocationFilter(kind=Kind.DEPOT)).items,
    )


def send(visit: Visit) -> Response:
    """Drafts the box in which they go to a depot, by a carrier or from hand to hand."""
    new: dict[str, Any] = {
        "source_id": standing(visit).account.location_id,
        "target_id": typed_id(visit.typed.get("target_id", "")),
        "method": visit.typed.get("method", Method.CARRIER),
        "lines": lines_typed(visit, NewShipmentLine, unless_empty="quantity"),
    }
    return visit.do(create_shipment, to=lambda box: f"/shipments/{box.id}", body=body(NewShipment, new))
