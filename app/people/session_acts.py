"""What can be done about being signed in with a browser."""

from sqlmodel import Session

from app.acts.act import ONESELF, Work, given, made, reads, writes
from app.acts.policy import Permission
from app.core.errors import Forbidden
from app.core.language import phrase
from app.core.paging import Page, Paging
from app.core.schema import RowId
from app.core.subjects import Thing
from app.people import access, sessions
from app.people.acts import GUESSING, asks_for_a_letter, own
from app.people.schemas import DemoPerson, NewSession, SessionOut, SignInRequest
from app.people.sign_in import Asked, ask_for_code

_NO_DEMO = phrase("The people of the demo can be tried only as long as nobody else can sign in here.")


@reads(Permission.USE_OWN_ACCOUNT)
def list_my_sessions(work: Work, *, paging: Paging) -> Page[SessionOut]:
    """List the browsers in which you are signed in, the newest first.

    One that was not used for thirty days is signed out.
    """
    own(work.actor)
    return sessions.find_sessions(work.session, actor=work.actor, paging=paging)


@writes(Permission.USE_OWN_ACCOUNT, about=given(Thing.SESSION))
def end_my_session(work: Work, *, session_id: RowId) -> None:
    """Sign out in one of your browsers at once."""
    sessions.end_session(work.session, session_id=session_id, person_id=own(work.actor))


@writes(Permission.SIGN_IN, about=ONESELF)
def sign_out(work: Work) -> None:
    """Sign out in this browser, whoever is signed in here."""
    sessions.end_here(work.session, actor=work.actor)


@asks_for_a_letter
def ask_to_sign_in(work: Work, *, body: SignInRequest, browser: str, onward: str) -> Asked:
    """Have a letter sent with a link, and with a short code that works in this browser alone.

    The answer, and the time it takes, is the same whether the address is known or not. ``browser`` is a secret that the
    browser keeps, ``onward`` the page that its reader was on the way to.
    """
    return ask_for_code(work, Asked(body.email, browser, onward))


@reads(Permission.SIGN_IN)
def whose_link(work: Work, *, code: str) -> str:
    """The name of whom a link in a letter lets in; it is not used up by that."""
    return sessions.whose_link(work.session, secret=code)


def _count_wrong(session: Session, *, code: str, browser: str, device: str) -> None:
    del code, device
    access.count_wrong_code(session, browser=browser)


@writes(Permission.SIGN_IN, about=made(Thing.SESSION), throttle=GUESSING, wrong=_count_wrong, secret=True)
def begin_session(work: Work, *, code: str, browser: str, device: str) -> NewSession:
    """Sign in with a browser, by the code in a link, or by the short one that was sent for this browser.

    A code works once, and for a short time; after five wrong ones the short codes of this browser are dead.
    """
    person_id = access.spend_sign_in_link(work.session, secret=code, browser=browser)
    return sessions.begin_session(work.session, person_id=person_id, device=device, instead_of=work.actor)


@reads(Permission.SIGN_IN)
def list_demo_people(work: Work) -> list[DemoPerson]:
    """The invented people whom anybody may try the demo as; none once somebody else can sign in here."""
    return sessions.demo_people(work.session)


@writes(Permission.SIGN_IN, about=made(Thing.SESSION), secret=True)
def begin_demo_session(work: Work, *, person_id: RowId, device: str) -> NewSession:
    """Sign in as one of the people of the demo; see :func:`list_demo_people`.

    No code is asked for, so a delivery offers it to nobody but whoever sits at the server's own machine.
    """
    if person_id not in {person.id for person in sessions.demo_people(work.session)}:
        raise Forbidden(_NO_DEMO)
    return sessions.begin_session(work.session, person_id=person_id, device=device, instead_of=work.actor)
