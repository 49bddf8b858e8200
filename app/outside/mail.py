"""Letters that the service sends, by SMTP, or onto standard output where no mail server is configured.

Never onto standard error: that is the log, which names nobody.
"""

import smtplib
import sys
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from app.core.config import Settings


def send(here: Settings, *, sender: str, to: str, subject: str, text: str) -> None:
    """Sends a letter; raises ``OSError`` or ``smtplib.SMTPException`` where the mail server does not take it."""
    url = urlsplit(here.smtp_url.get_secret_value())
    if not url.hostname:
        sys.stdout.write(f"No mail server is configured (CHAMPIONS_SMTP_URL). E-mail to {to}: {subject}\n{text}")
        sys.stdout.flush()
        return
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message.set_content(text)
    secure = url.scheme == "smtps"
    connect = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with connect(url.hostname, url.port or (465 if secure else 587), timeout=20) as server:
        if url.scheme == "smtp+starttls":
            server.starttls()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
