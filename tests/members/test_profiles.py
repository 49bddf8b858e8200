"""Whether a code stands in a profile: asked over HTTP of platforms that answer as they document it, and as they do."""

import socket
import time
from collections.abc import Callable

import pytest

from app.core.config import Settings
from app.core.errors import Conflict
from app.core.language import LANGUAGES
from app.members import profiles as asking
from app.members.handles import Platform, parse_handle
from app.members.profiles import Claimed, ProfileUnread, find_code
from app.outside.http import OutboundRefused
from tests.support import profiles
from tests.support.loopback import Handler
from tests.support.profiles import HUGE, saying, slow

CODE = "4F7K-2M9P-X7Q4"
SETTINGS = Settings(**profiles.profiles())


def claimed(handle: str) -> Claimed:
    """Somebody's handle, with the code."""
    platform = Platform.MASTODON if "@" in handle else Platform.BLUESKY
    return Claimed(parse_handle(handle, platform=platform), CODE, "")


@pytest.mark.parametrize("handle", ["ana.bsky.social", "ana@field.test.org", "note@note.test.org"])
def test_the_code_is_found_in_a_profile_text_or_in_one_of_its_fields(handle: str) -> None:
    profiles.written[handle] = f"<b>{CODE[:4]}</b>{CODE[4:].lower()}" if "@" in handle else f"my code:{CODE}!"
    assert find_code(claimed(handle), SETTINGS) == parse_handle(handle, platform=claimed(handle).handle.platform)
    profiles.written[handle] = CODE[:-1]
    with pytest.raises(Conflict, match="the code is not there"):
        find_code(claimed(handle), SETTINGS)


@pytest.mark.parametrize("handle", ["nobody.bsky.social", "nobody@field.test.org"])
def test_a_profile_that_is_not_there_is_no_fault_of_the_server(handle: str) -> None:
    with pytest.raises(Conflict, match="shows us no profile"):
        find_code(claimed(handle), SETTINGS)


_LATER, _OTHERWISE = "does not answer now", "in the way of Mastodon"
_NOT_HERS = b'{"acct": "other", "note": "4F7K-2M9P-X7Q4", "handle": "ana@odd.test.org"}'
_ELSEWHERE = b'{"acct": "ana@elsewhere.org", "note": "4F7K-2M9P-X7Q4"}'


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        *((saying(429), _LATER), (saying(500), _LATER), (saying(503, b"<html>"), _LATER), (HUGE, _LATER)),
        (saying(302, b"", Location="https://bsky.app/"), _OTHERWISE),
        *((saying(401), _OTHERWISE), (saying(403), _OTHERWISE), (saying(404, b"<html>"), _OTHERWISE)),
        *((saying(200, b"<html>4F7K-2M9P-X7Q4"), _OTHERWISE), (saying(200, b'"4F7K-2M9P-X7Q4"'), _OTHERWISE)),
        *((saying(200, b"[" * 100_000), _OTHERWISE), (saying(200, b"\xff"), _OTHERWISE)),
    ],
)
def test_who_answers_in_another_way_is_not_guessed_at_and_the_way_out_is_said(
    answer: Callable[[Handler], None], says: str
) -> None:
    profiles.odd["odd.test.org"] = answer
    with pytest.raises(ProfileUnread, match=says) as refused:
        find_code(claimed("ana@odd.test.org"), SETTINGS)
    assert "link of your own" in refused.value.detail.say("en")
    assert all("odd.test.org" in refused.value.detail.say(language) for language in LANGUAGES)


@pytest.mark.parametrize("body", [_NOT_HERS, _ELSEWHERE, b"{}", b'{"acct": 5}'])
def test_the_profile_of_somebody_else_proves_nothing(body: bytes) -> None:
    profiles.odd["odd.test.org"] = saying(200, body)
    with pytest.raises(Conflict, match="shows us no profile"):
        find_code(claimed("ana@odd.test.org"), SETTINGS)


@pytest.mark.parametrize("body", [b'{"acct": "ana", "fields": 7, "note": []}', b'{"acct": "ana", "fields": [1, {}]}'])
def test_what_is_no_text_has_no_code(body: bytes) -> None:
    profiles.odd["odd.test.org"] = saying(200, body)
    with pytest.raises(Conflict, match="the code is not there"):
        find_code(claimed("ana@odd.test.org"), SETTINGS)


def test_a_server_that_drips_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.5)
    profiles.odd["odd.test.org"] = slow
    began = time.monotonic()
    with pytest.raises(ProfileUnread, match=_LATER):
        find_code(claimed("ana@odd.test.org"), SETTINGS)
    assert time.monotonic() - began < 3


def test_a_name_that_leads_inside_is_not_asked_and_the_answer_does_not_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    found, said = list[str](), set[str]()
    addresses = ["127.0.0.1", "10.0.0.7", "169.254.169.254", "192.168.1.1"]

    def inside(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        found.append(host)
        return [(2, 1, 6, "", (addresses[len(found) - 1], port))]

    monkeypatch.setattr(socket, "getaddrinfo", inside)
    for _ in addresses:
        with pytest.raises(ProfileUnread, match=_LATER) as refused:
            find_code(claimed("ana@inside.test.org"), Settings())
        said.add(str(refused.value.detail))
        assert isinstance(refused.value.__cause__, OutboundRefused)
        assert "is not a public server" in str(refused.value.__cause__.detail)
    assert (found, len(said)) == (["inside.test.org"] * 4, 1)
