"""Static files: read once, compressed once, and under an address that changes with what they hold."""

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from mimetypes import guess_type

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

_URL = re.compile(r"url\(([^)]+)\)")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent; ``packed`` is None where compression gains nothing."""

    content: bytes
    packed: bytes | None
    media_type: str
    digest: str


def asset(name: str, content: bytes) -> Asset:
    """A file of this name, ready to be sent."""
    kind = guess_type(name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind in {"image/svg+xml", "application/manifest+json"}
    packed = None if kind == "font/woff2" else gzip.compress(content, 9, mtime=0)
    return Asset(
        content=content,
        packed=packed if packed is not None and len(packed) < len(content) else None,
        media_type=f"{kind}; charset=utf-8" if text else kind,
        digest=hashlib.sha256(content).hexdigest()[:16],
    )


def address(name: str, one: Asset) -> str:
    """Where a file is; another content has another address."""
    return f"/static/{one.digest}/{name}"


def _read(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _read(entry, f"{name}/")
        else:
            yield name, entry.read_bytes()


def load() -> Mapping[str, Asset]:
    """The files of ``app/web/static`` by name. A stylesheet's ``url(…)`` becomes the address of the file that it names.

    Raises ``KeyError`` for a stylesheet that names a file which is not there.
    """
    found = dict(_read(files("app.web").joinpath("static")))
    assets = {name: asset(name, content) for name, content in found.items() if not name.endswith(".css")}
    for name, content in found.items():
        if name.endswith(".css"):
            text = _URL.sub(lambda match: f"url({address(match[1], assets[match[1]])})", content.decode())
            assets[name] = asset(name, text.encode())
    return assets


ASSETS = load()
"""All of them, by name."""
