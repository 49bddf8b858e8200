"""Letters that the service sends, by SMTP, or onto standard output where no mail server is configured.

Never onto standard error: that is the log, which names nobody.
"""

import smtplib
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from ssl import create_default_context
from threading import Timer
from typing import Any

from app.core.config import Settings
from app.core.observe import LETTERS_FAILED, log
from app.core.servers import MailServer, mail_server

SECONDS = 15.0
"""For a whole letter, from the connection to the server's thanks: one that drips its answers has no longer than others.

The system's look-up of a name has its own time limit.
"""


def send(here: Settings, *, sender: str, to: str, subject: str, text: str) -> bool:
    """Sends a letter; False where it could not be sent, which the log and a counter say."""
    try:
        server = mail_server(here.smtp_url.get_secret_value())
        if server is None:
            sys.stdout.write(f"No mail server is configured (CHAMPIONS_SMTP_URL). E-mail to {to}: {subject}\n{text}")
            sys.stdout.flush()
            return True
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, to, subject
        message.set_content(text)
        with _connected(server) as connection:
            connection.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        LETTERS_FAILED.inc()
        # Not what the server said: it may name whom the letter was for.
        log.warning("a letter was not sent", kind=type(error).__name__, code=getattr(error, "smtp_code", None))
        return False
    return True


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection to hand letters in by; where it is secured, with the very server that was named.

    A letter may hold a sign-in code, and the library by itself would give it to whoever answers.
    """
    certified = create_default_context()
    with (
        _SecureInTime(server.host, server.port, timeout=SECONDS, context=certified)
        if server.security == "smtps"
        else _InTime(server.host, server.port, timeout=SECONDS)
    ) as connection:
        if server.security == "smtp+starttls":
            connection.starttls(context=certified)
        if server.user:
            connection.login(server.user, server.password)
        yield connection


class _InTime(smtplib.SMTP):
    """A connection that is cut off when the time is up, whatever it waits for then: a handshake, a line, a byte."""

    _cord: socket.socket | None = None
    _timer: Timer | None = None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connected: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]  # no stub knows it
        # A second handle on the same connection stays good when the first is wrapped up in TLS.
        self._cord = connected.dup()
        self._timer = Timer(SECONDS, _pull, (self._cord,))
        self._timer.daemon = True
        self._timer.start()
        return connected

    def connect(self, *where: Any, **how: Any) -> tuple[int, bytes]:
        try:
            return super().connect(*where, **how)
        except BaseException:
            self.close()  # nobody else would: a handshake that fails leaves no connection to be closed
            raise

    def close(self) -> None:
        super().close()
        if self._timer is not None:
            self._timer.cancel()
        if self._cord is not None:
            self._cord.close()


class _SecureInTime(smtplib.SMTP_SSL, _InTime):
    """The same over TLS from the first byte."""


def _pull(cord: socket.socket) -> None:
    with cord, suppress(OSError):
        cord.shutdown(socket.SHUT_RDWR)
