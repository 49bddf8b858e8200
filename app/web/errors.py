"""What went wrong, as a page for whoever sits before a browser; a program gets a problem document."""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.acts.application import Service
from app.core.errors import DomainError, Unavailable
from app.core.language import Text, phrase
from app.serving.refusals import HTTP, UNEXPECTED, headers_of, status_of
from app.serving.routes import on_thread
from app.web.routing import finished, visit_of

Handler = Callable[[Request, Exception], Awaitable[Response]]

_OURS = phrase("This is our fault, not yours. Please try again in a minute; if it stays, tell us the request id.")
_NO_PAGE = phrase("There is no such page. It may have moved, or the address was cut off.")


def by_medium(as_problem: Handler) -> Handler:
    """Answers a browser with a page, and everybody else as before."""

    async def handle(request: Request, error: Exception) -> Response:
        if _is_browser(request):
            return await _page(request, error)
        return await as_problem(request, error)

    return handle


def _is_browser(request: Request) -> bool:
    wants_page = "text/html" in request.headers.get("Accept", "")
    return wants_page and not request.url.path.startswith("/api/")


async def _page(request: Request, error: Exception) -> Response:
    status, title, detail = _said(error)
    service: Service = request.app.state.service

    def work() -> Response:
        visit = visit_of(request, service, known=not isinstance(error, Unavailable))
        shown = visit.show("error.html", status=status, title=title, detail=detail, request_id=request.state.request_id)
        shown.headers.update(headers_of(error) if status in {429, 503, 507} and isinstance(error, DomainError) else {})
        return finished(visit, shown)

    return await on_thread(request, work)


def _said(error: Exception) -> tuple[int, Text, Text]:
    """Status, title and what to say of it."""
    match error:
        case DomainError():
            return status_of(error), error.title, error.detail
        case RequestValidationError():
            return 404, HTTP[404][1], _NO_PAGE
        case HTTPException(status_code=404):
            return 404, HTTP[404][1], _NO_PAGE
        case HTTPException():
            title = HTTP.get(error.status_code, HTTP[400])[1]
            return error.status_code, title, title
    return 500, UNEXPECTED[1], _OURS
