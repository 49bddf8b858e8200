"""Letters that the service sends, by SMTP, or onto the server's own output where no mail server is configured."""

import smtplib
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from app.config import settings


@dataclass(frozen=True, slots=True)
class SignInLetter:
    """A sign-in link to be sent."""

    to: str
    secret: str
    minutes: int


def send_sign_in_link(letter: SignInLetter | None) -> None:
    """Sends the letter; None is the letter to somebody we do not know, and is not sent."""
    if letter is None:
        return
    here = settings()
    text = (
        f"Your sign-in secret for {here.community_name} is\n\n    {letter.secret}\n\n"
        f"It works once, within {letter.minutes} minutes. Exchange it for a token:\n\n"
        f'    POST {here.public_url}/api/v1/tokens  {{"secret": "{letter.secret}"}}\n\n'
        "If you did not ask for it, ignore this letter.\n"
    )
    _send(to=letter.to, subject=f"Sign in to {here.community_name}", text=text)


def _send(*, to: str, subject: str, text: str) -> None:
    here = settings()
    url = urlsplit(here.smtp_url.get_secret_value())
    if not url.hostname:
        sys.stderr.write(f"No mail server is configured (CHAMPIONS_SMTP_URL). Letter to {to}:\n{text}")
        sys.stderr.flush()
        return
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = here.mail_from or here.contact_email, to, subject
    message.set_content(text)
    secure = url.scheme == "smtps"
    connect = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with connect(url.hostname, url.port or (465 if secure else 587), timeout=20) as server:
        if url.scheme == "smtp+starttls":
            server.starttls()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
