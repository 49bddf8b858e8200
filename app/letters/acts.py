"""What can be done about letters: choose which ones to get, send one again, look at one."""

from dataclasses import dataclass

from app.acts.act import ONESELF, About, Work, given, reads, writes
from app.acts.policy import Permission
from app.acts.throttle import Quota
from app.core.errors import NotFound
from app.core.language import phrase
from app.core.schema import RowId
from app.core.subjects import Thing
from app.letters import choices
from app.letters.kinds import KINDS
from app.letters.schemas import LetterChoices, LetterPreview, LetterWanted, StopCode, UnwantedLetters
from app.letters.sending import foot_of, try_mail
from app.letters.writing import write
from app.outbox import service as outbox
from app.people.acts import own


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


@writes(Permission.MANAGE_LETTERS, about=given(Thing.LETTER))
def send_letter_again(work: Work, *, letter_id: RowId) -> None:
    """Have an e-mail tried again that could not be sent."""
    if not outbox.send_again(work.session, letter_id=letter_id):
        raise NotFound(phrase("There is no such e-mail that could not be sent."))


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
