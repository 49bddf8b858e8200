"""The address of static files: kept for ever under their own, and for no time under one of before."""

from fastapi import Request, Response

from app.acts.application import Service
from app.acts.policy import Permission
from app.core.errors import NotFound
from app.core.language import phrase
from app.serving.routes import on_thread
from app.web.assets import ASK_AGAIN, ASSETS, FOREVER, Asset
from app.web.look import look
from app.web.routing import PageRoutes


async def static_file(request: Request) -> Response:
    """A static file. One whose address is of before is sent as it is now, and asked for again the next time."""
    name = request.path_params["name"]
    asset = await _look(request) if name == "look.css" else ASSETS.get(name)
    if asset is None:
        raise NotFound(phrase("There is no such file."))
    current = asset.digest == request.path_params["digest"]
    headers = {
        "Cache-Control": FOREVER if current else ASK_AGAIN,
        "Vary": "Accept-Encoding",
        "ETag": f'"{asset.digest}"',
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if asset.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(asset.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=asset.media_type)
    return Response(asset.content, headers=headers, media_type=asset.media_type)


async def _look(request: Request) -> Asset:
    service: Service = request.app.state.service
    rules = await on_thread(request, service.appearance)
    return look(rules.ribbon_color, rules.foil_color)


def serve_static(pages: PageRoutes) -> None:
    """Registers the address of all static files."""
    pages.serve(
        "/static/{digest}/{name:path}",
        static_file,
        permission=Permission.READ_PUBLIC,
        methods=["GET", "HEAD"],
        include_in_schema=False,
    )
