"""A phone at a conference, on a line that breaks: pages open, nothing that is entered is lost, nothing counts twice."""

from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Dialog, Error, Page, expect

from app.community.service import settle
from app.maintenance.verification import differences
from tests.browser.test_counter import handed_out, moves, tap
from tests.browser.visitors import Visitors
from tests.support.browser import session_of
from tests.support.cable import Cable, Line
from tests.support.world import Json, World

pytestmark = pytest.mark.on_one_engine("a browser shows what a page holds")

SAFE = "Safe on this phone."

_KEEPS_PAGES = """async wanted => {
  for (let n = 0; n < 100 && await caches.has("pages") !== wanted; n++) await new Promise(done => setTimeout(done, 50));
  return await caches.has("pages") === wanted;
}"""


_BODIES_OF_WHAT_WAS_SENT = """new Promise(done => {
  indexedDB.open("champions", 1).onsuccess = ({ target: { result: db } }) => {
    const asked = db.transaction("entries").objectStore("entries").getAll();
    asked.onsuccess = () => done(asked.result.filter(one => one.done && one.body).length);
  };
})"""


def ready(phones: Visitors, world: World, language: str = "en") -> Page:
    """Ana's phone, made ready at home."""
    phone = phones.signed_in(session_of(world, world.ana), worker=True, language=language)
    phone.goto(f"/home?lang={language}")
    said = {"en": ("Make this phone ready", "are saved"), "es": ("Preparar este teléfono", "están guardadas")}[language]
    phone.get_by_role("button", name=said[0]).click()
    expect(phone.locator("#saved")).to_contain_text(said[1])
    expect(phone.locator("#keeps:not(.no)")).to_be_visible()
    return phone


def sign_in(phone: Page, secret: str) -> None:
    """Somebody else's session, or another one, in the same browser."""
    address = f"http://{urlsplit(phone.url).netloc}"
    phone.context.add_cookies([{"name": "session", "value": secret, "url": address, "httpOnly": True}])


def all_sent(phone: Page) -> None:
    """Has the phone send what waits; whoever is sending already is waited for."""
    state = None
    for _ in range(3):
        with suppress(Error):  # what was sent, here or by another tab, led on to another page meanwhile
            phone.wait_for_load_state()
            state = phone.evaluate("entries.send(true)")
            break
    assert state == ""


@pytest.mark.parametrize("line", [Line.PULLED, Line.STALLED])
def test_pages_open_on_a_dead_line_and_what_was_tapped_before_the_browser_was_closed_is_sent_once(
    phones: Visitors, world: World, claim: Json, cable: Cable, line: Line
) -> None:
    path = f"/claims/{claim['id']}"
    phone = ready(phones, world)
    cable.be(line)
    for page in (
        *(("/home", f"{path}/met", f"{path}/box", f"{path}/close") if line is Line.PULLED else ()),
        f"{path}/hand-out",
    ):
        phone.goto(page)
        expect(phone.get_by_role("status").first).to_contain_text("As of ")
    tap(phone, "+1", 12)
    tap(phone, "+5")
    tap(phone, "Undo +5")
    expect(phone.get_by_role("status")).to_contain_text(f"Not sent yet: 12. {SAFE}")
    expect(phone.locator("#left")).to_have_text("88")
    again = phone.context.new_page()
    phone.close()
    again.goto(f"{path}/hand-out")
    expect(again.locator("#out")).to_have_text("12")
    tap(again, "+10")
    expect(again.get_by_role("status")).to_contain_text(f"Not sent yet: 22. {SAFE}")
    assert handed_out(world, path) == 0
    cable.be(Line.WHOLE)
    all_sent(again)
    assert moves(world, path) == [10, 12]
    with world.database.reading() as session:
        assert differences(session) == []


def test_an_answer_that_is_lost_a_session_that_is_over_and_a_claim_that_was_closed_lose_nothing(
    phones: Visitors, world: World, claim: Json, cable: Cable
) -> None:
    path = f"/claims/{claim['id']}"
    phone = phones.signed_in(session_of(world, world.ana))
    phone.goto(f"{path}/hand-out")
    status = phone.get_by_role("status")

    cable.be(Line.ANSWERS_LOST)
    tap(phone, "+5")
    expect(status).to_contain_text("Not sent yet: 5.")
    assert phone.evaluate("entries.send(true)") == "away"
    assert (cable.lost > 0, moves(world, path)) == (True, [5])  # it has arrived, and nobody was told
    tap(phone, "+1", 3)
    tap(phone, "Undo +1")
    cable.be(Line.WHOLE)
    all_sent(phone)
    assert moves(world, path) == [2, 5]
    expect(phone.locator("#out")).to_have_text("7")
    expect(status).to_have_text("All sent.")

    phone.context.clear_cookies()
    tap(phone, "+10")
    assert phone.evaluate("entries.send(true)") == "over"
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(status).to_contain_text("Not sent yet: 10. You are not signed in any more. Sign in")
    sign_in(phone, session_of(world, world.bea))
    assert phone.evaluate("entries.send(true)") == "over"
    sign_in(phone, session_of(world, world.ana))
    line = {"design_id": world.design, "handed_out": 7, "remaining": 93}
    world.ana.post(f"{path}/close", {"lines": [line]})
    all_sent(phone)
    expect(status).to_have_text("This came after the end. It is kept, and the coordinators look at it.")
    assert moves(world, path) == [2, 5]
    (late,) = world.coordinator.get("/todo")["late_entries"]
    assert late["subject"] == f"claim:{claim['id']}"


def test_two_tabs_gather_and_what_is_refused_is_set_aside_to_be_put_right_and_blocks_nothing(
    phones: Visitors, world: World, claim: Json, cable: Cable
) -> None:
    path = f"/claims/{claim['id']}"
    one = phones.signed_in(session_of(world, world.ana), language="es")
    other = one.context.new_page()
    for tab in (one, other):
        tab.goto(f"{path}/hand-out?lang=es")
    cable.be(Line.PULLED)
    tap(one, "+10")
    tap(other, "+10", 2)
    for tab in (one, other):
        expect(tab.locator("#out")).to_have_text("30")
    other.get_by_label("¿Cuántas más repartiste?").fill("70")
    world.ana.post(f"{path}/hand-outs", {"design_id": world.design, "quantity": 20}, status=201)
    other.get_by_role("button", name="Registrar", exact=True).click()
    expect(other.locator("#out")).to_have_text("100")
    cable.be(Line.WHOLE)
    for tab in (one, other):
        all_sent(tab)
    assert moves(world, path) == [20, 30]
    other.reload()
    expect(other.get_by_role("status")).to_have_text("Sin aceptar: 1. Mira abajo.")
    expect(other.locator("#waiting")).to_contain_text("esto necesita 70")
    other.get_by_role("button", name="Corregir").click()
    expect(other.get_by_role("alert")).to_be_focused()
    other.get_by_label("¿Cuántas más repartiste?").fill("50")
    other.get_by_role("button", name="Registrar", exact=True).click()
    expect(other.locator("#out")).to_have_text("100")
    all_sent(other)
    assert moves(world, path) == [20, 30, 50]


def test_a_box_a_meetup_and_the_final_count_wait_without_a_network_and_go_in_their_order(
    phones: Visitors, world: World, cable: Cable
) -> None:
    claim = world.deputized(world.conference(starts_in=-1, days=4, timezone="UTC"))
    path, box = f"/claims/{claim['id']}", world.sent(claim)["id"]
    phone = ready(phones, world)
    cable.be(Line.PULLED)
    phone.goto(f"{path}/box")
    phone.get_by_label("BLUE").fill("98")
    phone.get_by_role("button", name="That is what came").click()
    expect(phone.get_by_role("button", name="That is what came")).to_be_hidden()
    expect(phone.get_by_role("status").first).to_contain_text(f"Not sent yet: 1. {SAFE}")
    phone.goto(f"{path}/met")
    phone.get_by_label("Their handles").fill("@sol_medina\n@bri chris")
    phone.get_by_label("I have asked each of them").check()
    phone.get_by_role("button", name="Record", exact=True).click()
    expect(phone.get_by_label("Their handles")).to_have_value("")
    expect(phone.get_by_role("status").first).to_contain_text(f"Not sent yet: 2. {SAFE}")
    phone.context.new_page().goto(f"{path}/box")
    expect(phone.context.pages[-1].get_by_role("button", name="That is what came")).to_be_hidden()
    cable.be(Line.WHOLE)
    all_sent(phone)
    assert world.ana.get(f"/shipments/{box}")["lines"][0]["received"] == 98
    assert world.coordinator.get("/meetups")["items"] == []
    phone.locator("#waiting").get_by_role("button", name="Put it right").click()
    expect(phone.get_by_role("alert")).to_be_focused()
    expect(phone.get_by_label("I have asked each of them")).to_be_checked()
    phone.get_by_label("Their handles").fill("@sol_medina")
    phone.get_by_role("button", name="Record", exact=True).click()
    expect(phone.get_by_text("Recorded. Nobody else sees a name")).to_be_visible()
    assert len(world.coordinator.get("/meetups")["items"]) == 1
    assert phone.evaluate(_BODIES_OF_WHAT_WAS_SENT) == 0  # whom she met is no matter of the phone's any more

    phone.goto(f"{path}/met")
    phone.get_by_label("Their handles").fill("x" * 1_100_000)  # too large to be read, and so for ever
    phone.get_by_label("I have asked each of them").check()
    phone.get_by_role("button", name="Record", exact=True).click()
    expect(phone.get_by_role("alert")).to_be_focused()
    phone.goto(f"{path}/close")
    cable.be(Line.ANSWERS_LOST)
    phone.get_by_label("Handed out").fill("90")
    phone.get_by_label("Left over").fill("8")
    phone.get_by_role("button", name="Send the final count").click()
    expect(phone.get_by_role("button", name="Send the final count")).to_be_hidden()
    assert world.ana.get(path)["status"] == "closed"
    cable.be(Line.WHOLE)
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.wait_for_url(f"**{path}")
    expect(phone.get_by_text("Final count sent").first).to_be_visible()
    with world.database.reading() as session:
        assert differences(session) == []


def test_an_upgrade_strands_nothing_and_whoever_signs_out_is_warned_and_an_ended_session_leaves_no_page(
    phones: Visitors, world: World, claim: Json, cable: Cable
) -> None:
    path = f"/claims/{claim['id']}"
    phone = ready(phones, world, "es")
    with world.database.transaction() as session:
        settle(session, changes={"ribbon_color": "#B0406A"})  # other colors, other files, another worker
    phone.goto(f"{path}/met")
    phone.evaluate("navigator.serviceWorker.ready.then(known => known.update())")
    looks = "Promise.all([...document.styleSheets].map(one => fetch(one.href).then(answer => answer.status)))"
    cable.be(Line.PULLED)
    phone.goto(f"{path}/hand-out")  # a page of before
    expect(phone.get_by_role("status")).to_contain_text("Datos: ")
    assert phone.evaluate(looks) == [200, 200]
    tap(phone, "+5")
    cable.be(Line.WHOLE)
    all_sent(phone)
    assert moves(world, path) == [5]

    cable.be(Line.ANSWERS_LOST)
    tap(phone, "+1")
    assert phone.evaluate("entries.send(true)") == "away"
    cable.be(Line.WHOLE)
    asked: list[str] = []

    def say_no(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    phone.once("dialog", say_no)
    phone.evaluate(
        "document.querySelector('main').innerHTML = '<form method=post action=/sign-out><button>out</button></form>'"
    )
    phone.get_by_role("button", name="out").click()
    assert [said[:14] for said in asked] == ["Sin enviar: 1."]
    all_sent(phone)
    assert moves(world, path) == [1, 5]
    phone.get_by_role("button", name="out").click()
    expect(phone.get_by_role("link", name="Entrar")).to_be_visible()
    assert phone.evaluate("caches.has('pages')") is False

    sign_in(phone, session_of(world, world.ana))
    phone.goto(f"{path}/hand-out")
    assert phone.evaluate(_KEEPS_PAGES, True)
    phone.context.clear_cookies(name="session")  # it was ended elsewhere
    phone.goto(f"{path}/hand-out")
    assert phone.evaluate(_KEEPS_PAGES, False)
