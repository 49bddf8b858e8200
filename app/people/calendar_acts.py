"""What can be done about the links of one's calendars."""

from app.acts.act import Work, given, made, reads, writes
from app.acts.policy import Permission
from app.acts.throttle import Quota
from app.core.paging import Page, Paging
from app.core.schema import RowId
from app.core.subjects import Thing
from app.people import calendar_links
from app.people.acts import own
from app.people.schemas import CalendarLinkOut, IssuedCalendarLink, NewCalendarLink


@reads(Permission.USE_OWN_ACCOUNT)
def list_my_calendar_links(work: Work, *, paging: Paging) -> Page[CalendarLinkOut]:
    """List the links by which programs read your calendars, without their secrets."""
    return calendar_links.find_calendar_links(work.session, person_id=own(work.actor), paging=paging)


@writes(Permission.USE_OWN_ACCOUNT, about=made(Thing.CALENDAR_LINK), quota=Quota(most=30), secret=True)
def create_my_calendar_link(work: Work, *, body: NewCalendarLink) -> IssuedCalendarLink:
    """Make a link by which a calendar program reads your own calendar, or the coordinators'.

    The address is in this answer and nowhere else, so an Idempotency-Key is not kept. Whoever has it can read the
    calendar, and do nothing else, until you end it.
    """
    return calendar_links.make_calendar_link(
        work.session, person_id=own(work.actor), kind=body.kind, rules=work.rules, actor=work.actor
    )


@writes(Permission.USE_OWN_ACCOUNT, about=given(Thing.CALENDAR_LINK))
def revoke_my_calendar_link(work: Work, *, calendar_link_id: RowId) -> None:
    """End one of your calendar links at once: programs that have it find nothing any more."""
    calendar_links.revoke_calendar_link(work.session, calendar_link_id=calendar_link_id, person_id=own(work.actor))
