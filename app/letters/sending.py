"""How letters leave: taken up one by one, written in words that hold now, handed in, and settled."""

import json
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from sqlmodel import Session

from app.acts.application import Service
from app.core.clock import utcnow
from app.core.config import Settings
from app.core.errors import Busy, NotFound, Unavailable
from app.core.keys import ServerKey
from app.core.language import phrase
from app.core.observe import log
from app.core.rules import Rules
from app.letters.choices import is_wanted, stop_code
from app.letters.kind import Desk, Kind, Reader
from app.letters.kinds import KINDS
from app.letters.writing import Foot, write
from app.outbox.models import LetterKind, LetterStatus, QueuedLetter
from app.outbox.service import LEASE, PATIENCE, give_back, is_due, read_facts, settle, take_up
from app.outside.mail import Heard, hand_in

_PAUSE_SECONDS = 0.5

_CONTACT = Foot(phrase("You get this because this is the contact address of the community."))
"""What stands below what goes to nobody who has an account: there is no choice of theirs that it could go by."""

STOP_PAGE = "/letters/stop"
"""The page by which a letter's reader gets no more like it."""


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
    status, failure = LetterStatus.DROPPED, ""
    try:
        message = service.database.run(lambda session: _write(session, letter.id, service), repeatable=True)
        if message is not None:
            heard = hand_in(service.settings, message)
            later = LetterStatus.FAILED if heard.final else LetterStatus.QUEUED
            status, failure = LetterStatus.SENT if heard.taken else later, heard.failure
    except (Busy, Unavailable):
        log.warning("a letter waits for the database", kind=letter.kind.value)
        if utcnow() - letter.created_at < PATIENCE:
            _note(service, lambda session: give_back(session, letter))
            return
        # The database will never read it: it is to be seen that it fails.
        status, failure = LetterStatus.QUEUED, "not written"
    except Exception:  # noqa: BLE001 (a letter that cannot be written must not hold up the others)
        log.exception("a letter could not be written", kind=letter.kind.value)
        status, failure = LetterStatus.QUEUED, "not written"
    _note(service, lambda session: settle(session, letter, status, failure=failure))


def _note(service: Service, what: Callable[[Session], bool]) -> None:
    """Notes what has become of a try, for as long as the letter is ours: one that is not noted is sent once more."""
    until = time.monotonic() + LEASE.total_seconds()
    while True:
        try:
            service.database.run(what, repeatable=True)
        except (Busy, Unavailable):
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


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
    if reader.person_id is not None and not is_wanted(session, person_id=reader.person_id, kind=row.kind):
        return None
    rules = service.rules(session)
    desk = Desk(session, row, read_facts(row), reader, rules, service.key())
    found = kind.read(desk)
    if found is None:
        return None
    row.facts = json.dumps(desk.facts)
    row.message_id = row.message_id or f"<{row.seed}@{_host(rules)}>"
    foot = (
        foot_of(row.kind, reader.person_id, rules, service.key()) if reader.person_id or not kind.optional else _CONTACT
    )
    written = write(kind.say(found, rules), foot, language=reader.language, rules=rules)
    message = addressed(reader, rules, service.settings)
    message["Subject"], message["Message-ID"] = written.subject, row.message_id
    if foot.stop:
        message["List-Unsubscribe"], message["List-Unsubscribe-Post"] = f"<{foot.stop}>", "List-Unsubscribe=One-Click"
    message.set_content(written.text)
    message.add_alternative(written.html, subtype="html")
    return message


def foot_of(kind: LetterKind, person_id: int | None, rules: Rules, key: ServerKey) -> Foot:
    """What stands below a letter to this person; of a preview, which is to nobody, its link stops nothing."""
    about = KINDS[kind]
    if not about.optional:
        return Foot(about.why)
    code = stop_code(key, person_id=person_id or 0, kind=kind)
    return Foot(about.why, f"{rules.public_url}{STOP_PAGE}?code={code}", f"{rules.public_url}/me/letters")


def addressed(reader: Reader, rules: Rules, here: Settings) -> EmailMessage:
    """An empty letter with what its envelope says. Nobody's machine answers it by itself (RFC 3834)."""
    message = EmailMessage()
    sender = here.mail_from or rules.contact_email or f"champions@{_host(rules)}"
    message["From"], message["To"], message["Date"] = sender, reader.to, format_datetime(utcnow())
    message["Auto-Submitted"] = "auto-generated"
    if rules.contact_email:
        message["Reply-To"] = rules.contact_email
    return message


def _host(rules: Rules) -> str:
    return urlsplit(rules.public_url).hostname or "localhost"


def try_mail(service: Service, *, to: str) -> Heard:
    """Hands a letter in that says nothing, to find out what the mail server says. It waits for that, and nothing else.

    Raises :class:`NotFound` where no mail server is configured.
    """
    if not service.settings.smtp_url.get_secret_value():
        raise NotFound(phrase("No mail server is configured (CHAMPIONS_SMTP_URL)."))
    rules = service.appearance()
    reader = Reader(to, "", rules.language)
    message = addressed(reader, rules, service.settings)
    message["Subject"] = phrase("A test of {community}", community=rules.community_name).say(rules.language)
    text = phrase("If you read this, e-mails of {community} arrive.", community=rules.community_name)
    message.set_content(f"{text.say(rules.language)}\n")
    return hand_in(service.settings, message)
