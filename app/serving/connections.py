"""What a connection may cost: how much of a head it may send, how long it may take, and how many there may be.

uvicorn keeps whatever comes, for as long as it comes: one connection with endless header lines took 330 MB, and
requests that stop half way stayed for ever (measured). A proxy in front may keep such clients away, but need not be
there.
"""

import time
from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.core.observe import CUT

MOST_CONNECTIONS = 256
"""Of one process. Each may hold a body of up to ``max_body_bytes``; the usual limit of open files is 1,024."""

HEAD_BYTES = 65_536
"""Of the address and all headers together; trailers count as headers."""

HEAD_SECONDS = 10.0
"""From the first byte of a request, or from the connection, to the end of its headers."""

BODY_SECONDS = 60.0
"""From there to the end of its body, and for taking an answer that is too long for the buffers in between."""

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class _HeadTooLargeError(Exception):
    """Tells the parser to stop."""


class Guarded(HttpToolsProtocol):
    """uvicorn's protocol within these limits.

    When there are too many connections, a new one takes the place of the one that has been waiting for the longest for
    its client to send something: whoever sends a whole request at once is never waited for.
    """

    since: float | None = None
    """Since when its client is to send something; None while a request is being answered."""
    _in_head = True
    _came = 0
    _parsed = 0
    _reading: TimerHandle | None = None
    _writing: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS and not self._make_room():
            CUT.labels(reason="too many").inc()
            self.transport.write(_TOO_MANY)
            self.transport.close()
            return
        self._expect(HEAD_SECONDS, "slow head")

    def _make_room(self) -> bool:
        """Ends the connection that has kept us waiting for the longest; False where none does."""
        waiting = [one for one in self.connections if isinstance(one, Guarded) and one.since is not None]
        if not waiting:
            return False
        min(waiting, key=lambda one: one.since or 0.0).cut("too many")
        return True

    def cut(self, reason: str) -> None:
        """Ends the connection, whatever is still to be sent or to come."""
        CUT.labels(reason=reason).inc()
        self.connections.discard(self)
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.since = None
        self._reading = _cancelled(self._reading)
        self._writing = _cancelled(self._writing)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            if self._reading is None:  # the first bytes of the next request, or blank lines before it
                self._expect(HEAD_SECONDS, "slow head")
            self._came += len(data)
        super().data_received(data)
        # A header that does not end is not given to us, but kept by the parser.
        if self._in_head and self._came > HEAD_BYTES and not self.transport.is_closing():
            self._refuse_head()

    def on_message_begin(self) -> None:
        self._parsed = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def _count(self, more: int) -> None:
        self._parsed += more
        if self._parsed > HEAD_BYTES:
            raise _HeadTooLargeError

    def on_headers_complete(self) -> None:
        self._in_head, self._came = False, 0
        self._expect(BODY_SECONDS, "slow body")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_head, self._came, self.since = True, 0, None
        self._reading = _cancelled(self._reading)
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        if self._parsed > HEAD_BYTES:
            self._refuse_head()
        else:
            super().send_400_response(msg)

    def _refuse_head(self) -> None:
        CUT.labels(reason="large head").inc()
        self.transport.write(_TOO_LARGE)
        self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._reading is None and self.cycle.response_complete:
            self.since = time.monotonic()  # uvicorn waits for the next request, for five seconds

    def pause_writing(self) -> None:
        super().pause_writing()
        self._writing = self.loop.call_later(BODY_SECONDS, self.cut, "slow reader")

    def resume_writing(self) -> None:
        super().resume_writing()
        self._writing = _cancelled(self._writing)

    def _expect(self, seconds: float, reason: str) -> None:
        """From now on the client has so many seconds for what it is to send."""
        _cancelled(self._reading)
        self.since = time.monotonic()
        self._reading = self.loop.call_later(seconds, self._out_of_time, seconds, reason)

    def _out_of_time(self, seconds: float, reason: str) -> None:
        if self.flow.read_paused:
            self._expect(seconds, reason)  # it is us who do not listen
        else:
            self.cut(reason)


def _cancelled(timer: TimerHandle | None) -> Any:
    if timer is not None:
        timer.cancel()
    return None
