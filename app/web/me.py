"""One's own account."""

from fastapi import Response

from app.people.acts import get_me
from app.web.visits import Visit


def me(visit: Visit) -> Response:
    """Who one is here."""
    return visit.show("me.html", person=visit.read(get_me))
