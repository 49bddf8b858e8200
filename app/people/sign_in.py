"""Sign-in codes on their way to people: made and sent apart from the request that asked for them."""

from sqlmodel import Session

from app.core.config import Settings
from app.core.db import Database
from app.core.language import Language, phrase, phrases
from app.outside.mail import send
from app.people.access import issue_sign_in_link
from app.people.service import find_by_email


def send_sign_in_link(database: Database, here: Settings, email: str) -> None:
    """Makes a code for the person with this e-mail address and sends it, in their language.

    Does nothing where there is none.
    """
    minutes = here.sign_in_minutes

    def work(session: Session) -> tuple[str, Language] | None:
        secret = issue_sign_in_link(session, email=email, minutes=minutes)
        return (secret, find_by_email(session, email=email).language) if secret else None

    made = database.run(work)
    if made is None:
        return
    secret, language = made
    once = phrases("It works once, for {n} minute.", "It works once, for {n} minutes.", n=minutes)
    text = phrase(
        "This is your code:\n\n    {code}\n\n{once} If you did not ask for it, you can ignore this e-mail.\n",
        code=secret,
        once=once,
    )
    subject = phrase("Your sign-in code for {community}", community=here.community_name)
    send(here, to=email, subject=subject.say(language), text=text.say(language))
