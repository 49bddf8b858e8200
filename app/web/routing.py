"""How a page becomes a route: its visit is made, its form comes from ourselves, and a refusal is a page, too."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from app.acts.act import Act, Export
from app.acts.afterwards import Lane
from app.acts.application import Service
from app.acts.policy import ANYONE, Actor, Permission, require
from app.acts.unit import Unit
from app.core.errors import DomainError, Forbidden, Invalid, NotFound, Unauthenticated
from app.core.language import LANGUAGES, Language, phrase
from app.core.tables import Suffix
from app.paperwork.printed import OnPaper, Print, PrintMany
from app.people.acts import is_erased
from app.people.secrets import SESSIONS
from app.serving.papers import answer_paper, answer_table, file_response, in_turn
from app.serving.readers import address_of, wished
from app.serving.refusals import headers_of, status_of
from app.serving.routes import Routes, lane_of, on_thread
from app.web.cookies import LANGUAGE_COOKIE, session_cookie
from app.web.multipart import fields_of
from app.web.queued import check_owner, marked_owner, refused
from app.web.visits import KEY, NO_PAGE, Mistyped, Visit

View = Callable[[Visit], Response]
"""What makes a page of a visit."""

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""On every page. A page sends no address of its own abroad, but its forms must name where they come from."""

_YEAR = 365 * 24 * 3600
_MOST_FIELDS = 300

_FOREIGN = phrase("This form was sent from another site, so nothing was done. Open the page here and send it again.")


@dataclass(frozen=True)
class PageRoutes(Routes):
    """Routes that answer with pages."""

    def show(self, path: str, view: View, needs: Act[..., Any] | Permission) -> None:
        """Registers a page; ``needs`` is the permission to read it, or the act that it shows."""
        self._add(path, view, needs, ["GET", "HEAD"], lane_of(needs))

    def papers(self, path: str, act: PrintMany[..., Any], given: Callable[[Visit], Mapping[str, Any]]) -> None:
        """Registers an act that makes one file of several things; ``given`` reads from the address of which."""

        async def endpoint(request: Request) -> Response:
            visit = await on_thread(request, partial(visit_of, request, request.app.state.service))
            if not visit.signed_in:
                return _to_sign_in(request)
            try:
                values = given(visit)
            except Mistyped as wrong:
                raise Invalid(next(iter(wrong.errors.values()))) from None

            def work() -> Response:
                actor, material = visit.unit.read_as(act, values)
                made = act.finish(visit.unit, actor=actor, material=material)
                return file_response(made, {"Cache-Control": "private, no-store"})

            return await in_turn(request, visit.unit, act, work)

        endpoint.__name__ = act.name
        self.serve(path, endpoint, permission=act.permission, methods=["GET"], include_in_schema=False)

    def paper(
        self,
        path: str,
        act: Print[..., Any],
        given: Callable[[Visit], Mapping[str, Any]],
        *,
        options: type[OnPaper] = OnPaper,
    ) -> None:
        """Registers an act that prints a paper; ``given`` reads from the address what of.

        The ``options`` may be asked for: ``language``, ``paper_size``, and what else this paper can be asked to say.
        """

        async def endpoint(request: Request) -> Response:
            visit = await on_thread(request, partial(visit_of, request, request.app.state.service))
            if not visit.signed_in:
                return _to_sign_in(request)
            asked = {name: visit.query(name) for name in options.model_fields if visit.query(name)}
            try:
                on, values = visit.form(options, asked), given(visit)
            except Mistyped as wrong:
                raise Invalid(next(iter(wrong.errors.values()))) from None
            return await answer_paper(request, visit.unit, act, {**values, "on": on})

        endpoint.__name__ = act.name
        self.serve(path, endpoint, permission=act.permission, methods=["GET"], include_in_schema=False)

    def export(
        self, path: str, act: Export[...], given: Callable[[Visit], Mapping[str, Any]] = lambda _visit: {}
    ) -> None:
        """Registers an act that gives a whole list as a file: at ``path`` with ``.csv`` or ``.xlsx``.

        ``given`` reads from the address what of the list is wanted.
        """
        described = f"{path}.{{suffix}}"

        async def endpoint(request: Request) -> Response:
            suffix = request.path_params["suffix"]
            if suffix not in set(Suffix):
                raise NotFound(NO_PAGE)
            visit = await on_thread(request, partial(visit_of, request, request.app.state.service))
            if not visit.signed_in and act.permission is not Permission.READ_PUBLIC:
                return _to_sign_in(request)
            try:
                values = given(visit)
            except Mistyped as wrong:
                raise Invalid(next(iter(wrong.errors.values()))) from None
            name = path.rpartition("/")[2]
            return await answer_table(request, visit.unit, act, values, suffix=Suffix(suffix), name=name)

        endpoint.__name__ = act.name
        self.serve(described, endpoint, permission=act.permission, methods=["GET"], include_in_schema=False)

    def take(
        self,
        path: str,
        view: View,
        needs: Act[..., Any] | Permission,
        *,
        back: View,
        from_anywhere: bool = False,
        lane: Lane | None = None,
    ) -> None:
        """Registers what a form is sent to. What is refused is shown by ``back``, with all that was typed.

        ``from_anywhere``: also by what is no page of ours. It must do nothing by who is signed in. ``lane``: for what
        writes nothing; what asks somebody outside needs an address of its own, since it must not stand among writers.
        """

        def taken(visit: Visit) -> Response:
            try:
                return view(visit)
            except (Mistyped, DomainError) as refusal:
                if visit.queued:
                    return _told(visit, refusal)
                if isinstance(refusal, Unauthenticated | Forbidden):
                    raise
                shown = back(visit.refused(refusal))
                shown.status_code = 422 if isinstance(refusal, Mistyped) else status_of(refusal)
                shown.headers.update({} if isinstance(refusal, Mistyped) else headers_of(refusal))
                return shown

        if lane is None:
            lane = Lane.OUTSIDE if lane_of(needs) is Lane.OUTSIDE else Lane.WRITES
        self._add(path, taken, needs, ["POST"], lane, from_anywhere=from_anywhere)

    def _add(
        self,
        path: str,
        view: View,
        needs: Act[..., Any] | Permission,
        methods: list[str],
        lane: Lane,
        *,
        from_anywhere: bool = False,
    ) -> None:
        permission = needs if isinstance(needs, Permission) else needs.permission

        async def endpoint(request: Request) -> Response:
            if request.method == "POST" and not from_anywhere:
                _check_origin(request)
            typed = await _typed(request) if request.method == "POST" else {}
            return await on_thread(request, partial(_answer, request, view, permission, typed), lane)

        endpoint.__name__ = view.__name__
        self.serve(path, endpoint, permission=permission, methods=methods, include_in_schema=False)


async def _typed(request: Request) -> Mapping[str, str]:
    try:
        return fields_of(request.headers.get("Content-Type", ""), await request.body(), most=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(400) from None


def _check_origin(request: Request) -> None:
    """Raises :class:`Forbidden` for a form that another site's page has sent in the reader's name."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        own = said == "same-origin"
    else:
        own = urlsplit(request.headers.get("Origin", "")).netloc == request.headers.get("Host", "")
    if not own:
        raise Forbidden(_FOREIGN)


def _answer(request: Request, view: View, permission: Permission, typed: Mapping[str, str]) -> Response:
    service: Service = request.app.state.service
    visit = visit_of(request, service, typed)
    try:
        require(visit.actor, permission)
        check_owner(typed, visit.actor)
    except (Unauthenticated, Forbidden) as refusal:
        if visit.queued:
            return finished(visit, _told(visit, refusal, gone=_is_gone(visit)))
        if isinstance(refusal, Forbidden):
            raise
        return finished(visit, _kept(visit)) if typed else _to_sign_in(request)
    return finished(visit, view(visit))


def _is_gone(visit: Visit) -> bool:
    """Whether the entry is somebody's who was erased, so that nobody will ever sign in to send it.

    A phone that has had no page of theirs is not told.
    """
    owner = marked_owner(visit.typed, key=visit.unit.service.key())
    return owner is not None and visit.read(is_erased, person_id=owner)


def _told(visit: Visit, refusal: Mistyped | DomainError, *, gone: bool = False) -> Response:
    """A refusal for the script that has sent the entry."""
    status = 422 if isinstance(refusal, Mistyped) else status_of(refusal)
    errors = visit.refused(refusal).errors.items()
    said = refused(visit.typed, errors, status=status, language=visit.language, gone=gone)
    said.headers.update({} if isinstance(refusal, Mistyped) else headers_of(refusal))
    return said


_UNTYPED = frozenset({KEY, "verb", "do", "number", "version", "to", "next", "cursor", "code", "secret", "link", "file"})
"""Fields that a form sends and nobody has typed."""


def _kept(visit: Visit) -> Response:
    """What a form sent whose session was over meanwhile, on a page from which it can be sent again."""
    shown = [said for name, said in visit.typed.items() if said and not (name in _UNTYPED or name.endswith("_id"))]
    return visit.show("signed_out.html", status=401, shown=shown)


def _to_sign_in(request: Request) -> Response:
    return RedirectResponse(f"/sign-in?next={quote(_here(request), safe='')}", 303, {"Cache-Control": "no-store"})


def finished(visit: Visit, response: Response) -> Response:
    """The response with what every page has: the rules that a browser is to keep, and the language that was chosen.

    A file, which has no language, sets no cookie: caches keep it for everybody.
    """
    chosen = visit.request.query_params.get("lang")
    if chosen in LANGUAGES and "Content-Language" in response.headers:
        response.set_cookie(LANGUAGE_COOKIE, chosen, _YEAR, httponly=True, samesite="lax", secure=visit.secure)
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    return response


def visit_of(
    request: Request, service: Service, typed: Mapping[str, str] = MappingProxyType({}), *, known: bool = True
) -> Visit:
    """The visit of somebody whom we know, or of anyone; of anyone, too, where the database is not to be asked."""
    rules = service.appearance() if known else service.settings.rules({})
    credential = request.cookies.get(session_cookie(rules), "") if known else ""
    actor = _who(service, credential) if credential.startswith(SESSIONS) else ANYONE
    unit = Unit(
        service=service,
        credential=credential if actor is not ANYONE else None,
        request_id=request.state.request_id,
        address=address_of(request),
    )
    language = _chosen(request) or actor.language or wished(request) or rules.language
    return Visit(request=request, unit=unit, actor=actor, language=language, rules=rules, typed=typed)


def _chosen(request: Request) -> Language | None:
    """The language that the reader has chosen, now or before."""
    for said in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        for language in LANGUAGES:
            if said == language:
                return language
    return None


def _here(request: Request) -> str:
    """The page to come back to: after a form, the page that has it."""
    query = f"?{request.url.query}" if request.url.query and request.method == "GET" else ""
    return f"{request.url.path}{query}"


def _who(service: Service, credential: str) -> Actor:
    """Whose session this is; anyone, where it is over. That it is in use is noted now and then, if that can be."""
    try:
        with service.database.reading() as session:
            actor = service.identify(session, credential)
    except Unauthenticated:
        return ANYONE
    if actor.session_unseen:
        with suppress(DomainError):
            service.database.run(lambda session: service.seen(session, actor), repeatable=True)
    return actor
