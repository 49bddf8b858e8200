"""Entries that a phone has kept and sends by itself: its script is answered in a few words, not by a page.

It believes only an answer that names the entry. One that was taken is forgotten there; one that was refused is set
aside with what is said of it; whatever else happens, it is kept and sent again.
"""

import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from app.acts.entries import LateEntryOut
from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.errors import Unauthenticated
from app.core.keys import ServerKey
from app.core.language import Language, Text, phrase
from app.core.schema import typed_id

ENTRY = "entry_id"
OWNER = "entry_of"
"""The field that says whose entry it is, by :func:`owner_name`: who had signed in when it was written down."""

_JSON = "application/json"
_UNKEPT = {"Cache-Control": "no-store"}


def is_queued(accept: str, typed: Mapping[str, str]) -> bool:
    """Whether a form was sent by the script that keeps entries."""
    return accept == _JSON and bool(typed.get(ENTRY))


def owner_name(person_id: int, *, key: ServerKey) -> str:
    """What a person's pages have their phone call them: their number, and a mark that only those pages show."""
    return f"{person_id}.{key.mark('entries', str(person_id))[:32]}"


def check_owner(typed: Mapping[str, str], actor: Actor) -> None:
    """Raises :class:`Unauthenticated` for an entry of somebody else than who is signed in."""
    owner = typed.get(OWNER)
    # Before there were marks, phones called them by the number alone.
    if owner and owner.partition(".")[0] != str(actor.person_id):
        raise Unauthenticated(phrase("Somebody else has signed in on this phone."))


def marked_owner(typed: Mapping[str, str], *, key: ServerKey) -> int | None:
    """Whose entry it is, where the phone has had a page of theirs; None where it only says so."""
    said = typed.get(OWNER, "")
    owner = typed_id(said.partition(".")[0])
    if owner is None:
        return None
    ours = owner_name(owner, key=key).encode()
    return owner if hmac.compare_digest(ours, said.encode("utf-8", "replace")) else None


def now_ms() -> int:
    """The present, as scripts count it: what was counted before a page was made is on it."""
    return int(utcnow().timestamp() * 1000)


def taken(typed: Mapping[str, str], *, to: str, result: Any) -> Response:
    """The entry is in the books, or came late and waits for a coordinator."""
    late = isinstance(result, LateEntryOut)
    made = None if late else getattr(result, "id", None)
    said = {"entry": typed[ENTRY], "at": now_ms(), "to": to, "late": late, "made": made}
    return JSONResponse(said, headers=_UNKEPT)


def refused(
    typed: Mapping[str, str],
    errors: Iterable[tuple[str, Text]],
    *,
    status: int,
    language: Language,
    gone: bool = False,
) -> Response:
    """What is wrong with the entry, by field. Where its owner is ``gone``, the phone keeps nothing of theirs."""
    words = {field: text.say(language) for field, text in errors}
    said = {"entry": typed[ENTRY], "refused": words, **({"gone": True} if gone else {})}
    return JSONResponse(said, status, {**_UNKEPT, "Content-Language": language})
