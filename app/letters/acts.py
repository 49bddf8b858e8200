"""What can be done about letters: choose which ones to get, send one again, look at one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.acts.act import ONESELF, About, Work, reads, writes
from app.acts.policy import Actor, Permission
from app.acts.throttle import Quota
from app.core.errors import NotFound
from app.core.language import phrase
from app.core.schema import RowId
from app.core.subjects import Subject, Thing
from app.letters import choices
from app.letters.kinds import KINDS
from app.letters.schemas import LetterChoices, LetterPreview, LetterWanted, StopCode, UnwantedLetters
from app.letters.sending import foot_of, try_mail
from app.letters.writing import write
from app.members.reports import shown_failures
from app.outbox import service as outbox
from app.outbox.models import LetterKind
from app.people.acts import own
from app.todo.queries import failed_letters
from app.todo.schemas import FailedLetter


@reads(Permission.USE_OWN_ACCOUNT)
def list_my_letters(work: Work) -> LetterChoices:
    """List the kinds of e-mails that you may get, and which of them you want."""
    return choices.read_choices(work.session, person_id=own(work.actor), actor=work.actor)


@writes(Permission.USE_OWN_ACCOUNT, about=ONESELF, quota=Quota(most=100))
def choose_my_letters(work: Work, *, body: UnwantedLetters) -> LetterChoices:
    """Say which e-mails you do not want.

    Those about your account, and about what is decided about your conference, cannot be switched off.
    """
    person_id = own(work.actor)
    choices.choose(work.session, person_id=person_id, unwanted=body.unwanted)
    return choices.read_choices(work.session, person_id=person_id, actor=work.actor)


@dataclass(frozen=True, slots=True)
class Stopped:
    """Whose letters were stopped."""

    id: int


@writes(
    Permission.STOP_LETTERS,
    about=About(lambda _actor, _values, made: Thing.PERSON.named(made.id)),
    silent=True,
)
def stop_letters(work: Work, *, body: StopCode) -> Stopped:
    """Get no more e-mails of a kind, by the code at the end of one. You need not be signed in."""
    return Stopped(choices.stop(work.session, code=body.code, key=work.key))


def _unless_it_tells_of_a_report(_actor: Actor, values: Mapping[str, Any], kind: LetterKind) -> Subject | None:
    """Those read the trail, too, whom a report is about."""
    return None if kind is LetterKind.NEW_REPORT else Thing.LETTER.named(values["letter_id"])


@writes(Permission.MANAGE_LETTERS, about=About(_unless_it_tells_of_a_report, needs="letter_id"), silent=True)
def send_letter_again(work: Work, *, letter_id: RowId) -> LetterKind:
    """Have an e-mail tried again that could not be sent."""
    shown = shown_failures(person_id=work.actor.person_id)
    kind = outbox.send_again(work.session, shown, letter_id=letter_id)
    if kind is None:
        raise NotFound(phrase("There is no such e-mail that could not be sent."))
    return kind


@reads(Permission.OPERATE)
def list_failed_letters(work: Work) -> list[FailedLetter]:
    """List e-mails that could not be sent, those about reports among them: the first hundred."""
    return failed_letters(work.session, person_id=work.actor.person_id)


@writes(Permission.OPERATE, about=About(lambda _actor, _values, _result: Thing.LETTER.named("waiting")))
def drop_letters(work: Work) -> int:
    """Drop all letters that wait: after a restore they are of another time. How many there were."""
    return outbox.drop_waiting(work.session)


@reads(Permission.PREVIEW_LETTERS)
def preview_letter(work: Work, *, wanted: LetterWanted) -> LetterPreview:
    """Look at an e-mail as it is sent, about invented things."""
    kind = KINDS[wanted.kind]
    foot = foot_of(wanted.kind, None, work.rules, work.key)
    made = write(kind.say(kind.sample, work.rules), foot, language=wanted.language, rules=work.rules)
    return LetterPreview(subject=made.subject, text=made.text, html=made.html)


TRY_MAIL = try_mail
"""What the shell tries the mail server with: nothing is read or written by it."""
