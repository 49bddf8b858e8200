"""Every print is registered: which revision it is, which copy, and what its code leads to."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from app.core.db import Database
from app.core.errors import Conflict, NotFound
from app.core.subjects import NOTHING, Subject, Thing
from app.maintenance.verification import differences
from app.papers.links import Found, normal_code, resolve, revoke_link, revoke_links_to
from app.papers.models import ALPHABET
from app.papers.stamping import (
    PaperKind,
    content_hash,
    forget_contents,
    lasting_code,
    link_to,
    printed_last,
    readable,
    stamp,
    stamp_all,
)
from app.printing.documents import Document
from tests.printing import ordinary

SLIP = PaperKind("packing-slip", "S")
KIT = PaperKind("kit", "C", lasting=True)
DOCUMENT = Document(
    number="SH-0001",
    about=Thing.SHIPMENT.named(1),
    community="Latinas in Medicine",
    paper_size="letter",
    language="en",
    printed_at=datetime(2026, 3, 4, 15, 30, tzinfo=UTC),
    public_url="https://ribbons.example.org",
)
OTHER = replace(DOCUMENT, community="Médicas Latinas")


def printed(
    session: Session, document: Document = DOCUMENT, kind: PaperKind = SLIP, about: Subject = NOTHING
) -> Document:
    return stamp(session, kind=kind, document=replace(document, about=about) if about else document)


def found(session: Session, document: Document, letter: str = "S") -> Found:
    return resolve(session, letter=letter, code=document.code)


def test_the_first_print_is_revision_one_and_a_reprint_says_which_copy_it_is(session: Session) -> None:
    first, second, third = (printed(session) for _ in range(3))
    assert [(paper.revision, paper.copy) for paper in (first, second, third)] == [(1, 1), (1, 2), (1, 3)]
    assert {first.code, second.code, third.code} == {first.code}
    assert first.fingerprint == content_hash(DOCUMENT)[:8].upper() == third.fingerprint


def test_what_was_printed_before_keeps_its_fingerprint() -> None:
    """Another way to write a content down would make a new revision of every paper that is out there."""
    assert content_hash(ordinary.SLIP)[:8] == "b89c1103"
    assert content_hash(ordinary.KIT)[:8] == "699bde1a"
    assert content_hash(ordinary.REPORT)[:8] == "004173fa"


@pytest.mark.parametrize(
    "change",
    [
        lambda d: replace(d, language="es"),
        lambda d: replace(d, paper_size="a4"),
        lambda d: replace(d, printed_at=datetime(2027, 1, 1, tzinfo=UTC), number="SH-0001-2027-01-01"),
    ],
)
def test_another_language_paper_or_time_is_no_other_content(
    session: Session, change: Callable[[Document], Document]
) -> None:
    printed(session)
    again = printed(session, change(DOCUMENT))
    assert (again.revision, again.copy) == (1, 2)


def test_another_content_is_a_new_revision_and_the_old_code_says_so(session: Session) -> None:
    old = printed(session)
    new = printed(session, OTHER)
    assert (new.revision, new.copy) == (2, 1)
    assert new.code != old.code
    assert found(session, old).outdated
    assert found(session, old).newest == 2
    assert not found(session, new).outdated
    back = printed(session)
    assert (back.revision, back.copy) == (3, 1)
    assert found(session, new).outdated


def test_papers_of_other_things_and_other_kinds_have_revisions_of_their_own(session: Session) -> None:
    printed(session)
    assert printed(session, OTHER, about=Thing.SHIPMENT.named(2)).revision == 1
    assert printed(session, OTHER, kind=PaperKind("order-sheet", "O")).revision == 1


def test_a_lasting_code_stays_in_all_revisions_until_it_is_revoked(session: Session) -> None:
    old, new = printed(session, kind=KIT), printed(session, OTHER, kind=KIT)
    assert (new.revision, new.code) == (2, old.code)
    assert not found(session, old, "C").outdated
    revoke_link(session, code=old.code)
    assert printed(session, OTHER, kind=KIT).code != old.code


def test_a_revoked_code_is_replaced_by_the_next_print(session: Session) -> None:
    first = printed(session)
    revoke_link(session, code=first.code)
    assert found(session, first).revoked
    again = printed(session)
    assert (again.revision, again.copy) == (1, 2)
    assert again.code != first.code
    assert not found(session, again).revoked


def test_a_revision_that_is_not_the_one_wanted_is_not_printed(session: Session) -> None:
    printed(session)
    with pytest.raises(Conflict, match="revision 2, not 1"):
        stamp(session, kind=SLIP, document=OTHER, revision=1)


def test_codes_are_read_however_they_are_typed(session: Session) -> None:
    code = printed(session).code
    bare = code.replace("-", "")
    assert len(bare) == 16
    assert set(bare) <= set(ALPHABET)
    typed = code.lower().replace("0", "o").replace("1", "l")
    assert normal_code(typed) == bare
    assert resolve(session, letter="s", code=typed).code == bare


@pytest.mark.parametrize("code", ["", "0" * 15, "0" * 16, "\x00" * 16, "É" * 16])
def test_a_code_that_nobody_printed_leads_nowhere(session: Session, code: str) -> None:
    printed(session)
    with pytest.raises(NotFound):
        resolve(session, letter="S", code=code)


def test_a_code_leads_nowhere_under_another_letter(session: Session) -> None:
    paper = printed(session)
    with pytest.raises(NotFound):
        resolve(session, letter="O", code=paper.code)


def test_links_are_in_capitals_unless_the_address_has_a_path() -> None:
    code = "0" * 16
    for url, link in (
        ("https://champions.example.org", f"HTTPS://CHAMPIONS.EXAMPLE.ORG/S/{code}"),
        ("https://champions.example.org/", f"HTTPS://CHAMPIONS.EXAMPLE.ORG/S/{code}"),
        ("https://example.org/Ribbons", f"https://example.org/Ribbons/s/{code}"),
    ):
        assert link_to(url, "S", code) == link


def test_many_papers_take_as_many_statements_as_two(database: Database) -> None:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    counts = []
    for number in (2, 200):
        documents = [replace(DOCUMENT, about=Thing.SHIPMENT.named(f"{number}{index}")) for index in range(number)]
        for _ in range(2):
            said.clear()
            stamped = database.run(partial(stamp_all, kind=SLIP, documents=documents))
            counts.append(len(said))
            assert len({paper.code for paper in stamped}) == number
    event.remove(database.engine, "before_cursor_execute", note)
    assert counts[:2] == counts[2:]


def test_a_paper_that_is_printed_at_once_by_several_has_one_revision_and_that_many_copies(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        stamped = list(pool.map(lambda _: database.run(printed), range(12)))
    assert {paper.revision for paper in stamped} == {1}
    assert sorted(paper.copy for paper in stamped) == list(range(1, 13))
    assert len({paper.code for paper in stamped}) == 1


def test_the_code_of_a_thing_is_made_once(session: Session) -> None:
    code = lasting_code(session, letter="M", subject="claim:1")
    assert lasting_code(session, letter="M", subject="claim:1") == code
    assert lasting_code(session, letter="M", subject="claim:2") != code
    assert resolve(session, letter="M", code=readable(code)).subject == "claim:1"
    assert differences(session) == []


def test_a_hash_is_forgotten_and_the_next_print_is_another_revision(session: Session) -> None:
    first = printed(session)
    assert printed_last(session, kind=SLIP, document=DOCUMENT) == 1
    forget_contents(session, subjects=["shipment:1"])
    assert session.connection().scalar(text("SELECT content_hash FROM printed_paper")) == ""
    assert printed_last(session, kind=SLIP, document=DOCUMENT) is None
    assert printed(session).revision == 2
    assert found(session, first).outdated


def test_what_is_revoked_was_not_printed_last(session: Session) -> None:
    paper = printed(session)
    revoke_links_to(session, subject="shipment:1")
    assert found(session, paper).revoked
    assert printed_last(session, kind=SLIP, document=DOCUMENT) is None
