"""The letter of thanks: for whom it is, what it says, and what the page behind its code says of it."""

from io import BytesIO
from typing import Any, cast

from pypdf import PdfReader

from tests.support.browser import signed_in
from tests.support.erasing import erase
from tests.support.reading import words
from tests.support.world import Json, World


def closed(world: World) -> Json:
    """A claim with 37 ribbons handed out, 2 lost and one left."""
    claim = world.deputized(world.conference(name="Congreso de Pediatría", starts_in=-1))
    world.received(claim, quantity=40)
    line = {"design_id": world.design, "handed_out": 37, "remaining": 1, "lost": 2}
    done: Json = world.ana.post(f"/claims/{claim['id']}/close", {"lines": [line]})
    return done


def link_on(pdf: bytes) -> str:
    annotation = cast("Any", PdfReader(BytesIO(pdf)).pages[0]["/Annots"])[0].get_object()
    return "/" + str(annotation["/A"]["/URI"]).split("/", 3)[3]


def test_a_champion_whose_count_is_sent_gets_a_letter_with_the_figures_that_she_allows(world: World) -> None:
    claim = closed(world)
    path = f"/claims/{claim['id']}/thanks.pdf"
    plain = words(world.ana.call("GET", path).content)
    for said in ("Thank you", "Latinas in Medicine thanks", "Ana", "Congreso de Pediatría", "Chicago, Illinois"):
        assert said in plain, said
    assert "37" not in plain
    told = world.ana.call("GET", f"{path}?figures=true&language=es&paper_size=a4")
    assert "37 cintas encontraron" in words(told.content)
    assert "Gracias, Ana" in words(told.content)
    assert len(PdfReader(BytesIO(told.content)).pages) == 1
    world.coordinator.call("GET", path)
    world.bea.get(path, status=404)

    page = signed_in(world, world.ana)
    assert f'href="{path}?figures=true"' in page.get(f"/claims/{claim['id']}")
    page.get(f"{path}?figures=true")
    assert "37 ribbons found" in words(page.page.content)
    page.get(f"{path}?figures=perhaps", status=422)


def test_there_is_no_letter_before_the_final_count(world: World) -> None:
    claim = world.deputized(world.conference())
    refused = world.ana.get(f"/claims/{claim['id']}/thanks.pdf", status=409)
    assert refused["current_status"] == "deputized"
    assert "thanks.pdf" not in signed_in(world, world.ana).get(f"/claims/{claim['id']}")


def test_the_code_of_a_letter_says_that_it_is_real_as_long_as_it_counts(world: World) -> None:
    claim = closed(world)
    path = f"/claims/{claim['id']}/thanks.pdf"
    code = link_on(world.ana.call("GET", path).content)
    assert code == link_on(world.ana.call("GET", f"{path}?figures=true").content)
    assert "The letter is ours" in world.client.get(code).text
    assert "does not confirm a number" in world.client.get(code).text
    assert "does not count for now" not in world.client.get(code).text
    assert "Ana" not in world.client.get(code).text
    world.coordinator.post(f"/claims/{claim['id']}/reopen", {"note": ""})
    again = world.client.get(code).text
    assert "The letter is ours" not in again
    assert "does not count for now" in again
    world.ana.get(path, status=409)


def test_there_is_no_letter_for_somebody_who_was_erased(world: World) -> None:
    page = f"/claims/{closed(world)['id']}"
    path, desk = f"{page}/thanks.pdf", signed_in(world, world.coordinator)
    world.coordinator.call("GET", path).raise_for_status()
    assert path in desk.get(page)
    world.database.run(lambda session: erase(session, person_id=world.ana.person_id or 0))
    assert "was erased" in world.coordinator.get(path, status=409)["detail"]
    assert path not in desk.get(page)  # nothing leads to a refusal
