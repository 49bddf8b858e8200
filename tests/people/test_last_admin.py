"""The last admin stays one: nobody could undo that she is gone. On every way, and where two go at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.support.contents import contents
from tests.support.shell import Shell
from tests.support.world import Caller, Json, World

CHANGES: dict[str, Json] = {
    "demote": {"role": "coordinator"},
    "deactivate": {"active": False},
    "both": {"role": "champion", "active": False},
}
ONLY = "Admin is the only admin who can sign in. Appoint another one first."


def _go(who: Caller, whom: Caller, how: str) -> Any:
    """The response to an admin who demotes, deactivates or erases one."""
    path = f"/people/{whom.person_id}"
    if how == "erase":
        return whom.call("POST", "/me/erase", json={"email": whom.get("/me")["email"]})
    headers = {"If-Match": f'"{whom.get("/me")["version"]}"'}
    return who.call("PATCH", path, json=CHANGES[how], headers=headers)


def _appointed(world: World) -> Caller:
    """The coordinator, who is an admin now."""
    world.admin.patch(f"/people/{world.coordinator.person_id}", {"role": "admin"}, version=1)
    return world.coordinator


def test_the_last_admin_is_neither_demoted_nor_deactivated_nor_erased_on_any_way(world: World, shell: Shell) -> None:
    before = contents(world.database)
    for how in ("demote", "deactivate", "both", "erase"):
        answer = _go(world.admin, world.admin, how)
        assert (answer.status_code, answer.json()["detail"]) == (409, ONLY), how
    for command in (("people", "set-role", "admin@example.org", "coordinator"), ("erase", "admin@example.org")):
        ran = shell(*command)
        assert (ran.code, ran.err) == (1, f"Error: {ONLY}\n"), command
    assert contents(world.database) == before
    world.admin.patch(f"/people/{world.admin.person_id}", {"role": "admin", "active": True}, version=1)

    other = _appointed(world)
    assert _go(other, world.admin, "deactivate").status_code == 200
    for how in (*CHANGES, "erase"):  # an admin who cannot sign in is none who could appoint another
        assert _go(other, other, how).status_code == 409, how
    other.patch(f"/people/{world.admin.person_id}", {"active": True}, version=3)
    assert _go(other, other, "erase").status_code == 200


@pytest.mark.parametrize("how", ["demote", "deactivate", "erase"])
def test_of_two_admins_who_go_at_once_one_stays(world: World, how: str) -> None:
    admins = (world.admin, _appointed(world))
    start = Barrier(2)

    def go(mine: int) -> int:
        start.wait()
        return int(_go(admins[1 - mine], admins[mine], how).status_code)

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(go, range(2)))
    assert answers[0] == 200
    assert answers[1] in {409, 401, 403}, "refused, or known no more when it came to it"
    rows = contents(world.database)["person"]
    assert [row.role for row in rows if row.active].count("admin") == 1


def test_a_shell_gives_somebody_another_role_and_a_community_without_an_admin_has_one_again(
    world: World, shell: Shell
) -> None:
    ran = shell("people", "set-role", "ana@example.org", "admin")
    assert (ran.code, ran.out) == (0, "Ana (ana@example.org) is admin now.\n"), ran.err
    world.ana.patch(f"/people/{world.admin.person_id}", {"role": "champion"}, version=1)
    line = world.ana.get(f"/audit?subject=person:{world.ana.person_id}")["items"][0]
    assert (line["action"], line["principal"]) == ("set_role", "shell")
    assert shell("people", "set-role", "nobody@example.org", "admin").code == 1
    world.ana.patch(f"/people/{world.bea.person_id}", {"active": False}, version=1)
    assert "inactive" in shell("people", "set-role", "bea@example.org", "coordinator").err
