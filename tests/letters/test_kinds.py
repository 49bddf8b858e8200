"""Who is told of what: a letter for each step that concerns somebody else, when it can no longer be taken back."""

import re
from datetime import UTC, datetime, time, timedelta
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, delete, select, update

from app.acts.application import Service
from app.claims.models import Claim
from app.core.clock import frozen, today
from app.core.language import LANGUAGES
from app.letters.by_date import ask_for_letters_of_days
from app.letters.kinds import KINDS
from app.letters.sending import post
from app.letters.writing import Foot, write
from app.outbox.models import LetterKind, QueuedLetter
from app.outbox.service import drop_waiting
from app.stock.models import Design
from scripts import letters
from tests.letters.conftest import Leave
from tests.support.mailbox import Mailbox
from tests.support.smtp import text_of
from tests.support.world import Caller, World, day


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
    for sample in (about.sample, *about.others):
        letter, said = about.say(sample, world.rules), {}
        for language in LANGUAGES:
            said[language] = write(letter, Foot(about.why), language=language, rules=world.rules)
            assert "{" not in said[language].text
            assert said[language].text.count("http") + said[language].text.count("ccs_") >= 1
            assert f'lang="{language}"' in said[language].html
            assert not any(word in said[language].html for word in ("<img", "<script", "src=", "url("))
        assert said["en"].text != said["es"].text
    assert len({str(about.say(sample, world.rules)) for sample in (about.sample, *about.others)}) == 1 + len(
        about.others
    )


def _on(world: World, at: datetime) -> list[tuple[LetterKind, int | None]]:
    """What the server asks for at this instant, whatever it was asked for before."""
    with frozen(at), world.database.transaction() as session:
        before = set(session.scalars(select(col(QueuedLetter.id))))
        for _ in range(2):
            ask_for_letters_of_days(session, rules=world.rules)
        found = session.scalars(select(QueuedLetter).where(col(QueuedLetter.id).not_in(before)))
        return sorted((letter.kind, letter.person_id) for letter in found)


def test_a_day_brings_its_letters_once_or_one_of_the_next_days_where_no_server_ran(world: World) -> None:
    ana, team = world.ana.person_id, sorted([world.admin.person_id or 0, world.coordinator.person_id or 0])
    world.deputized(world.conference(starts_in=60, days=3, timezone="UTC"))
    first = datetime.combine(day(60), time(), UTC)
    over, days = first + timedelta(days=3), timedelta(days=1)
    last_to_ship = first - days * (world.rules.transit_days + world.rules.buffer_days)
    ship, begins, close = LetterKind.SHIP_TODAY, LetterKind.HAND_OUTS_BEGIN, LetterKind.CLOSE_OUT

    def asked(at: datetime) -> list[LetterKind]:
        """The letters about this conference, one of each that goes to several."""
        found = [entry for entry in _on(world, at) if entry[0] in (ship, begins, close)]
        assert [one for kind, one in found if kind is ship] in ([], team)
        return sorted({kind for kind, one in found if kind is ship or one == ana})

    def up(*hours: tuple[datetime, float]) -> list[list[LetterKind]]:
        """What servers ask for that run at these hours alone, and then what is taken back of it."""
        found = [asked(at + timedelta(hours=hour)) for at, hour in hours]
        with world.database.transaction() as session:
            session.execute(delete(QueuedLetter))
        return found

    assert up((last_to_ship, 7), (last_to_ship, 8), (last_to_ship, 23), (last_to_ship + days, 9)) == [
        [],
        [ship],
        [],
        [],
    ]
    assert up((first, -17), (first, -16), (first, 9)) == [[], [begins], []]
    assert up((over + days * 3, 7), (over + days * 3, 8), (over + days * 4, 9), (over + days * 10, 9)) == [
        [], [close], [], [close],
    ]  # fmt: skip
    # Nobody was there on the day: it comes on the next that somebody is, as long as it makes sense, and once.
    assert up((last_to_ship + days, 7), (last_to_ship + days, 8), (last_to_ship + 2 * days, 8)) == [[], [ship], []]
    assert up((first, 1), (first, 9), (first + days, 1)) == [[begins], [], []]
    assert up((over + days * 5, 9), (over + days * 11, 9), (over + days * 12, 9)) == [[close], [close], []]
    assert up((over + days * 9, 9), (over + days * 10, 9), (over + days * 11, 9)) == [[], [close], []]
    assert up((over + days * 15, 9), (over + days * 30, 9)) == [[], []]
    # What was due before the days of this service began, or before a restore, is of another time.
    for at in (last_to_ship + timedelta(hours=9), first - timedelta(hours=15), over + timedelta(days=3, hours=9)):
        with frozen(at), world.database.transaction() as session:
            drop_waiting(session)
        assert up((at, 1), (at, 25)) == [[], []]


def test_a_day_that_a_claim_was_not_there_for_brings_nothing_later(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=60, days=3, timezone="UTC"))
    first, days = datetime.combine(day(60), time(), UTC), timedelta(days=1)
    late = first - days * (world.rules.transit_days + world.rules.buffer_days - 1) + timedelta(hours=9)
    again = first + days * 8 + timedelta(hours=9)  # five days after its end, and two after its reminder was due
    for kind, at in ((LetterKind.SHIP_TODAY, late), (LetterKind.CLOSE_OUT, again)):
        for since, comes in ((at - 3 * days, True), (at - timedelta(hours=1), False)):
            with world.database.transaction() as session:
                session.execute(delete(QueuedLetter))
                session.execute(update(Claim).where(col(Claim.id) == claim["id"]).values(changed_at=since))
            assert (kind in {found for found, _ in _on(world, at)}) is comes, (kind, since)


def test_a_box_is_told_of_once_however_the_days_in_transit_change(world: World) -> None:
    world.deputized(world.conference(starts_in=60, days=3, timezone="UTC"))
    days = world.rules.transit_days + world.rules.buffer_days
    at = datetime.combine(day(60 - days), time(9), UTC)
    assert LetterKind.SHIP_TODAY in {kind for kind, _ in _on(world, at)}
    with frozen(at + timedelta(days=1)), world.database.transaction() as session:
        rules = world.rules.model_copy(update={"transit_days": world.rules.transit_days - 1})
        before = set(session.scalars(select(col(QueuedLetter.id))))
        ask_for_letters_of_days(session, rules=rules)
        found = session.scalars(select(QueuedLetter).where(col(QueuedLetter.id).not_in(before)))
        assert LetterKind.SHIP_TODAY not in {letter.kind for letter in found}


def test_stock_that_is_low_is_told_of_each_week_but_not_again_after_a_restore(world: World) -> None:
    with world.database.transaction() as session:
        session.execute(update(Design).values(reorder_point=10**6))
    monday = datetime.combine(day(14) - timedelta(days=day(14).weekday()), time(9), ZoneInfo(world.rules.timezone))
    tuesday = monday + timedelta(days=1)

    def low(at: datetime) -> bool:
        return LetterKind.STOCK_LOW in {kind for kind, _ in _on(world, at)}

    assert [low(monday), low(tuesday)] == [True, False]
    with frozen(tuesday), world.database.transaction() as session:
        drop_waiting(session)
        session.execute(delete(QueuedLetter))  # the backup knows of none
    assert [low(tuesday), low(monday + timedelta(days=6)), low(monday + timedelta(days=7))] == [False, False, True]


def test_a_letter_of_a_day_that_comes_later_says_what_holds_then(there: World, box: Mailbox) -> None:
    there.deputized(there.conference(name="Heart 2030", starts_in=60, days=3, timezone="UTC"))
    first = datetime.combine(day(60), time(8), UTC)
    last_to_ship = first - timedelta(days=there.rules.transit_days + there.rules.buffer_days)
    service: Service = there.client.app.state.service  # type: ignore[attr-defined]  # it is FastAPI
    with frozen(last_to_ship - timedelta(days=2)):
        post(service, urgent=False)  # what deputizing has brought
    eve, late = first - timedelta(days=1), f"A box for Ana had to leave by {last_to_ship:%B} {last_to_ship.day}"
    for on, hours, subject, text in (
        (last_to_ship, 1, "A box for Heart 2030 must leave today", "Today is the last day"),
        (last_to_ship, 24, "A box for Heart 2030 is late", late),
        (last_to_ship, 24 * 12, "", ""),
        (eve, 1, "Heart 2030 begins tomorrow", "Heart 2030 begins tomorrow"),
        (eve, 24, "Heart 2030 begins today", "Heart 2030 begins today"),
        (eve, 48, "", ""),
    ):
        with there.database.transaction() as session:
            session.execute(delete(QueuedLetter))
        assert _on(there, on)
        before = len(box.taken)
        with frozen(on + timedelta(hours=hours)):
            post(service, urgent=False)
        told = [one for one in box.taken[before:] if re.search("A box|begins", str(one["Subject"]))]
        assert {str(one["Subject"]) for one in told} == ({subject} - {""}), (on, hours)
        for one in told:
            assert text in " ".join(text_of(one).split())


@pytest.mark.on_one_engine("a server looks at its clock, whichever database it has")
def test_a_server_asks_for_the_letters_of_days_however_seldom_it_tidies(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.main._LOOK_AT_DAY_SECONDS", 0.01)
    hour = datetime.now(UTC).hour
    noon = (
        f"Etc/GMT{hour - 12:+d}" if hour != 12 else "UTC"
    )  # where it is about noon now: the sign is the other way round
    with frozen(datetime.now(UTC) - timedelta(days=2)), world.database.transaction() as session:
        drop_waiting(session)
    world.deputized(
        world.conference(starts_on=str(today(noon) + timedelta(days=1)), ends_on=str(day(9)), timezone=noon)
    )
    kinds: set[LetterKind] = set()
    with world.with_settings(tidy_minutes=1440):
        for _ in range(500):
            with world.database.reading() as session:
                kinds = set(session.scalars(select(col(QueuedLetter.kind))))
            if LetterKind.HAND_OUTS_BEGIN in kinds:
                break
            Event().wait(0.02)
    assert LetterKind.HAND_OUTS_BEGIN in kinds


def test_once_a_week_coordinators_are_told_what_waits_and_nothing_where_nothing_does(
    there: World, box: Mailbox
) -> None:
    monday = datetime.combine(day(0), time(9), UTC) + timedelta(days=7 - day(0).weekday())
    service: Service = there.client.app.state.service  # type: ignore[attr-defined]  # it is FastAPI

    def told(at: datetime) -> list[str]:
        before = len(box.taken)
        assert {kind for kind, _ in _on(there, at)} >= {LetterKind.WEEKLY}
        assert LetterKind.WEEKLY not in {kind for kind, _ in _on(there, at + timedelta(days=1))}
        with frozen(at):
            post(service, urgent=False)
        return [text_of(letter) for letter in box.taken[before:] if "What waits" in str(letter["Subject"])]

    assert told(monday) == []
    there.claim(there.conference(starts_in=60))
    found = told(monday + timedelta(days=9))  # no server ran on Monday
    assert len(found) == 2
    assert all("Requests to decide on: 1" in text for text in found)


@pytest.mark.on_one_engine("no database has a part in it")
def test_the_page_of_all_letters_is_what_is_sent_and_may_be_written_again_by_the_script() -> None:
    assert letters.FILE.read_text("utf-8") == letters.page(), "run scripts/letters.py"
