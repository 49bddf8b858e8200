"""Sign-in codes that are asked for: the letter that brings one is written and sent apart from the request."""

from dataclasses import dataclass

from app.acts.act import Work
from app.outbox.models import LetterKind
from app.outbox.service import new_seed, queue_at_once
from app.people.access import prepare_link
from app.people.secrets import SIGN_IN_LINK, derived_code, derived_secret


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom a code was asked.

    Of a page that asked, ``browser`` is the secret of that browser, and ``to`` the page that it was on its way to.
    """

    email: str
    browser: str = ""
    to: str = ""


def ask_for_code(work: Work, asked: Asked) -> Asked:
    """Has a code sent, which is made for nobody as yet: whose the address is, only the letter finds out.

    The code itself is kept nowhere; whoever writes the letter makes it again.
    """
    seed = new_seed()
    link = prepare_link(
        work.session,
        secret=derived_secret(SIGN_IN_LINK, work.key, seed),
        code=derived_code(work.key, seed),
        minutes=work.rules.sign_in_minutes,
        browser=asked.browser,
    )
    facts = {"link": link.secret_hash, "page": bool(asked.browser), "onward": asked.to}
    queue_at_once(
        work.session,
        LetterKind.SIGN_IN,
        address=asked.email,
        facts=facts,
        seed=seed,
        expires_at=link.expires_at,
    )
    return asked
