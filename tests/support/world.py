"""A small community behind a running app: built by verbs, for tests that go through HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from fastapi import FastAPI
from sqlmodel import Session

from app.acts.afterwards import Afterwards
from app.acts.policy import SHELL
from app.core.clock import today
from app.core.db import Database
from app.core.rules import Rules
from app.maintenance.verification import differences
from app.papers.stamping import lasting_code, readable
from app.people.access import authenticate, issue_token
from app.people.schemas import AddressIn, NewPerson
from app.people.service import create_person, put_address
from app.stock.designs import create_design
from app.stock.ledger import Transfer, move
from app.stock.locations import create_location
from app.stock.models import Reason
from app.stock.schemas import NewDesign, NewKind, NewLocation
from tests.support.client import Client
from tests.support.doing import Doing
from tests.support.pool import opened

DESIGN = {
    "code": "BLUE",
    "text": "#LatinasInMedicine",
    "ribbon_color": "#1B4F9C",
    "ribbon_color_name": "Royal blue",
    "foil_color": "#C9A227",
    "foil_color_name": "Gold",
    "width_mm": 101.6,
    "height_mm": 41.3,
    "pack_size": 50,
    "unit_cost_cents": 38,
    "reorder_point": 100,
}

ADDRESS = {
    "recipient": "Ana Núñez",
    "line1": "123 W Example St",
    "city": "Chicago",
    "state": "US-IL",
    "postal_code": "60611",
    "country": "US",
}

Json = dict[str, Any]


class Caller:
    """Somebody who calls the API with her own token."""

    def __init__(self, client: Client, person_id: int | None, token: str | None) -> None:
        self.client, self.person_id, self.token = client, person_id, token

    def call(self, method: str, path: str, *, json: Any = None, headers: dict[str, str] | None = None) -> Any:
        """The response to a request under ``/api/v1``."""
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        body = {} if json is None else {"json": json}
        response = self.client.request(method, f"/api/v1{path}", headers={**own, **(headers or {})}, **body)
        self._settle()
        return response

    def _settle(self) -> None:
        """Waits for what goes on after an answer, so that a test finds it done."""
        if isinstance(self.client, Client) and self.client.portal is not None:
            afterwards: Afterwards = self.client.app.state.afterwards  # type: ignore[attr-defined]  # it is FastAPI
            if afterwards.busy:
                self.client.portal.call(afterwards.settle, 60)

    def get(self, path: str, *, status: int = 200) -> Any:
        """The JSON of a GET that must answer ``status``."""
        return _checked(self.call("GET", path), status)

    def post(self, path: str, json: Any = None, *, status: int = 200, headers: dict[str, str] | None = None) -> Any:
        """The JSON of a POST that must answer ``status``."""
        return _checked(self.call("POST", path, json={} if json is None else json, headers=headers), status)

    def patch(self, path: str, json: Any, *, version: int, status: int = 200) -> Any:
        """The JSON of a PATCH based on ``version`` that must answer ``status``."""
        return _checked(self.call("PATCH", path, json=json, headers={"If-Match": f'"{version}"'}), status)


def _checked(response: Any, status: int) -> Any:
    assert response.status_code == status, f"{response.request.method} {response.url}: {response.text}"
    return response.json() if response.content else None


@dataclass
class World:
    """People with tokens, one design, a vendor and two depots; the first depot holds 500 ribbons."""

    url: str
    """Of the database."""
    database: Database
    rules: Rules
    client: Client
    anyone: Caller
    admin: Caller
    coordinator: Caller
    ana: Caller
    """A champion with an address."""
    bea: Caller
    """Another champion, with an address."""
    trusted: Caller
    """A trusted champion."""
    design: int
    vendor: int
    depot: int
    other_depot: int

    def reached_at(self, client: Any) -> "World":
        """The same community, asked by way of another client."""
        names = ("anyone", "admin", "coordinator", "ana", "bea", "trusted")
        callers = {name: getattr(self, name) for name in names}
        moved: dict[str, Any] = {name: Caller(client, known.person_id, known.token) for name, known in callers.items()}
        return replace(self, client=client, **moved)

    @contextmanager
    def with_settings(self, **changes: Any) -> Iterator["World"]:
        """The same community on the same database, behind another app that has other settings."""
        with opened(self.url, **changes) as app, Client(app) as client:
            yield replace(self.reached_at(client), rules=app.state.service.appearance())

    @contextmanager
    def doing(self, who: Caller) -> Iterator[Doing]:
        """Somebody at work, in one unit of work."""
        assert who.token
        with self.database.transaction() as session:
            yield Doing(session, authenticate(session, token=who.token), self.rules)

    def conference(self, *, starts_in: int = 60, days: int = 3, **fields: Any) -> Json:
        """A scheduled conference that begins in so many days (by UTC)."""
        first = today() + timedelta(days=starts_in)
        new = {
            "name": f"Congress of {first} {fields}",
            "starts_on": first.isoformat(),
            "ends_on": (first + timedelta(days=days - 1)).isoformat(),
            "city": "Chicago",
            "state": "US-IL",
            "country": "US",
            "specialty": "Radiology",
            **fields,
        }
        with self.doing(self.coordinator) as staff:
            return staff.conference(new)

    def claim(self, conference: Json, who: Caller | None = None, ribbons: int = 100) -> Json:
        """A claim of Ana's, or of somebody else's."""
        with self.doing(who or self.ana) as she:
            return she.read_claim(she.claim(conference["id"], ribbons))

    def deputized(self, conference: Json, who: Caller | None = None) -> Json:
        """A claim that was deputized."""
        with self.doing(who or self.ana) as she:
            claim_id = she.claim(conference["id"], 100)
        with self.doing(self.coordinator) as staff:
            staff.deputize(claim_id)
            return staff.read_claim(claim_id)

    def card(self, claim: Json) -> str:
        """The code on the cards and the table tent of a claim's kit, by which people ask to be named."""
        with self.database.transaction() as session:
            return readable(lasting_code(session, letter="M", subject=f"claim:{claim['id']}"))

    def slip(self, box: Json) -> str:
        """A code of the packing slip of a box."""
        with self.database.transaction() as session:
            return readable(lasting_code(session, letter="S", subject=f"shipment:{box['id']}"))

    def shipment(self, claim: Json, quantity: int = 100, **fields: Any) -> Json:
        """A draft of a shipment from the first depot for a claim."""
        return self._box(claim, quantity, **fields)

    def packed(self, claim: Json, quantity: int = 100) -> Json:
        """A shipment that is packed."""
        return self._box(claim, quantity, Doing.pack)

    def sent(self, claim: Json, quantity: int = 100) -> Json:
        """A shipment that is under way by carrier."""
        return self._box(claim, quantity, Doing.pack, lambda staff, box: staff.send(box, "9400"))

    def received(self, claim: Json, who: Caller | None = None, quantity: int = 100, missing: int = 0) -> Json:
        """A shipment that has arrived, less what is missing."""
        box = self.sent(claim, quantity)["id"]
        with self.doing(who or self.ana) as she:
            she.receive(box, missing=missing)
            return she.read_box(box)

    def _box(self, claim: Json, quantity: int, *steps: Callable[[Doing, int], None], **fields: Any) -> Json:
        """A shipment from the first depot for a claim, which has been taken these steps further."""
        lines = [{"design_id": self.design, "quantity": quantity}]
        with self.doing(self.coordinator) as staff:
            box = staff.ship({"claim_id": claim["id"], "source_id": self.depot, "lines": lines, **fields})
            for step in steps:
                step(staff, box)
            return staff.read_box(box)

    def differences(self) -> list[str]:
        """A line for everything that differs from what the moves say."""
        return self.database.read(differences, at_one_moment=True)

    def on_hand(self, location_id: int) -> int:
        """Ribbons of the design at a location."""
        levels = self.coordinator.get(f"/stock/levels?location_id={location_id}&design_id={self.design}")
        return sum(level["on_hand"] for level in levels["items"])


@dataclass(frozen=True)
class Founded:
    """The database of a small community to which nobody is connected, and who is who in it: made once, to be copied."""

    url: str
    people: dict[str, tuple[int, str]]
    """Everybody's id and token."""
    things: dict[str, Any]
    """The ids of the design, the vendor and the depots."""


def found(database_url: str) -> Founded:
    """Founds the community on a database, by verbs."""
    with opened(database_url) as app, app.state.database.transaction() as session:
        return _found(session, database_url)


@contextmanager
def build_world(database_url: str, founded: Founded | None = None, /, **changes: Any) -> Iterator[World]:
    """The community, behind an app on this database, with changed settings.

    It is founded there, unless the database is a copy of one where it ``founded`` was.
    """
    with opened(database_url, **changes) as app:
        if founded is None:
            with app.state.database.transaction() as session:
                founded = _found(session, database_url)
        yield from _reached(app, database_url, founded)


def _found(session: Session, url: str) -> Founded:
    people = {name: _person(session, name) for name in ("admin", "coordinator", "ana", "bea", "trusted")}
    design = create_design(session, new=NewDesign.model_validate(DESIGN)).id
    vendor, depot, other = (
        create_location(
            session, new=NewLocation(kind=NewKind(kind), name=name, address=AddressIn.model_validate(ADDRESS))
        ).id
        for kind, name in (("vendor", "Ribbon maker"), ("depot", "Chicago depot"), ("depot", "Boston depot"))
    )
    move(session, [Transfer(design, vendor, depot, 500, Reason.PURCHASE)], actor=SHELL)
    return Founded(url, people, {"design": design, "vendor": vendor, "depot": depot, "other_depot": other})


def _reached(app: FastAPI, url: str, founded: Founded) -> Iterator[World]:
    with Client(app) as client:
        callers: dict[str, Any] = {name: Caller(client, *known) for name, known in founded.people.items()}
        yield World(
            url=url,
            database=app.state.database,
            rules=app.state.service.appearance(),
            client=client,
            anyone=Caller(client, None, None),
            **founded.things,
            **callers,
        )


def _person(session: Session, name: str) -> tuple[int, str]:
    new = NewPerson.model_validate(
        {
            "name": name.capitalize(),
            "email": f"{name}@example.org",
            "role": name if name in {"admin", "coordinator"} else "champion",
            "trusted": name == "trusted",
        }
    )
    person = create_person(session, new=new, actor=SHELL)
    put_address(session, person_id=person.id, new=AddressIn.model_validate({**ADDRESS, "recipient": name}))
    return person.id, issue_token(session, person_id=person.id, name="test").token


def day(offset: int) -> date:
    """Today (by UTC) and so many days."""
    return today() + timedelta(days=offset)
