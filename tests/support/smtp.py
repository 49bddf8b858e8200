"""A mail server on loopback that keeps what it gets, as much of RFC 5321 as a letter needs."""

import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Thread
from typing import cast


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    # A letter is kept before its sender hears so: nobody has to wait for the handler's thread.
    daemon_threads = True

    def __init__(self, certificate: Path | None) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.letters: list[EmailMessage] = []
        if certificate is not None:
            secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            secured.load_cert_chain(certificate)
            self.socket = secured.wrap_socket(self.socket, server_side=True)


class _Session(socketserver.StreamRequestHandler):
    """One connection: commands until QUIT."""

    def handle(self) -> None:
        self._say("220 loopback")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"DATA":
                self._say("354 go on")
                self._keep()
            self._say("250 loopback")

    def _keep(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        cast(_Server, self.server).letters.append(letter)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


def text_of(letter: EmailMessage) -> str:
    """What a letter says to whoever reads no HTML."""
    body = letter.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


@contextmanager
def mail_server(certificate: Path | None = None) -> Iterator[tuple[str, list[EmailMessage]]]:
    """The server's URL, and the letters that it has got so far; with a certificate and its key, over TLS."""
    scheme = "smtps" if certificate else "smtp"
    with _Server(certificate) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"{scheme}://127.0.0.1:{server.server_address[1]}", server.letters
        finally:
            server.shutdown()
            thread.join()
