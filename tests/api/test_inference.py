"""Nobody finds out who is a member: worlds that differ in nothing but that give a champion the same bytes.

Two worlds go through one history of what a champion does and may know. In secret, each handle has another fate in each:
unknown here, known, declining, erased, blocking the champion, a second handle of somebody else. The champion names all
of them, blocks some, looks at everything, and must not be able to tell one world from the other; a coordinator can.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.core.clock import frozen, utcnow
from app.meetups.models import ParticipantStatus
from app.meetups.views import _Reader
from tests.reliability.sizes import size
from tests.support.databases import NewDatabase
from tests.support.quotas import lift_quotas
from tests.support.world import Caller, Json, World, build_world

SPY = "@spy_md"
UNKNOWN = "unknown"
FATES = (
    *(UNKNOWN, "known", "declines", "erased", "comes back", "blocks the handle", "blocks the recorder"),
    *("confirms behind a block", "declines and blocks", "second handle", "wants not to be named"),
)
"""What may have become of a handle, and is nobody's business."""

Seen = list[tuple[str, int, bytes]]


@dataclass(repr=False)
class Side:
    """One of the two worlds: what everybody in it knows, and what only its members do."""

    world: World
    conference: Json
    spy: Caller
    links: dict[str, Caller] = field(default_factory=dict)

    def record(self, handles: list[str], entry_id: UUID, who: Caller | None = None) -> Any:
        """A meetup, recorded by the spy or somebody else."""
        people = [{"handle": handle} for handle in handles]
        when = {"conference_id": self.conference["id"], "happened_on": self.conference["starts_on"]}
        body = {**when, "people": people, "entry_id": str(entry_id)}
        return (who or self.spy).call("POST", "/meetups", json=body)

    def member(self, handle: str) -> Caller:
        """The member who has this handle, by a link of her own."""
        if handle not in self.links:
            coordinator = self.world.coordinator
            (found,) = coordinator.get(f"/members?handle={handle.replace('@', '%40')}")["items"]
            token = coordinator.post(f"/members/{found['id']}/link", status=201)["token"]
            self.links[handle] = Caller(self.world.client, None, token)
        return self.links[handle]

    def before(self, handle: str, fate: str, friend: str) -> None:
        """What has happened before the spy names her."""
        if fate in {UNKNOWN, "second handle"}:  # so many meetups there are in both worlds
            bystander = f"@by_{uuid4().hex[:8]}"
            assert self.record([bystander], uuid4(), self.world.coordinator).status_code == 201
        if fate == UNKNOWN:
            return
        if fate == "second handle":
            found = self.world.coordinator.get(f"/members?handle={friend.replace('@', '%40')}")["items"][0]
            added = {"add_handle": {"handle": handle}}
            self.world.coordinator.patch(f"/members/{found['id']}", added, version=found["version"])
            return
        # By another spelling than the spy's.
        assert self.record([handle.upper()], uuid4(), self.world.coordinator).status_code == 201
        if "block" in fate and "recorder" not in fate:
            self.member(handle).post("/membership/blocks", {"handle": SPY}, status=204)
        if fate in {"erased", "comes back"}:
            assert self.member(handle).call("DELETE", "/membership").status_code == 200
        if fate == "wants not to be named":
            assert self.member(handle).call("PUT", "/membership/naming", json={"nameable": False}).status_code == 200
        if fate == "comes back":
            self.world.coordinator.post("/members/readmit", {"handle": handle}, status=204)

    def after(self, handle: str, fate: str, meetup_id: int) -> None:
        """What she does once she is named."""
        part = f"/membership/meetups/{meetup_id}"
        if fate in {"blocks the recorder", "declines and blocks"}:
            self.member(handle).post(f"{part}/block-recorder", status=204)
        if "declines" in fate:
            self.member(handle).post(f"{part}/decline")
        if fate == "confirms behind a block":
            self.member(handle).post(f"{part}/confirm")

    def looks(self, who: Caller, meetup_ids: list[int], handles: list[str]) -> Seen:
        """All that somebody can ask for that has to do with meetups and members, and what is answered."""
        paths = ["/meetups", "/meetups?limit=1", "/membership", "/coverage", f"/coverage?state=US-IL&{self._year}"]
        paths += [f"/meetups/{meetup_id}" for meetup_id in (*meetup_ids, meetup_ids[-1] + 1)]
        paths += ["/members", *(f"/members?handle={handle.replace('@', '%40')}" for handle in handles), "/me", "/todo"]
        answers = ((path, who.call("GET", path)) for path in paths)
        return [(path, answer.status_code, _plain(answer)) for path, answer in answers]

    @property
    def _year(self) -> str:
        return f"year={self.conference['starts_on'][:4]}"


def _plain(answer: Any) -> bytes:
    """The bytes of an answer; of a refusal, all but the id of the request.

    How many meetups count is left out: those of which everybody was erased do not. Who watches that figure learns that
    somebody is gone, as docs/reliability.md says.
    """
    if answer.status_code < 400:
        return re.sub(rb'"meetups":\d+', b"", answer.content)
    return str({name: said for name, said in answer.json().items() if name != "request_id"}).encode()


@pytest.fixture(scope="module")
def sides(new_database: NewDatabase, template_url: str) -> Iterator[tuple[Side, Side]]:
    """The same community twice: Ana is deputized, and a member by the spy's handle."""
    with ExitStack() as stack:
        now = utcnow()
        yield (
            _founded(stack, new_database, template_url, now),
            _founded(stack, new_database, template_url, now),
        )


def _founded(stack: ExitStack, new_database: NewDatabase, template_url: str, now: datetime) -> Side:
    url = stack.enter_context(new_database(copy_of=template_url))
    with frozen(now):
        world = stack.enter_context(build_world(url))
        lift_quotas(world.database)
        conference = world.conference(starts_in=0, timezone="UTC")
        world.deputized(conference)
        side = Side(world, conference, world.ana)
        side.record([SPY, "@bystander"], uuid4(), world.coordinator)
        (known,) = world.coordinator.get("/members?handle=spy_md")["items"]
        world.coordinator.patch(f"/members/{known['id']}", {"person_id": world.ana.person_id}, version=1)
    return side


def goes_on(side: Side, story: "Story", fates: list[str], gone: int) -> tuple[Seen, Seen]:
    """What the spy sees of a history, and what a coordinator does. ``gone`` is who is erased in the end."""
    seen, friend = Seen(), story.friend
    with frozen(story.now):
        side.record([friend, f"@gone_{story.number}"], story.entries[0], side.world.coordinator)
        for handle, fate in zip(story.handles, fates, strict=True):
            side.before(handle, fate, friend)
        meetup_ids = []
        for entry_id, named in zip(story.entries[1:], story.namings, strict=True):
            # Who confirms in the open is the same in both worlds, and was named first.
            handles = [friend, *(story.handles[which] for which in named)]
            for _ in range(2):
                answer = side.record(handles, entry_id)
                seen.append(("POST /meetups", answer.status_code, bytes(answer.content)))
            meetup_ids.append(answer.json()["id"])
            side.member(friend).post(f"/membership/meetups/{meetup_ids[-1]}/confirm")
            for which in sorted(set(named)):
                side.after(story.handles[which], fates[which], meetup_ids[-1])
        for path, which in story.blocks:
            answer = side.spy.call("POST", f"/membership/blocks{path}", json={"handle": story.handles[which]})
            seen.append((path, answer.status_code, _plain(answer)))
        everything = (meetup_ids, story.handles)
        seen += side.looks(side.spy, *everything)
        staff = side.looks(side.world.coordinator, *everything)
    with frozen(story.now + timedelta(days=31)):
        seen += side.looks(side.spy, *everything)
    with frozen(story.now):
        erasable = [f"@gone_{story.number}", *(h for h, f in zip(story.handles, fates, strict=True) if f in ERASABLE)]
        leaving = side.member(erasable[gone % len(erasable)])
        assert leaving.call("DELETE", "/membership").status_code == 200
        seen += side.looks(side.spy, *everything)
    with frozen(story.now + timedelta(days=31)):
        return seen + side.looks(side.spy, *everything), staff


ERASABLE = {"known", "declines", "blocks the handle", "blocks the recorder", "declines and blocks"}


@dataclass
class Story:
    """What the spy does, alike in both worlds."""

    number: int
    namings: list[list[int]]
    blocks: list[tuple[str, int]]
    now: datetime = field(default_factory=utcnow)

    def __post_init__(self) -> None:
        self.handles = [f"@she_{self.number}_{which}" for which in range(HANDLES)]
        self.friend = f"@friend_{self.number}"
        self.entries = [uuid4() for _ in range(len(self.namings) + 1)]


HANDLES = 3
WHICH = st.integers(0, HANDLES - 1)
NAMINGS = st.lists(st.lists(WHICH, min_size=1, max_size=4), min_size=1, max_size=2, unique_by=frozenset)
BLOCKS = st.lists(st.tuples(st.sampled_from(["", "/remove"]), WHICH), max_size=3)
SECRET = st.tuples(st.lists(st.sampled_from(FATES), min_size=HANDLES, max_size=HANDLES), st.integers(0, HANDLES))
HISTORIES = settings(max_examples=size(4, 100), phases=[Phase.generate], suppress_health_check=list(HealthCheck))
numbers = iter(range(10**6))

looks_closely = pytest.mark.on_one_engine("whether the worlds above are looked at closely enough")


@HISTORIES
@given(namings=NAMINGS, blocks=BLOCKS, one=SECRET, other=SECRET)
def test_a_champion_cannot_tell_worlds_apart_that_differ_in_who_is_known_erased_declining_or_blocking(
    sides: tuple[Side, Side], namings: Any, blocks: Any, one: Any, other: Any
) -> None:
    story = Story(next(numbers), namings, blocks)
    seen = [goes_on(side, story, *secret)[0] for side, secret in zip(sides, (one, other), strict=True)]
    for first, second in zip(*seen, strict=True):
        assert first == second


def _twice(sides: tuple[Side, Side], fate: str) -> tuple[tuple[Seen, Seen], tuple[Seen, Seen]]:
    """What the spy and a coordinator see where she has this fate, and where nobody knows her."""
    story, rest = Story(next(numbers), [[0]], []), ["known"] * (HANDLES - 1)
    (spy, staff), (other, others_staff) = (
        goes_on(side, story, [first, *rest], 0) for side, first in zip(sides, (fate, UNKNOWN), strict=True)
    )
    return (spy, other), (staff, others_staff)


@looks_closely
@pytest.mark.parametrize(
    "fate", ["declines", "erased", "second handle", "confirms behind a block", "wants not to be named"]
)
def test_these_worlds_do_differ_and_a_coordinator_can_tell(sides: tuple[Side, Side], fate: str) -> None:
    (spy, other), (staff, others_staff) = _twice(sides, fate)
    assert spy == other
    assert staff != others_staff


@looks_closely
def test_a_view_that_told_what_she_has_said_would_be_found_out(
    sides: tuple[Side, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest: Any = _Reader.shows

    def telling(reader: Any, naming: Any, **how: bool) -> Any:
        shown = honest(reader, naming, **how)
        return shown and shown.model_copy(update={"status": naming.status or ParticipantStatus.NAMED})

    monkeypatch.setattr(_Reader, "shows", telling)
    (spy, other), _ = _twice(sides, "declines")
    assert spy != other
