"""The coverage report: the figures that anybody may read, for the printer."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict

from sqlmodel import Session

from app.core.clock import today
from app.core.language import Language
from app.core.rules import Rules
from app.core.subjects import Thing
from app.coverage.queries import coverage, covered_conferences
from app.coverage.schemas import CoverageFilter, Share
from app.paperwork.heading import heading
from app.printing.bars import Part
from app.printing.coverage_report import CoverageReport, Reached
from app.printing.documents import PaperSize
from app.stock.models import Design

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

    Of champions it has counts only. A design that does not exist gives zeros, as there.
    """
    figures = coverage(session, wanted=wanted)
    reached = covered_conferences(session, wanted=wanted)
    abroad = Counter(conference.country for conference in reached if conference.country != "US")
    asked = [*map(str, sorted(wanted.years)), *([wanted.country] if wanted.country else [])]
    asked += [f"DESIGN-{wanted.design_id}"] if wanted.design_id else []
    return CoverageReport(
        number="-".join(["COVERAGE", *asked[:3], *(["ETC"] if len(asked) > 3 else []), f"{today(rules.timezone)}"]),
        about=Thing.COVERAGE.named(*([hashlib.sha256(repr(asked).encode()).hexdigest()[:16]] if asked else [])),
        **heading(rules, paper_size, language),
        sentence_en=figures.sentence_en,
        sentence_es=figures.sentence_es,
        years=tuple(sorted(wanted.years)),
        country=wanted.country or "",
        design=_design(session, wanted.design_id),
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
        conferences=tuple(Reached(**{**asdict(each), "state": each.state or ""}) for each in reached),
    )


def _design(session: Session, design_id: int | None) -> str:
    if design_id is None:
        return ""
    design = session.get(Design, design_id)
    return design.code if design else str(design_id)


def _parts(shares: Iterable[Share]) -> tuple[Part, ...]:
    return tuple(Part(key=share.key, tracked=share.tracked, covered=share.covered) for share in shares)
