"""Pages that others lead to: what a printed code is for, and what a problem means. None of them is to be found."""

from http import HTTPStatus

from fastapi import Response

from app.core.errors import NotFound
from app.core.language import phrase
from app.paperwork.acts import read_code
from app.paperwork.explaining import explain, explain_unknown
from app.serving.refusals import TITLES
from app.shipments.acts import get_slip
from app.web import slips, wishing
from app.web.visits import Visit

_NO_PROBLEM = phrase("There is no such problem.")


def paper(visit: Visit) -> Response:
    """What the code on a paper leads to; in capitals or not, with dashes or not."""
    letter = visit.request.scope["route"].path[1]
    try:
        found = visit.read(read_code, letter=letter, code=visit.request.path_params["code"])
    except NotFound:
        title, text = explain_unknown(visit.language)
        return _unsaid(visit.show("code.html", status=HTTPStatus.NOT_FOUND, title=title, said=[text], found=None))
    box = visit.read(get_slip, code=found.code) if found.letter == "S" and not found.revoked else None
    to_count = box is not None and box.to_count
    title, said = explain(found, language=visit.language, rules=visit.rules, to_count=to_count)
    if box is not None:
        return slips.slip(visit, title, said, box, outdated=found.outdated)
    if found.letter == "M" and not found.revoked:
        return wishing.card(visit, title, said)
    status = HTTPStatus.GONE if found.revoked else HTTPStatus.OK
    return _unsaid(visit.show("code.html", status=status, title=title, said=said, found=found))


def problem(visit: Visit) -> Response:
    """What a problem's ``type`` means."""
    code = visit.request.path_params["code"]
    if code not in TITLES:
        raise NotFound(_NO_PROBLEM)
    return _unsaid(visit.show("problem.html", title=TITLES[code], code=code))


def _unsaid(page: Response) -> Response:
    """A page whose address is told to nobody, not even to our own next page."""
    page.headers["Referrer-Policy"] = "no-referrer"
    return page
