"""Letters: each is sent or counted as failed, within its time, and no log says to whom or with which password."""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from app.core.config import Settings
from app.outside import mail
from tests.support.smtp import mail_server

TO, SECRET = "canary@example.org", "canary-secret"


def _send(smtp_url: str) -> bool:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "us@example.org", TO, "Hello"
    message.set_content("This is a letter.\n")
    return mail.hand_in(Settings.model_validate({"smtp_url": smtp_url}), message).taken


def _failed() -> float:
    return REGISTRY.get_sample_value("champions_letters_failed_total") or 0


def test_a_letter_that_was_taken_is_sent() -> None:
    before = _failed()
    with mail_server() as (url, letters):
        assert _send(url)
    assert [letter["To"] for letter in letters] == [TO]
    assert _failed() == before


def test_a_letter_is_given_to_nobody_who_only_says_that_they_are_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = Path(__file__).with_name("stranger.pem")
    with mail_server(certificate) as (url, letters):
        assert not _send(url)
        assert letters == []
        assert not _waiting()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert _send(url)
        assert len(letters) == 1


def _waiting() -> list[threading.Timer]:
    """Timers that nobody has called off; one that somebody has needs a moment to end."""
    timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    for timer in timers:
        timer.join(2)
    return [timer for timer in timers if timer.is_alive()]


@contextmanager
def _saying(first: bytes, drip: bytes) -> Iterator[str]:
    """A server's ``host:port`` that says something, and then drips for ever, whatever it hears."""
    stop = threading.Event()

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, suppress(OSError):
                    client.sendall(first)
                    while not stop.wait(0.02):
                        client.sendall(drip)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stop.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


TARPITS = {
    "says nothing": ("smtp", b"", b""),
    "greets for ever": ("smtp", b"", b"220-w\r\n"),
    "answers for ever": ("smtp", b"220 w\r\n", b"250-w\r\n"),
    "sends bytes without a line": ("smtp", b"220 ", b"w"),
    "shakes hands for ever": ("smtps", b"\x16\x03\x03\x3f\xff", b"w"),
    "never starts TLS": ("smtp+starttls", b"220 w\r\n250-w\r\n250 STARTTLS\r\n220 go\r\n\x16\x03\x03\x3f\xff", b"w"),
}


@pytest.mark.parametrize("name", TARPITS)
def test_a_server_that_is_slow_for_ever_has_no_longer_than_any_other(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "SECONDS", 0.5)
    security, first, drip = TARPITS[name]
    before, began = _failed(), time.monotonic()
    with _saying(first, drip) as server, capture_logs() as logs:
        assert not _send(f"{security}://ana:{SECRET}@{server}")
    assert time.monotonic() - began < 10  # each would go on for ever
    assert _failed() == before + 1
    (line,) = logs
    assert line["event"] == "a letter was not sent"
    assert "canary" not in str(line)


def test_a_refusal_is_told_by_its_number_alone() -> None:
    with _saying(b"554 canary@example.org is not welcome\r\n", b"") as server, capture_logs() as logs:
        assert not _send(f"smtp://{server}")
    (line,) = logs
    assert (line["kind"], line["code"]) == ("SMTPConnectError", 554)
    assert "canary" not in str(line)


@contextmanager
def _refusing(step: str, answer: str) -> Iterator[str]:
    """A server's ``host:port`` that takes every letter up to this step, and says that to it."""

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 loopback\r\n")
            while line := self.rfile.readline():
                verb = line[:4].decode().upper().strip()
                if verb == "DATA" and verb != step:
                    self.wfile.write(b"354 go on\r\n")
                    while self.rfile.readline() not in {b".\r\n", b""}:
                        pass
                    verb = "."
                usual = "221 bye" if verb == "QUIT" else "250 OK"
                self.wfile.write(f"{answer if verb == step else usual}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("step", "answer", "final"),
    [
        ("RCPT", "550 no such mailbox", True),
        ("RCPT", "450 later", False),
        ("RCPT", "530 sign in first", False),
        ("DATA", "554 no", True),
        (".", "552 too much", True),
        (".", "451 later", False),
        ("MAIL", "550 we do not know you", False),
        ("MAIL", "530 sign in first", False),
        ("RSET", "500 what", False),
    ],
)
def test_only_what_is_said_of_a_letter_or_its_reader_is_for_good(step: str, answer: str, *, final: bool) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "us@example.org", TO, "Hello"
    message.set_content("This is a letter.\n")
    with _refusing(step, answer) as server:
        heard = mail.hand_in(Settings.model_validate({"smtp_url": f"smtp://{server}"}), message)
    assert heard.taken == (step == "RSET")  # which is said to no letter that is taken
    assert heard.final == final
