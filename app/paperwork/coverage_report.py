"""The coverage report: the figures that anybody may read, for the printer."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields

from sqlmodel import Session

from app.core.clock import today
from app.core.language import Language
from app.core.rules import Rules
from app.core.subjects import Thing
from app.core.text import fold
from app.coverage.queries import TrackedConference, chosen_by, coverage, covered_conferences
from app.coverage.schemas import CoverageFilter, Share
from app.coverage.sentences import headline
from app.paperwork.heading import heading
from app.printing.bars import Part
from app.printing.coverage_report import CoverageReport, Reached
from app.printing.documents import PaperSize

EVERYTHING = CoverageFilter()


def coverage_report(
    session: Session,
    *,
    rules: Rules,
    wanted: CoverageFilter = EVERYTHING,
    paper_size: PaperSize | None = None,
    language: Language | None = None,
) -> CoverageReport:
    """The report of the conferences that ``wanted`` chooses, with the figures of :func:`coverage`.

    Of champions it has counts only. A design that does not exist gives zeros, as there. What was chosen has a line
    of its own below the sentence.
    """
    figures = coverage(session, wanted=wanted)
    reached = covered_conferences(session, wanted=wanted)
    abroad = Counter(conference.country for conference in reached if conference.country != "US")
    codes, countries = {each.state for each in reached if each.state}, {each.country for each in reached}
    sentence, only = (
        headline(conferences=len(reached), codes=codes, countries=countries),
        chosen_by(session, wanted=wanted),
    )
    asked = _asked(wanted)
    about = [asked] if wanted.specialty is None else [asked, fold(wanted.specialty)]
    return CoverageReport(
        number="-".join(["COVERAGE", *asked[:3], *(["ETC"] if len(asked) > 3 else []), f"{today(rules.timezone)}"]),
        about=Thing.COVERAGE.named(*([hashlib.sha256(repr(about).encode()).hexdigest()[:16]] if asked else [])),
        **heading(rules, paper_size, language),
        sentence_en=sentence.say("en"),
        sentence_es=sentence.say("es"),
        chosen_en=only.say("en"),
        chosen_es=only.say("es"),
        tracked=figures.conferences.tracked,
        covered=figures.conferences.covered,
        states=figures.places.states,
        states_total=figures.places.states_total,
        unknown=figures.places.unknown,
        handed_out=figures.ribbons.handed_out,
        champions=figures.people.champions,
        by_state=_parts(figures.by_state),
        countries=tuple(sorted(abroad.items())),
        by_year=_parts(figures.by_year),
        by_specialty=_parts(figures.by_specialty),
        conferences=tuple(_reached(each) for each in reached),
    )


def _asked(wanted: CoverageFilter) -> list[str]:
    """What was asked for, in the letters of a number on paper."""
    asked = [*map(str, sorted(set(wanted.years))), *filter(None, (wanted.country, wanted.state))]
    named = {"SPECIALTY": wanted.specialty, "FROM": wanted.first_day, "TO": wanted.last_day, "DESIGN": wanted.design_id}
    for name, value in named.items():
        if value is not None:
            asked.append(name if name == "SPECIALTY" else f"{name}-{value}")
    return asked


def _reached(conference: TrackedConference) -> Reached:
    told = {field.name: getattr(conference, field.name) for field in fields(Reached)}
    return Reached(**{**told, "state": conference.state or ""})


def _parts(shares: Iterable[Share]) -> tuple[Part, ...]:
    return tuple(Part(key=share.key, tracked=share.tracked, covered=share.covered) for share in shares)
