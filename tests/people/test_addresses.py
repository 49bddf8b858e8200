"""Postal addresses: what is accepted, in which form it is kept, and how it is printed."""

from dataclasses import fields, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.core.geography import STATES, TERRITORIES, country_data
from app.people.addresses import MILITARY, PostalAddress, check_address, format_lines, label_lines

CHICAGO = PostalAddress(
    recipient="Dr. Ana Núñez",
    line1="251 E Huron St",
    line2="Suite 3-200",
    city="Chicago",
    state="US-IL",
    postal_code="60611",
    country="US",
)


def _refusal(address: PostalAddress) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        check_address(address)
    return refusal.value


def test_a_good_address_stays_as_it_is() -> None:
    assert check_address(CHICAGO) == CHICAGO


def test_blanks_and_codes_are_tidied() -> None:
    untidy = replace(CHICAGO, recipient="  Dr. Ana  Nu\u0301n\u0303ez ", state="us-il", country="us")
    assert check_address(untidy) == CHICAGO


@pytest.mark.parametrize(
    ("country", "state", "typed", "kept"),
    [
        ("US", "US-IL", "606112908", "60611-2908"),
        ("US", "US-IL", "60611 2908", "60611-2908"),
        ("CA", "CA-QC", "h3z2y7", "H3Z 2Y7"),
        ("GB", "", "ec1y8sy", "EC1Y 8SY"),
        ("JP", "JP-13", "154-0023", "154-0023"),
        ("JP", "JP-13", "1540023", "154-0023"),
        ("BR", "BR-BA", "40301110", "40301-110"),
        ("BR", "BR-BA", "40.301-110", "40301-110"),
        ("NL", "", "1234ab", "1234 AB"),
        ("PL", "", "00950", "00-950"),
        ("PT", "", "2725 079", "2725-079"),
        ("CZ", "", "10000", "100 00"),
        ("IE", "IE-D", "d02af30", "D02 AF30"),
        ("SE", "", "se-11455", "114 55"),
        ("DE", "", "D-10115", "10115"),
        ("LV", "", "1073", "LV-1073"),
    ],
)
def test_a_postal_code_is_kept_in_the_form_of_the_post(country: str, state: str, typed: str, kept: str) -> None:
    address = replace(CHICAGO, country=country, state=state, postal_code=typed)
    assert check_address(address).postal_code == kept


@pytest.mark.parametrize("postal_code", ["6061", "606111", "60611-29", "H3Z 2Y7", "٦٠٦١١", "60611\u00a0x"])
def test_what_is_no_zip_code_is_refused(postal_code: str) -> None:
    assert _refusal(replace(CHICAGO, postal_code=postal_code)).field == "postal_code"


def test_a_zip_code_of_another_state_is_refused_and_both_are_named() -> None:
    refusal = _refusal(replace(CHICAGO, state="US-CA"))
    assert refusal.field == "postal_code"
    assert "60611 is a postal code of Illinois, not of California" in str(refusal)


def test_a_zip_code_of_no_state_is_refused() -> None:
    assert _refusal(replace(CHICAGO, postal_code="00000")).field == "postal_code"


@pytest.mark.parametrize(
    ("city", "state", "postal_code"),
    [
        ("San Juan", "US-PR", "00901"),
        ("Hagåtña", "US-GU", "96910"),
        ("Charlotte Amalie", "US-VI", "00802"),
        ("Pago Pago", "US-AS", "96799"),
        ("Saipan", "US-MP", "96950"),
        ("Washington", "US-DC", "20007"),
        ("APO", "US-AE", "09012"),
        ("FPO", "US-AP", "96601"),
        ("DPO", "US-AA", "34002"),
    ],
)
def test_territories_dc_and_military_post_are_states_of_the_us(city: str, state: str, postal_code: str) -> None:
    address = replace(CHICAGO, city=city, state=state, postal_code=postal_code)
    assert check_address(address) == address
    last = f"{city.upper()} {state[3:]} {postal_code}"
    assert format_lines(address, home_country="US")[-1] == last


@pytest.mark.parametrize(
    ("state", "city", "postal_code"), [("PW", "Koror", "96940"), ("FM", "Kolonia", "96941"), ("MH", "Majuro", "96960")]
)
def test_countries_that_the_us_post_serves_are_addressed_as_their_states(
    state: str, city: str, postal_code: str
) -> None:
    address = replace(CHICAGO, city=city, state=f"US-{state}", postal_code=postal_code)
    assert check_address(address) == check_address(replace(address, country=state, state="")) == address
    assert format_lines(address, home_country="US")[-1] == f"{city.upper()} {state} {postal_code}"
    assert format_lines(address, home_country="MX")[-1] in {
        "PALAU",
        "MICRONESIA (FEDERATED STATE OF)",
        "MARSHALL ISLANDS",
    }


@pytest.mark.parametrize(
    ("country", "typed", "code", "city", "postal_code"),
    [
        ("US", "AE", "US-AE", "APO", "09012"),
        ("US", "il", "US-IL", "Chicago", "60611"),
        ("ES", "M", "ES-M", "Madrid", "28013"),
        ("CN", "CN-11", "CN-BJ", "Beijing", "100000"),
        ("CN", "BJ", "CN-BJ", "Beijing", "100000"),
        ("MX", "DIF", "MX-CMX", "México", "06500"),
    ],
)
def test_a_state_is_read_without_its_country_and_by_a_code_that_was_given_up(
    country: str, typed: str, code: str, city: str, postal_code: str
) -> None:
    address = replace(CHICAGO, country=country, state=typed, city=city, postal_code=postal_code)
    assert check_address(address).state == code


@pytest.mark.parametrize("city", ["Chicago", "APO Chicago"])
def test_military_post_goes_to_no_city(city: str) -> None:
    refusal = _refusal(replace(CHICAGO, city=city, state="US-AE", postal_code="09012"))
    assert (refusal.field, "APO, FPO or DPO" in str(refusal)) == ("city", True)


def test_puerto_rico_as_a_country_becomes_a_state_of_the_us() -> None:
    checked = check_address(replace(CHICAGO, city="San Juan", state="", country="PR", postal_code="00901"))
    assert (checked.country, checked.state) == ("US", "US-PR")


@pytest.mark.parametrize(
    ("country", "state", "field"),
    [
        ("US", "", "state"),
        ("US", "US-ZZ", "state"),
        ("US", "CA-QC", "state"),
        ("CA", "US-AE", "state"),
        ("JP", "", "state"),  # the Japanese post needs the prefecture
        ("QQ", "", "country"),
        ("", "", "country"),
    ],
)
def test_a_state_or_country_that_does_not_exist_is_refused(country: str, state: str, field: str) -> None:
    assert _refusal(replace(CHICAGO, country=country, state=state)).field == field


@pytest.mark.parametrize("field", ["recipient", "line1", "city", "state", "postal_code", "country"])
def test_a_us_address_lacks_nothing(field: str) -> None:
    assert _refusal(PostalAddress(**(vars(CHICAGO) | {field: "  "}))).field == field


def test_an_organization_can_stand_for_the_recipient() -> None:
    check_address(replace(CHICAGO, recipient="", organization="Northwestern Memorial Hospital"))


@pytest.mark.parametrize("field", [field.name for field in fields(PostalAddress)])
def test_control_characters_are_refused_by_field(field: str) -> None:
    assert _refusal(PostalAddress(**(vars(CHICAGO) | {field: "a\x00b"}))).field == field


@pytest.mark.parametrize("phone", ["", "+1 312 555 0100", "(312) 555-0100", "312.555.0100 x12", "+52 33 3613 7000"])
def test_phone_numbers_are_taken_as_people_write_them(phone: str) -> None:
    assert check_address(replace(CHICAGO, phone=phone)).phone == phone


@pytest.mark.parametrize("phone", ["call me", "123", "+", "312-555-0100; rm -rf", "1" * 30])
def test_what_is_no_phone_number_is_refused(phone: str) -> None:
    assert _refusal(replace(CHICAGO, phone=phone)).field == "phone"


def test_us_lines_are_printed_in_capitals_without_the_country_at_home() -> None:
    assert format_lines(CHICAGO, home_country="US") == (
        "DR. ANA NÚÑEZ",
        "251 E HURON ST",
        "SUITE 3-200",
        "CHICAGO IL 60611",
    )


def test_from_abroad_the_country_stands_last_in_capitals() -> None:
    assert format_lines(CHICAGO, home_country="MX")[-2:] == ("CHICAGO IL 60611", "UNITED STATES")


@pytest.mark.parametrize(
    ("address", "last"),
    [
        (
            replace(CHICAGO, city="Guadalajara", state="MX-JAL", postal_code="44100", country="MX"),
            ("44100 GUADALAJARA, JAL.", "MEXICO"),
        ),
        (
            replace(CHICAGO, city="Montréal", state="CA-QC", postal_code="H3Z 2Y7", country="CA"),
            ("MONTRÉAL QC  H3Z 2Y7", "CANADA"),
        ),
        (
            replace(CHICAGO, city="London", state="", postal_code="EC1Y 8SY", country="GB"),
            ("LONDON", "EC1Y 8SY", "UNITED KINGDOM"),
        ),
        (replace(CHICAGO, city="Berlin", state="", postal_code="10115", country="DE"), ("10115 BERLIN", "GERMANY")),
        (replace(CHICAGO, city="Nassau", state="", postal_code="", country="BS"), ("NASSAU", "BAHAMAS")),
    ],
)
def test_other_countries_keep_their_own_order(address: PostalAddress, last: tuple[str, ...]) -> None:
    lines = format_lines(check_address(address), home_country="US")
    assert lines[-len(last) :] == last
    assert "NÚÑEZ" in lines[0].upper()


def test_a_japanese_address_is_printed_in_latin_letters() -> None:
    tokyo = replace(CHICAGO, line2="", city="", state="JP-13", postal_code="154-0023", country="JP")
    lines = format_lines(check_address(tokyo), home_country="US")
    assert lines == ("Dr. Ana Núñez", "251 E Huron St", "TOKYO 154-0023", "JAPAN")


def test_the_organization_stands_below_the_recipient_and_the_phone_nowhere() -> None:
    address = replace(CHICAGO, organization="Northwestern Memorial", phone="+1 312 555 0100")
    lines = format_lines(address, home_country="US")
    assert lines[:2] == ("DR. ANA NÚÑEZ", "NORTHWESTERN MEMORIAL")
    assert not any("555" in line for line in lines)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("P.O. Box 1204", "PO BOX 1204"),
        ("251 E. Huron St., Apt. 3-B", "251 E HURON ST APT 3-B"),
        ("101 1/2 Main St. #4", "101 1/2 MAIN ST #4"),
        ("39.2 Rd", "39.2 RD"),
        ("O'Brien (rear)", "O'BRIEN REAR"),
    ],
)
def test_us_lines_of_a_label_have_no_punctuation_that_the_post_does_not_need(typed: str, printed: str) -> None:
    address = check_address(replace(CHICAGO, line1=typed, line2="", postal_code="60611-1234"))
    lines = label_lines(address, home_country="US")
    assert lines == ("DR ANA NÚÑEZ", printed, "CHICAGO IL 60611-1234")


def test_a_label_has_no_empty_line_where_only_punctuation_was_typed() -> None:
    assert label_lines(replace(CHICAGO, line2="(..)"), home_country="US")[1:] == ("251 E HURON ST", "CHICAGO IL 60611")


def test_a_label_to_the_us_from_abroad_ends_with_the_country() -> None:
    assert label_lines(CHICAGO, home_country="MX")[-2:] == ("CHICAGO IL 60611", "UNITED STATES")


def test_a_label_to_another_country_is_as_that_country_writes_it_and_ends_with_its_name_in_capitals() -> None:
    address = replace(CHICAGO, city="Guadalajara", state="MX-JAL", postal_code="44100", country="MX")
    lines = label_lines(check_address(address), home_country="US")
    assert lines == format_lines(address, home_country="US")
    assert (lines[0], lines[-2:]) == ("Dr. Ana Núñez", ("44100 GUADALAJARA, JAL.", "MEXICO"))
    assert "MEXICO" not in label_lines(address, home_country="MX")


def test_the_first_and_the_last_zip_code_of_every_state_are_accepted_there() -> None:
    data = country_data("US")
    for key, span in zip(data["sub_keys"].split("~"), data["sub_zipexs"].split("~"), strict=True):
        if f"US-{key}" in {*STATES, *TERRITORIES, *MILITARY}:
            for postal_code in span.split(","):
                city = "APO" if f"US-{key}" in MILITARY else "Chicago"
                check_address(replace(CHICAGO, city=city, state=f"US-{key}", postal_code=postal_code))


_STATE_CODES = st.sampled_from(sorted(STATES))


@given(code=_STATE_CODES, other=_STATE_CODES)
def test_a_zip_code_of_one_state_is_refused_in_another(code: str, other: str) -> None:
    data = country_data("US")
    spans = dict(zip(data["sub_keys"].split("~"), data["sub_zipexs"].split("~"), strict=True))
    assume(code != other)
    address = replace(CHICAGO, state=other, postal_code=spans[code[3:]].partition(",")[0])
    refusal = _refusal(address)
    assert refusal.field == "postal_code"
    assert STATES[other] in str(refusal)


_TEXT = st.text(max_size=30)


def _checked(address: PostalAddress) -> PostalAddress | str | None:
    """The address as it is kept, or the field that is refused."""
    try:
        return check_address(address)
    except Invalid as refusal:
        return refusal.field


@given(
    parts=st.fixed_dictionaries({field.name: _TEXT for field in fields(PostalAddress)}),
    country=st.sampled_from(["US", "CA", "MX", "GB", "JP", "BR", "FR", "BS", "PR"]),
)
def test_whatever_is_sent_is_refused_by_field_or_kept(parts: dict[str, str], country: str) -> None:
    result = _checked(PostalAddress(**(parts | {"country": country})))
    assert isinstance(result, PostalAddress) or result in parts


@given(recipient=_TEXT, line1=_TEXT, line2=_TEXT, city=_TEXT)
def test_what_is_kept_stays_and_is_printed_without_an_empty_line(
    recipient: str, line1: str, line2: str, city: str
) -> None:
    result = _checked(replace(CHICAGO, recipient=recipient, line1=line1, line2=line2, city=city))
    if isinstance(result, PostalAddress):
        assert check_address(result) == result
        lines = format_lines(result, home_country="CA")
        assert all(line and line == line.strip() for line in lines)
        assert lines[-1] == "UNITED STATES"
    else:
        assert result in {"recipient", "line1", "line2", "city"}
