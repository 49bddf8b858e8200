"""The figures that people quote, asked over the API."""

from tests.support.world import DESIGN, Json, World


def handed_out_at(world: World, conference: Json, number: int = 5) -> Json:
    """A claim for a conference that has begun, with ribbons handed out there."""
    claim = world.deputized(conference)
    world.received(claim, quantity=10)
    world.ana.post(f"/claims/{claim['id']}/hand-outs", {"design_id": world.design, "quantity": number}, status=201)
    return claim


def test_cancelling_a_conference_takes_no_ribbons_out_of_the_quoted_figure(world: World) -> None:
    conference = world.conference(starts_in=-1)
    handed_out_at(world, conference)
    before = world.anyone.get("/coverage")
    assert before.pop("as_of")
    assert before["sentence_en"] == "Ribbons have been shared at 1 conference in 1 state."
    world.coordinator.post(f"/conferences/{conference['id']}/cancel")
    after = world.anyone.get("/coverage")
    assert after == before | {"as_of": after["as_of"]}


def test_a_conference_that_is_cancelled_before_anybody_wears_a_ribbon_counts_nowhere(world: World) -> None:
    conference = world.conference(starts_in=-1)
    world.deputized(conference)
    world.coordinator.post(f"/conferences/{conference['id']}/cancel")
    assert set(world.anyone.get("/coverage")["conferences"].values()) == {0}


def test_one_country_abroad_is_called_by_its_name(world: World) -> None:
    handed_out_at(world, world.conference(starts_in=-1, city="Guadalajara", state="MX-JAL", country="MX"))
    figures = world.anyone.get("/coverage?country=MX")
    assert figures["sentence_en"] == "Ribbons have been shared at 1 conference in Mexico."
    assert figures["sentence_es"] == "Se han compartido cintas en 1 congreso, en México."


def test_puerto_rico_given_as_a_country_is_read_as_the_territory_and_the_answer_says_so(world: World) -> None:
    conference = world.conference(starts_in=-1, city="San Juan", state="US-PR")
    handed_out_at(world, conference)
    world.conference(starts_in=40)
    figures = world.anyone.get("/coverage?country=PR")
    assert (figures["conferences"]["tracked"], figures["conferences"]["covered"]) == (1, 1)
    assert figures["read_as"] == "US-PR"
    assert figures["sentence_en"] == "Ribbons have been shared at 1 conference in Puerto Rico."
    assert world.anyone.get("/coverage?country=US")["read_as"] is None
    assert [item["id"] for item in world.anyone.get("/conferences?country=PR")["items"]] == [conference["id"]]


def test_the_figures_can_be_asked_for_by_state_specialty_and_days_and_the_sentence_says_so(world: World) -> None:
    here = world.conference(starts_in=-1, specialty="Radiología")
    there = world.conference(starts_in=20, city="Austin", state="US-TX", specialty="Cardiology")
    handed_out_at(world, here)
    for wanted, tracked, said in (
        ("state=US-IL", 1, "at 1 conference in 1 state (Illinois)."),
        ("state=US-TX", 1, "No ribbons have been shared yet (Texas)."),
        ("specialty=RADIOLOGIA", 1, "at 1 conference in 1 state (Radiology)."),
        (f"from={there['starts_on']}", 1, "No ribbons have been shared yet (from "),
        (f"from={here['starts_on']}&to={there['starts_on']}", 2, "at 1 conference in 1 state (from "),
        ("specialty=Radiology", 0, "No ribbons have been shared yet (Radiology)."),
    ):
        figures = world.anyone.get(f"/coverage?{wanted}")
        assert figures["conferences"]["tracked"] == tracked, wanted
        assert said in figures["sentence_en"], wanted
    for wrong in ("from=yesterday", "first_day=2026-01-01", "state=Texas"):
        world.anyone.get(f"/coverage?{wrong}", status=422)


def test_a_design_costs_money_of_a_currency_in_use(world: World) -> None:
    for number, (currency, status) in enumerate([("XYZ", 422), ("DEM", 422), ("USD", 201), ("MXN", 201)]):
        new = {**DESIGN, "code": f"C-{number}", "currency": currency}
        world.coordinator.post("/designs", new, status=status)


def test_conferences_are_listed_by_year_and_by_whether_ribbons_were_handed_out_there(world: World) -> None:
    covered, other = world.conference(starts_in=-1), world.conference(starts_in=800)
    handed_out_at(world, covered)
    for wanted, expected in (
        ("covered=true", [covered]),
        ("covered=false", [other]),
        (f"year={other['starts_on'][:4]}", [other]),
        (f"year={covered['starts_on'][:4]}&covered=true", [covered]),
    ):
        found = world.anyone.get(f"/conferences?{wanted}")["items"]
        assert [item["id"] for item in found] == [item["id"] for item in expected], wanted


def test_shipments_are_listed_by_where_they_go(world: World) -> None:
    own = world.sent(world.deputized(world.conference(), world.ana))
    world.sent(world.deputized(world.conference(starts_in=80), world.bea))
    found = world.coordinator.get(f"/shipments?target_id={own['target_id']}")["items"]
    assert [item["id"] for item in found] == [own["id"]]
