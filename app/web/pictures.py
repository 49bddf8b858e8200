"""Pictures for other sites: they may show them, and ask again only after a while."""

import hashlib
from collections.abc import Mapping

from fastapi import Response

from app.core.language import LANGUAGES, Language
from app.coverage.acts import get_coverage
from app.web.look import LIGHT, light
from app.web.reach import sentence_in, wanted_by
from app.web.rendering import render
from app.web.tiles import tile_map
from app.web.visits import Mistyped, Visit

_TEN_MINUTES = "public, max-age=600"
_LETTER = 11.5
"""How wide a letter of the ribbon is, and one beside it: the text is fitted to so much."""
_SMALL = 8.2


def badge(visit: Visit) -> Response:
    """The ribbon, and how far it has come, in a line of its own."""
    return _drawn(visit, "badge.svg")


def reach_map(visit: Visit) -> Response:
    """The map, with its sentence."""
    return _drawn(visit, "map.svg")


def _drawn(visit: Visit, template: str) -> Response:
    try:
        figures = visit.read(get_coverage, wanted=wanted_by(visit))
    except Mistyped:
        return Response("", 422, {"Cache-Control": "no-store"}, "text/plain")
    language = language_of(visit)
    look = light(visit.rules.ribbon_color, visit.rules.foil_color)
    short = render("figures.txt", language, {"figures": figures}).strip()
    body = render(
        template,
        language,
        {
            "hashtag": visit.rules.hashtag,
            "sentence": sentence_in(figures, language),
            "short": short,
            "left": round(len(visit.rules.hashtag) * _LETTER),
            "right": round(len(short) * _SMALL),
            "map": tile_map(figures.by_state),
            "look": {**look, **LIGHT},
            "fills": _fills(look),
        },
    )
    return shared(visit, body.encode(), "image/svg+xml")


def _fills(look: Mapping[str, str]) -> Mapping[str, str]:
    """The colour of each class of a tile, as on the pages by day."""
    return {"t0": "#EFEAE0", "w": "#FFFFFF", **{f"t{step}": look[f"map-{step}"] for step in (1, 2, 3, 4)}}


def language_of(visit: Visit) -> Language:
    """The language that the address names, else the community's: a picture is the same for whoever sees it."""
    return next((known for known in LANGUAGES if known == visit.query("lang")), visit.rules.language)


def shared(visit: Visit, content: bytes, media_type: str) -> Response:
    """A file that any site may show, and that is sent anew only where it has changed."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": _TEN_MINUTES,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if tag in visit.tags:
        return Response(None, 304, headers)
    return Response(content, 200, headers, media_type)
