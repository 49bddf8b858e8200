"""What every page has, whoever reads it."""

import re
from typing import Any

import pytest

from app.meetups.service import TYPED_DAYS
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("pages show what acts read, which is tested on both")

BROWSER = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Site": "none"}
PUBLIC = ("/", "/conferences", "/coverage", "/about", "/privacy")


def page(world: World, path: str, **headers: str) -> Any:
    """The answer that a browser gets which follows nothing."""
    return world.client.get(path, headers={**BROWSER, **headers}, follow_redirects=False)


@pytest.mark.parametrize("language", ["en", "es"])
def test_public_pages_are_found_kept_and_guarded(world: World, language: str) -> None:
    conference = world.conference(name="Congreso & <Simposio>")
    for path in (*PUBLIC, f"/conferences/{conference['id']}"):
        answer = page(world, path, **{"Accept-Language": language})
        assert (answer.status_code, answer.headers["Content-Language"]) == (200, language), path
        assert f'<html lang="{language}">' in answer.text
        assert re.search(r"<title>[^<]+</title>", answer.text)
        assert "<Simposio>" not in answer.text
        assert answer.headers["X-Robots-Tag"] == "all"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert not re.search(
            r"<script(?![^>]*src=)|style=|https?://(?!127\.0\.0\.1)[^\"]*\.(js|css|woff2)", answer.text
        )
        again = page(world, path, **{"Accept-Language": language, "If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path


def test_a_page_is_sent_anew_once_it_has_changed(world: World) -> None:
    before = page(world, "/conferences").headers["ETag"]
    world.conference()
    assert page(world, "/conferences", **{"If-None-Match": before}).status_code == 200


def test_a_reader_chooses_a_language_and_it_is_remembered(world: World) -> None:
    chosen = page(world, "/?lang=es", **{"Accept-Language": "en"})
    assert chosen.headers["Content-Language"] == "es"
    cookie = chosen.headers["Set-Cookie"].partition(";")[0]
    assert page(world, "/about", **{"Accept-Language": "en", "Cookie": cookie}).headers["Content-Language"] == "es"
    assert "Set-Cookie" not in page(world, "/?lang=xx").headers
    again = page(world, "/?lang=es", **{"If-None-Match": chosen.headers["ETag"]})
    assert (again.status_code, "Set-Cookie" in again.headers) == (304, True)


def test_a_file_that_caches_keep_for_everybody_sets_no_cookie(world: World) -> None:
    for path in ("/robots.txt", "/sitemap.xml", "/coverage/badge.svg"):
        kept = page(world, f"{path}?lang=es")
        for answer in (kept, page(world, f"{path}?lang=es", **{"If-None-Match": kept.headers["ETag"]})):
            assert ("public" in answer.headers["Cache-Control"], answer.headers.get("Set-Cookie")) == (True, None), path


def test_a_page_ignores_what_it_does_not_know(world: World) -> None:
    for path in PUBLIC:
        assert page(world, f"{path}?fbclid=1&utm_source=x&fbclid=2").status_code == 200


def test_a_browser_gets_errors_as_pages_and_a_program_as_problems(world: World) -> None:
    for path in ("/nothing", "/conferences/999", "/conferences/x", f"/conferences/{2**40}"):
        answer = page(world, path, **{"Accept-Language": "es"})
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8"), path
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "Content-Security-Policy" in answer.headers
        problem = world.client.get(path, headers={"Accept": "*/*"})
        assert (problem.status_code, problem.headers["Content-Type"]) == (404, "application/problem+json")
    wrong = page(world, "/api/v1/conferences/999")
    assert wrong.headers["Content-Type"] == "application/problem+json"


def test_the_calendar_finds_by_words_and_says_what_is_wrong(world: World) -> None:
    world.conference(name="Congreso de Cardiología", specialty="Cardiología")
    world.conference(name="Radiology Days")
    found = page(world, "/conferences?q=cardiologia").text
    assert "Congreso de Cardiología" in found
    assert "Radiology Days" not in found
    wrong = page(world, "/conferences?year=abc")
    assert (wrong.status_code, wrong.text.count('aria-invalid="true"'), 'value="abc"' in wrong.text) == (422, 1, True)


def test_static_files_are_kept_for_ever_under_their_own_address_alone(world: World) -> None:
    text = page(world, "/").text
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', text):
        answer = world.client.get(path, headers={"Accept-Encoding": "gzip"})
        assert "immutable" in answer.headers["Cache-Control"], path
        old = "/static/0000000000000000/" + path.split("/", 3)[3]
        assert world.client.get(old).headers["Cache-Control"] == "no-cache"
    assert world.client.get("/static/0000000000000000/../main.py").status_code == 404
    assert world.client.get("/static/0000000000000000/nothing.css").status_code == 404


def test_privacy_is_told_by_the_numbers_that_hold(world: World) -> None:
    with world.with_settings(address_days=45, weekly_backups=3) as other:
        said = page(other, "/privacy", **{"Accept-Language": "en"}).text
    assert ("45 days after it was last needed" in said, "30 days after it was last needed" in said) == (True, False)
    assert ("21 days" in said) == other.url.startswith("sqlite")
    assert f"{TYPED_DAYS} days, unless you confirm" in said
    assert "30 días después de la última vez" in page(world, "/privacy", **{"Accept-Language": "es"}).text
