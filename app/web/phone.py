"""What makes a phone ready for a conference: the worker that opens pages without a network, and the icon for its home
screen."""

import hashlib
import json
from functools import lru_cache
from io import BytesIO

from fastapi import Response
from PIL import Image, ImageDraw

from app.web.assets import ASSETS, address
from app.web.look import LIGHT, dark, light, look
from app.web.pictures import shared
from app.web.visits import Visit

_QUEUE = "queue.js"
_WORKER = "worker.js"
_KEPT = sorted(name for name in ASSETS if name.endswith((".css", ".js", ".svg", ".latin.woff2")) and name != _WORKER)
"""The files that the kept pages need."""

_UNIT, _SIDE = 32, 512
_RIBBON = ((3, 9), (29, 9), (26.5, 11.3), (29, 13.6), (26.5, 15.9), (29, 18.2), (26.5, 20.5), (29, 23), (3, 23))
_TEETH = ((5.5, 20.5), (3, 18.2), (5.5, 15.9), (3, 13.6), (5.5, 11.3))
_LINES = (13.5, 18.5)
"""The drawing of ``icon.svg``, on a grid of 32."""


def worker(visit: Visit) -> Response:
    """The service worker of this build: its name and its files, and then what it does."""
    appearance = look(visit.rules.ribbon_color, visit.rules.foil_color)
    files = [*(address(name, ASSETS[name]) for name in _KEPT), address("look.css", appearance)]
    does = ASSETS[_WORKER].content.decode()
    build = hashlib.sha256(f"{files}{does}".encode()).hexdigest()[:16]
    said = {"BUILD": f"build-{build}", "FILES": files, "QUEUE": address(_QUEUE, ASSETS[_QUEUE])}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in said.items())
    tag = f'"{build}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag}
    if tag in visit.tags:
        return Response(None, 304, headers)
    return Response(f"{head}{does}", 200, headers, "text/javascript")


def manifest(visit: Visit) -> Response:
    """What a home screen shows of us."""
    rules = visit.rules
    said = {
        "name": rules.community_name,
        "short_name": rules.hashtag,
        "id": "/home",
        "start_url": "/home",
        "display": "standalone",
        "background_color": LIGHT["paper"],
        "theme_color": light(rules.ribbon_color, rules.foil_color)["ribbon-deep"],
        "icons": [{"src": "/icon.png", "sizes": f"{_SIDE}x{_SIDE}", "type": "image/png", "purpose": "any maskable"}],
    }
    return shared(visit, json.dumps(said).encode(), "application/manifest+json")


def icon(visit: Visit) -> Response:
    """The icon, in the community's colors."""
    return shared(visit, _drawn(visit.rules.ribbon_color, visit.rules.foil_color), "image/png")


@lru_cache(maxsize=8)
def _drawn(ribbon: str, foil: str) -> bytes:
    colors, fine = dark(ribbon, foil), 2 * _SIDE
    scale = fine / _UNIT
    image = Image.new("RGB", (fine, fine), colors["ribbon-deep"])
    pen = ImageDraw.Draw(image)
    pen.polygon([(x * scale, y * scale) for x, y in (*_RIBBON, *_TEETH)], fill=colors["ribbon-light"])
    for y in _LINES:
        pen.rounded_rectangle(
            (8 * scale, (y - 1.3) * scale, 24 * scale, (y + 1.3) * scale), 1.3 * scale, fill=colors["foil-light"]
        )
    packed = BytesIO()
    image.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS).save(packed, "PNG", optimize=True)
    return packed.getvalue()
