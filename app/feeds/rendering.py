"""A calendar as RFC 5545 has it: the same days give the same bytes."""

from datetime import date, timedelta
from functools import lru_cache

from app.core.language import Language, Sayable
from app.feeds.events import Event, Feed

MEDIA_TYPE = "text/calendar; charset=utf-8"

_AGAIN = timedelta(hours=6)
"""How often programs should ask."""

_END = b"END:VCALENDAR\r\n"


def render(feed: Feed, language: Language) -> bytes:
    """The calendar as a file, in the language of its owner, else in this one."""
    from icalendar import Calendar, vDuration, vText  # noqa: PLC0415 - it takes long, and a start waits for it

    language = feed.language or language
    calendar = Calendar()
    calendar.add("prodid", "-//Conference Champions//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, vText(feed.name.say(language)))  # the library escapes no text of names it does not know
    calendar.add("refresh-interval", vDuration(_AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_AGAIN))
    head = calendar.to_ical()
    assert head.endswith(_END)
    return b"".join((head.removesuffix(_END), *(_written(event, language) for event in feed.events), _END))


@lru_cache(maxsize=4_000)  # programs ask again and again for what has not changed
def _written(event: Event, language: Language) -> bytes:
    from icalendar import Event as Component  # noqa: PLC0415 - as above

    component = Component()
    component.add("uid", event.uid)
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.changed_at)
    component.add("last-modified", event.changed_at)
    component.add("dtstart", event.first)
    if event.last < date.max:
        component.add("dtend", event.last + timedelta(days=1))  # the first day that is none of it
    component.add("status", event.status.value)
    component.add("transp", "TRANSPARENT")
    component.add("summary", event.summary.say(language))
    component.add("description", event.text.say(language))
    component.add("url", event.address)
    said = (part.say(language) if isinstance(part, Sayable) else part for part in event.place)
    place = ", ".join(part for part in dict.fromkeys(said) if part)
    if place:
        component.add("location", place)
    return bytes(component.to_ical())
