"""Things to act on, each made for one test alone, in a community that several tests share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from app.acts.policy import ANYONE, SHELL
from app.conferences.importers import read_conferences
from app.core.clock import utcnow
from app.joining.schemas import NewApplication
from app.joining.service import CONFIRMATION, apply, confirm, prepare_letter
from app.outbox.models import LetterKind, LetterStatus
from app.outbox.service import queue_at_once
from app.people.access import issue_sign_in_link, issue_token
from app.people.models import EmailChange
from app.people.schemas import AddressIn, NewPerson, NewSession
from app.people.secrets import EMAIL_CHANGE, hash_secret, new_secret
from app.people.service import create_person, put_address
from app.people.sessions import begin_session
from app.upkeep.imports import import_conferences
from tests.support.databases import NewDatabase
from tests.support.doing import Doing
from tests.support.world import ADDRESS, Caller, Json, World, build_world

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """A route as the OpenAPI document has it."""

    id: str
    method: str
    path: str
    document: Json

    def takes(self, parameter: str) -> bool:
        """Whether it has a parameter of this name."""
        return any(known["name"] == parameter for known in self.document.get("parameters", []))


def operations_of(document: Json) -> dict[str, Operation]:
    """The routes of an OpenAPI document, by operationId, without the prefix that ``Caller`` adds."""
    found = [
        Operation(route.get("operationId", f"{method} {path}"), method.upper(), path.removeprefix("/api/v1"), route)
        for path, item in document["paths"].items()
        for method, route in item.items()
        if method in METHODS
    ]
    return {operation.id: operation for operation in found}


class Stage:
    """Makes things in a small community, each for a champion of its own: no test depends on those before it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.operations = operations_of(world.client.get("/openapi.json").json())
        self._numbers = count(1)
        self._passer_by: Caller | None = None

    def number(self) -> int:
        """A number that was not used before."""
        return next(self._numbers)

    def calendar(self) -> str:
        """A file of one conference that is not here yet."""
        name = f"Imported {self.number()}"
        return (
            f"name,starts_on,ends_on,city,state,country,mode\n{name},2027-11-14,2027-11-18,Chicago,US-IL,US,in_person\n"
        )

    def file_import(self) -> int:
        """A file of one conference that was read; its number."""
        file = self.calendar()
        with self.world.database.transaction() as session:
            return import_conferences(session, drafts=read_conferences(file), actor=SHELL).id

    def history(self) -> str:
        """A file of history that was not read before."""
        head = "name,starts_on,ends_on,city,state,country,design,handed_out"
        return f"{head}\nHistory {self.number()},2019-11-14,2019-11-18,Chicago,US-IL,US,BLUE,10\n"

    def email(self, who: Caller) -> str:
        """The e-mail address of a person."""
        return str(who.get("/me")["email"])

    def champion(self) -> Caller:
        """A new champion with an address and a token."""
        number = self.number()
        new = NewPerson.model_validate({"name": f"Champion {number}", "email": f"champion{number}@example.org"})
        with self.world.database.transaction() as session:
            person_id = create_person(session, new=new, actor=SHELL).id
            street = {**ADDRESS, "recipient": new.name, "line1": f"{number} Secret Street"}
            put_address(session, person_id=person_id, new=AddressIn.model_validate(street))
            token = issue_token(session, person_id=person_id, name="test").token
        return Caller(self.world.client, person_id, token)

    def sign_in_secret(self, who: Caller) -> str:
        """The secret of a sign-in link, as the letter would hold it."""
        email = self.email(who)
        with self.world.database.transaction() as session:
            return issue_sign_in_link(session, email=email, minutes=15).secret

    def email_secret(self, who: Caller) -> str:
        """The secret that gives somebody another e-mail address, as the letter would hold it."""
        assert who.person_id
        secret = new_secret(EMAIL_CHANGE)
        with self.world.database.transaction() as session:
            email, until = f"other{self.number()}@example.org", utcnow() + timedelta(days=1)
            change = EmailChange(
                person_id=who.person_id, email=email, secret_hash=hash_secret(secret), expires_at=until
            )
            session.add(change)
        return secret

    def application(self, *, confirmed: bool = False) -> tuple[int, str]:
        """Somebody would like to bring ribbons: the number of that, and the secret of the letter."""
        email = f"applicant{self.number()}@example.org"
        with self.world.database.transaction() as session:
            made = apply(session, new=NewApplication(name="Applicant", email=email)).id
            secret = new_secret(CONFIRMATION)
            assert not prepare_letter(session, application_id=made, secret=secret)
            if confirmed:
                confirm(session, secret=secret)
            return made, secret

    def failed_letter(self, who: Caller) -> int:
        """The number of a letter that could not be sent."""
        with self.world.database.transaction() as session:
            letter = queue_at_once(session, LetterKind.INVITATION, person_id=who.person_id)
            letter.status, letter.done_at = LetterStatus.FAILED, utcnow()
            return letter.id

    def session(self, who: Caller) -> NewSession:
        """A browser in which a person is signed in."""
        assert who.person_id
        with self.world.database.transaction() as session:
            return begin_session(session, person_id=who.person_id, device="Firefox on Android", instead_of=ANYONE)

    def conference(self) -> Json:
        """A conference that began yesterday (by UTC), so that each step of a claim is possible today."""
        return self.world.conference(starts_in=-1, days=4, name=f"Congress {self.number()}")

    def claim(self, who: Caller) -> Json:
        """A requested claim."""
        return self.world.claim(self.conference(), who)

    def deputized(self, who: Caller) -> Json:
        """A deputized claim."""
        return self.world.deputized(self.conference(), who)

    def draft(self, who: Caller) -> Json:
        """A draft of two ribbons from a depot to a champion."""
        return self.world.shipment(self.deputized(who), quantity=2)

    def packed(self, who: Caller) -> Json:
        """The same, packed."""
        return self.world.packed(self.deputized(who), quantity=2)

    def sent(self, who: Caller) -> Json:
        """The same, sent."""
        return self.world.sent(self.deputized(who), quantity=2)

    def received(self, who: Caller, missing: int = 1) -> Json:
        """The same, received; one ribbon was missing."""
        return self.world.received(self.deputized(who), who, quantity=2, missing=missing)

    def late_entry(self, who: Caller) -> Json:
        """A hand-out that is told of after the claim was closed, with one ribbon left."""
        received = self.received(who, missing=0)
        claim = f"/claims/{received['claim_id']}"
        line = {"design_id": self.world.design, "handed_out": 1, "remaining": 1, "lost": 0}
        who.post(f"{claim}/close", {"lines": [line]})
        new = {"design_id": self.world.design, "quantity": 1, "entry_id": str(uuid4())}
        late: Json = who.post(f"{claim}/hand-outs", new, status=202)
        return late

    def own_draft(self, who: Caller) -> Json:
        """A draft of two ribbons from the champion's own stock to a depot."""
        return self._own_box(who)

    def parcel(self, source: int) -> Json:
        """What to send for a shipment of two ribbons to a depot."""
        lines = [{"design_id": self.world.design, "quantity": 2}]
        return {"source_id": source, "target_id": self.world.depot, "lines": lines}

    def own_packed(self, who: Caller) -> Json:
        """The same, packed by the champion."""
        return self._own_box(who, Doing.pack)

    def own_sent(self, who: Caller, tracking_number: str = "") -> Json:
        """The same, sent by the champion."""
        return self._own_box(who, Doing.pack, lambda she, box: she.send(box, tracking_number))

    def _own_box(self, who: Caller, *steps: Callable[[Doing, int], None]) -> Json:
        own = self.received(who, missing=0)["target_id"]
        with self.world.doing(who) as she:
            box = she.ship(self.parcel(own))
            for step in steps:
                step(she, box)
            return she.read_box(box)

    def order(self, *, placed: bool = False) -> Json:
        """A purchase order of ten ribbons."""
        with self.world.doing(self.world.coordinator) as staff:
            return staff.order(self.new_order(), placed=placed)

    def new_order(self) -> Json:
        """What to send for a purchase order."""
        lines = [{"design_id": self.world.design, "quantity": 10}]
        return {"vendor_id": self.world.vendor, "ship_to_id": self.world.depot, "lines": lines}

    def new_move(self) -> Json:
        """What to send for a move of one ribbon."""
        ends = {"source_id": self.world.depot, "target_id": self.world.other_depot}
        return {"design_id": self.world.design, "quantity": 1, **ends}

    def new_meetup(self, conference_id: int, day: str) -> Json:
        """What to send for a meetup with somebody whom nobody has named before."""
        people = [{"handle": f"@member{self.number()}"}]
        return {"conference_id": conference_id, "happened_on": day, "people": people}

    def meetup(self, who: Caller) -> Json:
        """A meetup that the champion has recorded."""
        claim = self.deputized(who)
        with self.world.doing(who) as she:
            return she.meetup(self.new_meetup(claim["conference_id"], claim["starts_on"]))

    def card(self, who: Caller) -> str:
        """The code of the card of a champion at a conference of her own."""
        return self.world.card(self.deputized(who))

    def wish(self, who: Caller) -> Json:
        """Somebody whom nobody has named before asks a champion to do it."""
        new = {"code": self.card(who), "handle": f"@asks{self.number()}"}
        self.world.anyone.post("/wishes", new, status=202)
        asked: Json = who.get("/wishes?limit=100")["items"][-1]
        return asked

    def asked_handle(self, owner: Caller) -> Json:
        """A further handle that a member says is hers."""
        link = self.membership(owner)[1]
        link.post("/membership/handles", {"handle": f"@more{self.number()}"}, status=202)
        asked: Json = self.world.coordinator.get("/todo")["handles_to_confirm"][-1]
        return asked

    def member(self) -> int:
        """The id of a member, by a meetup that a coordinator has recorded."""
        return int(self._named()["people"][0]["member_id"])

    def passer_by(self) -> Caller:
        """A member with a link, who has to do with no case."""
        if self._passer_by is None:
            self._passer_by = self._link(self.member())
        return self._passer_by

    def membership(self, owner: Caller) -> tuple[int, Caller]:
        """A meetup's id and the link of the member who was named there; she is ``owner``, too."""
        meetup = self._named()
        member_id = meetup["people"][0]["member_id"]
        assert owner.person_id
        with self.world.doing(self.world.coordinator) as staff:
            staff.know(member_id, owner.person_id)
        return meetup["id"], self._link(member_id)

    def _named(self) -> Json:
        conference = self.conference()
        with self.world.doing(self.world.coordinator) as staff:
            return staff.meetup(self.new_meetup(conference["id"], conference["starts_on"]))

    def _link(self, member_id: int) -> Caller:
        with self.world.doing(self.world.coordinator) as staff:
            return Caller(self.world.client, None, staff.member_link(member_id))


@contextmanager
def staged(new_database: NewDatabase, template_url: str, **changes: Any) -> Iterator[Stage]:
    """A stage on a database of its own, with changed settings."""
    with new_database(copy_of=template_url) as url, build_world(url, **changes) as world:
        yield Stage(world)
