"""Calendars that programs subscribe to: which days are in them, how they change, and who can read them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import vobject
from icalendar import Calendar

from app.core.clock import frozen, utcnow
from tests.support.contents import contents
from tests.support.world import Caller, Json, World

PUBLIC = "/conferences.ics"
NEW_YEAR = datetime(2026, 6, 1, 12, tzinfo=UTC)


def link(who: Caller, kind: str = "own", base: str = "http://127.0.0.1:8000") -> str:
    """The path of a new calendar of somebody's."""
    address: str = who.post("/me/calendar-links", {"kind": kind}, status=201)["address"]
    assert address.startswith(f"{base}/calendar/ccc_")
    return address.removeprefix(base)


def fetched(world: World, path: str, *, status: int = 200, **headers: str) -> Any:
    """What a program gets that knows this address and nothing else."""
    answer = world.client.get(path, headers=headers)
    assert answer.status_code == status, answer.text
    return answer


def walked(text: str) -> list[Any]:
    """The events of a calendar, as icalendar reads them."""
    return list(Calendar.from_ical(text).walk("VEVENT"))


def events(world: World, path: str) -> dict[str, Any]:
    """The events of a calendar by their title, as two parsers agree on them."""
    text = fetched(world, path).text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    found = walked(text)
    for here, there in zip(found, getattr(vobject.readOne(text), "vevent_list", []), strict=True):
        assert (here["UID"], here["SUMMARY"]) == (there.uid.value, there.summary.value)
        assert (here.decoded("DTSTART"), here.decoded("DTEND")) == (there.dtstart.value, there.dtend.value)
        assert (here["STATUS"], here["TRANSP"]) == (there.status.value, "TRANSPARENT")
        assert "last_modified" in there.contents or "last-modified" in there.contents
    return {str(event["SUMMARY"]): event for event in found}


def days(event: Any) -> tuple[date, date]:
    """The first day of an event, and the first after it."""
    return event.decoded("DTSTART"), event.decoded("DTEND")


def conference(world: World, **fields: Any) -> Json:
    """One over New Year whose name is folded within an ñ, and holds all that has to be escaped."""
    fields = {"name": f"Congreso, {'ñ' * 60}; Ibero\\americano", "timezone": "UTC", **fields}
    return world.conference(**{"starts_on": "2026-12-31", "ends_on": "2027-01-01", **fields})


def test_everybodys_calendar_has_the_conferences_of_the_list_in_whole_days(world: World) -> None:
    with frozen(NEW_YEAR):
        new = conference(world)
        other = world.conference(name="Elsewhere", city="Boston", state="US-MA", venue="Hynes")
        with world.doing(world.ana) as she:
            she.conference({**_described(other), "name": "A proposal"})
        found = events(world, PUBLIC)
        assert found.keys() == {new["name"], "Elsewhere"}
        event = found[new["name"]]
        assert days(event) == (date(2026, 12, 31), date(2027, 1, 2))
        assert (event["SEQUENCE"], event.decoded("DTSTAMP")) == (0, NEW_YEAR)
        assert event["URL"] == f"{world.rules.public_url}/conferences/{new['id']}"
        assert found["Elsewhere"]["LOCATION"] == "Hynes, Boston, Massachusetts"
        assert events(world, f"{PUBLIC}?state=US-MA&q=else&status=scheduled").keys() == {"Elsewhere"}
        assert events(world, f"{PUBLIC}?year=2030") == {}
        for wrong in ("colour=blue", "state=Illinois", "year=2026&year=2027"):
            fetched(world, f"{PUBLIC}?{wrong}", status=422)
    text = fetched(world, f"{PUBLIC}?lang=es").text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in text
    with world.with_settings(community_name="Médicas, unidas; \\o/") as named:
        lines = fetched(named, f"{PUBLIC}?lang=es").text.split("\r\n")
    for name in ("NAME", "X-WR-CALNAME"):
        assert rf"{name}:Congresos: Médicas\, unidas\; \\o/" in lines


def _described(known: Json) -> Json:
    return {name: known[name] for name in ("starts_on", "ends_on", "city", "state", "country")}


def test_what_moves_keeps_its_name_and_gets_a_higher_sequence_and_the_same_days_give_the_same_bytes(
    world: World,
) -> None:
    with frozen(NEW_YEAR):
        new = conference(world)
        first = fetched(world, PUBLIC)
        before = events(world, PUBLIC)[new["name"]]
    with frozen(NEW_YEAR + timedelta(days=1)):
        again = fetched(world, PUBLIC)
        assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
        assert fetched(world, PUBLIC, status=304, **{"If-None-Match": first.headers["ETag"]}).content == b""
        moved = {"starts_on": "2027-01-02", "ends_on": "2027-01-03"}
        world.coordinator.patch(f"/conferences/{new['id']}", moved, version=1)
        after = events(world, PUBLIC)[new["name"]]
        assert after["UID"] == before["UID"]
        assert days(after) == (date(2027, 1, 2), date(2027, 1, 4))
        assert after["SEQUENCE"] > before["SEQUENCE"]
        assert after.decoded("LAST-MODIFIED") == utcnow() > before.decoded("LAST-MODIFIED")
        fetched(world, PUBLIC, **{"If-None-Match": first.headers["ETag"]})


def test_what_is_cancelled_says_so_for_a_month_before_it_is_gone(world: World) -> None:
    with frozen(NEW_YEAR):
        new = conference(world)
        claim, path = world.deputized(new), link(world.ana)
        asked = f"{PUBLIC}?status=scheduled&needs_champion=true"
        assert events(world, asked) == {}  # it has a champion
        before = {str(event["UID"]): event["SEQUENCE"] for event in events(world, path).values()}
        assert len(before) == 4
        with world.doing(world.coordinator) as staff:
            staff.cancel(new["id"])
    with frozen(NEW_YEAR + timedelta(days=29)):
        assert events(world, PUBLIC)[new["name"]]["STATUS"] == "CANCELLED"
        assert events(world, asked)[new["name"]]["STATUS"] == "CANCELLED"
        mine = events(world, path).values()
        assert {str(event["UID"]) for event in mine} == before.keys()
        assert {event["STATUS"] for event in mine} == {"CANCELLED"}
        assert all(event["SEQUENCE"] > before[str(event["UID"])] for event in mine)
    with frozen(NEW_YEAR + timedelta(days=31)):
        assert events(world, PUBLIC) == events(world, path) == {}
        world.coordinator.post(f"/conferences/{new['id']}/restore")
        assert events(world, PUBLIC)[new["name"]]["STATUS"] == "CONFIRMED"
        assert world.ana.get(f"/claims/{claim['id']}")["status"] == "deputized"
        back = events(world, path).values()
        assert {event["STATUS"] for event in back} == {"CONFIRMED"}
        assert all(event["SEQUENCE"] > before[str(event["UID"])] + 1 for event in back)


def test_a_champion_has_her_conferences_and_what_is_to_be_done_for_them(world: World) -> None:
    with frozen(NEW_YEAR):
        path = link(world.ana)
        new = conference(world, name="Congreso de Año Nuevo")
        claim = world.claim(new)
        world.deputized(world.conference(name="Of Bea"), world.bea)
        (waits,) = events(world, path).values()
        assert (waits["SUMMARY"], waits["STATUS"]) == (new["name"], "TENTATIVE")
        world.coordinator.post(f"/claims/{claim['id']}/deputize", {})
        found = events(world, path)
        assert {title: days(event) for title, event in found.items()} == {
            "Congreso de Año Nuevo": (date(2026, 12, 31), date(2027, 1, 2)),
            "Ribbons must be on their way: Congreso de Año Nuevo": (date(2026, 12, 23), date(2026, 12, 24)),
            "Hand out ribbons: Congreso de Año Nuevo": (date(2026, 12, 29), date(2027, 1, 2)),
            "Send your final count: Congreso de Año Nuevo": (date(2027, 1, 4), date(2027, 1, 5)),
        }
        assert found[new["name"]]["UID"] == waits["UID"]
        assert {event["STATUS"] for event in found.values()} == {"CONFIRMED"}
        last = found["Ribbons must be on their way: Congreso de Año Nuevo"]
    with frozen(NEW_YEAR + timedelta(days=1)):
        world.received(claim)
        sent = events(world, path)["Ribbons sent: Congreso de Año Nuevo"]
        assert (sent["UID"], days(sent)) == (last["UID"], days(last))
        assert sent["SEQUENCE"] > last["SEQUENCE"]
        assert sent.decoded("LAST-MODIFIED") == utcnow()
        version = world.ana.get("/me")["version"]
        world.ana.patch("/me", {"language": "es"}, version=version)
        assert "Envía tu cuenta final: Congreso de Año Nuevo" in events(world, path)


def test_coordinators_have_the_days_to_ship_and_what_is_to_arrive_without_who_where_and_under_which_number(
    world: World,
) -> None:
    with frozen(NEW_YEAR):
        path, own = link(world.coordinator, "coordinators"), link(world.ana)
        claim = world.deputized(conference(world, name="Big"))
        box = world.sent(world.deputized(conference(world, name="Small"), world.bea))
        with world.doing(world.coordinator) as staff:
            lines = [{"design_id": world.design, "quantity": 100}]
            order = {"vendor_id": world.vendor, "ship_to_id": world.depot, "lines": lines}
            placed = staff.order({**order, "needed_by": "9999-12-31"}, placed=True)
            staff.order({**order, "needed_by": "2026-07-01"}, placed=False)
        number = f"SH-{box['id']:04d}"
        text = fetched(world, path).text
        for parser in (Calendar.from_ical, vobject.readOne):
            assert parser(text)
        found = {str(event["SUMMARY"]): event for event in walked(text)}
        assert {title: event.decoded("DTSTART") for title, event in found.items()} == {
            "Ribbons must be on their way: Big": date(2026, 12, 23),
            "Ribbons sent: Small": date(2026, 12, 23),
            f"Box {number} should arrive: Small": date(2026, 6, 6),
            f"Order PO-{placed['id']:04d} is needed": date.max,
        }
        for said in ("Bea", "Ana", "9400", world.bea.get("/me")["address"]["line1"], "LOCATION"):
            assert said not in text
    with frozen(NEW_YEAR + timedelta(days=4)):
        world.bea.post(f"/shipments/{box['id']}/receive", _counted(box))
        world.coordinator.post(f"/purchase-orders/{placed['id']}/cancel")
        world.coordinator.post(f"/claims/{claim['id']}/revoke", {})
        after = {str(event["UID"]): event for event in walked(fetched(world, path).text)}
        came = after[str(found[f"Box {number} should arrive: Small"]["UID"])]
        assert (came["SUMMARY"], came.decoded("DTSTART")) == (f"Box {number} has arrived: Small", date(2026, 6, 5))
        off = {str(event["UID"]) for event in after.values() if event["STATUS"] == "CANCELLED"}
        assert off == {str(event["UID"]) for title, event in found.items() if "Big" in title or "PO-" in title}
        for uid, event in ((str(event["UID"]), event) for event in found.values() if event["UID"] in after):
            assert after[uid]["SEQUENCE"] >= event["SEQUENCE"]
    with frozen(NEW_YEAR + timedelta(days=40)):
        assert events(world, path).keys() == {"Ribbons sent: Small"}
        assert {event["STATUS"] for event in events(world, own).values()} == set()


def _counted(box: Json) -> Json:
    return {"lines": [{"line_id": line["id"], "received": line["quantity"]} for line in box["lines"]]}


def test_a_calendar_is_gone_at_once_when_its_link_ends_and_when_its_owner_may_not_read_it_any_more(
    world: World,
) -> None:
    kept, own, staff = link(world.ana), link(world.ana), link(world.coordinator, "coordinators")
    world.ana.post("/me/calendar-links", {"kind": "coordinators"}, status=403)
    mine = world.ana.get("/me/calendar-links")["items"]
    assert [entry.keys() for entry in mine] == [{"id", "kind", "created_at"}] * 2
    assert world.bea.call("DELETE", f"/me/calendar-links/{mine[1]['id']}").status_code == 404
    fetched(world, own)
    assert world.ana.call("DELETE", f"/me/calendar-links/{mine[1]['id']}").status_code == 204
    fetched(world, own, status=404)
    fetched(world, kept)
    assert world.ana.call("DELETE", "/me/tokens").status_code == 204  # a phone is lost
    fetched(world, kept, status=404)
    fetched(world, staff)
    who, version = world.coordinator.person_id, world.coordinator.get("/me")["version"]
    beas = link(world.bea)
    for caller, path, change in ((who, staff, {"role": "champion"}), (world.bea.person_id, beas, {"active": False})):
        known = world.admin.get(f"/people/{caller}")
        world.admin.patch(f"/people/{caller}", change, version=known["version"])
        fetched(world, path, status=404)
    assert version


def test_the_secret_of_a_calendar_is_in_no_trail_no_row_and_no_counter_and_opens_nothing_else(world: World) -> None:
    path = link(world.ana)
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    fetched(world, path)
    assert secret not in str(contents(world.database))
    assert secret not in world.client.get("/metrics").text
    (made,) = world.ana.get("/me/calendar-links")["items"]
    (line,) = world.coordinator.get(f"/audit?subject=calendar_link:{made['id']}")["items"]
    assert line["action"] == "create_my_calendar_link"
    assert Caller(world.client, None, secret).call("GET", "/me").status_code == 401


def test_secrets_of_calendars_are_not_guessed_for_long_and_a_right_one_still_opens(world: World) -> None:
    with frozen(NEW_YEAR):
        path = link(world.ana)
        answers = [world.client.get(f"/calendar/ccc_guess-{n}.ics").status_code for n in range(62)]
        assert answers == [404] * 60 + [429] * 2
        fetched(world, path)
