"""Papers over HTTP: revisions, copies, ETags, file names, batches, print jobs, and the pages behind printed codes."""

import re
import zipfile
from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any, cast

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from app.acts import jobs
from app.acts.act import File
from app.acts.application import Service
from app.acts.jobs import LEFT_BEHIND, STALLED
from app.acts.policy import SHELL
from app.core.clock import frozen, utcnow
from app.core.sqlite import TOO_MUCH
from app.maintenance.tidy import tidy
from app.paperwork import jobs as print_jobs
from app.paperwork import slip_batches
from app.paperwork.jobs import KEPT, run_job
from app.paperwork.slip_batches import NewSlips, print_batch, read_batch
from tests.support.erasing import erase
from tests.support.reading import words
from tests.support.rules import RULES
from tests.support.trouble import Trouble, troubled
from tests.support.world import Caller, Json, World


def slip_of(world: World, shipment: Json, query: str = "", headers: dict[str, str] | None = None) -> Any:
    return world.coordinator.call("GET", f"/shipments/{shipment['id']}/packing-slip.pdf{query}", headers=headers)


def link_on(pdf: bytes) -> str:
    """The path of the link that the QR code of the first page holds."""
    annotation = cast("Any", PdfReader(BytesIO(pdf)).pages[0]["/Annots"])[0].get_object()
    uri = str(annotation["/A"]["/URI"])
    return "/" + uri.split("/", 3)[3]


_WEEKS = count(9)


def packed(world: World) -> Json:
    """A box for a conference of its own."""
    shipment = world.shipment(world.deputized(world.conference(starts_in=7 * next(_WEEKS))), 10)
    done: Json = world.coordinator.post(f"/shipments/{shipment['id']}/pack")
    return done


def test_a_reprint_says_so_and_a_change_is_a_new_revision(world: World) -> None:
    shipment = packed(world)
    first, again = slip_of(world, shipment), slip_of(world, shipment)
    assert "Revision 1" in words(first.content)
    assert "Copy" not in words(first.content)
    assert "Copy 2" in words(again.content)
    assert first.headers["Content-Disposition"] == f'inline; filename="packing-slip-{shipment["number"]}-r1.pdf"'
    sending = {"carrier": "USPS", "tracking_number": "9400"}
    world.coordinator.post(f"/shipments/{shipment['id']}/send", sending)
    sent = slip_of(world, shipment)
    assert "Revision 2" in words(sent.content)
    page = world.client.get(link_on(first.content))
    assert page.status_code == 200
    assert "revision 1. Revision 2 was printed" in page.text
    assert "no newer one was printed" in world.client.get(link_on(sent.content)).text


def test_whoever_has_the_same_content_gets_no_further_copy(world: World) -> None:
    shipment = packed(world)
    etag = slip_of(world, shipment).headers["ETag"]
    assert etag.startswith('W/"')
    same = slip_of(world, shipment, headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", etag)
    assert "Copy 2" in words(slip_of(world, shipment).content)
    assert slip_of(world, shipment, "?paper_size=a4", headers={"If-None-Match": etag}).status_code == 200


def test_a_known_tag_is_compared_as_it_should_be(world: World) -> None:
    shipment = packed(world)
    assert slip_of(world, shipment, headers={"If-None-Match": "*"}).status_code == 200
    etag = slip_of(world, shipment).headers["ETag"]
    for same in ("*", f'"other", {etag}', etag.removeprefix("W/")):
        assert slip_of(world, shipment, headers={"If-None-Match": same}).status_code == 304, same
    for other in (etag[:-2] + '"', '"x"', ""):
        assert slip_of(world, shipment, headers={"If-None-Match": other}).status_code == 200, other
    assert slip_of(world, shipment, "?revision=2", headers={"If-None-Match": etag}).status_code == 409
    (link,) = world.coordinator.get(f"/links?subject=shipment:{shipment['id']}")["items"]
    world.coordinator.post(f"/links/{link['code']}/revoke")
    assert slip_of(world, shipment, headers={"If-None-Match": etag}).status_code == 200


def test_readers_of_one_paper_do_not_make_revisions_of_each_other(world: World) -> None:
    shipment = world.shipment(world.deputized(world.conference(starts_in=7 * next(_WEEKS))), 10)
    path = f"/shipments/{shipment['id']}/packing-slip.pdf"
    for copy in range(1, 5):
        who = world.coordinator if copy % 2 else world.ana
        text_ = words(who.call("GET", path).content)
        assert "Revision 1" in text_
        assert (f"Copy {copy}" in text_) == (copy > 1)


def test_the_codes_of_a_kit_end_with_its_claim(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=7 * next(_WEEKS)))
    kit = world.ana.call("GET", f"/claims/{claim['id']}/kit.pdf")
    links = world.coordinator.get(f"/links?subject=claim:{claim['id']}")["items"]
    assert sorted(link["letter"] for link in links) == ["C", "M"]
    assert world.client.get(link_on(kit.content)).status_code == 200
    assert world.client.head(link_on(kit.content)).status_code == 200
    world.coordinator.post(f"/claims/{claim['id']}/revoke")
    assert {world.client.get(f"/{link['letter']}/{link['code']}").status_code for link in links} == {410}


def test_paper_language_and_revision_can_be_chosen(world: World) -> None:
    shipment = packed(world)
    spanish = slip_of(world, shipment, "?paper_size=a4&language=es&revision=1")
    assert "Lista de empaque" in words(spanish.content)
    box = PdfReader(BytesIO(spanish.content)).pages[0].mediabox
    assert float(box.width) == pytest.approx(595.276, abs=0.01)
    refused = slip_of(world, shipment, "?revision=2")
    assert (refused.status_code, refused.json()["revision"]) == (409, 1)
    assert "Copy 2" in words(slip_of(world, shipment).content)


def test_the_page_behind_a_code_tells_no_stranger_more_than_the_paper(world: World) -> None:
    shipment = packed(world)
    path = link_on(slip_of(world, shipment).content)
    assert re.fullmatch(r"/S/[0-9A-Z]{16}", path)
    for typed in (path, path.lower()):
        page = world.client.get(typed, headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.8"})
        assert page.status_code == 200
        assert "Una caja de cintas" in page.text
        assert 'lang="es"' in page.text
        assert "noindex" in page.text
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert page.headers["Cache-Control"] == "private, no-store"
        assert page.headers["Referrer-Policy"] == "strict-origin"  # whose page it was, and not which
        assert "Ana" not in page.text
    for unknown in (path[:-1] + "!", "/S/" + "0" * 16, "/O/" + path[3:], "/S/short", "/s/%00", "/X/" + path[3:]):
        answer = world.client.get(unknown)
        assert answer.status_code == 404, unknown


def test_the_page_behind_the_code_of_a_cancelled_box_or_order_says_so(world: World) -> None:
    box = packed(world)
    lines = [{"design_id": world.design, "quantity": 250}]
    new = {"vendor_id": world.vendor, "ship_to_id": world.depot, "lines": lines}
    order = world.coordinator.post("/purchase-orders", new, status=201)
    sheet = world.coordinator.call("GET", f"/purchase-orders/{order['id']}/order-sheet.pdf")
    told = {
        (f"/shipments/{box['id']}", link_on(slip_of(world, box).content)): (
            "This box was cancelled: it is not sent, and nothing in it has to be counted.",
            "Esta caja se canceló: no se envía y no hay nada que contar.",
        ),
        (f"/purchase-orders/{order['id']}", link_on(sheet.content)): (
            "This order was cancelled: nothing is to be made or delivered for it.",
            "Este pedido se canceló: no hay que fabricar ni entregar nada.",
        ),
    }
    for (thing, page), texts in told.items():
        for cancelled in (False, True):
            if cancelled:
                world.coordinator.post(f"{thing}/cancel")
            for language, text_ in zip(("en", "es"), texts, strict=True):
                answer = world.client.get(page, headers={"Accept-Language": language})
                assert (answer.status_code, text_ in answer.text) == (200, cancelled)
                assert cancelled != ("You have revision" in answer.text or "Tienes la revisión" in answer.text)


def test_a_code_can_be_revoked_and_the_next_print_gets_another(world: World) -> None:
    shipment = packed(world)
    path = link_on(slip_of(world, shipment).content)
    (link,) = world.coordinator.get(f"/links?subject=shipment:{shipment['id']}")["items"]
    assert path.endswith(link["code"])
    revoked = world.coordinator.post(f"/links/{link['code'].lower()}/revoke")
    assert revoked["revoked_at"] is not None
    page = world.client.get(path)
    assert page.status_code == 410
    assert "cancelled" in page.text
    assert link_on(slip_of(world, shipment).content) != path
    world.coordinator.post(f"/links/{'0' * 16}/revoke", status=404)


def test_many_slips_come_in_one_file_in_the_order_that_was_asked_for(world: World) -> None:
    shipments = [packed(world) for _ in range(3)]
    wanted = [shipments[index] for index in (2, 0, 1)]
    body = {"shipment_ids": [shipment["id"] for shipment in wanted], "paper_size": "a4"}
    made = world.coordinator.call("POST", "/shipments/packing-slips.pdf", json=body)
    assert made.headers["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(made.content))
    titles = [str(entry["/Title"]) for entry in reader.outline]  # type: ignore[call-overload]
    assert titles == [f"Packing slip {shipment['number']}" for shipment in wanted]
    assert reader.metadata is not None
    assert reader.metadata.title == "3 packing slips"
    archive = world.coordinator.call("POST", "/shipments/packing-slips.pdf", json={**body, "format": "zip"})
    assert archive.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(BytesIO(archive.content)) as file:
        assert file.testzip() is None
        assert file.namelist() == [f"packing-slip-{shipment['number']}-r1.pdf" for shipment in wanted]
        for shipment, name in zip(wanted, file.namelist(), strict=True):
            assert f"{shipment['number']} · Revision 1" in words(file.read(name))
            assert "Copy 2" in words(file.read(name))
    noted = world.coordinator.get("/audit?limit=6")["items"]
    assert {entry["action"] for entry in noted} == {"print_packing_slips"}
    assert {entry["subject"] for entry in noted} == {f"shipment:{shipment['id']}" for shipment in shipments}
    one = {"shipment_ids": body["shipment_ids"][:1]}
    alone = world.coordinator.call("POST", "/shipments/packing-slips.pdf", json=one)
    assert cast("Any", PdfReader(BytesIO(alone.content)).metadata).title == "1 packing slip"


def test_a_batch_with_something_that_is_not_there_prints_nothing(world: World) -> None:
    shipment = packed(world)
    for ids, status in (
        ([shipment["id"], 999], 422),
        ([], 422),
        ([shipment["id"]] * 2, 422),
        (list(range(1, 302)), 422),
    ):
        refused = world.coordinator.call("POST", "/shipments/packing-slips.pdf", json={"shipment_ids": ids})
        assert refused.status_code == status, refused.text
    assert "Copy" not in words(slip_of(world, shipment).content)


def test_labels_of_many_shipments_come_in_one_file_and_each_is_noted(world: World) -> None:
    shipments = [packed(world) for _ in range(2)]
    body = {
        "shipment_ids": [shipment["id"] for shipment in shipments],
        "label_stock": "L7160",
        "start": 20,
        "copies": 2,
    }
    made = world.coordinator.call("POST", "/labels.pdf", json=body)
    assert made.headers["Content-Disposition"] == 'inline; filename="labels-L7160-2.pdf"'
    assert len(PdfReader(BytesIO(made.content)).pages) == 2
    noted = world.coordinator.get("/audit?limit=2")["items"]
    assert {entry["action"] for entry in noted} == {"print_address_labels"}
    assert {entry["subject"] for entry in noted} == {f"shipment:{shipment['id']}" for shipment in shipments}
    twice = [shipments[0]["id"]] * 2
    mistakes: list[Json] = [
        *({"shipment_ids": ids} for ids in (twice, [], [999])),
        *({"label_stock": "9999"}, {"start": 22}, {"copies": 101}, {"right_mm": 9.5}),
    ]
    for wrong in mistakes:
        refused = world.coordinator.call("POST", "/labels.pdf", json={**body, **wrong})
        assert refused.status_code == 422, wrong
    many = {**body, "shipment_ids": list(range(1, 102)), "copies": 50}
    assert "5,000 labels" in world.coordinator.call("POST", "/labels.pdf", json=many).text


def test_what_is_about_many_things_has_a_revision_for_each_question(world: World) -> None:
    packed(world)
    first = world.coordinator.call("GET", f"/shipments/pick-list.pdf?stage=send&depot_id={world.depot}")
    other = world.coordinator.call("GET", "/shipments/pick-list.pdf?stage=send")
    again = world.coordinator.call("GET", f"/shipments/pick-list.pdf?stage=send&depot_id={world.depot}")
    assert "Copy" not in words(first.content) + words(other.content)
    assert "Copy 2" in words(again.content)
    report = world.coordinator.call("GET", "/coverage/report.pdf?year=2019&year=2020&language=es")
    assert report.status_code == 200
    assert "Revisión 1" in words(report.content)


def job_of(who: Caller, *shipments: Json, status: int = 202, **more: Any) -> Json:
    body = {"shipment_ids": [shipment["id"] for shipment in shipments], **more}
    job: Json = who.post("/print-jobs", body, status=status)
    return job


def set_back(world: World, status: str) -> None:
    """Makes the jobs what they were before they were done."""
    with world.database.transaction() as session:
        session.connection().execute(text("DELETE FROM print_job_file"))
        session.connection().execute(text(f"UPDATE print_job SET status = '{status}', done = 0, detail = ''"))


def do(world: World, job: Json, *troubles: Trouble) -> None:
    """Prints it as the server does, while the units of work of that meet these troubles."""
    service: Service = world.client.app.state.service  # type: ignore[attr-defined]  # it is FastAPI
    with troubled(service.database, *troubles):
        run_job(service, job["id"], action="none")


def test_a_print_job_tells_how_far_it_is_and_keeps_its_file_for_an_hour(world: World) -> None:
    shipments = [packed(world) for _ in range(2)]
    job = job_of(world.coordinator, *shipments, format="zip")
    assert (job["status"], job["done"], job["total"]) == ("waiting", 0, 2)
    path = f"/print-jobs/{job['id']}"
    done = world.coordinator.get(path)
    assert (done["status"], done["done"], done["total"]) == ("ready", 2, 2)
    file = world.coordinator.call("GET", f"{path}/file")
    assert file.headers["Content-Disposition"] == 'attachment; filename="packing-slips-2.zip"'
    with zipfile.ZipFile(BytesIO(file.content)) as archive:
        assert len(archive.namelist()) == 2
    noted = [entry for entry in world.coordinator.get("/audit?limit=9")["items"] if "slips" in entry["action"]]
    assert {entry["principal"] for entry in noted} == {f"person:{world.coordinator.person_id}"}
    assert {entry["subject"] for entry in noted} == {f"shipment:{shipment['id']}" for shipment in shipments}
    assert [one["id"] for one in world.coordinator.get("/print-jobs")["items"]] == [job["id"]]
    world.admin.get(path, status=404)
    with frozen(utcnow() + KEPT * 2):
        world.coordinator.get(path, status=404)
        assert world.coordinator.call("GET", f"{path}/file").status_code == 404
        with world.database.transaction() as session:
            assert tidy(session, rules=RULES).files == 1
    assert world.coordinator.call("GET", f"{path}/file").status_code == 404
    assert job_of(world.coordinator, packed(world))["id"] > job["id"]


def test_how_far_a_batch_has_come_is_told_while_it_is_drawn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slip_batches, "_STEP", -1.0)  # each slip is worth a word
    wanted = NewSlips(shipment_ids=[packed(world)["id"] for _ in range(3)], language="es")
    with world.database.reading() as session:
        batch = read_batch(session, wanted=wanted, rules=RULES, actor=SHELL)
    told: list[int] = []
    made = print_batch(world.database, batch, lambda _: None, told.append)
    assert told == [0, 1, 2]
    metadata = PdfReader(BytesIO(made.content)).metadata
    assert metadata is not None
    assert metadata.title == "3 listas de empaque"


def test_a_job_that_is_repeated_under_its_key_prints_once(world: World) -> None:
    shipment = packed(world)
    body, key = {"shipment_ids": [shipment["id"]]}, {"Idempotency-Key": "print-it"}
    jobs = [world.coordinator.post("/print-jobs", body, status=202, headers=key) for _ in range(2)]
    assert jobs[0] == jobs[1]
    assert "Copy 2" in words(slip_of(world, shipment).content)


def test_a_job_that_cannot_be_done_says_why(world: World) -> None:
    job = job_of(world.coordinator, packed(world), {"id": 999})
    failed = world.coordinator.get(f"/print-jobs/{job['id']}")
    assert failed["status"] == "failed"
    assert "999" in failed["detail"]
    assert world.coordinator.call("GET", f"/print-jobs/{job['id']}/file").status_code == 409


@pytest.mark.parametrize(
    ("status", "limit", "why"),
    [
        ("printing", STALLED, "El servidor que lo imprimía se detuvo."),
        ("waiting", KEPT - LEFT_BEHIND, "Esperó demasiado."),
    ],
)
def test_a_job_whose_server_is_gone_or_that_has_waited_until_it_is_too_late_has_failed(
    world: World, status: str, limit: timedelta, why: str
) -> None:
    world.coordinator.patch("/me", {"language": "es"}, version=1)
    job = job_of(world.coordinator, packed(world))
    set_back(world, status)
    with frozen(utcnow() + limit * 0.9):
        assert world.coordinator.get(f"/print-jobs/{job['id']}")["status"] == status
    with frozen(utcnow() + limit):
        failed = world.coordinator.get(f"/print-jobs/{job['id']}")
        assert (failed["status"], failed["detail"].startswith(why)) == ("failed", True)
        do(world, job)
        assert world.coordinator.get(f"/print-jobs/{job['id']}")["status"] == "failed"


def test_a_job_that_has_only_stood_in_a_long_line_is_printed(world: World) -> None:
    job = job_of(world.coordinator, packed(world))
    set_back(world, "waiting")
    with frozen(utcnow() + LEFT_BEHIND * 2):
        do(world, job)
        assert world.coordinator.get(f"/print-jobs/{job['id']}")["status"] == "ready"


def test_a_job_that_meets_a_busy_database_is_printed_or_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PAUSE_SECONDS", 0)
    job = job_of(world.coordinator, packed(world))
    busy, none = Trouble.BUSY, Trouble.NONE
    for troubles in ([busy], [none, none, Trouble.UNHEARD], [none, none, busy]):
        set_back(world, "waiting")
        do(world, job, *troubles)
        found = world.coordinator.get(f"/print-jobs/{job['id']}")
        assert (found["status"], found["done"]) == ("ready", 1)
        assert world.coordinator.call("GET", f"/print-jobs/{job['id']}/file").status_code == 200
    monkeypatch.setattr(jobs, "INSISTING_SECONDS", 0)
    for troubles in ([busy], [none, none, busy]):
        set_back(world, "waiting")
        do(world, job, *troubles)
        found = world.coordinator.get(f"/print-jobs/{job['id']}")
        assert (found["status"], found["detail"]) == ("failed", TOO_MUCH.say("en"))


def test_a_job_that_an_erasure_overtakes_keeps_no_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shipment = packed(world)

    def erase_and_print(*arguments: Any) -> File:
        made = print_batch(*arguments)
        with world.database.transaction() as session:
            erase(session, person_id=world.ana.person_id or 0)
        return made

    monkeypatch.setattr(print_jobs, "print_batch", erase_and_print)
    job = job_of(world.coordinator, shipment)
    assert world.coordinator.get(f"/print-jobs/{job['id']}")["status"] == "failed"
    with world.database.reading() as session:
        assert session.connection().scalar(text("SELECT count(*) FROM print_job_file")) == 0


def test_what_was_printed_of_somebody_who_is_erased_is_not_kept(world: World) -> None:
    job = job_of(world.coordinator, packed(world))
    path = f"/print-jobs/{job['id']}/file"
    assert world.coordinator.call("GET", path).status_code == 200
    with world.database.transaction() as session:
        erase(session, person_id=world.ana.person_id or 0)
    assert world.coordinator.call("GET", path).status_code == 404
