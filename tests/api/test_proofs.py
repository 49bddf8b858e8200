"""A handle is proved by a code in its profile: who gets in by that, and what nobody can learn or do by trying."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.core.clock import frozen, utcnow
from app.members.proofs import begin_proof
from app.members.schemas import HandleIn
from tests.support import profiles
from tests.support.contents import contents
from tests.support.rules import KEY
from tests.support.statements import counted_statements
from tests.support.world import Caller, Json, World

HER = "luz.bsky.social"


@pytest.fixture(autouse=True)
def _empty() -> None:
    """Nothing stands in any profile yet."""
    profiles.written.clear()
    profiles.asked.clear()


def begun(world: World, handle: str = HER, **more: str) -> Json:
    """A proof that somebody has begun whom nobody knows."""
    answer: Json = world.anyone.post("/membership/proofs", {"handle": handle, **more}, status=201)
    return answer


def finish(world: World, proof: Json, who: Caller | None = None) -> Any:
    """The answer to whoever says that the code is in the profile by now."""
    body = {"proof": proof["proof"], "device": "phone"}
    return (who or world.anyone).call("POST", "/membership/proofs/check", json=body)


def proved(world: World, handle: str = HER) -> Caller:
    """Whoever has this handle, once they have proved it."""
    proof = begun(world, handle)
    profiles.written[proof["handle"]["display"].removeprefix("@").lower()] = proof["code"]
    answer = finish(world, proof)
    assert answer.status_code == 201, answer.text
    return Caller(world.client, None, answer.json()["secret"])


def named(world: World, handle: str = HER) -> Json:
    """A meetup in which somebody has this handle."""
    conference = world.conference(starts_in=0, timezone="UTC")
    world.deputized(conference)
    new = {"conference_id": conference["id"], "happened_on": conference["starts_on"], "people": [{"handle": handle}]}
    meetup: Json = world.ana.post("/meetups", new, status=201)
    return meetup


def test_whoever_proves_a_handle_is_its_member_confirms_and_finds_that_in_the_trail(world: World) -> None:
    meetup = named(world)
    she = proved(world, "@Luz.bsky.social")
    own = she.get("/membership")
    assert [handle["display"] for handle in own["handles"]] == [f"@{HER}"]
    assert [(line["action"], line["principal"]) for line in own["trail"]] == [("prove_handle", "anyone")]
    she.post(f"/membership/meetups/{meetup['id']}/confirm")
    assert world.ana.get(f"/meetups/{meetup['id']}")["people"][0]["status"] == "confirmed"
    trail = world.coordinator.get(f"/audit?subject=member:{own['member_id']}")["items"]
    assert [line["action"] for line in trail] == ["prove_handle"]


@pytest.mark.parametrize("handle", ["sol.bsky.social", "@sol@mastodon.test.org"])
def test_whoever_was_never_named_becomes_a_member_by_the_proof_and_by_nothing_before_it(
    world: World, handle: str
) -> None:
    before = contents(world.database)
    proof = begun(world, handle)
    assert finish(world, proof).status_code == 409  # there is no such profile
    profiles.written[handle.removeprefix("@")] = "nothing"
    assert finish(world, proof).status_code == 409  # the code is not there
    after = contents(world.database)
    assert {name for name in after if after[name] != before[name]} == {"handle_proof", "attempts"}
    assert "sol" not in str([after["handle_proof"], after["attempts"]])
    she = proved(world, handle)
    assert she.get("/membership")["meetups"] == []
    assert contents(world.database)["handle_proof"] != []  # the first is not over yet


def test_a_proof_works_once_in_time_and_for_its_own_secret_alone(world: World) -> None:
    hers, other = begun(world), begun(world)
    assert hers["code"] != other["code"]
    profiles.written[HER] = hers["code"]
    assert finish(world, other).status_code == 409  # somebody else's code is not hers
    for wrong in (hers["proof"][:-1], f"{hers['proof']}x", hers["proof"].replace("luz", "sol"), "none", "ccp_:x:y"):
        assert finish(world, {"proof": wrong}).status_code == 401
    with frozen(utcnow() + timedelta(minutes=31)):
        assert finish(world, hers).status_code == 401
    assert finish(world, hers).status_code == 201
    assert finish(world, hers).status_code == 401
    assert profiles.asked == [HER] * 2


def test_of_two_that_come_at_once_with_one_proof_one_gets_in(world: World) -> None:
    proof, inner = begun(world), []
    profiles.written[HER] = proof["code"]
    profiles.meanwhile[HER] = lambda: inner.append(finish(world, proof).status_code)
    # The second comes while the first waits for the platform's answer.
    assert (finish(world, proof).status_code, inner) == (401, [201])


def test_a_known_and_an_unknown_handle_get_the_same_answer_for_the_same_work(world: World) -> None:
    named(world)
    shown, work = list[Any](), []
    with frozen(utcnow()):
        for handle in (HER, "sol.bsky.social"):
            with world.database.transaction() as session, counted_statements(session) as statements:
                begin_proof(session, entry=HandleIn(handle=handle), rules=world.rules, key=KEY)
            answer = world.anyone.call("POST", "/membership/proofs", json={"handle": handle})
            body = {**answer.json(), "proof": "", "code": len(answer.json()["code"]), "handle": ""}
            shown.append((answer.status_code, body, [name for name in answer.headers if name != "x-request-id"]))
            work.append(list(statements))
            refused = finish(world, answer.json()).json()
            shown[-1] += (refused["detail"].replace(handle, "…"),)
    assert shown[0] == shown[1]
    assert work[0] == work[1]


def test_a_handle_that_was_erased_and_that_of_somebody_inactive_come_back_by_a_coordinator(world: World) -> None:
    she = proved(world)
    assert she.call("DELETE", "/membership").status_code == 200
    she.get("/membership", status=401)
    other = proved(world, "sol.bsky.social").get("/membership")["member_id"]
    world.coordinator.patch(f"/members/{other}", {"person_id": world.bea.person_id}, version=1)
    world.coordinator.patch(f"/people/{world.bea.person_id}", {"active": False}, version=1)
    said = []
    for handle in (HER, "sol.bsky.social"):
        proof = begun(world, handle)
        profiles.written[handle] = proof["code"]
        before = contents(world.database)
        answer = finish(world, proof)
        after = contents(world.database)
        assert {name for name in after if after[name] != before[name]} == {"attempts"}
        said.append((answer.status_code, answer.json()["detail"].replace(handle, "…")))
    assert said[0] == said[1] == (409, "@… is yours, and still does not let you in by itself. Ask a coordinator.")
    world.coordinator.post("/members/readmit", {"handle": HER}, status=204)
    assert proved(world).get("/membership")["meetups"] == []


def _one_proof(world: World) -> Callable[[int], Json]:
    proof = begun(world)
    return lambda _: proof


def _one_handle(world: World) -> Callable[[int], Json]:
    return lambda _: begun(world)


def _one_server(world: World) -> Callable[[int], Json]:
    return lambda number: begun(world, f"@luz{number}@crowded.test.org")


@pytest.mark.parametrize(("many", "most"), [(_one_proof, 5), (_one_handle, 10)])
def test_a_proof_and_a_handle_are_tried_a_few_times_and_nobody_is_asked_after_that(
    world: World, many: Callable[[World], Callable[[int], Json]], most: int
) -> None:
    with frozen(utcnow().replace(hour=9)):
        next_proof = many(world)
        answers = [finish(world, next_proof(number)) for number in range(most + 2)]
        assert [answer.status_code for answer in answers] == [409] * most + [429] * 2
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert len(profiles.asked) == most
        assert finish(world, begun(world, "sol.bsky.social")).status_code == 409  # others are


def test_strangers_at_one_network_address_make_a_few_requests_of_others_only(world: World) -> None:
    with frozen(utcnow().replace(minute=1)):
        proofs = [
            world.coordinator.post("/membership/proofs", {"handle": f"@luz{n}@crowded.test.org"}, status=201)
            for n in range(61)
        ]
        answers = [finish(world, proof).status_code for proof in proofs]
        assert (answers, len(profiles.asked)) == ([409] * 60 + [429], 60)
        assert finish(world, proofs[-1], world.bea).status_code == 409
        begins = [world.anyone.call("POST", "/membership/proofs", json={"handle": HER}).status_code for _ in range(31)]
        assert begins == [201] * 30 + [429]


def test_what_cannot_be_read_is_refused_before_a_code_is_made(world: World) -> None:
    before = contents(world.database)
    for handle, platform in (("@luz", None), ("luz", "instagram"), ("https://www.linkedin.com/in/luz", None)):
        body = {"handle": handle, **({"platform": platform} if platform else {})}
        refused = world.anyone.post("/membership/proofs", body, status=422)
        assert "link of your own" in refused["detail"]
        assert refused["errors"][0]["pointer"] == "#/handle"
    assert contents(world.database) == before


def test_the_session_of_a_proof_ends_like_any_other_and_takes_the_place_of_the_one_before(world: World) -> None:
    she = proved(world)
    other = begun(world, "sol.bsky.social")
    profiles.written["sol.bsky.social"] = other["code"]
    assert finish(world, other, she).status_code == 201
    she.get("/membership", status=401)
    with frozen(utcnow() + timedelta(minutes=31)):
        world.anyone.post("/membership/proofs", {"handle": HER}, status=201)
        assert len(contents(world.database)["handle_proof"]) == 1  # what is over does not pile up
