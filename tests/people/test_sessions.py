"""Sessions and short codes as the databases keep them: single use, five tries, thirty days, and nobody else's."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlmodel import Session

from app.acts.policy import ANYONE, Actor
from app.core.clock import frozen
from app.core.errors import NotFound, Unauthenticated
from app.core.paging import Paging
from app.maintenance.tidy import tidy
from app.people.access import WRONG_CODES, count_wrong_code, issue_sign_in_link, revoke_all, spend_sign_in_link
from app.people.secrets import new_code, read_code
from app.people.sessions import (
    UNUSED_FOR,
    authenticate_session,
    begin_session,
    end_session,
    find_sessions,
    note_seen,
)
from tests.support.contents import contents
from tests.support.world import World

BROWSER, OTHER = "a" * 32, "b" * 32


def _code(world: World, browser: str = BROWSER, email: str = "ana@example.org") -> str:
    with world.database.transaction() as session:
        return issue_sign_in_link(session, email=email, minutes=15, browser=browser).code


def _spent(world: World, code: str, browser: str = BROWSER) -> int | None:
    """Whom the code lets in; a wrong one is noted."""
    try:
        return world.database.run(lambda session: spend_sign_in_link(session, secret=code, browser=browser))
    except Unauthenticated:
        world.database.run(lambda session: count_wrong_code(session, browser=browser))
        return None


def test_a_short_code_lets_in_one_of_many_who_show_it_at_once(world: World) -> None:
    code, start = _code(world), Barrier(3)

    def show(_: int) -> int | None:
        start.wait()
        return _spent(world, code)

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(show, range(3)), key=str) == [world.ana.person_id, None, None]


def test_a_short_code_is_the_browsers_own_and_dies_of_wrong_ones_shown_there_alone(world: World) -> None:
    first, second, foreign = _code(world), _code(world), _code(world, OTHER, "bea@example.org")
    assert _spent(world, first, OTHER) is None
    assert _spent(world, foreign) is None
    for _ in range(WRONG_CODES - 2):
        assert _spent(world, "none") is None
    assert _spent(world, f" {first.lower()} ") == world.ana.person_id
    assert _spent(world, "none") is None
    assert _spent(world, second) is None
    assert _spent(world, foreign, OTHER) == world.bea.person_id
    nobody = _code(world, email="nobody@example.org")
    assert _spent(world, nobody) is None


def test_a_short_code_is_read_as_people_type_it() -> None:
    for code in (new_code() for _ in range(200)):
        plain = code.replace("-", "")
        assert len(plain) == 8
        assert {
            read_code(typed) for typed in (code, code.lower(), plain, plain.replace("0", "O").replace("1", "l"))
        } == {plain}


def _begin(session: Session, world: World, instead_of: Actor = ANYONE) -> tuple[str, Actor]:
    assert world.ana.person_id
    made = begin_session(session, person_id=world.ana.person_id, device="Safari on iPhone", instead_of=instead_of)
    return made.secret, authenticate_session(session, secret=made.secret)


def test_a_session_is_its_persons_alone_and_over_after_thirty_days_without_use(world: World) -> None:
    began = datetime.now(UTC)
    with frozen(began), world.database.transaction() as session:
        (old, first), (secret, actor) = _begin(session, world), _begin(session, world)
        assert first.session_id
        assert (actor.person_id, actor.session_unseen) == (world.ana.person_id, False)
        listed = find_sessions(session, actor=actor, paging=Paging()).items
        assert [(one.id, one.current) for one in listed] == [(actor.session_id, True), (first.session_id, False)]
        assert [one.current for one in find_sessions(session, actor=Actor(actor.role, 1), paging=Paging()).items] == []
        with pytest.raises(NotFound):
            end_session(session, session_id=first.session_id, person_id=world.bea.person_id or 0)
    used = began + timedelta(days=20)
    with frozen(used), world.database.transaction() as session:
        assert authenticate_session(session, secret=secret).session_unseen
        note_seen(session, actor)
        assert not authenticate_session(session, secret=secret).session_unseen
    for at, alive in ((began + UNUSED_FOR, {secret}), (used + UNUSED_FOR, set())):
        for each in (old, secret):
            with frozen(at), world.database.reading() as session:
                if each in alive:
                    authenticate_session(session, secret=each)
                    continue
                with pytest.raises(Unauthenticated):
                    authenticate_session(session, secret=each)
        with frozen(at), world.database.transaction() as session:
            assert tidy(session, rules=world.rules).sessions == 1
        assert len(contents(world.database)["browser_session"]) == len(alive)


def test_a_new_sign_in_ends_the_session_in_which_it_is_done_and_ending_all_others_keeps_this(world: World) -> None:
    with world.database.transaction() as session:
        old, before = _begin(session, world)
        _, actor = _begin(session, world, before)
        with pytest.raises(Unauthenticated):
            authenticate_session(session, secret=old)
        _begin(session, world)
        revoke_all(session, person_id=world.ana.person_id or 0, but=actor)
        assert [one.id for one in find_sessions(session, actor=actor, paging=Paging()).items] == [actor.session_id]
    world.ana.get("/me", status=401)  # tokens end, too
