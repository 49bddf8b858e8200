"""Routes of the figures, and of what waits for a coordinator."""

from typing import Annotated

from fastapi import Query
from sqlmodel import Session

from app.acts.policy import Permission
from app.api.paper_routing import LanguageQuery, PaperQuery, PaperRouter
from app.api.requests import QueryId
from app.conferences.schemas import CountryCode
from app.core.rules import Rules
from app.coverage.queries import CoverageFilter, coverage
from app.coverage.schemas import Coverage
from app.paperwork.coverage_report import coverage_report
from app.paperwork.kinds import COVERAGE_REPORT
from app.printing.coverage_report import CoverageReport
from app.todo.queries import Todo, todo

router = PaperRouter(tags=["coverage"])

Year = Annotated[int, Query(ge=2000, le=2100)]


Years = Annotated[list[Year], Query(max_length=50, description="in which conferences begin; may be repeated")]
Design = Annotated[QueryId | None, Query(description="the id of a design")]
Country = Annotated[CountryCode | None, Query(description="ISO 3166-1, such as US")]


@router.reads("/coverage", Permission.READ_PUBLIC)
def get_coverage(
    session: Session,
    year: Years = [],  # noqa: B006 (FastAPI copies it)
    design: Design = None,
    country: Country = None,
) -> Coverage:
    """Read where ribbons have been, in figures and in a sentence."""
    wanted = CoverageFilter(years=tuple(year), country=country, design_id=design)
    return coverage(session, wanted=wanted)


@router.prints("/coverage/report.pdf", Permission.PRINT_BATCHES, COVERAGE_REPORT)
def print_coverage_report(
    session: Session,
    rules: Rules,
    year: Years = [],  # noqa: B006 (FastAPI copies it)
    design: Design = None,
    country: Country = None,
    paper: PaperQuery = None,
    language: LanguageQuery = None,
) -> CoverageReport:
    """Print the coverage report: a sentence to quote, a map of the states, bars, and a table of the conferences."""
    wanted = CoverageFilter(years=tuple(year), country=country, design_id=design)
    return coverage_report(session, rules=rules, wanted=wanted, paper=paper, language=language)


@router.reads("/todo", Permission.READ_TODO)
def get_todo(session: Session, rules: Rules) -> Todo:
    """Read what waits for a coordinator."""
    return todo(session, rules=rules)
