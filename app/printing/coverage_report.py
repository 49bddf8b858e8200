"""The coverage report: where ribbons have been, on one page to be shown around, and the figures behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.language import Language, Text, phrase, phrases
from app.printing import coverage_map, formats, tile_map, words
from app.printing.bars import CELL, Bars, Part
from app.printing.documents import Document
from app.printing.fonts import Style, fit, fit_figures, width_of
from app.printing.gaps import Gaps
from app.printing.layout import Frame, Piece, columns, masthead
from app.printing.letters import SEMIBOLD, legible
from app.printing.pen import BODY, FINE, GRID, HAIRLINE, INK, SECTION, SMALL, Pen
from app.printing.sheet import Laid, lay
from app.printing.specialty_names import SPECIALTY_NAMES
from app.printing.table import Column, Table
from app.printing.words import Phrase

TITLE = Phrase("Where ribbons have been", "Alcance")
SCAN = Phrase("Scan to see if a newer report was printed", "Escanea para ver si se imprimió un informe más reciente")
CHOSEN = Phrase("Chosen: {what}", "Selección: {what}")
OF = Phrase("of {whole}", "de {whole}")
BY_YEAR = Phrase("By year", "Por año")
BY_SPECIALTY = Phrase("By specialty", "Por especialidad")
NO_SPECIALTY = Phrase("Not known", "Sin registrar")
REST = Phrase("{count} others", "Otras {count}")
CONFERENCE = Phrase("Conference", "Congreso")
DATES = Phrase("Dates", "Fechas")
PLACE = Phrase("Place", "Lugar")
CHAMPIONS_COLUMN = Phrase("Champions", "Conference Champions")
DEFINITIONS = Phrase(
    "Tracked conferences are scheduled or were held. One counts as reached when at least one ribbon was handed out "
    "there. Champions are people accepted for a conference, each counted once; nobody is named in this report.",
    "Los congresos registrados están programados o ya se celebraron. Uno cuenta como alcanzado cuando se repartió al "
    "menos una cinta. Las Conference Champions son personas aceptadas para un congreso, cada una contada una vez; este "
    "informe no nombra a nadie.",
)

HEADLINE = Style(SEMIBOLD, 28, 34, 16, INK)
BIG = Style(SEMIBOLD, 26, 32, 12, INK)
MOST_SPECIALTIES = 7


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A conference where ribbons were handed out; of its champions only how many there were.

    ``id`` is what it is kept under, which is not printed. ``state`` is an ISO 3166-2 code or empty, ``country`` one of
    ISO 3166-1.
    """

    id: int
    name: str
    starts_on: date
    ends_on: date
    city: str
    state: str
    country: str
    handed_out: int
    champions: int

    @property
    def record(self) -> Text:
        """What it is called where it is kept."""
        return phrase("conference {id}", id=str(self.id))


@dataclass(frozen=True, kw_only=True)
class CoverageReport(Document):
    """The figures of coverage as ``docs/coverage.md`` defines them.

    ``chosen_en`` and ``chosen_es`` say what was chosen; empty where that is everything.
    """

    sentence_en: str
    sentence_es: str
    chosen_en: str
    chosen_es: str
    tracked: int
    covered: int
    states: int
    states_total: int
    unknown: int
    handed_out: int
    champions: int
    by_state: tuple[Part, ...]
    countries: tuple[tuple[str, int], ...]
    """ISO 3166-1 codes of countries other than the US, each with its conferences with ribbons."""
    by_year: tuple[Part, ...]
    by_specialty: tuple[Part, ...]
    conferences: tuple[Reached, ...]


def lay_coverage_report(document: CoverageReport) -> Laid:
    """The report, laid out: page 1 is the picture, then come bars and the table of conferences.

    A text with a letter that our fonts lack is marked, and listed at the end. Refuses (``Unprintable``, before anything
    is drawn) a text too long for its place.
    """
    gaps = Gaps(document)
    document = legible(document, gaps.mark)
    frame = Frame.of(document.paper_size)
    language = document.language
    title = TITLE.say(language)
    tallies = {part.key: tile_map.Tally(part.tracked, part.covered) for part in document.by_state}
    pieces = [
        masthead(document, title, frame, scan=SCAN.say(language)),
        _headline(document, frame),
        _figures(document, frame),
        coverage_map.states(tallies, language, frame, document.ribbon_color),
        coverage_map.apart(tallies, document.unknown, document.countries, language, frame, document.ribbon_color),
        _definitions(language, frame),
        *_bars(document, frame),
        *_conferences(document, frame),
        *gaps.listed(frame),
    ]
    return lay(document, title, pieces, gaps.faults)


def _headline(document: CoverageReport, frame: Frame) -> Piece:
    language = document.language
    sentence = document.sentence_es if language == "es" else document.sentence_en
    shares = phrases(
        "{covered} of {n} tracked conference, and {states} of {states_total} states, counting Washington, D.C.",
        "{covered} of {n} tracked conferences, and {states} of {states_total} states, counting Washington, D.C.",
        covered=document.covered,
        n=document.tracked,
        states=document.states,
        states_total=document.states_total,
    )
    stack = [
        fit(sentence, HEADLINE, frame.room, field="sentence_en", most_lines=2),
        fit(shares.say(language), BODY, frame.room, field="language", most_lines=3),
    ]
    chosen = document.chosen_es if language == "es" else document.chosen_en
    if chosen:
        stack.append(fit(CHOSEN.say(language, what=chosen), SMALL, frame.room, field="chosen_en", most_lines=6))
    return columns([(frame.left, stack)], gap=2 * GRID, ruled=True)


def _figures(document: CoverageReport, frame: Frame) -> Piece:
    """Four large figures, each with what it is a part of, under a line in the community's second colour."""
    language = document.language
    quarter = frame.room / 4
    figures = []
    ribbons = phrases("ribbon handed out", "ribbons handed out", n=document.handed_out)
    conferences = phrases("conference with ribbons", "conferences with ribbons", n=document.tracked)
    states = phrases("state with ribbons", "states with ribbons", n=document.states_total)
    champions = phrases("Conference Champion", "Conference Champions", n=document.champions)
    for value, whole, label, field in (
        (document.handed_out, 0, ribbons, "handed_out"),
        (document.covered, document.tracked, conferences, "covered"),
        (document.states, document.states_total, states, "states"),
        (document.champions, 0, champions, "champions"),
    ):
        of = OF.say(language, whole=formats.count(whole, language)) if whole else ""
        part = fit(of, BODY, quarter / 2 - GRID, field=field)
        room = quarter - 2 * GRID - (width_of(of, BODY.font, part.size) + GRID if of else 0)
        large = fit(formats.count(value, language), BIG, room, field=field)
        figures.append((large, part, fit(label.say(language), SMALL, quarter - 2 * GRID, field=field, most_lines=2)))
    height = 2 * GRID + BIG.leading + max(label.height for _, _, label in figures)

    def draw(pen: Pen, top: float) -> None:
        pen.fill(frame.left, top - 1.5, frame.room, 1.5, document.foil_color)
        base = top - 2 * GRID - 0.75 * BIG.leading
        for index, (large, part, label) in enumerate(figures):
            x = frame.left + index * quarter
            pen.text(x, base, large.lines[0], large.style, large.size)
            after = x + width_of(large.lines[0], large.style.font, large.size) + GRID
            pen.text(after, base, part.lines[0], part.style, part.size)
            pen.block(x, top - 2 * GRID - BIG.leading, label)

    return Piece(height, draw, gap=2 * GRID)


def _bars(document: CoverageReport, frame: Frame) -> list[Piece]:
    """Years at the left, specialties at the right, row by row, so that long lists flow over pages."""
    language = document.language
    third = frame.room / 3
    years = Bars.of(document.by_year, third - 6 * GRID, 30.0, language, field="by_year")
    specialties = Bars.of(_specialties(document), 2 * third, 132.0, language, field="by_specialty")
    sides = [(frame.left, years), (frame.left + third, specialties)]
    lanes = [title.say(language) for title in (BY_YEAR, BY_SPECIALTY)]
    titles = [fit(title, SECTION, third, field="language") for title in lanes]

    def draw_titles(pen: Pen, top: float) -> None:
        for (x, _), lane, title in zip(sides, lanes, titles, strict=True):
            with pen.tags.lane(lane):
                pen.block(x, top, title)

    pieces = [Piece(titles[0].height, draw_titles, gap=5 * GRID, with_next=True, starts_page=True)]
    for index in range(max(len(years.rows), len(specialties.rows))):
        height = max(years.height(index), specialties.height(index))

        def draw(pen: Pen, top: float, index: int = index) -> None:
            for (x, bars), lane in zip(sides, lanes, strict=True):
                with pen.tags.lane(lane):
                    bars.draw(pen, x, top, index, document.ribbon_color)

        pieces.append(Piece(height, draw, field="by_specialty"))
    return pieces


def _specialties(document: CoverageReport) -> list[Part]:
    """The most reached first; what is beyond these rows is added up."""
    language = document.language
    unknown = NO_SPECIALTY.say(language)
    by_name: dict[str, list[Part]] = {}
    for part in document.by_specialty:
        by_name.setdefault(SPECIALTY_NAMES.say(part.key, language) or unknown, []).append(part)
    named = [_sum(name, parts) for name, parts in by_name.items()]
    named.sort(key=lambda part: (-part.covered, -part.tracked, part.key))
    rest = named[MOST_SPECIALTIES:]
    if len(rest) <= 1:
        return named
    return [*named[:MOST_SPECIALTIES], _sum(REST.say(language, count=formats.count(len(rest), language)), rest)]


def _sum(key: str, parts: Sequence[Part]) -> Part:
    return Part(key=key, tracked=sum(part.tracked for part in parts), covered=sum(part.covered for part in parts))


def _conferences(document: CoverageReport, frame: Frame) -> list[Piece]:
    if not document.conferences:
        return []
    language = document.language
    table = Table.of(
        frame,
        Column(CONFERENCE),
        Column(DATES, 118),
        Column(PLACE, 90),
        Column(words.RIBBONS, 40, numeric=True),
        Column(CHAMPIONS_COLUMN, 52, numeric=True),
    )
    head = table.head(language)
    return [
        head,
        *(_row(one, table, language, head, f"conferences[{i}]") for i, one in enumerate(document.conferences)),
    ]


def _row(one: Reached, table: Table, language: Language, head: Piece, field: str) -> Piece:
    """Closer than the rows of other tables, for a whole year on one page."""
    room = [column.room for column in table.columns]
    days = formats.days(one.starts_on, one.ends_on, language)
    texts = [
        fit(one.name, CELL, room[0], field=f"{field}.name", most_lines=12),
        fit(days, CELL, room[1], field=f"{field}.starts_on", most_lines=2),
        fit(_place(one, language), CELL, room[2], field=f"{field}.city", most_lines=12),
    ]
    numbers = [
        fit_figures(formats.count(value, language), CELL, width, field=f"{field}.{name}")
        for name, value, width in (
            ("handed_out", one.handed_out, room[3]),
            ("champions", one.champions, room[4]),
        )
    ]
    height = max(text.height for text in texts)

    def draw(pen: Pen, top: float) -> None:
        with pen.tags.row(table):
            for index, text in enumerate(texts):
                with pen.tags.cell():
                    pen.block(table.left(index), top, text)
            for index, number in enumerate(numbers, start=len(texts)):
                with pen.tags.cell():
                    pen.block(table.right(index), top, number, "right", numeric=True)
        pen.rule(table.frame.left, top - height, table.frame.right, top - height, HAIRLINE, 0.4)

    return Piece(height, draw, heading=head, field=field)


def _place(one: Reached, language: Language) -> str:
    """City and state as Americans write them; a city abroad with its country."""
    last = one.state.removeprefix("US-") if one.country == "US" else formats.country(one.country, language)
    return ", ".join(part for part in (one.city, last) if part)


def _definitions(language: Language, frame: Frame) -> Piece:
    said = fit(DEFINITIONS.say(language), FINE, frame.room, field="language", most_lines=4)
    return columns([(frame.left, [said])], gap=2 * GRID)
