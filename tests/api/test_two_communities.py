"""Two communities in one process: each app goes by the settings that it was made with, and by nothing else."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from threading import Barrier
from typing import NamedTuple

import pytest
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr
from pypdf import PdfReader

from app.core.config import Settings
from app.core.rules import Rules
from app.main import create_app
from tests.printing.looking import codes
from tests.support.databases import NewDatabase
from tests.support.reading import look_of
from tests.support.rules import RULES
from tests.support.world import World, build_world, day


class Two(NamedTuple):
    """The worlds of both."""

    here: World
    there: World


@pytest.fixture(scope="module")
def two(new_database: NewDatabase, template_url: str) -> Iterator[Two]:
    here = {
        "community_name": "Latinas in Medicine",
        "ribbon_color": "#1B4F9C",
        "public_url": "https://here.example.org",
        "transit_days": 5,
        "buffer_days": 3,
        "hand_out_days_before": 2,
        "open_claims": 100,
        "default_platform": "x",
        "language": "en",
        "paper_size": "letter",
        "home_country": "US",
    }
    there = {
        "community_name": "Médicas de México",
        "ribbon_color": "#B0406A",
        "public_url": "https://there.example.org",
        "transit_days": 20,
        "buffer_days": 10,
        "hand_out_days_before": 9,
        "open_claims": 1,
        "default_platform": "instagram",
        "language": "es",
        "paper_size": "a4",
        "home_country": "MX",
    }
    with ExitStack() as stack:
        urls = [stack.enter_context(new_database(copy_of=template_url)) for _ in range(2)]
        worlds = [stack.enter_context(build_world(url, **how)) for url, how in zip(urls, (here, there), strict=True)]
        yield Two(*worlds)


def _must_ship_by(world: World) -> tuple[date, date]:
    conference = world.conference(starts_in=90)
    claim = world.deputized(conference, world.bea)
    assert world.bea.post(f"/claims/{claim['id']}/withdraw")["ship_by"] is None
    return date.fromisoformat(conference["starts_on"]), date.fromisoformat(claim["ship_by"]["date"])


def test_each_counts_back_its_own_lead_time(two: Two) -> None:
    lead = [starts_on - ship_by for starts_on, ship_by in map(_must_ship_by, two)]
    assert lead == [timedelta(days=8), timedelta(days=30)]


def test_what_is_late_for_one_is_not_for_the_other(two: Two) -> None:
    late = []
    for world in two:
        claim = world.claim(world.conference(starts_in=20), world.trusted)
        late.append([waiting["id"] for waiting in world.coordinator.get("/todo")["late_to_ship"]] == [claim["id"]])
        world.trusted.post(f"/claims/{claim['id']}/withdraw")
    assert late == [False, True]


def test_each_opens_its_hand_outs_on_its_own_day(two: Two) -> None:
    status = []
    for world in two:
        claim = world.deputized(world.conference(starts_in=5, timezone="UTC"))
        world.received(claim)
        new = {"design_id": world.design, "quantity": 1}
        status.append(world.ana.call("POST", f"/claims/{claim['id']}/hand-outs", json=new).status_code)
    assert status == [409, 201]


def test_each_has_its_own_number_of_open_claims(two: Two) -> None:
    status = []
    for world in two:
        path = "/conferences/{id}/claims"
        first, second = (path.format(**world.conference(starts_in=days)) for days in (40, 50))
        claim = world.bea.post(first, {"ribbons_requested": 1}, status=201)
        status.append(world.bea.call("POST", second, json={"ribbons_requested": 1}).status_code)
        world.bea.post(f"/claims/{claim['id']}/withdraw")
    assert status == [201, 409]


def test_a_bare_handle_is_of_each_ones_own_platform(two: Two) -> None:
    platforms = []
    for world in two:
        conference = world.conference(starts_in=-1, days=2)
        new = {"conference_id": conference["id"], "happened_on": f"{day(-1)}", "people": [{"handle": "@anamed"}]}
        world.coordinator.post("/meetups", new, status=201)
        (member,) = world.coordinator.get("/members?handle=anamed")["items"]
        platforms.append([handle["platform"] for handle in member["handles"]])
    assert platforms == [["x"], ["instagram"]]


def test_each_prints_on_its_own_paper_in_its_own_language_under_its_own_name(two: Two) -> None:
    printed = []
    for world in two:
        answer = world.coordinator.call("GET", f"/locations/{world.depot}/count-sheet.pdf")
        (page,) = PdfReader(BytesIO(answer.content)).pages
        (link,) = codes(answer.content, 0)
        width = round(float(page.mediabox.width))
        printed.append((width, link.rpartition("/P/")[0], page.extract_text()))
    (here, there) = printed
    assert here[:2] == (612, "HTTPS://HERE.EXAMPLE.ORG")
    assert there[:2] == (595, "HTTPS://THERE.EXAMPLE.ORG")
    for words in ("Latinas in Medicine", "Stock count"):
        assert words in here[2]
        assert words not in there[2]
    # An address abroad ends with its country.
    for words in ("Médicas de México", "Conteo", "UNITED STATES"):
        assert words in there[2]
        assert words not in here[2]


def test_pages_have_each_ones_own_colors(two: Two) -> None:
    looks = [look_of(world.client, world.client.get("/problems/conflict").text) for world in two]
    assert ["#1B4F9C" in look for look in looks] == [True, False]
    assert ["#B0406A" in look for look in looks] == [False, True]


def test_letters_are_signed_by_each_one(two: Two, capsys: pytest.CaptureFixture[str]) -> None:
    letters = []
    for world in two:
        world.anyone.post("/sign-in-links", {"email": "ana@example.org"}, status=202)
        letters.append(capsys.readouterr().out)
    assert ["Latinas in Medicine" in letter for letter in letters] == [True, False]
    assert ["Médicas de México" in letter for letter in letters] == [False, True]


def _at_the_same_time(url: str, *, threads: int, number: int) -> bool:
    """Whether an app with so many threads works on so many requests at once."""
    meeting = Barrier(number)

    def wait_for_the_others(_session: object) -> Rules:
        meeting.wait(timeout=2)
        return RULES

    app = create_app(Settings(database_url=SecretStr(url), threads=threads))
    app.state.service = replace(app.state.service, rules=wait_for_the_others)

    async def ask() -> None:
        async with AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://t") as client:
            await asyncio.gather(*(client.get("/S/unknown") for _ in range(number)))

    asyncio.run(ask())
    return not meeting.broken


def test_each_app_has_threads_of_its_own_in_one_event_loop(template_url: str) -> None:
    assert _at_the_same_time(template_url, threads=3, number=3)
    assert not _at_the_same_time(template_url, threads=1, number=2)
