"""What was entered before papers were asked stops nobody else: each paper names the record and the text of it."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from app.conferences.models import Conference
from app.people.models import Person, PersonAddress
from app.shipments.models import Shipment, ShipmentAddress
from tests.api.test_names_on_paper import boxed, hand_out, printed, said
from tests.support.world import Json, World


def spoiled(world: World, table: type[Any], key: str, id: int, **texts: str) -> None:  # noqa: A002 (a row's)
    """Writes what could once be entered."""
    with world.database.transaction() as session:
        session.exec(update(table).where(col(getattr(table, key)) == id).values(**texts))


@pytest.fixture
def boxes(world: World) -> list[Json]:
    """A box for Ana, by hand, whose name no paper can show; and one for Bea."""
    found = [boxed(world, world.ana, starts_in=30), boxed(world, world.bea, starts_in=40)]
    assert world.ana.person_id is not None
    spoiled(world, Person, "id", world.ana.person_id, name="陈美玲")
    return found


def names_no_drawing(text: str) -> bool:
    return not any(path in text for path in ("lines[", "labels[", "depots[", "by_specialty", "/lines", "recipient."))


def test_a_slip_that_cannot_be_printed_is_refused_by_the_box_and_the_text_of_it(
    world: World, boxes: list[Json]
) -> None:
    response = world.coordinator.call("GET", f"/shipments/{boxes[0]['id']}/packing-slip.pdf")
    assert response.status_code == 422
    problem = response.json()
    assert problem["type"] == "/problems/unprintable"
    assert problem["detail"].startswith(f"{boxes[0]['number']}, recipient: ")
    assert "U+9648" in problem["detail"]
    assert (problem["record"], problem["part"]) == (boxes[0]["number"], "recipient")
    assert names_no_drawing(response.text)
    printed(world.coordinator, f"/shipments/{boxes[1]['id']}/packing-slip.pdf")


@pytest.mark.parametrize(
    ("table", "texts", "part"),
    [
        (Shipment, {"note": "谢谢"}, "note"),
        (Conference, {"name": "心臓"}, "conference"),
        (Conference, {"venue": "会場"}, "place of the conference"),
    ],
)
def test_every_text_of_a_slip_is_called_what_it_is(world: World, table: Any, texts: dict[str, str], part: str) -> None:
    conference = world.conference()
    box = world.shipment(world.deputized(conference), 2, method="hand")
    spoiled(world, table, "id", box["id"] if table is Shipment else conference["id"], **texts)
    problem = world.coordinator.call("GET", f"/shipments/{box['id']}/packing-slip.pdf").json()
    assert problem["detail"].startswith(f"{box['number']}, {part}: ")


def test_a_kit_is_refused_by_its_number_and_what_of_it(world: World, boxes: list[Json]) -> None:
    problem = world.coordinator.call("GET", f"/claims/{boxes[0]['claim_id']}/kit.pdf").json()
    assert problem["detail"].startswith(f"KIT-{boxes[0]['claim_id']:04d}, name of the champion: ")


def test_many_slips_are_printed_but_for_those_that_cannot_be(world: World, boxes: list[Json]) -> None:
    ids = [box["id"] for box in boxes]
    response = world.coordinator.call("POST", "/shipments/packing-slips.pdf", json={"shipment_ids": ids})
    assert response.status_code == 200
    text = said(response.content)
    assert f"Not printed: Packing slip {boxes[0]['number']} {boxes[0]['number']}, recipient: " in text.replace(
        "Latinas in Medicine ", ""
    )
    assert "Bea" in text
    assert text.index(boxes[0]["number"]) < text.index(boxes[1]["number"])
    assert names_no_drawing(text)
    # No copy is counted of what was not printed.
    assert world.coordinator.get(f"/links?subject=shipment:{ids[0]}")["items"] == []
    archive = world.coordinator.call(
        "POST", "/shipments/packing-slips.pdf", json={"shipment_ids": ids, "format": "zip"}
    )
    with zipfile.ZipFile(BytesIO(archive.content)) as file:
        assert file.namelist()[0] == f"not-printed-{boxes[0]['number']}.pdf"
        assert file.namelist()[1].startswith(f"packing-slip-{boxes[1]['number']}")


def test_a_job_says_what_is_not_in_its_file(world: World, boxes: list[Json]) -> None:
    ids = [box["id"] for box in boxes]
    job = world.coordinator.post("/print-jobs", {"shipment_ids": ids}, status=202)
    done = world.coordinator.get(f"/print-jobs/{job['id']}")
    assert (done["status"], done["done"]) == ("ready", 2)
    assert done["detail"].startswith(f"{boxes[0]['number']}, recipient: ")
    assert boxes[1]["number"] not in done["detail"]
    assert "Bea" in said(world.coordinator.call("GET", f"/print-jobs/{job['id']}/file").content)


def test_a_batch_of_nothing_that_can_be_printed_is_refused(world: World, boxes: list[Json]) -> None:
    wanted = {"shipment_ids": [boxes[0]["id"]]}
    problem = world.coordinator.call("POST", "/shipments/packing-slips.pdf", json=wanted)
    assert problem.status_code == 422
    assert problem.json()["detail"].startswith(f"{boxes[0]['number']}, recipient: ")


def test_the_pick_list_marks_what_it_cannot_show_and_lists_it_by_box(world: World, boxes: list[Json]) -> None:
    text = printed(world.coordinator, "/shipments/pick-list.pdf")
    assert "[cannot be printed]" in text
    assert "Bea" in text
    assert text.index("Not printed") < text.index(f"{boxes[0]['number']}, recipient", text.index("Not printed"))
    spanish = printed(world.coordinator, "/shipments/pick-list.pdf?language=es")
    assert f"{boxes[0]['number']}, destinatario" in spanish


def test_the_coverage_report_is_printed_whatever_a_conference_is_called(world: World) -> None:
    bad = hand_out(world, world.ana, name="Congress of nobody knows what", specialty="Oncology")
    hand_out(world, world.bea, name="Congress of Cardiology", specialty="Cardiology")
    spoiled(world, Conference, "id", bad["id"], name="Congreso 心臓", specialty="心臓")
    response = world.anyone.call("GET", "/coverage")
    assert response.status_code == 200
    text = printed(world.coordinator, "/coverage/report.pdf")
    assert "2 conferences" in text
    assert "Congress of Cardiology" in text
    assert f"conference {bad['id']}, name" in text
    assert "specialty" in text[text.index("Not printed") :]
    assert names_no_drawing(text)


def test_labels_are_printed_but_for_those_that_cannot_be(world: World) -> None:
    packed = [world.packed(world.deputized(world.conference(starts_in=days)), 2) for days in (30, 40)]
    spoiled(world, ShipmentAddress, "shipment_id", packed[0]["id"], recipient="陈美玲")
    wanted = {"shipment_ids": [box["id"] for box in packed], "label_stock": "5163"}
    response = world.coordinator.call("POST", "/labels.pdf", json=wanted)
    assert response.status_code == 200, response.text
    text = said(response.content)
    assert f"NOT PRINTED recipient {packed[0]['number']}" in text
    assert "ANA" in text
    assert text.count("EXAMPLE") == 2  # the sender and the street of the one that was printed
    wanted["shipment_ids"] = [packed[0]["id"]]
    problem = world.coordinator.call("POST", "/labels.pdf", json=wanted)
    assert problem.status_code == 422
    assert problem.json()["detail"].startswith(f"{packed[0]['number']}, recipient: ")
    assert names_no_drawing(problem.text)


def test_other_edits_of_such_a_row_are_possible(world: World) -> None:
    assert world.ana.person_id is not None
    conference = world.conference()
    spoiled(world, Person, "id", world.ana.person_id, name="陈美玲")
    spoiled(world, Conference, "id", conference["id"], name="心臓", venue="会場")
    world.admin.patch(f"/people/{world.ana.person_id}", {"trusted": False}, version=1)
    world.coordinator.patch(f"/conferences/{conference['id']}", {"champion_limit": 2}, version=1)
    world.ana.patch("/me", {"paper_name": "Meiling"}, version=2)
    assert "Meiling" in printed(world.coordinator, f"/shipments/{boxed(world, world.ana)['id']}/packing-slip.pdf")


def test_an_address_of_before_is_named_when_a_box_is_packed(world: World) -> None:
    """Packing fixes the address as it is: the label of the box says that it was not printed."""
    assert world.ana.person_id is not None
    spoiled(world, PersonAddress, "person_id", world.ana.person_id, line1="李 5")
    box = world.packed(world.deputized(world.conference()))
    problem = world.coordinator.call("GET", f"/shipments/{box['id']}/packing-slip.pdf").json()
    assert problem["detail"].startswith(f"{box['number']}, recipient: ")
