"""Asks Bluesky and servers of the fediverse what stands in somebody's public profile.

Bluesky is asked by ``app.bsky.actor.getProfile`` of its public API (https://docs.bsky.app/docs/api/app-bsky-actor-get-profile),
which answers 400 where there is no such profile. A server of the fediverse is asked as Mastodon is, by
``accounts/lookup`` (https://docs.joinmastodon.org/methods/accounts/#lookup), which answers 404; what runs another
software may know it or not.

Strangers type the name of that server, so it is asked as :mod:`app.outside.http` asks: by https, at public addresses
alone, following nobody elsewhere. What it says counts for the handles that end in its own name, and for no other.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

from app.core.config import Settings
from app.core.errors import Conflict
from app.core.language import phrase
from app.members.handles import Handle, Platform
from app.outside.http import Outbound, OutboundRefused

READABLE = (Platform.BLUESKY, Platform.MASTODON)
"""Where we can read a profile without being known there."""

SECONDS = 5.0
"""For an answer."""

_GONE = {400, 404, 410}
"""What is answered of a profile that is not there."""


class ProfileUnread(OutboundRefused):
    """The profile could not be read: nobody answers, or not so that it is understood."""

    code = "profile-unread"
    title = phrase("The profile could not be read")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A handle that somebody says is theirs, and the code that is to stand in its profile."""

    handle: Handle
    code: str
    proof: str

    @property
    def host(self) -> str:
        """The server that knows."""
        return "bsky.app" if self.handle.platform is Platform.BLUESKY else self.handle.canonical.partition("@")[2]


def find_code(claimed: Claimed, here: Settings) -> Handle:
    """The handle, once its profile has the code. It makes one request, so it is called outside any transaction.

    Raises :class:`Conflict` where the profile has no such code, or there is no such profile; :class:`ProfileUnread`.
    """
    handle = claimed.handle
    profile = _profile(claimed, here)
    named = "handle" if handle.platform is Platform.BLUESKY else "acct"
    name = handle.canonical if handle.platform is Platform.BLUESKY else handle.canonical.partition("@")[0]
    if str(profile.get(named)).lower() != name:
        raise _not_there(claimed)
    if not any(claimed.code in text.upper() for text in _texts(profile)):
        raise Conflict(
            phrase(
                "We have read the profile of {handle}, and the code is not there. Save your profile, wait a moment, "
                "and press the button again.",
                handle=handle.display,
            )
        )
    return handle


def _profile(claimed: Claimed, here: Settings) -> dict[str, Any]:
    handle, host = claimed.handle, claimed.host
    if handle.platform is Platform.BLUESKY:
        url = f"{here.bluesky_url.rstrip('/')}/xrpc/app.bsky.actor.getProfile?actor={quote(handle.canonical)}"
    else:
        server = here.fediverse_url.replace("{server}", host).rstrip("/")
        url = f"{server}/api/v1/accounts/lookup?acct={quote(handle.canonical.partition('@')[0])}"
    later = phrase(
        "{host} does not answer now. Try again later, or ask a coordinator for a link of your own.", host=host
    )
    try:
        answer = Outbound(here.outbound_servers, seconds=SECONDS).fetch(
            "GET", url, headers={"Accept": "application/json"}
        )
    except OutboundRefused as refusal:
        # Which of its reasons it was is nobody's business who may have typed the name of a server of ours.
        raise ProfileUnread(later) from refusal
    if answer.status == 429 or answer.status >= 500:
        raise ProfileUnread(later)
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if answer.status in _GONE and isinstance(found, dict):
        raise _not_there(claimed)
    if answer.status != 200 or not isinstance(found, dict):
        raise ProfileUnread(
            phrase(
                "{host} does not show profiles to us in the way of Mastodon, so we cannot read yours. Ask a "
                "coordinator for a link of your own.",
                host=host,
            )
        )
    return found


def _not_there(claimed: Claimed) -> Conflict:
    return Conflict(
        phrase(
            "{host} shows us no profile of {handle}. If the handle is right, ask a coordinator for a link of your own.",
            host=claimed.host,
            handle=claimed.handle.display,
        )
    )


def _texts(profile: dict[str, Any]) -> Iterator[str]:
    """What people write about themselves: on Bluesky as it is, on Mastodon as HTML, with fields beside it."""
    if isinstance(profile.get("description"), str):
        yield profile["description"]
    fields = profile.get("fields")
    values = [field.get("value") for field in fields if isinstance(field, dict)] if isinstance(fields, list) else []
    yield from (_plain(html) for html in [profile.get("note"), *values] if isinstance(html, str))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def _plain(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    return "".join(words.said)
