"""The server's own key, kept outside the database: what is marked with it cannot be guessed from a copy of that."""

import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.core.config import PREFIX, Settings
from app.core.errors import Invalid
from app.core.language import phrase

FILE = "server.key"
_SHORTEST = 32
_BYTES = 32


@dataclass(frozen=True)
class ServerKey:
    """A secret of this deployment, one for all its processes. Who has lost it cannot read its marks any more."""

    secret: bytes

    def mark(self, purpose: str, *texts: str) -> str:
        """The HMAC-SHA-256 of these texts, in hexadecimal; for each purpose another."""
        return hmac.new(self.secret, json.dumps([purpose, *texts]).encode(), hashlib.sha256).hexdigest()

    @cached_property
    def name(self) -> str:
        """Which key it is, in sixteen letters and digits; they say nothing about it."""
        return self.mark("name")[:16]


def server_key(settings: Settings) -> ServerKey:
    """The key that is set, else the one in the data folder, which is made where there is none yet.

    Raises :class:`Invalid` for one that is too short to be kept secret: a damaged file is not replaced by itself.
    """
    given = settings.server_key.get_secret_value()
    file = settings.data / FILE
    found = given or _read_or_make(file)
    if len(found) < _SHORTEST:
        where = f"{PREFIX}SERVER_KEY" if given else str(file)
        text = phrase("The server's key in {where} has fewer than {least} characters.", where=where, least=_SHORTEST)
        raise Invalid(text, field=f"{PREFIX}SERVER_KEY")
    return ServerKey(found.encode())


def _read_or_make(file: Path) -> str:
    if not file.exists():
        _make(file)
    return file.read_text("utf-8").strip()


def _make(file: Path) -> None:
    """Makes the file, whole from the first moment, for its owner only; of several processes the first one's stays."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f"{FILE}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as new:
        new.write(f"{secrets.token_urlsafe(_BYTES)}\n")
        new.flush()
        os.fsync(new.fileno())
    with suppress(FileExistsError):
        file.hardlink_to(part)
    part.unlink()
