"""What every conference must be, whoever writes it down: a form, an edit or a file."""

from collections.abc import Callable, Iterator

from app.conferences.models import Conference, ConferenceStatus, Mode
from app.conferences.schemas import NewConference
from app.core.clock import end_of
from app.core.errors import Invalid
from app.core.geography import check_state, check_timezone, default_timezone, state_name
from app.core.language import phrase
from app.core.text import fold
from app.core.zones import example_zone

LONGEST = 31
"""Days. A longer conference is most likely a mistyped date."""

YEARS = range(2000, 2101)
"""When a conference may begin."""

PRINTED = ("name", "paper_name", "venue", "city", "specialty")
"""What papers show of a conference as it was entered."""


def conference_of(new: NewConference, *, status: ConferenceStatus, proposed_by: int | None = None) -> Conference:
    """The conference that was described, in the time zone of its place unless it names one. It is not checked yet."""
    said = new.model_dump(include=Conference.model_fields.keys() - {"timezone", "status"})
    return Conference(**said, timezone=timezone_for(new), status=status, proposed_by=proposed_by)


def timezone_for(new: NewConference) -> str:
    """The zone that a description names, else that of its place."""
    return new.timezone or timezone_of(new.country, new.state, new.mode)


def timezone_of(country: str, state: str | None, mode: Mode) -> str:
    """The zone of a place, UTC for a virtual conference that has none, or "" where somebody has to say it."""
    virtual = mode is Mode.VIRTUAL and state is None
    return "UTC" if virtual else default_timezone(country, state) or ""


def faults(conference: Conference | NewConference) -> Iterator[Invalid]:
    """Everything about a conference, or a description whose time zone was settled, that cannot be."""
    place = list(_refused(check_state, conference.country, conference.state, required=_has_travelers(conference)))
    yield from place
    if not place and not conference.timezone:
        example = example_zone(conference.country)
        zones = phrase("Several time zones are in use there: name one, such as {example}.", example=example)
        yield Invalid(zones, field="timezone")
    elif not place:
        yield from _refused(check_timezone, conference.timezone)
    if conference.starts_on.year not in YEARS:
        years = phrase("The first day must be between the years 2000 and 2100.")
        yield Invalid(years, field="starts_on")
    elif not 0 <= (conference.ends_on - conference.starts_on).days < LONGEST:
        last = phrase("The last day must be the first or one of the {days} days after it.", days=LONGEST - 1)
        yield Invalid(last, field="ends_on")
    if _has_travelers(conference) and not conference.city:
        yield Invalid(phrase("A conference that people travel to needs its city."), field="city")


def printed(conference: Conference | NewConference) -> dict[str, str]:
    """What papers show of it, by column."""
    return {name: getattr(conference, name) for name in PRINTED}


def settle(conference: Conference) -> None:
    """Derives what follows from the rest. Raises :class:`Invalid` for a conference that cannot be."""
    for fault in faults(conference):
        raise fault
    derive(conference)


def derive(conference: Conference) -> None:
    """What is searched, and when it is over."""
    conference.over_at = end_of(conference.ends_on, conference.timezone)
    conference.folded_name = folded(conference.name)
    conference.folded_specialty = folded(conference.specialty)
    conference.folded_city = folded(conference.city)
    place = state_name(conference.state) if conference.state else ""
    names = (conference.name, conference.paper_name, conference.acronym)
    words = (*names, conference.venue, conference.city, place, conference.specialty)
    conference.search_text = fold(" ".join(words))[:1600]


def folded(text: str) -> str:
    """A name, a specialty or a city as it is compared: folded, and cut to what its column holds."""
    return fold(text)[:400]  # one letter may become many


def _has_travelers(conference: Conference | NewConference) -> bool:
    return conference.mode is not Mode.VIRTUAL


def _refused(check: Callable[..., None], *what: str | None, **how: bool) -> Iterator[Invalid]:
    try:
        check(*what, **how)
    except Invalid as fault:
        yield fault
