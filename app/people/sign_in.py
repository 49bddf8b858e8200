"""Sign-in links on their way to people: made and sent apart from the request that asked for them."""

from app.core.config import Settings
from app.core.db import Database
from app.outside.mail import send
from app.people.access import issue_sign_in_link


def send_sign_in_link(database: Database, here: Settings, email: str) -> None:
    """Makes a link for the person with this e-mail address and sends it to her. Does nothing where there is none."""
    secret = database.run(lambda session: issue_sign_in_link(session, email=email, minutes=here.sign_in_minutes))
    if secret is None:
        return
    send(
        here,
        to=email,
        subject=f"Sign in to {here.community_name}",
        text=f"Your sign-in secret for {here.community_name} is\n\n    {secret}\n\n"
        f"It works once, within {here.sign_in_minutes} minutes. Exchange it for a token:\n\n"
        f'    POST {here.public_url}/api/v1/tokens  {{"secret": "{secret}"}}\n\n'
        "If you did not ask for it, ignore this letter.\n",
    )
