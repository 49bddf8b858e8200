"""Countries, states and time zones."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.core.geography import (
    COUNTRIES,
    STATES,
    TERRITORIES,
    CountryName,
    check_state,
    check_timezone,
    default_timezone,
    state_name,
    subdivisions,
)
from app.core.language import LANGUAGES
from app.core.retired import RETIRED, present
from app.core.spoken_places import country_code, state_code
from app.core.zones import STATE_ZONES


def _field_refused(country: str, state: str | None) -> str | None:
    """The field that is refused, or None if all is well."""
    try:
        check_state(country, state)
    except Invalid as refusal:
        return refusal.field
    return None


def test_there_are_fifty_states_and_dc_and_five_territories_apart() -> None:
    assert len(STATES) == 51
    assert STATES["US-IL"] == "Illinois"
    assert STATES["US-DC"] == "District of Columbia"
    assert set(TERRITORIES) == {"US-PR", "US-GU", "US-VI", "US-AS", "US-MP"}


def test_every_country_of_iso_3166_is_known_by_name() -> None:
    assert len(COUNTRIES) == 249
    assert CountryName("GB").say("en") == "the United Kingdom"
    assert all(CountryName(code).say(language) != code for code in COUNTRIES for language in LANGUAGES)
    assert CountryName("XX").say("en") == "XX"


@pytest.mark.parametrize(
    ("country", "state"),
    [
        *(("US", code) for code in [*STATES, *TERRITORIES]),
        ("CA", "CA-QC"),
        ("MX", "MX-JAL"),
        ("MX", "MX-CMX"),
        ("ES", "ES-M"),
        ("JP", "JP-13"),
        ("AU", "AU-NSW"),
        ("GB", "GB-ENG"),  # no source lists these: the form decides
        ("FR", None),
        ("DE", None),
    ],
)
def test_a_state_of_the_country_passes(country: str, state: str | None) -> None:
    check_state(country, state)


@pytest.mark.parametrize(
    ("country", "state"),
    [
        ("US", "US-XX"),
        ("US", "US-AE"),  # military post is no place
        ("US", "CA-QC"),
        ("US", "Illinois"),
        ("US", "IL"),
        ("US", "us-il"),
        ("US", "US-IL\n"),
        ("CA", "CA-ZZ"),
        ("MX", "MX-DIF"),
        ("GB", "GB-LONG"),
        ("FR", "DE-BE"),
    ],
)
def test_a_state_that_the_country_does_not_have_is_refused(country: str, state: str) -> None:
    assert _field_refused(country, state) == "state"


@pytest.mark.parametrize("country", ["US", "CA", "MX"])
def test_north_american_places_need_a_state_unless_the_caller_can_do_without(country: str) -> None:
    assert _field_refused(country, None) == "state"
    assert _field_refused(country, "") == "state"
    check_state(country, None, required=False)


@pytest.mark.parametrize("country", ["", "XX", "us", "USA", "UK", "../etc/passwd"])
def test_an_unknown_country_is_refused(country: str) -> None:
    assert _field_refused(country, None) == "country"


def test_a_territory_is_a_state_of_the_us_and_the_refusal_says_so() -> None:
    with pytest.raises(Invalid, match="country US with state US-PR") as refusal:
        check_state("PR", None)
    assert refusal.value.field == "country"


def test_a_code_that_iso_has_given_up_is_read_as_the_present_one() -> None:
    assert [present(code) for code in ("CN-11", "IN-OR", "MX-DIF", "PL-MZ")] == ["CN-BJ", "IN-OD", "MX-CMX", "PL-14"]
    assert present("US-IL") == "US-IL"
    assert not RETIRED.keys() & {code for country in COUNTRIES for code in subdivisions(country)}
    for country in ("CN", "IN", "MX"):
        present_ones = {new for new in RETIRED.values() if new.startswith(country)}
        assert present_ones <= subdivisions(country).keys()
    assert (state_name("CN-BJ"), state_name("IN-OD")) == ("Beijing Shi", "Odisha")


def test_a_country_that_the_post_of_the_us_serves_is_no_state_of_it_and_the_refusal_says_so() -> None:
    with pytest.raises(Invalid, match="Palau is a country of its own: enter it as country PW"):
        check_state("US", "US-PW")


def test_states_are_named_in_latin_letters() -> None:
    assert state_name("US-IL") == "Illinois"
    assert state_name("US-PR") == "Puerto Rico"
    assert state_name("MX-JAL") == "Jalisco"
    assert state_name("MX-NLE") == "Nuevo León"
    assert state_name("JP-13") == "Tokyo"
    assert state_name("GB-ENG") == "GB-ENG"
    assert state_name("") == ""


def test_the_codes_of_every_country_have_the_form_of_iso_3166_2() -> None:
    for country in COUNTRIES:
        for code in subdivisions(country):
            if country not in {"US", "PR", "GU", "VI", "AS", "MP"}:
                check_state(country, code)


@pytest.mark.parametrize(
    ("state", "zone"),
    [
        ("US-FL", "America/New_York"),
        ("US-TX", "America/Chicago"),
        ("US-TN", "America/Chicago"),
        ("US-KY", "America/Kentucky/Louisville"),
        ("US-IN", "America/Indiana/Indianapolis"),
        ("US-MI", "America/Detroit"),
        ("US-ID", "America/Boise"),
        ("US-ND", "America/Chicago"),
        ("US-OR", "America/Los_Angeles"),
        ("US-AZ", "America/Phoenix"),
        ("US-AK", "America/Anchorage"),
        ("US-HI", "Pacific/Honolulu"),
        ("US-DC", "America/New_York"),
        ("US-PR", "America/Puerto_Rico"),
        ("US-GU", "Pacific/Guam"),
        ("US-VI", "America/St_Thomas"),
        ("US-AS", "Pacific/Pago_Pago"),
        ("US-MP", "Pacific/Saipan"),
        ("CA-QC", "America/Toronto"),
        ("CA-NL", "America/St_Johns"),
        ("CA-SK", "America/Regina"),
        ("MX-JAL", "America/Mexico_City"),
        ("MX-ROO", "America/Cancun"),
        ("MX-SON", "America/Hermosillo"),
        ("ES-M", "Europe/Madrid"),
        ("ES-PM", "Europe/Madrid"),
        ("ES-GC", "Atlantic/Canary"),
        ("ES-ML", "Africa/Ceuta"),
        ("BR-SP", "America/Sao_Paulo"),
        ("BR-AM", "America/Manaus"),
        ("AU-NSW", "Australia/Sydney"),
        ("AU-QLD", "Australia/Brisbane"),
        ("CL-RM", "America/Santiago"),
        ("CL-MA", "America/Punta_Arenas"),
        ("CN-BJ", "Asia/Shanghai"),
        ("EC-P", "America/Guayaquil"),
        ("ID-BA", "Asia/Makassar"),
        ("NZ-AUK", "Pacific/Auckland"),
        ("PT-11", "Europe/Lisbon"),
        ("PT-30", "Atlantic/Madeira"),
        ("UA-30", "Europe/Kyiv"),
    ],
)
def test_a_state_has_the_zone_of_its_convention_cities(state: str, zone: str) -> None:
    assert default_timezone(state[:2], state) == zone


def test_every_state_that_a_zone_depends_on_has_one() -> None:
    several = ("CA", "MX", "ES", "BR", "AU", "CL", "CN", "ID", "UA")
    codes = [*STATES, *TERRITORIES, *(code for land in several for code in subdivisions(land) if code != "AU-JBT")]
    assert set(STATE_ZONES) - set(codes) == {"PT-20", "PT-30", "EC-W", "NZ-CIT"}  # of which no source lists the states
    for code in codes:
        zone = default_timezone(code[:2], code)
        assert zone is not None
        check_timezone(zone)
        assert ZoneInfo(zone).key == zone


def test_other_countries_have_a_zone_only_where_there_is_no_choice() -> None:
    assert default_timezone("GB", None) == "Europe/London"
    assert default_timezone("JP", "JP-13") == "Asia/Tokyo"
    one = {"DE": "Europe/Berlin", "FR": "Europe/Paris", "AR": "America/Argentina/Buenos_Aires", "CO": "America/Bogota"}
    assert {country: default_timezone(country, None) for country in one} == one
    assert [default_timezone(country, None) for country in ("ES", "BR", "AU", "PT", "CL", "EC", "UA")] == [None] * 7
    assert [default_timezone(country, "XX-1") for country in ("ES", "BR", "AU", "PT", "NZ")] == [None] * 5
    assert default_timezone("US", None) is None
    assert default_timezone("MX", None) is None
    assert default_timezone("XX", None) is None


@pytest.mark.parametrize("name", ["UTC", "America/Chicago", "America/Argentina/Buenos_Aires", "Europe/Berlin"])
def test_a_zone_of_the_tz_database_passes(name: str) -> None:
    check_timezone(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Chicago",
        "america/chicago",
        "America/Chicago ",
        "../../etc/passwd",
        "/etc/localtime",
        "Factory",
        "localtime",
    ],
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_timezone(name)
    assert refusal.value.field == "timezone"


@given(country=st.sampled_from(sorted(COUNTRIES)) | st.text(max_size=8), state=st.none() | st.text(max_size=8))
def test_whatever_is_sent_is_accepted_or_refused_by_field(country: str, state: str | None) -> None:
    field = _field_refused(country, state)
    assert field in {None, "country", "state"}
    assert (field == "country") == (country not in COUNTRIES - {"PR", "GU", "VI", "AS", "MP"})
    zone = default_timezone(country, state)
    if zone is not None:
        check_timezone(zone)


@pytest.mark.parametrize(
    ("written", "country", "code"),
    [
        *(("Massa-Carrara", "IT", "IT-MS"), ("Forlì-Cesena", "IT", "IT-FC"), ("Gyeonggi-do", "KR", "KR-41")),
        *(("DIF", "MX", "MX-CMX"), ("or", "IN", "IN-OD"), ("11", "CN", "CN-BJ"), ("CDMX", "MX", "MX-CMX")),
        *(("D.C.", "US", "US-DC"), ("Washington DC", "US", "US-DC"), ("us-il", "US", "US-IL")),
        *(("Atlantis", "US", "ATLANTIS"), ("Il-linois", "US", "IL-LINOIS"), ("Illinois", "XX", "ILLINOIS")),
    ],
)
def test_a_state_is_read_as_people_write_it_and_nothing_else_is(written: str, country: str, code: str) -> None:
    assert state_code(written, country) == code


def test_a_country_is_read_as_people_write_it() -> None:
    spoken = {"U.K.": "GB", "Northern Ireland": "GB", "Hong Kong": "HK", "macau": "MO", "Alemania": "DE", "Oz": "OZ"}
    assert {name: country_code(name) for name in spoken} == spoken
