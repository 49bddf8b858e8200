"""What the page behind a printed code says to whoever has scanned it."""

from datetime import UTC, datetime

import pytest

from app.core.language import Language
from app.core.rules import Rules
from app.papers.links import Found
from app.paperwork.explaining import LETTERS, explain, explain_unknown

COMMUNITY, CONTACT = "Latinas in Medicine", "ribbons@example.org"


def found(letter: str, *, revision: int = 1, newest: int = 1, revoked: bool = False) -> Found:
    """A code that stands for something."""
    return Found(
        code="K7Q2M4XPA1B2C3D4",
        letter=letter,
        subject="shipment:5",
        revision=revision,
        newest=newest,
        newest_at=datetime(2026, 3, 4, 12, tzinfo=UTC),
        revoked=revoked,
    )


def said(of: Found, language: Language, contact: str = CONTACT) -> str:
    """The whole page."""
    title, texts = explain(of, language=language, rules=Rules(community_name=COMMUNITY, contact_email=contact))
    return " ".join([title, *texts])


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("letter", LETTERS)
def test_every_page_names_the_community_and_whom_to_write_to(letter: str, language: Language) -> None:
    page = said(found(letter), language)
    assert COMMUNITY in page
    assert (CONTACT in page) == (letter not in "CM")  # those lead on without a letter
    assert said(found(letter, revoked=True), language).count(CONTACT) == 1


@pytest.mark.parametrize(
    ("letter", "language", "whom"),
    [
        ("S", "en", "write to the sender on the label"),
        ("S", "es", "escribe a quien aparece como remitente en la etiqueta"),
        ("P", "en", "write to the person who gave it to you"),
        ("P", "es", "escribe a la persona que te lo dio"),
    ],
)
def test_without_a_contact_a_finder_writes_to_the_sender_and_others_to_who_gave_it(
    letter: str, language: Language, whom: str
) -> None:
    assert whom in said(found(letter), language, contact="")


def test_whoever_got_a_box_tells_the_coordinators_what_was_counted() -> None:
    assert "tell the coordinators how many ribbons of each design you counted" in said(found("S"), "en")
    assert "dile al equipo de coordinación cuántas cintas de cada diseño contaste" in said(found("S"), "es")


def test_an_outdated_paper_says_since_when() -> None:
    outdated = found("P", revision=1, newest=2)
    assert "Revision 2 was printed on March 4, 2026: the information on yours may be out" in _plain(outdated, "en")
    assert "se imprimió el 4 de marzo de 2026: es posible que la tuya ya no esté al día" in _plain(outdated, "es")
    assert "no newer one was printed" in said(found("P"), "en")


def test_a_code_that_was_cancelled_or_is_unknown_says_so() -> None:
    assert "This code was cancelled and no longer works." in said(found("S", revoked=True), "en")
    assert "Este código fue anulado y ya no es válido." in said(found("S", revoked=True), "es")
    assert "sixteen letters and numbers" in explain_unknown("en")[1]
    assert "dieciséis letras y números" in explain_unknown("es")[1]


def _plain(of: Found, language: Language) -> str:
    """With blanks that break lines, where the page has none."""
    return said(of, language).replace("\u00a0", " ")
