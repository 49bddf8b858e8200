"""Letters that the service sends, by SMTP, or onto standard output where no mail server is configured.

Never onto standard error: that is the log, which names nobody.
"""

import smtplib
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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

_NEVER = 500
"""From this number on a mail server says that a letter will not be taken, however often it comes (RFC 5321)."""

_SIGN_IN_FIRST = 530
"""What a mail server says to any letter of those who are to sign in, or to speak over TLS, first (RFC 4954, 3207)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What has become of a letter at the mail server: it was ``taken``, it will be never, or it may be later.

    ``failure`` is the server's number or the kind of an error. ``said`` is what it said, which may name somebody: it is
    for whoever tries the server by hand, and is neither kept nor logged.
    """

    taken: bool
    final: bool = False
    failure: str = ""
    said: str = ""


def hand_in(here: Settings, message: EmailMessage) -> Heard:
    """Hands a letter in at the mail server. What fails is said by the log and a counter, too.

    A refusal of this letter or its reader (5xx) is ``final``; one of us, such as of a wrong password or of whom it is
    from, is not: it will be put right.
    """
    taken = False
    try:
        server = mail_server(here.smtp_url.get_secret_value())
        if server is None:
            _print(message)
            return Heard(taken=True)
        with _connected(server) as connection:
            connection.send_message(message)
            taken = True
    except (OSError, smtplib.SMTPException, ValueError) as error:
        if not taken:  # else it was lost over the goodbye: the letter is there
            return _noted(error)
    return Heard(taken=True)


def _print(message: EmailMessage) -> None:
    body = message.get_body(("plain",))
    text = str(body.get_content()) if isinstance(body, EmailMessage) else ""
    sys.stdout.write(
        f"No mail server is configured (CHAMPIONS_SMTP_URL). E-mail to {message['To']}: {message['Subject']}\n{text}"
    )
    sys.stdout.flush()


def _noted(error: Exception) -> Heard:
    code = _code(error)
    LETTERS_FAILED.inc()
    # Not what the server said: it may name whom the letter was for.
    log.warning("a letter was not sent", kind=type(error).__name__, code=code)
    theirs = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    final = isinstance(error, ValueError) or (theirs and code is not None and code >= _NEVER and code != _SIGN_IN_FIRST)
    return Heard(taken=False, final=final, failure=str(code or type(error).__name__), said=str(error))


def _code(error: Exception) -> int | None:
    """The mail server's number; None where it gave none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((int(code) for code, _ in error.recipients.values()), None)
    return getattr(error, "smtp_code", None)


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
