"""How letters leave: taken up one by one, written in words that hold now, handed in, and settled."""

import json
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from sqlmodel import Session

from app.acts.application import Service
from app.core.clock import utcnow
from app.core.observe import log
from app.core.rules import Rules
from app.letters.kind import Desk, Kind, Reader
from app.letters.kinds import KINDS
from app.letters.writing import Foot, write
from app.outbox.models import LetterStatus, QueuedLetter
from app.outbox.service import is_due, read_facts, settle, take_up
from app.outside.mail import hand_in


def post(service: Service, *, urgent: bool, go_on: Callable[[], bool] = lambda: True) -> int:
    """Sends the letters that are due, one after the other, as long as it is to ``go_on``; returns how many it took up.

    Others may do the same at the same time, here or elsewhere: each letter is one sender's.
    """
    taken = 0
    while go_on() and service.database.read(lambda session: is_due(session, urgent=urgent)):
        letter = service.database.run(lambda session: take_up(session, urgent=urgent))
        if letter is not None:
            taken += 1
            _send(service, letter)
    return taken


def _send(service: Service, letter: QueuedLetter) -> None:
    try:
        message = service.database.run(lambda session: _write(session, letter.id, service), repeatable=True)
    except Exception:  # noqa: BLE001 (a letter that cannot be written must not hold up the others)
        log.exception("a letter could not be written", kind=letter.kind.value)
        status, failure = LetterStatus.QUEUED, "not written"
    else:
        status, failure = LetterStatus.DROPPED, ""
        if message is not None:
            heard = hand_in(service.settings, message)
            later = LetterStatus.FAILED if heard.final else LetterStatus.QUEUED
            status, failure = LetterStatus.SENT if heard.taken else later, heard.failure
    service.database.run(lambda session: settle(session, letter, status, failure=failure), repeatable=True)


def _write(session: Session, letter_id: int, service: Service) -> EmailMessage | None:
    """The letter as it is handed in; None for one that is not to be sent any more.

    Tried again, it is the same letter: it has the same Message-ID and the same secrets.
    """
    row = session.get(QueuedLetter, letter_id)
    if row is None or (row.expires_at is not None and row.expires_at <= utcnow()):
        return None
    kind: Kind[object] = KINDS[row.kind]
    reader = kind.reader(session, row)
    if reader is None:
        return None
    rules = service.rules(session)
    desk = Desk(session, row, read_facts(row), reader, rules, service.key())
    found = kind.read(desk)
    if found is None:
        return None
    row.facts = json.dumps(desk.facts)
    row.message_id = row.message_id or f"<{row.seed}@{urlsplit(rules.public_url).hostname or 'localhost'}>"
    written = write(kind.say(found, rules), Foot(kind.why), language=reader.language, rules=rules)
    message = addressed(reader, rules, sender=service.settings.mail_from or rules.contact_email)
    message["Subject"], message["Message-ID"] = written.subject, row.message_id
    message.set_content(written.text)
    message.add_alternative(written.html, subtype="html")
    return message


def addressed(reader: Reader, rules: Rules, *, sender: str) -> EmailMessage:
    """An empty letter with what its envelope says. Nobody's machine answers it by itself (RFC 3834)."""
    message = EmailMessage()
    message["From"], message["To"], message["Date"] = sender, reader.to, format_datetime(utcnow())
    message["Auto-Submitted"] = "auto-generated"
    if rules.contact_email:
        message["Reply-To"] = rules.contact_email
    return message
