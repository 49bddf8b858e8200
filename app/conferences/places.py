"""Where a conference is, as a condition of a SELECT."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from app.conferences.models import Conference
from app.core.geography import TERRITORY_COUNTRIES


def is_in(country: str) -> ColumnElement[bool]:
    """Whether a conference is in a country. A US territory (``PR``) is read as its state here (``US-PR``)."""
    if country in TERRITORY_COUNTRIES:
        return col(Conference.state) == TERRITORY_COUNTRIES[country]
    return col(Conference.country) == country
