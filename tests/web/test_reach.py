"""Where ribbons have been, on a page, as a table and in pictures for other sites."""

import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from app.core.clock import today
from app.web.card import draw
from tests.support.browser import signed_in
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("figures are tested on both databases; a page, a table and a picture say them")

THIS_YEAR = (today() - timedelta(days=1)).year


def page(world: World, path: str, language: str = "en", **headers: str) -> Any:
    """What a browser gets."""
    sent = {"Accept": "text/html", "Accept-Language": language, **headers}
    return world.client.get(path, headers=sent, follow_redirects=False)


@pytest.fixture
def shared(world: World) -> World:
    """A community that has handed out 20 ribbons at one of two conferences."""
    claim = world.deputized(world.conference(starts_in=0, timezone="UTC", name="=Stroke & Days", specialty="Stroke"))
    world.received(claim)
    world.ana.post(f"/claims/{claim['id']}/hand-outs", {"design_id": world.design, "quantity": 20}, status=201)
    world.conference(name="Elsewhere", state="US-TX", city="Austin")
    return world


def test_figures_stand_beside_their_whole_in_both_languages(shared: World) -> None:
    english, spanish = page(shared, "/coverage").text, page(shared, "/coverage", "es").text
    assert "<b>1</b><span>of 2 conferences tracked</span>" in english
    assert "<b>1</b><span>of 51 states, DC among them</span>" in english
    assert "<b>1</b><span>de 2 congresos registrados</span>" in spanish
    for text in (english, spanish):
        assert "Ribbons have been shared at 1 conference in 1 state." in text
        assert "Se han compartido cintas en 1 congreso, en 1 estado." in text
        assert "=Stroke &amp; Days" in text
        assert "1 of 1" in text or "1 de 1" in text
        assert "report.pdf" not in text


def test_of_very_many_conferences_the_newest_are_listed_and_all_are_in_the_table(
    shared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.coverage.queries.MOST_LISTED", 1)
    monkeypatch.setattr("app.web.reach.SHOWN", 0)
    before = shared.conference(starts_in=-1, days=4, timezone="UTC", name="Before that")
    claim = shared.deputized(before, shared.bea)
    shared.received(claim, shared.bea)
    shared.bea.post(f"/claims/{claim['id']}/hand-outs", {"design_id": shared.design, "quantity": 5}, status=201)
    text = page(shared, "/coverage").text
    assert "All of them as a table (2)" in text
    assert "=Stroke &amp; Days" in text
    assert "Before that" not in text
    assert "Todos en una tabla (2)" in page(shared, "/coverage", "es").text
    monkeypatch.undo()
    assert "as a table (" not in page(shared, "/coverage").text


def test_an_address_chooses_and_what_was_mistyped_is_shown_again(shared: World) -> None:
    chosen = page(shared, "/coverage?state=US-TX&fbclid=1").text
    assert "<b>0</b><span>of 1 conference tracked</span>" in chosen
    assert "/api/v1/coverage.csv?state=US-TX" in chosen
    assert "/coverage/map.svg?state=US-TX&amp;lang=en" in chosen
    assert "Stroke &amp; Days" not in chosen
    both = page(shared, f"/coverage?year={THIS_YEAR}&year={THIS_YEAR + 1}").text
    assert f"year={THIS_YEAR}&amp;year={THIS_YEAR + 1}&amp;lang=en" in both
    wrong = page(shared, "/coverage?from=yesterday")
    assert (wrong.status_code, "<b>1</b>" in wrong.text) == (422, False)
    assert wrong.headers["Cache-Control"] == "private, no-store"


def test_the_report_is_there_for_whom_may_print_it(shared: World) -> None:
    coordinator, champion = signed_in(shared, shared.coordinator), signed_in(shared, shared.ana)
    assert "/coverage/report.pdf?state=US-TX" in coordinator.get("/coverage?state=US-TX")
    coordinator.get("/coverage/report.pdf?state=US-TX")
    assert coordinator.page.content.startswith(b"%PDF-")
    coordinator.get("/coverage/report.pdf?year=x", status=422)
    assert "report.pdf" not in champion.get("/coverage")
    champion.get("/coverage/report.pdf", status=403)


def test_the_table_is_anybodys_safe_and_strict(shared: World) -> None:
    table = shared.client.get("/api/v1/coverage.csv")
    assert table.headers["Access-Control-Allow-Origin"] == "*"
    rows = list(csv.DictReader(StringIO(table.text)))
    assert [(row["name"], row["state"], row["handed_out"], row["champions"]) for row in rows] == [
        ("'=Stroke & Days", "US-IL", "20", "1"),
        ("Elsewhere", "US-TX", "0", "0"),
    ]
    known = {"If-None-Match": table.headers["ETag"]}
    assert shared.client.get("/api/v1/coverage.csv", headers=known).status_code == 304
    assert shared.client.get("/api/v1/coverage.csv?state=US-TX", headers=known).text.count("\n") == 2
    assert shared.client.get("/api/v1/coverage.csv?utm_source=x").status_code == 422


@pytest.mark.parametrize("name", ["badge", "map"])
def test_pictures_are_for_every_site_and_ignore_what_they_do_not_know(shared: World, name: str) -> None:
    path = f"/coverage/{name}.svg"
    picture = page(shared, f"{path}?lang=es&utm_source=x")
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/svg+xml")
    assert picture.headers["Access-Control-Allow-Origin"] == "*"
    assert picture.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in picture.headers
    root = ET.fromstring(picture.content)
    assert (root.findtext("{*}title") or "").endswith("Se han compartido cintas en 1 congreso, en 1 estado.")
    assert "style=" not in picture.text
    kept = {"If-None-Match": picture.headers["ETag"]}
    assert page(shared, f"{path}?lang=es", **kept).status_code == 304
    assert page(shared, f"{path}?lang=en", **kept).status_code == 200
    assert "No ribbons have been shared yet" in page(shared, f"{path}?state=US-TX&lang=en").text
    assert page(shared, f"{path}?year=x").status_code == 422


def test_what_is_shared_has_a_picture_with_the_ribbon_in_each_ones_colors(shared: World) -> None:
    text = page(shared, "/coverage", "es").text
    (address,) = re.findall(r'<meta property="og:image" content="https?://[^/"]+(/[^"]+)"', text)
    picture = page(shared, address)
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/png")
    drawn = Image.open(BytesIO(picture.content)).convert("RGB")
    assert (drawn.size, drawn.getpixel((600, 20))) == ((1200, 630), (250, 247, 241))
    red, _, blue = drawn.getpixel((110, 250))  # type: ignore[misc]  # three parts: it is RGB
    assert blue > red + 40
    reds, _, blues = (band.tobytes() for band in drawn.crop((150, 130, 1050, 290)).split())
    golden = sum(r > 170 and b < 150 for r, b in zip(reds, blues, strict=True))
    assert golden > 5_000
    assert page(shared, address, **{"If-None-Match": picture.headers["ETag"]}).status_code == 304
    assert page(shared, address.replace("es", "en")).content != picture.content


def test_what_no_font_has_is_left_out_of_the_picture_and_what_is_long_is_small() -> None:
    long = draw("#МедикиИñ😀" * 3, "Ribbons " * 60, "W" * 200, "#B0406A", "#FFFFFF")
    drawn = Image.open(BytesIO(long)).convert("RGB")
    edges = {drawn.getpixel((x, y)) for x in (5, 1194) for y in range(0, 630, 5)}
    assert edges == {(250, 247, 241)}


def test_those_who_collect_pages_are_told_which_are_there(world: World) -> None:
    conference = world.conference()
    robots, found = page(world, "/robots.txt"), page(world, "/sitemap.xml")
    assert "Disallow: /files/\n" in robots.text
    links = re.findall(r'<a [^>]*href="/files/[^>]*>', page(world, "/conferences").text)
    assert (len(links), [link for link in links if "nofollow" not in link]) == (2, [])
    assert re.search(r"^Sitemap: http\S+/sitemap\.xml$", robots.text, re.MULTILINE)
    paths = [urlsplit(each.text or "").path for each in ET.fromstring(found.content).findall("{*}url/{*}loc")]
    assert {"/", "/coverage", "/privacy", f"/conferences/{conference['id']}"} <= set(paths)
    for path in paths:
        assert page(world, path).headers["X-Robots-Tag"] == "all", path
    assert {"/join", "/report", "/conferences/propose"} <= set(paths)
