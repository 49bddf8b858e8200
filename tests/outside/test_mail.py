"""Letters: each is sent or counted as failed, within its time, and no log says to whom or with which password."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from app.core.config import Settings
from app.outside import mail
from tests.support.smtp import mail_server

TO, SECRET = "canary@example.org", "canary-secret"


def _send(smtp_url: str) -> bool:
    here = Settings.model_validate({"smtp_url": smtp_url})
    return mail.send(here, sender="us@example.org", to=TO, subject="Hello", text="This is a letter.\n")


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
