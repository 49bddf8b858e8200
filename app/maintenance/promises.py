"""What is kept of people, who sees it and until when: said from the same numbers by which it is forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.acts.idempotency import KEPT as ANSWERS_KEPT
from app.core.language import Text, phrase, phrases
from app.core.rules import Rules
from app.joining.service import UNCONFIRMED_DAYS
from app.meetups.service import TYPED_DAYS
from app.meetups.wishes import WISH_DAYS
from app.members.proofs import PROOF_MINUTES
from app.members.service import LINK_DAYS
from app.outbox.service import KEPT_DAYS as LETTERS_KEPT
from app.paperwork.jobs import KEPT as FILES_KEPT
from app.people.email_changes import DAYS as EMAIL_DAYS
from app.people.schemas import ENDED_TOKEN_DAYS
from app.people.sessions import UNUSED_FOR


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that is kept, who sees it, and until when."""

    what: Text
    who: Text
    until: Text


_ONLY_YOU = phrase("You, and the coordinators")
_COORDINATORS = phrase("The coordinators")
_NOBODY = phrase("Nobody")
_UNTIL_ERASED = phrase("Until you are erased")


def promises(rules: Rules, *, backup_days: int) -> Sequence[Promise]:
    """All of them, by the community's rules; ``backup_days`` is how long the server's own backups live, 0 for none."""
    return [*_of_accounts(rules), *_of_applications(), *_of_members(), *_of_work(backup_days)]


def _of_accounts(rules: Rules) -> list[Promise]:
    return [
        Promise(phrase("Your name, e-mail address and language, if you can sign in"), _ONLY_YOU, _UNTIL_ERASED),
        Promise(
            phrase("Another e-mail address that you want, until you confirm it there"),
            _NOBODY,
            phrases("{n} day", "{n} days", n=EMAIL_DAYS),
        ),
        Promise(
            phrase("Your postal address, for boxes"),
            phrase("You, and the coordinators who pack and send"),
            phrases(
                "{n} day after it was last needed, or when you remove it",
                "{n} days after it was last needed, or when you remove it",
                n=rules.address_days,
            ),
        ),
        Promise(
            phrase("A code to sign in (only its hash)"),
            _NOBODY,
            phrases("{n} minute, or until it is used", "{n} minutes, or until it is used", n=rules.sign_in_minutes),
        ),
        Promise(
            phrase("Which e-mails we sent you, by their kinds, and not what they said"),
            _NOBODY,
            phrases("{n} day", "{n} days", n=LETTERS_KEPT),
        ),
        Promise(
            phrase("Where you are signed in: browser, system, and when you last used it to the hour"),
            phrase("You"),
            phrases(
                "{n} day after you last used it, or when you sign out",
                "{n} days after you last used it, or when you sign out",
                n=UNUSED_FOR.days,
            ),
        ),
        Promise(
            phrase("A token for programs (only its hash)"),
            phrase("You see its name, never the token again"),
            phrases(
                "{n} day after it has run out or you end it",
                "{n} days after it has run out or you end it",
                n=ENDED_TOKEN_DAYS,
            ),
        ),
        Promise(
            phrase("Your name on the page of a conference to which you bring ribbons"),
            phrase("Everybody, if you say so; else nobody"),
            phrase("Until you take it back or are erased"),
        ),
        Promise(
            phrase("What you claim, get, hand out and count"),
            phrase("You, and the coordinators; everybody sees figures, and how many champions a conference has"),
            phrase("It stays, without your name and notes once you are erased"),
        ),
    ]


def _of_applications() -> list[Promise]:
    return [
        Promise(
            phrase("What you write when you would like to bring ribbons"),
            phrase("The coordinators, once you have confirmed your e-mail address"),
            phrases(
                "Until they decide; {n} day if you do not confirm it",
                "Until they decide; {n} days if you do not confirm it",
                n=UNCONFIRMED_DAYS,
            ),
        )
    ]


def _of_members() -> list[Promise]:
    return [
        Promise(
            phrase("A member’s name, handles and link (the link as a hash)"),
            phrase("The coordinators, and the member"),
            phrases(
                "Until you are erased; a link works for {n} day",
                "Until you are erased; a link works for {n} days",
                n=LINK_DAYS,
            ),
        ),
        Promise(
            phrase("That you were met in person, and what you said of it"),
            phrase("You, and the coordinators; whoever recorded it sees no more than “named” until you confirm"),
            phrase("Until you are erased; then it is a number"),
        ),
        Promise(
            phrase("How somebody typed your name into a meetup"),
            phrase("Whoever typed it"),
            phrases("{n} day, unless you confirm", "{n} days, unless you confirm", n=TYPED_DAYS),
        ),
        Promise(
            phrase("A link to one meetup, for one who was met there (only its hash)"),
            phrase("Nobody; whoever recorded the meetup saw it once"),
            phrases("{n} day at most", "{n} days at most", n=TYPED_DAYS),
        ),
        Promise(
            phrase("That somebody has begun to prove a handle (a hash, in which the handle cannot be found)"),
            _NOBODY,
            phrases("{n} minute, or until it is used", "{n} minutes, or until it is used", n=PROOF_MINUTES),
        ),
        Promise(
            phrase("The handle by which you ask to be named, from the card of a champion"),
            phrase("The champion, and the coordinators"),
            phrases(
                "Until the champion answers; {n} day at most",
                "Until the champion answers; {n} days at most",
                n=WISH_DAYS,
            ),
        ),
        Promise(
            phrase("A further handle that you say is yours"),
            phrase("You, and the coordinators"),
            phrase("Until a coordinator has looked at it; then it is yours, or gone"),
        ),
        Promise(phrase("Whom you block"), _NOBODY, phrase("Until you take it back or are erased")),
        Promise(
            phrase("A mark of each handle that was erased, from which nobody can make the handle"),
            _NOBODY,
            phrase("Until its owner asks to come back"),
        ),
        Promise(
            phrase("What you report"),
            phrase("Coordinators whom it is not about"),
            phrase("Its text goes when the report is closed, or when you are erased"),
        ),
    ]


def _of_work(backup_days: int) -> list[Promise]:
    backups = Promise(
        phrase("Backups that the server makes by itself"),
        phrase("Whoever runs the server"),
        phrases("{n} day", "{n} days", n=backup_days),
    )
    return [
        Promise(
            phrase("Who did what, and when: by numbers, without names or texts"),
            _COORDINATORS,
            phrase("It stays; without your account, a number says nothing"),
        ),
        Promise(
            phrase("Answers to what was sent twice by a bad connection"),
            _NOBODY,
            phrases("{n} hour", "{n} hours", n=_hours(ANSWERS_KEPT)),
        ),
        Promise(
            phrase("Files of labels and packing slips, which have addresses on them"),
            phrase("The coordinator who had them made"),
            phrases("{n} hour", "{n} hours", n=_hours(FILES_KEPT)),
        ),
        Promise(
            phrase(
                "How often somebody tries to sign in: a mark of the e-mail and the network address, not the address"
            ),
            _NOBODY,
            phrases("{n} day", "{n} days", n=1),
        ),
        *([backups] if backup_days else []),
    ]


def _hours(time: timedelta) -> int:
    return round(time / timedelta(hours=1))
