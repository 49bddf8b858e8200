"""The figures of coverage. What each one counts is said here and in docs/coverage.md, and nowhere else."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.conferences.schemas import CountryCode, StateCode
from app.core.schema import Days, Out, RowId, Words, Year


class ConferenceFigures(Out):
    """How far conferences have come. Each figure counts conferences; all but the first are a part of ``tracked``."""

    tracked: int = Field(description="scheduled or held, or with ribbons worn there, whatever became of it")
    claimed: int = Field(description="with a claim that is requested, deputized or closed")
    deputized: int = Field(description="with a claim that is deputized or closed")
    supplied: int = Field(description="where ribbons for one of its claims arrived before its first day")
    covered: int = Field(description="where ribbons were handed out")
    closed_out: int = Field(description="with a claim that was closed out")


class PlaceFigures(Out):
    """Where covered conferences were. US territories and other countries are no states."""

    states: int = Field(description="of the 50 states and DC")
    states_total: int = 51
    territories: int = Field(description="of Puerto Rico, Guam, the US Virgin Islands, American Samoa, N. Marianas")
    territories_total: int = 5
    countries: int = Field(description="countries, the US among them")
    unknown: int = Field(description="covered conferences whose state is not known although their country has states")
    states_never_reached: list[str] = Field(description="ISO 3166-2 codes of the states where nothing was handed out")


class RibbonFigures(Out):
    """Ribbons. ``handed_out`` is of the chosen conferences; the others are of the whole stock, whatever the filter."""

    ordered: int = Field(description="in purchase orders that were placed and not cancelled")
    on_hand: int = Field(description="at depots and champions, and packed")
    in_transit: int
    handed_out: int = Field(description="worn at the chosen conferences")
    lost: int


class PeopleFigures(Out):
    """People, at the chosen conferences. Figures of members are null to all but coordinators.

    From them, exact as they are, a recorder could tell whether a name that was just typed is known here, or whether
    somebody has confirmed who is hidden from the reader.
    """

    champions: int = Field(description="deputized for one of them")
    meetups: int
    members_named: int | None = Field(description="members whom a meetup names; null to all but coordinators")
    members_confirmed: int | None = Field(description="of these, who confirmed; null to all but coordinators")


class Share(ConferenceFigures, PeopleFigures):
    """The figures of one state, year or specialty. People who went to several of them are in the share of each."""

    key: str = Field(description="an ISO 3166-2 code, a year, or a specialty; empty where it is not known")
    handed_out: int = Field(description="ribbons")


class Coverage(Out):
    """The whole answer."""

    as_of: datetime = Field(description="when these figures were counted")
    conferences: ConferenceFigures
    places: PlaceFigures
    ribbons: RibbonFigures
    people: PeopleFigures
    by_state: list[Share]
    by_year: list[Share]
    by_specialty: list[Share]
    sentence_en: str = Field(description="the sentence to quote; it names what was chosen")
    sentence_es: str = Field(description="the same in Spanish")
    read_as: str | None = Field(
        default=None, description="the state as which a US territory was read that was given as a country: US-PR for PR"
    )


class CoverageFilter(Days):
    """Of which conferences, by their first days among others, and which design; empty or None does not count."""

    years: Annotated[
        tuple[Year, ...],
        Field(alias="year", max_length=50, description="in which conferences begin; may be repeated"),
    ] = ()
    country: Annotated[CountryCode | None, Field(description="ISO 3166-1, such as US")] = None
    state: Annotated[StateCode | None, Field(description="ISO 3166-2, such as US-IL")] = None
    specialty: Annotated[Words | None, Field(description="case and accents do not matter; empty: none is known")] = None
    design_id: Annotated[RowId | None, Field(description="the id of a design")] = None
