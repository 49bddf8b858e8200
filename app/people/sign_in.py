"""Sign-in codes on their way to people: made and sent apart from the request that asked for them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlmodel import Session

from app.acts.application import Service
from app.core.language import Text, phrase, phrases
from app.core.rules import Rules
from app.outside.mail import send
from app.people.access import NewLink, issue_sign_in_link

LINK = "/sign-in/go"
"""The page that the link in a letter leads to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom a code was asked.

    Of a page that asked, ``browser`` is the secret of that browser, and ``to`` the page that it was on its way to.
    """

    email: str
    browser: str = ""
    to: str = ""


def send_sign_in_letter(service: Service, asked: Asked) -> None:
    """Makes a code for the person with this e-mail address and sends it, in their language.

    For nobody a code is made and a letter written all the same, and not sent.
    """

    def work(session: Session) -> tuple[NewLink, Rules]:
        rules, browser = service.rules(session), asked.browser
        made = issue_sign_in_link(session, email=asked.email, minutes=rules.sign_in_minutes, browser=browser)
        return made, rules

    link, rules = service.database.run(work)
    text = (_for_a_page if asked.browser else _for_a_program)(link, rules, asked.to).say(link.language)
    subject = phrase("Your sign-in code for {community}", community=rules.community_name).say(link.language)
    sender = service.settings.mail_from or rules.contact_email
    if link.person_id is not None:
        send(service.settings, sender=sender, to=asked.email, subject=subject, text=text)


def _for_a_program(link: NewLink, rules: Rules, _to: str) -> Text:
    once = phrases("It works once, for {n} minute.", "It works once, for {n} minutes.", n=rules.sign_in_minutes)
    return phrase(
        "This is your code:\n\n    {code}\n\n{once} If you did not ask for it, you can ignore this e-mail.\n",
        code=link.secret,
        once=once,
    )


def _for_a_page(link: NewLink, rules: Rules, to: str) -> Text:
    once = phrases("They work once, for {n} minute.", "They work once, for {n} minutes.", n=rules.sign_in_minutes)
    return phrase(
        "Open this link to sign in:\n\n{link}\n\nOr type this code on the page where you asked for it:\n\n"
        "    {code}\n\n{once} If you did not ask for this, you can ignore this e-mail. Nobody from {community} "
        "will ever ask you for the code.\n",
        link=f"{rules.public_url}{LINK}?{urlencode({'code': link.secret, **({'next': to} if to else {})})}",
        code=link.code,
        once=once,
        community=rules.community_name,
    )
