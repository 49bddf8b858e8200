"""Letters to those who would like to bring ribbons."""

from app.acts.application import Service
from app.core.language import Text, phrase, phrases
from app.core.rules import Rules
from app.joining.schemas import Accepted
from app.joining.service import UNCONFIRMED_DAYS, Letter, letter_of, prepare_letter
from app.outside.mail import send


def ask_to_confirm(service: Service, application_id: int) -> None:
    """Asks whoever has applied whether it was them. Who can sign in already is told so."""
    letter = service.database.run(lambda session: prepare_letter(session, application_id=application_id))
    if letter is None:
        return
    rules = service.appearance()
    if letter.secret is None:
        text = phrase(
            "Somebody, probably you, would like to bring ribbons and gave your e-mail address. You can sign in "
            "already, and choose a conference there:\n\n    {address}\n\nIf it was not you, you can ignore this "
            "e-mail.\n",
            address=f"{rules.public_url}/conferences",
        )
    else:
        text = phrase(
            "You would like to bring ribbons of {community}: how good! Please open this page and press the button, "
            "so that we know that this e-mail address is yours:\n\n    {address}\n\n{until} If it was not you, you can "
            "ignore this e-mail, and nothing is kept.\n",
            community=rules.community_name,
            address=f"{rules.public_url}/join/confirm?code={letter.secret}",
            until=phrases("The page works for {n} day.", "The page works for {n} days.", n=UNCONFIRMED_DAYS),
        )
    _post(
        service,
        rules,
        letter,
        phrase("You would like to bring ribbons of {community}", community=rules.community_name),
        text,
    )


def welcome(service: Service, accepted: Accepted) -> None:
    """Tells a new champion how to sign in."""
    letter = service.database.run(lambda session: letter_of(session, person_id=accepted.person_id))
    if letter is None:
        return
    rules = service.appearance()
    text = phrase(
        "Welcome, {name}! You are one of us now. Sign in with this e-mail address, see where your conference stands, "
        "and say where we should send the box:\n\n    {address}\n",
        name=letter.name,
        address=f"{rules.public_url}/sign-in",
    )
    _post(service, rules, letter, phrase("Welcome to {community}", community=rules.community_name), text)


def _post(service: Service, rules: Rules, letter: Letter, subject: Text, text: Text) -> None:
    send(
        service.settings,
        sender=service.settings.mail_from or rules.contact_email,
        to=letter.email,
        subject=subject.say(letter.language),
        text=text.say(letter.language),
    )
