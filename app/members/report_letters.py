"""Reports that nobody on the team may see, on their way to the community's contact address."""

from app.acts.application import Service
from app.core.language import phrase
from app.members.reports import Unheard
from app.outside.mail import send


def send_to_contact(service: Service, unheard: Unheard) -> None:
    """Sends a report to the contact address, in the community's language; does nothing where there is none."""
    rules = service.appearance()
    if not rules.contact_email:
        return
    text = phrase(
        "Somebody reports abuse. It comes to this address because it is about everybody who is on the team.\n\n"
        "{about}\n\n{text}\n",
        about=unheard.about,
        text=unheard.text,
    )
    subject = phrase("A report of abuse for {community}", community=rules.community_name)
    send(
        service.settings,
        sender=service.settings.mail_from or rules.contact_email,
        to=rules.contact_email,
        subject=subject.say(rules.language),
        text=text.say(rules.language),
    )
