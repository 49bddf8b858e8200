"""Every kind of paper, ordinary and as full as it may be: apart, inside, readable, copyable, sound, and never twice
the same code. A kind that is new is covered here or this fails."""

import pkgutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, cast

import pytest

import app.printing
from app.core.errors import Unprintable
from app.core.language import Language
from app.paperwork import kinds as paperwork
from app.printing import qr
from app.printing.color_names import COLOR_NAMES
from app.printing.documents import PaperSize
from app.printing.label_stock import LabelStock, find_label_stock
from app.printing.labels import LabelSheet
from app.printing.layout import FOOTER_TOP, MARGIN, PAPER_SIZES, TOP_MARGIN
from app.printing.letters import printable
from app.printing.pen import BODY, Pen
from app.printing.sheet import Page, bind
from app.printing.specialty_names import SPECIALTY_NAMES
from app.printing.words import Names
from tests.printing import ordinary, tidy
from tests.printing.looking import MM, Box
from tests.printing.tidy import Opened
from tests.printing.worst import (
    INSTEAD,
    KINDS,
    NAMES,
    OTHER_LETTERS,
    OTHER_WORD,
    PROOF,
    WORD,
    Kind,
    is_among,
    rewritten,
    starred,
    texts_of,
)
from tests.reliability.sizes import SOAK

PAPER_LANGUAGES: list[tuple[PaperSize, Language]] = [("letter", "en"), ("letter", "es"), ("a4", "en"), ("a4", "es")]
FILLINGS: list[tuple[str, str, PaperSize, Language]] = [
    ("names", NAMES, "letter", "es"),
    ("one word", WORD, "a4", "en"),
    ("other letters", OTHER_LETTERS, "letter", "en"),
    ("another word", OTHER_WORD, "a4", "es"),
]
# Colours, the size of the paper, its language and its codes are drawn, not written; ``about`` is for the register.
COLORS = frozenset({"ribbon_color", "foil_color"})
DRAWN = COLORS | frozenset({"about", "public_url", "paper_size", "language", "link", "met_link"})
# What is said in the language of the paper where it is known; all other texts are printed as they are.
NAMED = {"ribbon_color_name": COLOR_NAMES, "foil_color_name": COLOR_NAMES, "by_specialty[*].key": SPECIALTY_NAMES}
# A letter at the margin begins a little beside it; dimensions of a proof hang out at the right.
BESIDE, DIMENSION = 3.0, 31.0
FOOT = 28.0


def changed(kind: Kind, paper_size: PaperSize, language: Language) -> dict[str, object]:
    """What a document of a kind has to say for this paper and language; labels have the paper of their stock."""
    changes: dict[str, object] = {"language": language}
    if hasattr(kind.ordinary, "paper_size"):
        changes["paper_size"] = paper_size
    return changes


@dataclass(frozen=True)
class Printed:
    """A document of a kind, and its file as a viewer opens it."""

    kind: Kind
    document: Any
    paper_size: PaperSize
    language: Language
    file: Opened


def cases() -> Iterator[Any]:
    for kind in KINDS:
        papers = PAPER_LANGUAGES if hasattr(kind.ordinary, "paper_size") else PAPER_LANGUAGES[:2]
        if not SOAK and papers is PAPER_LANGUAGES:
            papers = PAPER_LANGUAGES[0::3]  # in each size and language; in each with each where it is as full as may be
        for paper_size, language in papers:
            yield pytest.param((kind, "", paper_size, language), id=f"{kind.name}-{paper_size}-{language}")
        for filled, filling, paper_size, language in FILLINGS:
            yield pytest.param(
                (kind, filling, paper_size, language), id=f"{kind.name}-{paper_size}-{language}-{filled}"
            )


@pytest.fixture(scope="module", params=list(cases()))
def printed(request: pytest.FixtureRequest) -> Iterator[Printed]:
    """Each kind, ordinary and as full as it may be; one file is open at a time."""
    kind, filling, paper_size, language = request.param
    changes = changed(kind, paper_size, language)
    document = kind.fullest(filling, **changes) if filling else replace(kind.ordinary, **changes)
    with Opened(bind([kind.lay(document)])) as file:
        yield Printed(kind, document, paper_size, language, file)


each_kind = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not INSTEAD], ids=lambda kind: kind.name)


def stock_of(document: Any) -> LabelStock | None:
    return find_label_stock(document.label_stock) if hasattr(document, "label_stock") else None


def frames_of(document: Any, page: Any) -> Sequence[Box]:
    """Where text may stand: each label but for its edge, a page but for its margins."""
    width, height = page.get_size()
    label_stock = stock_of(document)
    if label_stock is None:
        right = width - MARGIN + (DIMENSION if "PROOF" in type(document).__name__.upper() else BESIDE)
        return [(MARGIN - BESIDE, FOOTER_TOP - FOOT, right, height - TOP_MARGIN)]
    if isinstance(document, LabelSheet):
        inset = 1.5 * MM
        corners = (label_stock.corner(index) for index in range(label_stock.per_page))
        return [
            (x + inset, y + inset, x + label_stock.width - inset, y + label_stock.height - inset) for x, y in corners
        ]
    return [(9.0, 9.0, width - 9.0, height - 9.0)]


def said_of(path: str) -> Names:
    """How the text of a field is said."""
    name = starred(path)
    return NAMED.get(name) or NAMED.get(name.rpartition(".")[2]) or Names()


def codes_of(document: Any, file: Opened) -> dict[int, list[str]]:
    """What the codes of each page have to say: the links of the document, or the numbers of the labels in turn."""
    if isinstance(document, LabelSheet):
        size = find_label_stock(document.label_stock).per_page
        numbers = [label.number for label in document.labels]
        return {at // size: numbers[at : at + size] for at in range(0, len(numbers), size)}
    return {number: [link for _, link in links] for number, links in enumerate(file.links) if links}


def test_nothing_stands_on_another_or_outside(printed: Printed) -> None:
    assert tidy.overlaps(printed.file) == []
    assert tidy.strays(printed.file, lambda page: frames_of(printed.document, page)) == []


def test_every_code_is_read(printed: Printed) -> None:
    file, document = printed.file, printed.document
    links = {getattr(document, name) for name in ("link", "met_link") if hasattr(document, name)}
    assert {link for page in file.links for _, link in page} == links
    assert tidy.crowded_codes(file) == []
    assert tidy.unread(file, codes_of(document, file)) == []


def test_every_text_can_be_copied_whole(printed: Printed) -> None:
    unsaid = DRAWN | printed.kind.unsaid
    other = "_en" if printed.language == "es" else "_es"
    texts = {
        path: said_of(path).say(printable(text), printed.language)
        for path, text in texts_of(printed.document).items()
        if not is_among(path, unsaid) and not path.endswith(other)
    }
    assert tidy.lost(printed.file, texts) == []


def test_the_file_is_sound_and_says_what_it_is(printed: Printed) -> None:
    document, reader = printed.document, printed.file.reader
    assert tidy.broken_objects(printed.file) == []
    assert tidy.foreign_fonts(printed.file) == []
    label_stock = stock_of(document)
    size = label_stock.page if label_stock else PAPER_SIZES[printed.paper_size]
    for page in reader.pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(size, abs=0.01)
    assert str(reader.root_object["/Lang"]) == f"{printed.language}-US"
    preferences = cast("Any", reader.root_object["/ViewerPreferences"])
    assert (preferences["/PrintScaling"], bool(preferences["/DisplayDocTitle"])) == ("/None", True)
    assert reader.metadata is not None
    assert reader.metadata.author == printable(document.community)
    assert (document.label_stock if label_stock else document.number) in str(reader.metadata.title)
    assert reader.metadata.creation_date == document.printed_at


@each_kind
def test_the_same_document_gives_the_same_bytes(kind: Kind) -> None:
    one, other = (bind([kind.lay(replace(kind.few))]) for _ in range(2))
    assert one == other


@each_kind
def test_a_character_without_a_glyph_is_refused_wherever_it_stands(kind: Kind) -> None:
    for path in texts_of(kind.ordinary):

        def spoil(at: str, text: str, path: str = path) -> str:
            return f"{text}李" if at == path else text

        with pytest.raises(Unprintable) as refusal:
            kind.laid(rewritten(kind.ordinary, spoil))
        if "is not a color" in str(refusal.value):
            name = path.rpartition(".")[2]
            assert name in COLORS
            assert str(refusal.value.field).endswith(name)
        else:
            assert refusal.value.field == path
            assert "U+674E" in str(refusal.value)


def test_every_kind_is_covered() -> None:
    catalogue = {value.lay for value in vars(paperwork).values() if isinstance(value, paperwork.Printable)}
    modules = [import_module(f"app.printing.{module.name}") for module in pkgutil.iter_modules(app.printing.__path__)]
    laid = {
        value
        for module in modules
        for name, value in vars(module).items()
        if name.startswith("lay_") and value.__module__ == module.__name__
    }
    covered = {kind.lay for kind in KINDS}
    assert catalogue
    assert catalogue <= covered
    assert laid == covered


# What is bad is found: the same checks on a paper that is drawn badly on purpose.


def drawn(draw: Callable[[Pen], None]) -> Opened:
    return Opened(bind([replace(PROOF.lay(ordinary.PROOF), pages=[Page(PAPER_SIZES["letter"], draw)])]))


@contextmanager
def bad(*texts: tuple[float, float, str], at: float = 300.0) -> Iterator[Opened]:
    """A page with a QR code, its lower left corner at (300, 300), and texts where they are told to be."""
    matrix = qr.encode(ordinary.PROOF.link)

    def draw(pen: Pen) -> None:
        qr.draw(pen, matrix, x=at, y=300, link=ordinary.PROOF.link)
        for x, y, text in texts:
            pen.text(x, y, text, BODY, BODY.size)

    with drawn(draw) as file:
        yield file


def faults(file: Opened) -> list[str]:
    """The checks that find anything."""
    checks = {
        "overlaps": tidy.overlaps(file),
        "strays": tidy.strays(file, lambda page: frames_of(ordinary.SLIP, page)),
        "crowded codes": tidy.crowded_codes(file),
        "unread": tidy.unread(file, {0: [ordinary.PROOF.link]}),
        "lost": tidy.lost(file, {"note": "A first line"}),
    }
    return [name for name, found in checks.items() if found]


FIRST = (100.0, 600.0, "A first line")


def test_a_good_page_has_no_faults() -> None:
    with bad(FIRST, (100, 588, "ÁÉÍ a second line")) as file:
        assert faults(file) == []


@pytest.mark.parametrize(
    ("texts", "at", "found"),
    [
        ([FIRST, (104.0, 604.0, "Another line")], 300.0, ["overlaps"]),
        ([FIRST, (20.0, 500.0, "In the margin")], 300.0, ["strays"]),
        ([FIRST, (520.0, 500.0, "Beyond the right margin")], 300.0, ["strays"]),
        ([FIRST, (100.0, 760.0, "Above all")], 300.0, ["strays"]),
        ([FIRST, (240.0, 320.0, "Near the code")], 300.0, ["crowded codes"]),
        ([FIRST, (310.0, 330.0, "Across the code in letters")], 300.0, ["crowded codes"]),
        ([FIRST], 605.0, ["crowded codes", "unread"]),
        ([(100.0, 600.0, "A first lin")], 300.0, ["lost"]),
    ],
)
def test_a_bad_page_is_found_out(texts: list[tuple[float, float, str]], at: float, found: list[str]) -> None:
    with bad(*texts, at=at) as file:
        assert faults(file) == found


def test_a_turned_text_that_stands_on_another_is_found_out() -> None:
    def draw(pen: Pen) -> None:
        pen.text(*FIRST[:2], FIRST[2], BODY, BODY.size)
        pen.canvas.saveState()
        pen.canvas.translate(120, 580)
        pen.canvas.rotate(90)
        pen.text(0, 0, "Turned upwards", BODY, BODY.size)
        pen.canvas.restoreState()

    with drawn(draw) as file:
        assert len(tidy.overlaps(file)) == 1


def test_a_file_that_was_damaged_is_found_out() -> None:
    with bad(FIRST) as file:
        assert tidy.broken_objects(file) == []
        assert tidy.broken_objects(Opened(file.data.replace(b"\n3 0 obj", b"\n\n3 0 obj", 1)))
