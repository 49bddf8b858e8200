"""The calendars that programs may read: everybody's, and by a secret address one's own and the coordinators'."""

from app.acts.act import Work, reads
from app.acts.policy import Permission
from app.acts.throttle import Throttle
from app.conferences.schemas import ConferenceFilter
from app.core.language import phrase
from app.feeds.claims import own_events, ship_by_events
from app.feeds.conferences import find_conference_events
from app.feeds.deliveries import box_events, order_events
from app.feeds.events import Feed
from app.people.calendar_links import whose_calendar
from app.people.models import CalendarKind

_GUESSING = Throttle("calendar", wrong_per_address=60)


@reads(Permission.READ_PUBLIC, heavy=True)
def read_conference_calendar(work: Work, *, wanted: ConferenceFilter) -> Feed:
    """The conferences that match, as a calendar."""
    events = find_conference_events(work.session, wanted=wanted, rules=work.rules, key=work.key)
    return Feed(phrase("Conferences: {community}", community=work.rules.community_name), events)


@reads(Permission.READ_PUBLIC, throttle=_GUESSING)
def read_calendar(work: Work, *, secret: str) -> Feed:
    """The calendar that a secret opens, as it is for whom it was made. Raises :class:`Unauthenticated`."""
    reader = whose_calendar(work.session, secret=secret)
    session, rules, key, who = work.session, work.rules, work.key, reader.who
    if reader.kind is CalendarKind.OWN:
        assert who.person_id is not None
        name = phrase("My conferences: {community}", community=rules.community_name)
        return Feed(name, own_events(session, person_id=who.person_id, rules=rules, key=key), who.language)
    name = phrase("Ribbons on their way: {community}", community=rules.community_name)
    found = [*ship_by_events(session, rules=rules, key=key), *box_events(session, rules=rules, key=key)]
    return Feed(name, [*found, *order_events(session, rules=rules, key=key)], who.language)
