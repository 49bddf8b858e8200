"""Sign-in codes on their way to people: made and sent apart from the request that asked for them."""

from sqlmodel import Session

from app.acts.application import Service
from app.core.language import Language, phrase, phrases
from app.core.rules import Rules
from app.outside.mail import send
from app.people.access import issue_sign_in_link
from app.people.service import find_by_email


def send_sign_in_link(service: Service, email: str) -> None:
    """Makes a code for the person with this e-mail address and sends it, in their language.

    Does nothing where there is none.
    """

    def work(session: Session) -> tuple[str, Language, Rules] | None:
        rules = service.rules(session)
        secret = issue_sign_in_link(session, email=email, minutes=rules.sign_in_minutes)
        return (secret, find_by_email(session, email=email).language, rules) if secret else None

    made = service.database.run(work)
    if made is None:
        return
    secret, language, rules = made
    once = phrases("It works once, for {n} minute.", "It works once, for {n} minutes.", n=rules.sign_in_minutes)
    text = phrase(
        "This is your code:\n\n    {code}\n\n{once} If you did not ask for it, you can ignore this e-mail.\n",
        code=secret,
        once=once,
    )
    subject = phrase("Your sign-in code for {community}", community=rules.community_name)
    sender = service.settings.mail_from or rules.contact_email
    send(service.settings, sender=sender, to=email, subject=subject.say(language), text=text.say(language))
