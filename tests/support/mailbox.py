"""A real mail server (aiosmtpd) on loopback that a test tells how to behave, and that keeps what it takes."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Answer = Callable[[int], str]
"""What the server says to the n-th letter, counted from 1, such as ``250 OK``; empty to be gone in the middle."""


class Mailbox:
    """What the server does, and what it got: ``taken`` are the letters that it has thanked for."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._controller: Controller | None = None
        self.url = f"smtp://127.0.0.1:{self._port}"
        self.answer: Answer = lambda _number: "250 OK"
        self.taken: list[EmailMessage] = []
        self.offered: list[EmailMessage] = []
        """All that it was handed in, also what it has refused then."""

    def up(self) -> None:
        """Lets it run, on the port that it always has."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port)
        self._controller.start()

    def down(self) -> None:
        """Stops it: nobody answers there."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (its name)
        """What aiosmtpd calls for each letter."""
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.offered.append(letter)
        answer = self.answer(len(self.offered))
        if not answer:
            assert server.transport is not None
            server.transport.close()
            return ""
        if answer.startswith("250"):
            self.taken.append(letter)
        return answer


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """The server, running until the block ends."""
    kept = Mailbox()
    kept.up()
    try:
        yield kept
    finally:
        kept.down()
