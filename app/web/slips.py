"""What the code on a packing slip leads to: whoever holds the paper counts the box there, without signing in."""

from collections.abc import Sequence
from uuid import uuid4

from fastapi import Response

from app.shipments.acts import count_by_slip
from app.shipments.schemas import SlipOut
from app.web.boxes import arrival
from app.web.visits import Visit


def slip(visit: Visit, title: str, said: Sequence[str], box: SlipOut, *, outdated: bool) -> Response:
    """What this is; and as long as the box waits for it, a form for its count."""
    shown = visit.show(
        "slip.html", title=title, said=said, outdated=outdated, box=box, entry_id=uuid4(), done=visit.query("done")
    )
    # The address is told to nobody; but browsers must be able to say where the form comes from.
    shown.headers["Referrer-Policy"] = "strict-origin"
    return shown


def count(visit: Visit) -> Response:
    """Counts the box."""
    code = visit.request.path_params["code"]
    return visit.do(count_by_slip, f"{visit.path}?done=counted", code=code, body=arrival(visit))
