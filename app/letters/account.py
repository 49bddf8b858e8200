"""Letters about one's account: signing in, coming in, another e-mail address."""

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.language import Text, phrase, phrases, verbatim
from app.core.rules import Rules
from app.joining.models import Application
from app.joining.service import CONFIRMATION, UNCONFIRMED_DAYS, prepare_letter
from app.letters.kind import ACCOUNT, Desk, Kind, Reader
from app.letters.writing import Letter
from app.outbox.models import QueuedLetter
from app.outbox.service import read_facts
from app.people import email_changes
from app.people.access import give_link
from app.people.secrets import EMAIL_CHANGE, SIGN_IN_LINK, derived_code, derived_secret

LINK = "/sign-in/go"
"""The page that the link in a sign-in letter leads to."""


@dataclass(frozen=True, slots=True)
class _Code:
    secret: str
    code: str = ""
    onward: str = ""


def _who_signs_in(session: Session, row: QueuedLetter) -> Reader | None:
    """Whoever has the address; the link becomes theirs, or nobody's, by the same work. None where it is gone."""
    facts = read_facts(row)
    assert row.expires_at is not None, "a sign-in letter runs out with its link"
    person = give_link(session, secret_hash=facts["link"], email=row.address, expires_at=row.expires_at)
    if person is None or person.fictional:
        return None
    return Reader(person.email, person.name, person.language, person.id)


def _read_code(desk: Desk) -> _Code:
    secret = derived_secret(SIGN_IN_LINK, desk.key, desk.row.seed)
    if not desk.facts["page"]:
        return _Code(secret)
    return _Code(secret, derived_code(desk.key, desk.row.seed), desk.facts["onward"])


def _say_code(facts: _Code, rules: Rules) -> Letter:
    subject = phrase("Your sign-in code for {community}", community=rules.community_name)
    if not facts.code:
        once = phrases("It works once, for {n} minute.", "It works once, for {n} minutes.", n=rules.sign_in_minutes)
        ignore = phrase("If you did not ask for it, you can ignore this e-mail.")
        return Letter(
            subject, [phrase("This is your code:")], code=facts.secret, after=[verbatim("{a} {b}", a=once, b=ignore)]
        )
    onward = {"next": facts.onward} if facts.onward else {}
    return Letter(
        subject,
        [phrase("Open this link to sign in.")],
        button=(phrase("Sign in"), f"{rules.public_url}{LINK}?{urlencode({'code': facts.secret, **onward})}"),
        code_text=phrase("Or type this code on the page where you asked for it:"),
        code=facts.code,
        after=[
            phrases("They work once, for {n} minute.", "They work once, for {n} minutes.", n=rules.sign_in_minutes),
            phrase(
                "If you did not ask for this, you can ignore this e-mail. Nobody from {community} will ever ask you "
                "for the code.",
                community=rules.community_name,
            ),
        ],
    )


SIGN_IN = Kind(
    about=phrase("Signing in"),
    reader=_who_signs_in,
    read=_read_code,
    say=_say_code,
    sample=_Code("ccs_this-is-a-sample", "7K3M-92QX", "/home"),
    others=(_Code("ccs_this-is-a-sample"),),
    why=phrase("You get this because somebody asked for a code for this e-mail address."),
    optional=False,
)


def _who_applied(session: Session, row: QueuedLetter) -> Reader | None:
    """Whoever has applied; what was said is gone by now where they can sign in already."""
    facts = read_facts(row)
    if "language" in facts:
        return Reader(row.address, "", facts["language"])
    # A database may give a number again: what was asked for later, or by somebody else, is another application.
    same = col(Application.email) == row.address, col(Application.created_at) <= row.created_at
    found = session.scalar(select(Application).where(col(Application.id) == facts["application"], *same))
    return None if found is None else Reader(found.email, found.name, found.language)


@dataclass(frozen=True, slots=True)
class _Applied:
    secret: str | None


def _read_applied(desk: Desk) -> _Applied | None:
    if "language" in desk.facts:
        return _Applied(None)
    secret = derived_secret(CONFIRMATION, desk.key, desk.row.seed)
    known = prepare_letter(desk.session, application_id=desk.facts["application"], secret=secret)
    if known:
        # What they said is not kept; the letter that tells them so may still have to be tried again.
        desk.facts["language"] = desk.reader.language
    return _Applied(None if known else secret)


def _say_applied(facts: _Applied, rules: Rules) -> Letter:
    subject = phrase("You would like to bring ribbons of {community}", community=rules.community_name)
    ignore = phrase("If it was not you, you can ignore this e-mail.")
    if facts.secret is None:
        known = phrase(
            "Somebody, probably you, would like to bring ribbons and gave your e-mail address. You can sign in "
            "already, and choose a conference there."
        )
        return Letter(
            subject, [known], button=(phrase("Choose a conference"), f"{rules.public_url}/conferences"), after=[ignore]
        )
    asked = phrase(
        "You would like to bring ribbons of {community}: wonderful! Please open this page and press the button, so "
        "that we know that this e-mail address is yours.",
        community=rules.community_name,
    )
    return Letter(
        subject,
        [asked],
        button=(phrase("Confirm my e-mail address"), f"{rules.public_url}/join/confirm?code={facts.secret}"),
        after=[
            phrases("The page works for {n} day.", "The page works for {n} days.", n=UNCONFIRMED_DAYS),
            phrase("If it was not you, you can ignore this e-mail, and nothing is kept."),
        ],
    )


APPLICATION = Kind(
    about=phrase("That you would like to bring ribbons"),
    reader=_who_applied,
    read=_read_applied,
    say=_say_applied,
    sample=_Applied("ccj_this-is-a-sample"),
    others=(_Applied(None),),
    why=phrase("You get this because somebody gave this e-mail address to us."),
    optional=False,
)


@dataclass(frozen=True, slots=True)
class _Invited:
    name: str


def _say_invited(facts: _Invited, rules: Rules) -> Letter:
    welcome = phrase(
        "Welcome, {name}! You are one of us now. Sign in with this e-mail address, see where your conference stands, "
        "and say where we should send the box.",
        name=facts.name,
    )
    return Letter(
        phrase("Welcome to {community}", community=rules.community_name),
        [welcome],
        button=(phrase("Sign in"), f"{rules.public_url}/sign-in"),
    )


INVITATION = Kind(
    about=phrase("Your invitation"),
    read=lambda desk: _Invited(desk.reader.name),
    say=_say_invited,
    sample=_Invited("Ana Núñez"),
    why=ACCOUNT,
    optional=False,
)


@dataclass(frozen=True, slots=True)
class _NewEmail:
    name: str
    secret: str | None


def _read_new_email(desk: Desk) -> _NewEmail | None:
    assert desk.reader.person_id is not None
    secret = derived_secret(EMAIL_CHANGE, desk.key, desk.row.seed)
    free = email_changes.can_be_had(desk.session, person_id=desk.reader.person_id, secret=secret)
    return None if free is None else _NewEmail(desk.reader.name, secret if free else None)


def _title(rules: Rules) -> Text:
    return phrase("Your e-mail address at {community}", community=rules.community_name)


def _say_new_email(facts: _NewEmail, rules: Rules) -> Letter:
    if facts.secret is None:
        taken = phrase(
            "Somebody, probably you, wanted to use this e-mail address at {community}. It already is that of an "
            "account here: sign in with it, or choose another one.",
            community=rules.community_name,
        )
        return Letter(_title(rules), [taken], button=(phrase("Sign in"), f"{rules.public_url}/sign-in"))
    asked = phrase(
        "{name} is to have this e-mail address at {community}. If that is you, open this page and press the button.",
        name=facts.name,
        community=rules.community_name,
    )
    address = f"{rules.public_url}{email_changes.PAGE}?code={facts.secret}"
    return Letter(
        _title(rules),
        [asked],
        button=(phrase("Confirm my e-mail address"), address),
        after=[
            phrases("The page works for {n} day.", "The page works for {n} days.", n=email_changes.DAYS),
            phrase("If it is not you, you can ignore this e-mail."),
        ],
    )


NEW_EMAIL = Kind(
    about=phrase("Another e-mail address: to the new one"),
    read=_read_new_email,
    say=_say_new_email,
    sample=_NewEmail("Ana Núñez", "cce_this-is-a-sample"),
    others=(_NewEmail("Ana Núñez", None),),
    why=ACCOUNT,
    optional=False,
)


def _say_old_email(_facts: bool, rules: Rules) -> Letter:
    told = phrase(
        "Another e-mail address is to take the place of this one at {community}, as soon as it is confirmed there. "
        "If it was not you who wanted that, sign out everywhere else on your page, and tell the coordinators.",
        community=rules.community_name,
    )
    return Letter(_title(rules), [told], button=(phrase("Open your page"), f"{rules.public_url}/me"))


OLD_EMAIL = Kind(
    about=phrase("Another e-mail address: to the old one"),
    read=lambda _desk: True,
    say=_say_old_email,
    sample=True,
    why=ACCOUNT,
    optional=False,
)
