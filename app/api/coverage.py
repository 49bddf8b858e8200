"""Routes of the figures, and of what waits for a coordinator."""

from typing import Annotated

from fastapi import Query
from sqlmodel import Session

from app.api.routing import Router
from app.conferences.schemas import CountryCode
from app.coverage.queries import CoverageFilter, coverage
from app.coverage.schemas import Coverage
from app.coverage.todo import Todo, todo
from app.deps import QueryId
from app.people.policy import Permission

router = Router(tags=["coverage"])

Year = Annotated[int, Query(ge=2000, le=2100)]


@router.reads("/coverage", Permission.READ_PUBLIC)
def get_coverage(
    session: Session,
    year: Annotated[list[Year], Query(max_length=50, description="in which conferences begin; may be repeated")] = [],  # noqa: B006
    design: Annotated[QueryId | None, Query(description="the id of a design")] = None,
    country: Annotated[CountryCode | None, Query(description="ISO 3166-1, such as US")] = None,
) -> Coverage:
    """Read where ribbons have been, in figures and in a sentence."""
    wanted = CoverageFilter(years=tuple(year), country=country, design_id=design)
    return coverage(session, wanted=wanted)


@router.reads("/todo", Permission.READ_TODO)
def get_todo(session: Session) -> Todo:
    """Read what waits for a coordinator."""
    return todo(session)
