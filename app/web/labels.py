"""The label of a box, for whoever sends it: to print, or to copy by hand."""

from collections.abc import Mapping
from typing import Any, get_args

from fastapi import Response

from app.paperwork.label_batches import LabelStockName, NewLabels
from app.shipments.acts import get_shipment, get_shipment_address
from app.web.fields import body
from app.web.visits import Visit

STOCKS: tuple[str, ...] = get_args(LabelStockName)
"""What labels are printed on."""


USUAL = "5163"
"""What is chosen before anybody chooses: ten to a Letter sheet, and large enough for plain paper."""


def label(visit: Visit) -> Response:
    """The address of a box in large letters, and what the label can be printed on."""
    number = visit.number("shipment_id")
    return visit.show(
        "label.html",
        box=visit.read(get_shipment, shipment_id=number),
        to=visit.read(get_shipment_address, shipment_id=number),
        stocks=STOCKS,
        usual=USUAL,
    )


def of_this_box(visit: Visit) -> Mapping[str, Any]:
    """What is to be printed: the label of this box, on the stock that was chosen, from the label that is free."""
    start = visit.query("start")
    wanted = {
        "shipment_ids": [visit.number("shipment_id")],
        "label_stock": visit.query("label_stock") or USUAL,
        "start": int(start) if start.isascii() and start.isdigit() and len(start) < 4 else 1,
    }
    return {"body": body(NewLabels, wanted)}
