"""Who is told of what: a letter for each step that concerns somebody else, when it can no longer be taken back."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import col, delete, select

from app.acts.application import Service
from app.core.clock import frozen
from app.core.language import LANGUAGES
from app.letters.by_date import ask_for_letters_of_the_day
from app.letters.kinds import KINDS
from app.letters.sending import post
from app.letters.writing import Foot, write
from app.outbox.models import LetterKind, QueuedLetter
from scripts import letters
from tests.support.mailbox import Mailbox, mailbox
from tests.support.smtp import text_of
from tests.support.world import Caller, World, day

Leave = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server."""
    with mailbox() as found:
        yield found


@pytest.fixture
def there(world: World, box: Mailbox) -> Iterator[World]:
    """The community with that mail server."""
    with world.with_settings(smtp_url=box.url, mail_from="r@example.org") as found:
        yield found


@pytest.fixture
def leave(there: World, box: Mailbox) -> Leave:
    """Lets two minutes pass: to whom letters have left then, and what is in their subject lines."""
    service: Service = there.client.app.state.service  # type: ignore[attr-defined]  # it is FastAPI

    def left() -> list[tuple[str, str]]:
        before = len(box.taken)
        with frozen(datetime.now(UTC) + timedelta(minutes=2)):
            post(service, urgent=False)
        found = ((str(one["To"]).partition("@")[0], str(one["Subject"])) for one in box.taken[before:])
        return sorted(found)

    return left


def test_a_claim_is_told_of_to_coordinators_and_what_is_decided_to_its_champion(there: World, leave: Leave) -> None:
    conference = there.conference(name="Heart 2030")
    claim = there.ana.post(f"/conferences/{conference['id']}/claims", {"ribbons_requested": 50}, status=201)
    asked = "Somebody would like to bring ribbons"
    assert leave() == [("admin", asked), ("coordinator", asked)]
    there.coordinator.post(f"/claims/{claim['id']}/deputize", {})
    waiting = there.bea.post(f"/conferences/{conference['id']}/claims", {"ribbons_requested": 50}, status=201)
    declined = there.conference(name="Lung 2030", starts_in=90)
    second = there.bea.post(f"/conferences/{declined['id']}/claims", {"ribbons_requested": 50}, status=201)
    there.coordinator.post(f"/claims/{second['id']}/decline", {"note": "another time"})
    # Of what was decided before it left, the coordinators are not told any more that it waits.
    assert leave() == [
        ("admin", asked),
        ("ana", "You are the champion for Heart 2030"),
        ("bea", "About your request for Lung 2030"),
        ("coordinator", asked),
    ]
    there.coordinator.post(f"/claims/{claim['id']}/revoke", {"note": "sorry"})
    assert leave() == [
        ("ana", "You are no longer the champion for Heart 2030"),
        ("bea", "You are next in line for Heart 2030"),
    ]
    there.bea.post(f"/claims/{waiting['id']}/withdraw", {})
    assert leave() == []


def test_what_is_taken_back_within_a_minute_is_not_told(there: World, leave: Leave) -> None:
    conference = there.conference(name="Heart 2030")
    there.deputized(conference)
    assert leave() != []
    path = f"/conferences/{conference['id']}"
    there.coordinator.post(f"{path}/cancel")
    there.coordinator.post(f"{path}/restore")
    assert leave() == []
    there.coordinator.post(f"{path}/cancel")
    assert leave() == [("ana", "Heart 2030 was cancelled")]
    there.coordinator.post(f"{path}/restore")
    assert leave() == [("ana", "You are the champion for Heart 2030")]
    there.coordinator.post(f"{path}/go-virtual")
    assert leave() == [("ana", "Heart 2030 went virtual")]


def test_what_was_not_told_yet_is_told_after_a_conference_was_cancelled_and_put_back(
    there: World, leave: Leave
) -> None:
    conference = there.conference(name="Heart 2030")
    path = f"/conferences/{conference['id']}"
    there.deputized(conference)
    there.bea.post(f"{path}/claims", {"ribbons_requested": 50}, status=201)
    for _ in range(2):
        there.coordinator.post(f"{path}/cancel")
        there.coordinator.post(f"{path}/restore")
    asked = "Somebody would like to bring ribbons"
    assert leave() == [("admin", asked), ("ana", "You are the champion for Heart 2030"), ("coordinator", asked)]
    there.coordinator.post(f"{path}/cancel")
    there.coordinator.post(f"{path}/restore")
    assert leave() == []
    there.coordinator.post(f"{path}/cancel")
    assert [who for who, _ in leave()] == ["ana", "bea"]
    there.coordinator.post(f"{path}/restore")
    assert leave() == [("admin", asked), ("ana", "You are the champion for Heart 2030"), ("coordinator", asked)]


def test_who_is_first_in_line_is_told_once_and_not_at_every_step_of_somebody_else(there: World, leave: Leave) -> None:
    conference = there.conference(name="Heart 2030")
    first, second, third = (
        who.post(f"/conferences/{conference['id']}/claims", {"ribbons_requested": 50}, status=201)
        for who in (there.ana, there.bea, there.coordinator)
    )
    there.coordinator.post(f"/claims/{third['id']}/withdraw", {})
    asked = "Somebody would like to bring ribbons"
    assert leave() == [("admin", asked), ("admin", asked), ("coordinator", asked), ("coordinator", asked)]
    there.ana.post(f"/claims/{first['id']}/withdraw", {})
    assert leave() == [("bea", "You are next in line for Heart 2030")]
    again = there.ana.post(f"/conferences/{conference['id']}/claims", {"ribbons_requested": 50}, status=201)
    there.ana.post(f"/claims/{again['id']}/withdraw", {})
    assert leave() == []
    there.coordinator.post(f"/claims/{second['id']}/decline", {"note": "no"})
    assert leave() == [("bea", "About your request for Heart 2030")]


def test_a_conference_that_moves_is_told_with_the_days_of_before_and_not_when_it_moves_back(
    there: World, leave: Leave, box: Mailbox
) -> None:
    conference = there.conference(name="Heart 2030", starts_in=60)
    there.deputized(conference)
    leave()
    path = f"/conferences/{conference['id']}"
    version = there.coordinator.get(path)["version"]
    later = {"starts_on": day(70).isoformat(), "ends_on": day(72).isoformat()}
    there.coordinator.patch(path, later, version=version)
    assert leave() == [("ana", "Heart 2030 has moved")]
    assert str(day(60).day) in text_of(box.taken[-1])
    before = {"starts_on": day(80).isoformat(), "ends_on": day(82).isoformat()}
    there.coordinator.patch(path, before, version=version + 1)
    there.coordinator.patch(path, later, version=version + 2)
    assert leave() == []
    for number, days in enumerate((before, {"starts_on": day(90).isoformat(), "ends_on": day(92).isoformat()})):
        there.coordinator.patch(path, days, version=version + 3 + number)
    assert leave() == [("ana", "Heart 2030 has moved")]
    told = text_of(box.taken[-1]).replace("\N{NO-BREAK SPACE}", " ")
    assert f"{day(70):%B} {day(70).day}" in told
    assert f"{day(80):%B} {day(80).day}" not in told


def test_whoever_gets_a_box_is_told_when_it_leaves_and_arrives_and_coordinators_what_is_missing(
    there: World, leave: Leave, box: Mailbox
) -> None:
    claim = there.deputized(there.conference())
    leave()
    shipment = there.packed(claim)
    path = f"/shipments/{shipment['id']}"
    there.coordinator.post(f"{path}/send", {"carrier": "USPS", "tracking_number": "9400"})
    assert leave() == [("ana", "Your ribbons are on their way")]
    assert "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400" in text_of(box.taken[-1])
    assert "123 W Example" not in str(box.taken[-1])
    there.coordinator.post(f"{path}/deliver")
    assert leave() == [("ana", "Please count your ribbons")]
    lines = [{"line_id": line["id"], "received": 96} for line in shipment["lines"]]
    there.ana.post(f"{path}/receive", {"lines": lines})
    missing = f"Ribbons are missing in box SH-{shipment['id']:04d}"
    assert leave() == [("admin", missing), ("coordinator", missing)]


def test_a_box_that_is_counted_at_once_needs_no_letter_that_it_comes(there: World, leave: Leave) -> None:
    claim = there.deputized(there.conference())
    leave()
    there.received(claim)
    assert leave() == []


def test_a_proposal_and_a_report_are_told_to_coordinators_but_to_none_whom_it_is_about(
    there: World, leave: Leave, box: Mailbox
) -> None:
    new = {"name": "Skin 2030", "starts_on": day(50).isoformat(), "ends_on": day(51).isoformat(), "country": "US",
           "state": "US-IL", "city": "Chicago"}  # fmt: skip
    there.ana.post("/conferences", new, status=201)
    there.ana.post("/reports", {"text": "the word of abuse", "person_id": there.coordinator.person_id}, status=204)
    assert leave() == [
        ("admin", "A conference was proposed"),
        ("admin", "A report has come in"),
        ("coordinator", "A conference was proposed"),
    ]
    assert not any("the word" in text_of(letter) for letter in box.taken)


def test_whoever_is_named_in_a_meetup_is_told_once_a_day_without_a_name_unless_they_say_otherwise(
    there: World, leave: Leave, box: Mailbox
) -> None:
    conference = there.conference(name="Heart 2030", starts_in=-1, days=4, timezone="UTC")
    there.deputized(conference)
    new: dict[str, Any] = {"conference_id": conference["id"], "happened_on": day(0).isoformat()}
    there.ana.post("/meetups", {**new, "people": [{"handle": "@bea_md"}]}, status=201)
    (member,) = there.coordinator.get("/members?q=bea_md")["items"]
    there.coordinator.patch(f"/members/{member['id']}", {"person_id": there.bea.person_id}, version=1)
    assert ("bea", "Did you meet in person?") not in leave()
    for other in ("else_md", "another_md"):
        there.ana.post("/meetups", {**new, "people": [{"handle": "@bea_md"}, {"handle": f"@{other}"}]}, status=201)
    assert leave() == [("bea", "Did you meet in person?")]
    assert not any(said in str(box.taken[-1]) for said in ("bea_md", "else_md", "Ana"))


def test_whom_somebody_has_blocked_does_not_use_up_the_letter_of_the_day(there: World, leave: Leave) -> None:
    conference = there.conference(name="Heart 2030", starts_in=-1, days=4, timezone="UTC")
    there.deputized(conference)
    leave()
    new: dict[str, Any] = {"conference_id": conference["id"], "happened_on": day(0).isoformat()}
    others = iter("abcdefgh")

    def name(who: Caller) -> int:
        people = [{"handle": "@bea_md"}, {"handle": f"@other_{next(others)}"}]
        return int(who.post("/meetups", {**new, "people": people}, status=201)["id"])

    blocked = name(there.ana)
    (member,) = there.coordinator.get("/members?q=bea_md")["items"]
    there.coordinator.patch(f"/members/{member['id']}", {"person_id": there.bea.person_id}, version=1)
    there.bea.post(f"/membership/meetups/{blocked}/block-recorder", {}, status=204)
    name(there.ana)
    assert leave() == []
    name(there.ana)  # the letter waits for something to tell …
    name(there.coordinator)  # … and here it is
    assert leave() == [("bea", "Did you meet in person?")]
    name(there.coordinator)
    assert leave() == []


@pytest.mark.on_one_engine("no database has a part in it")
@pytest.mark.parametrize("kind", list(LetterKind))
def test_every_letter_can_be_written_in_every_language_and_leads_to_one_page(kind: LetterKind, world: World) -> None:
    about = KINDS[kind]
    letter = about.say(about.sample, world.rules)
    said = {}
    for language in LANGUAGES:
        said[language] = write(letter, Foot(about.why), language=language, rules=world.rules)
        assert "{" not in said[language].text
        assert said[language].text.count("http") + said[language].text.count("ccs_") >= 1
        assert f'lang="{language}"' in said[language].html
        assert not any(word in said[language].html for word in ("<img", "<script", "src=", "url("))
    assert said["en"].text != said["es"].text


def _on(world: World, at: datetime) -> list[tuple[LetterKind, int | None]]:
    """What the server asks for at this instant, whatever it was asked for before."""
    with frozen(at), world.database.transaction() as session:
        before = set(session.scalars(select(col(QueuedLetter.id))))
        for _ in range(2):
            ask_for_letters_of_the_day(session, rules=world.rules)
        found = session.scalars(select(QueuedLetter).where(col(QueuedLetter.id).not_in(before)))
        return sorted((letter.kind, letter.person_id) for letter in found)


def test_a_day_brings_its_letters_once_and_none_of_the_days_gone_by(world: World) -> None:
    ana, team = world.ana.person_id, [world.admin.person_id, world.coordinator.person_id]
    conference = world.conference(starts_in=60, days=3, timezone="UTC")
    world.deputized(conference)
    first = datetime.combine(day(60), time(), UTC)
    last_to_ship = first - timedelta(days=world.rules.transit_days + world.rules.buffer_days)
    assert not [entry for entry in _on(world, last_to_ship + timedelta(hours=7)) if entry[0] == "ship-today"]
    assert [entry for entry in _on(world, last_to_ship + timedelta(hours=8)) if entry[0] == "ship-today"] == [
        (LetterKind.SHIP_TODAY, one) for one in sorted(team, key=lambda one: one or 0)
    ]

    def hers(at: datetime) -> list[LetterKind]:
        return [kind for kind, person_id in _on(world, at) if person_id == ana]

    assert hers(first - timedelta(hours=16, minutes=1)) == []
    assert hers(first - timedelta(hours=16)) == [LetterKind.HAND_OUTS_BEGIN]
    assert hers(first + timedelta(hours=9)) == []
    over = first + timedelta(days=3)
    assert hers(over + timedelta(days=2, hours=9)) == []
    assert hers(over + timedelta(days=3, hours=9)) == [LetterKind.CLOSE_OUT]
    assert hers(over + timedelta(days=10, hours=9)) == [LetterKind.CLOSE_OUT]
    assert hers(over + timedelta(days=30)) == []


def test_a_letter_of_a_day_that_comes_on_another_is_not_sent(there: World, box: Mailbox) -> None:
    there.deputized(there.conference(starts_in=60, days=3, timezone="UTC"))
    first = datetime.combine(day(60), time(8), UTC)
    last_to_ship = first - timedelta(days=there.rules.transit_days + there.rules.buffer_days)
    service: Service = there.client.app.state.service  # type: ignore[attr-defined]  # it is FastAPI
    with frozen(last_to_ship - timedelta(days=2)):
        post(service, urgent=False)  # what deputizing has brought
    about = "must leave today|begins tomorrow"
    for on, sent in ((last_to_ship, 2), (first - timedelta(days=1), 1)):
        for hours in (24, 1):  # the mail server was away for a day, and then it was not
            with there.database.transaction() as session:
                session.execute(delete(QueuedLetter))
            assert _on(there, on)
            before = len(box.taken)
            with frozen(on + timedelta(hours=hours)):
                post(service, urgent=False)
            told = [one for one in box.taken[before:] if re.search(about, str(one["Subject"]))]
            assert len(told) == (sent if hours == 1 else 0), (on, hours)


def test_once_a_week_coordinators_are_told_what_waits_and_nothing_where_nothing_does(
    there: World, box: Mailbox
) -> None:
    monday = datetime.combine(day(0), time(9), UTC) + timedelta(days=7 - day(0).weekday())
    service: Service = there.client.app.state.service  # type: ignore[attr-defined]  # it is FastAPI

    def told(at: datetime) -> list[str]:
        before = len(box.taken)
        assert {kind for kind, _ in _on(there, at)} >= {LetterKind.WEEKLY}
        with frozen(at):
            post(service, urgent=False)
        return [text_of(letter) for letter in box.taken[before:] if "What waits" in str(letter["Subject"])]

    assert told(monday) == []
    there.claim(there.conference(starts_in=60))
    found = told(monday + timedelta(days=7))
    assert len(found) == 2
    assert all("Requests to decide on: 1" in text for text in found)


@pytest.mark.on_one_engine("no database has a part in it")
def test_the_page_of_all_letters_is_what_is_sent_and_may_be_written_again_by_the_script() -> None:
    assert letters.FILE.read_text("utf-8") == letters.page(), "run scripts/letters.py"
