"""Sign-in codes on their way to people: made and sent apart from the request that asked for them."""

from sqlmodel import Session

from app.acts.application import Service
from app.core.language import phrase, phrases
from app.core.rules import Rules
from app.outside.mail import send
from app.people.access import NewLink, issue_sign_in_link


def send_sign_in_link(service: Service, email: str) -> None:
    """Makes a code for the person with this e-mail address and sends it, in their language.

    For nobody a code is made and a letter written all the same, and not sent.
    """

    def work(session: Session) -> tuple[NewLink, Rules]:
        rules = service.rules(session)
        return issue_sign_in_link(session, email=email, minutes=rules.sign_in_minutes), rules

    link, rules = service.database.run(work)
    once = phrases("It works once, for {n} minute.", "It works once, for {n} minutes.", n=rules.sign_in_minutes)
    text = phrase(
        "This is your code:\n\n    {code}\n\n{once} If you did not ask for it, you can ignore this e-mail.\n",
        code=link.secret,
        once=once,
    ).say(link.language)
    subject = phrase("Your sign-in code for {community}", community=rules.community_name).say(link.language)
    sender = service.settings.mail_from or rules.contact_email
    if link.person_id is not None:
        send(service.settings, sender=sender, to=email, subject=subject, text=text)
