"""Where ribbons have been: the figures, each beside its whole, and what others may take of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Response
from pydantic import ValidationError

from app.acts.policy import Permission
from app.core.geography import CountryName, state_name
from app.core.language import LANGUAGES, Language
from app.coverage.acts import get_coverage, list_covered_conferences
from app.coverage.schemas import Coverage, CoverageFilter, Share
from app.printing.specialty_names import SPECIALTY_NAMES
from app.web.tiles import tile_map
from app.web.visits import Mistyped, Visit, mistyped

SHOWN = 12
"""Conferences that are shown at once; the others are opened."""

_FILTERS = ("from", "to", "state", "country", "specialty", "design_id")


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a table, and how long its bar is, in hundredths of the longest."""

    name: str
    share: Share
    whole: float
    part: float


def asked(visit: Visit) -> Mapping[str, Any]:
    """What the address says of which conferences are wanted; what it says of anything else is ignored."""
    years = [said.strip() for said in visit.request.query_params.getlist("year") if said.strip()]
    known = {name: visit.query(name) for name in _FILTERS if visit.query(name)}
    return {**({"year": years} if years else {}), **known}


def wanted_by(visit: Visit) -> CoverageFilter:
    """The same as a filter. Raises :class:`Mistyped`."""
    try:
        return CoverageFilter.model_validate(asked(visit))
    except ValidationError as refusal:
        raise mistyped(refusal) from None


def sentence_in(figures: Coverage, language: Language) -> str:
    """The sentence of these figures, in a language."""
    return figures.sentence_es if language == "es" else figures.sentence_en


def coverage(visit: Visit) -> Response:
    """Where ribbons have been, by what the address asks for."""
    everything = visit.read(get_coverage, wanted=CoverageFilter())
    choices: dict[str, Any] = {
        "years": [(share.key, share.key) for share in reversed(everything.by_year)],
        "states": sorted(
            ((share.key, state_name(share.key)) for share in everything.by_state if share.key), key=_second
        ),
        "specialties": sorted(SPECIALTY_NAMES.say(s.key, visit.language) for s in everything.by_specialty if s.key),
        "query": visit.query,
    }
    try:
        wanted = wanted_by(visit)
    except Mistyped as refusal:
        return visit.refused(refusal).show("coverage.html", status=422, figures=None, sentence="", **choices)
    figures = everything if not asked(visit) else visit.read(get_coverage, wanted=wanted)
    reached = visit.read(list_covered_conferences, wanted=wanted)
    abroad = Counter({code: number for code, number in reached.by_country.items() if code != "US"})
    query = urlencode(asked(visit), doseq=True)
    return visit.show(
        "coverage.html",
        public=True,
        figures=figures,
        sentence=sentence_in(figures, visit.language),
        sentences=[(language, sentence_in(figures, language)) for language in LANGUAGES],
        map=tile_map(figures.by_state),
        abroad=[(CountryName(code), number) for code, number in abroad.most_common()],
        by_year=_bars(figures.by_year[::-1], lambda key: key),
        by_specialty=_bars(
            sorted(figures.by_specialty, key=lambda share: (-share.covered, -share.tracked)),
            lambda key: SPECIALTY_NAMES.say(key, visit.language) if key else "",
        ),
        reached=reached,
        shown=SHOWN,
        narrowed=bool(query),
        csv=f"/api/v1/coverage.csv{'?' if query else ''}{query}",
        pictures=_pictures(visit, query),
        report=f"/coverage/report.pdf{'?' if query else ''}{query}" if visit.may(Permission.PRINT_BATCHES) else "",
        **choices,
    )


def _second(pair: tuple[str, str]) -> str:
    return pair[1]


def _bars(shares: Sequence[Share], name: Any) -> list[Bar]:
    most = max((share.tracked for share in shares), default=1)
    return [
        Bar(name(share.key), share, round(100 * share.tracked / most, 1), round(100 * share.covered / most, 1))
        for share in shares
    ]


def _pictures(visit: Visit, query: str) -> Mapping[str, str]:
    """The addresses of the pictures for other sites, in the reader's language."""
    following = "&".join(part for part in (query, f"lang={visit.language}") if part)
    return {name: f"/coverage/{name}.svg?{following}" for name in ("badge", "map")}
