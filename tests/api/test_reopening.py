"""A wrong final account is put right: opened again, corrected, closed again. The books agree at each step."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from app.maintenance.verification import differences
from tests.support.world import Json, World


@pytest.fixture
def claim(world: World) -> Json:
    """Ana's, deputized for a conference that begins today; she has handed out 30 of her 100 ribbons."""
    claim = world.deputized(world.conference(starts_in=0, timezone="UTC"))
    world.received(claim)
    hand_out(world, claim, 30)
    return claim


def agree(world: World) -> None:
    with world.database.reading() as session:
        assert differences(session) == []


@pytest.fixture(autouse=True)
def books_agree(world: World) -> Iterator[None]:
    yield
    agree(world)


def hand_out(world: World, claim: Json, quantity: int) -> Json:
    new = {"design_id": world.design, "quantity": quantity}
    moved: Json = world.ana.post(f"/claims/{claim['id']}/hand-outs", new, status=201)
    return moved


def close(world: World, claim: Json, handed_out: int, remaining: int, lost: int, status: int = 200) -> Json:
    line = {"design_id": world.design, "handed_out": handed_out, "remaining": remaining, "lost": lost}
    body = {"lines": [line], "note": "all went well"}
    closed: Json = world.ana.post(f"/claims/{claim['id']}/close", body, status=status)
    return closed


def reopen(world: World, claim: Json, status: int = 200) -> Json:
    body = {"note": "please count again"}
    answer: Json = world.coordinator.post(f"/claims/{claim['id']}/reopen", body, status=status)
    return answer


def figures(world: World, claim: Json) -> tuple[int, int, int]:
    """What she holds, what is worn at the conference by her account, and what is lost."""
    account = world.ana.get(f"/claims/{claim['id']}/account")
    lost = world.coordinator.get("/stock/levels?kind=loss")["items"]
    (line,) = account["lines"]
    return line["on_hand"], line["handed_out"], sum(level["on_hand"] for level in lost)


def test_a_wrong_final_count_is_opened_again_corrected_and_closed_again(world: World, claim: Json) -> None:
    close(world, claim, 90, 3, 7)
    assert figures(world, claim) == (3, 90, 7)
    world.ana.post(f"/claims/{claim['id']}/reopen", status=403)
    opened = reopen(world, claim)
    assert (opened["status"], opened["ended_at"], opened["close_out"]) == ("deputized", None, None)
    assert (opened["decision_note"], opened["close_note"]) == ("please count again", "")
    assert figures(world, claim) == (70, 30, 0)
    agree(world)
    reopen(world, claim, status=409)
    hand_out(world, claim, 5)
    again = close(world, claim, 40, 58, 2)
    assert (again["status"], again["close_out"][0]["remaining"]) == ("closed", 58)
    assert figures(world, claim) == (58, 40, 2)
    agree(world)
    back = [m for m in world.coordinator.get(f"/stock/moves?subject=claim:{claim['id']}")["items"] if m["reverses_id"]]
    assert sorted((move["reason"], move["quantity"]) for move in back) == [("reversal", 7), ("reversal", 60)]


def test_what_was_corrected_since_stays_corrected(world: World, claim: Json) -> None:
    close(world, claim, 90, 10, 0)
    moved = world.coordinator.get(f"/stock/moves?subject=claim:{claim['id']}&reason=hand_out")["items"][0]
    world.coordinator.post(f"/stock/moves/{moved['id']}/correct", {"quantity": 20}, status=201)
    reopen(world, claim)
    assert figures(world, claim) == (30, 30, 0)  # 40 of the 60 were none of hers
    close(world, claim, 50, 10, 0)
    assert figures(world, claim) == (10, 50, 0)


def test_an_early_hand_out_can_be_taken_back_once_the_account_that_settled_it_is_open(
    world: World, claim: Json
) -> None:
    early = world.coordinator.get(f"/stock/moves?subject=claim:{claim['id']}&reason=hand_out")["items"][0]
    close(world, claim, 30, 70, 0)
    path = f"/stock/moves/{early['id']}/reverse"
    world.coordinator.post(path, status=409)
    reopen(world, claim)
    world.coordinator.post(path, status=201)
    close(world, claim, 0, 100, 0)


@pytest.mark.parametrize("how", ["sent", "moved", "handed out elsewhere", "counted"])
def test_it_is_too_late_once_what_was_left_has_gone_on_or_was_counted(world: World, claim: Json, how: str) -> None:
    close(world, claim, 60, 40, 0)
    own = world.ana.get(f"/claims/{claim['id']}/account")["location_id"]
    ten = {"design_id": world.design, "quantity": 10}
    if how == "sent":
        box = world.ana.post("/shipments", {"source_id": own, "target_id": world.depot, "lines": [ten]}, status=201)
        world.ana.post(f"/shipments/{box['id']}/pack")
    elif how == "moved":
        world.coordinator.post("/stock/moves", {**ten, "source_id": own, "target_id": world.depot}, status=201)
    elif how == "handed out elsewhere":
        hand_out(world, world.deputized(world.conference(starts_in=0, days=1, timezone="UTC", name="Other")), 10)
    else:
        lines = [{"design_id": world.design, "counted": 40}]
        world.coordinator.post("/stock/counts", {"location_id": own, "lines": lines}, status=201)
    assert reopen(world, claim, status=409)["detail"].startswith("BLUE: ")
    assert world.ana.get(f"/claims/{claim['id']}")["status"] == "closed"
    if how == "sent":  # what has not left comes back, and then it is not too late
        world.ana.post(f"/shipments/{box['id']}/cancel")
        reopen(world, claim)


def test_a_claim_is_not_opened_again_beside_another_one(world: World, claim: Json) -> None:
    close(world, claim, 60, 40, 0)
    other = world.claim({"id": claim["conference_id"]})
    assert reopen(world, claim, status=409)["claim_id"] == other["id"]
    world.ana.post(f"/claims/{other['id']}/withdraw")
    elsewhere = world.deputized(world.conference(starts_in=0, timezone="UTC", name="Elsewhere"))
    assert "already the champion" in reopen(world, claim, status=409)["detail"]
    world.coordinator.post(f"/claims/{elsewhere['id']}/revoke")
    reopen(world, claim)


def test_an_account_that_stays_behind_when_its_claim_goes_on_is_named_by_verify(world: World, claim: Json) -> None:
    close(world, claim, 60, 40, 0)
    with world.database.transaction() as session:
        session.connection().execute(text("UPDATE claim SET status = 'deputized', ended_at = NULL"))
        found = differences(session)
        session.rollback()
    assert found == [f"Claim {claim['id']}, design {world.design}: 60 closed out as handed out, 0 moved."]
