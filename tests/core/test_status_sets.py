"""The named sets of statuses agree with the tables of what may follow what: a new status has to be put into them."""

from app.claims import models as claims
from app.claims.models import ClaimStatus
from app.purchasing import models as purchasing
from app.purchasing.models import OrderStatus
from app.shipments import models as shipments
from app.shipments.models import Method, ShipmentStatus


def test_every_status_of_a_shipment_is_in_one_of_four_sets() -> None:
    parts = [shipments.NOT_SENT, shipments.TRAVELING, shipments.COUNTED]
    parts.append(frozenset({ShipmentStatus.CANCELLED, ShipmentStatus.RETURNED}))  # back where it came from
    assert sorted(status for part in parts for status in part) == sorted(ShipmentStatus)


def test_what_is_under_way_goes_on_and_what_is_not_has_ended() -> None:
    goes_on = {status for table in shipments.ALLOWED.values() for status, following in table.items() if following}
    assert goes_on == shipments.UNDER_WAY
    assert {status for status, following in claims.ALLOWED.items() if following} == claims.OPEN


def test_what_is_not_sent_can_be_called_off_and_what_travels_can_be_lost() -> None:
    table = shipments.ALLOWED[Method.CARRIER]
    before = {to: {status for status, following in table.items() if to in following} for to in ShipmentStatus}
    assert before[ShipmentStatus.CANCELLED] == shipments.NOT_SENT
    assert before[ShipmentStatus.LOST] == before[ShipmentStatus.RETURNED] == shipments.TRAVELING


def test_a_claim_that_ended_early_was_neither_open_nor_served_nor_declined() -> None:
    others = claims.OPEN | claims.SERVED | {ClaimStatus.DECLINED}
    assert set(ClaimStatus) - others == claims.ENDED_EARLY


def test_an_order_counts_as_ordered_once_it_is_placed() -> None:
    reached, before = {OrderStatus.PLACED}, set[OrderStatus]()
    while reached != before:
        before, reached = reached, reached.union(*(purchasing.ALLOWED[status] for status in reached))
    assert reached - {OrderStatus.CANCELLED} == purchasing.ORDERED
