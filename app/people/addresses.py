"""Postal addresses: checked on the way in, laid out as they stand on a parcel on the way out.

What a country requires, how its postal codes look and in which order its lines stand is Google's address data, but for
what ``layout.py`` and ``postal_codes.py`` know better; US lines follow USPS Publication 28 (capitals, no punctuation
but the hyphen of a ZIP+4 code).
"""

import re
from dataclasses import dataclass, fields, replace

from app.core.errors import Invalid, Unfit
from app.core.geography import (
    ASSOCIATED,
    COUNTRIES,
    NO_COUNTRY,
    TERRITORY_COUNTRIES,
    CountryName,
    check_state,
    country_data,
    state_name,
    subdivisions,
)
from app.core.language import Text, phrase
from app.core.retired import present
from app.core.text import clean_line
from app.people.layout import laid_out
from app.people.postal_codes import in_form

MILITARY = frozenset({"US-AA", "US-AE", "US-AP"})
"""The "states" of US military post; no ISO 3166-2 codes, and no places."""

_MILITARY_POST = frozenset({"APO", "DPO", "FPO"})
"""What stands for the city there."""

# An optional plus, then 5 to 20 digits with the usual separators, then perhaps an extension. ITU-T E.164 allows 15
# digits; national habits of writing vary too much for more than this.
_PHONE = re.compile(r"\+?(?:[ ().\-/]*[0-9]){5,20}(?: ?(?:x|ext\.?) ?[0-9]{1,6})?", re.IGNORECASE)

_POINTS = re.compile(r"(?<![0-9])\.|\.(?![0-9])")
_PUNCTUATION = re.compile(r"[,;:!?()\[\]\"“”«»]")


@dataclass(frozen=True, kw_only=True)
class PostalAddress:
    """Where a parcel goes. ``state`` is an ISO 3166-2 code, a military one of the US ("US-AE"), or empty."""

    recipient: str
    organization: str = ""
    line1: str
    line2: str = ""
    city: str
    state: str = ""
    postal_code: str = ""
    country: str
    phone: str = ""


def check_address(address: PostalAddress) -> PostalAddress:
    """The address in the form of the post: blanks tidied, codes in capitals, "60611 1234" as "60611-1234".

    A US territory given as a country (PR) becomes a state of the US (US-PR), and so does a country that the US post
    serves (PW). A state may lack its country ("AE" of the US), and have a code that ISO has given up. Refused
    (``Invalid``; ``field`` names the input): a country or state that does not exist, a missing part that the country
    requires, a postal code that has not the country's form or lies in another state, military post to a city, a phone
    number that is none, control characters.
    """
    address = _with_codes(_tidied(address))
    if address.country == "US" and address.state in MILITARY:
        _check_military(address)
    elif not (address.country == "US" and address.state in ASSOCIATED):
        check_state(address.country, address.state or None)
    if not address.recipient and not address.organization:
        raise Invalid(phrase("Write who receives the parcel: a person or an organization."), field="recipient")
    _check_required(address)
    address = _with_postal_code(address)
    if address.phone and not _PHONE.fullmatch(address.phone):
        raise Invalid(phrase("The phone number must be digits, such as +1 312 555 0100, or left empty."), field="phone")
    return address


def _tidied(address: PostalAddress) -> PostalAddress:
    values = {}
    for field in fields(address):
        try:
            values[field.name] = clean_line(getattr(address, field.name))
        except Unfit as refusal:
            raise Invalid(refusal.detail, field=field.name) from None
    for code in ("state", "postal_code", "country"):
        values[code] = values[code].upper()
    return PostalAddress(**values)


def _with_codes(address: PostalAddress) -> PostalAddress:
    """The address with the present code of its state, and that of the US where its post serves the country."""
    state = address.state if "-" in address.state or not address.state else f"{address.country}-{address.state}"
    served = TERRITORY_COUNTRIES | {country: code for code, country in ASSOCIATED.items()}
    if address.country not in served:
        return replace(address, state=present(state))
    code = served[address.country]
    return replace(address, country="US", state=state if state.startswith("US-") else code)


def _check_military(address: PostalAddress) -> None:
    """Military post goes to an office of its own, which stands in place of the city."""
    if address.city.upper() not in _MILITARY_POST:
        no_city = phrase(
            "Military post ({state}) has APO, FPO or DPO in place of a city. Correct the city or the state.",
            state=address.state.removeprefix("US-"),
        )
        raise Invalid(no_city, field="city")


def _check_required(address: PostalAddress) -> None:
    required = country_data(address.country).get("require", "AC")
    name = CountryName(address.country)
    for letter, field, missing in (
        ("A", "line1", phrase("An address in {country} needs a street or a PO box.", country=name)),
        ("C", "city", phrase("An address in {country} needs a city.", country=name)),
        ("S", "state", phrase("An address in {country} needs a state or province.", country=name)),
        ("Z", "postal_code", phrase("An address in {country} needs a postal code.", country=name)),
    ):
        known = letter != "S" or subdivisions(address.country)
        if letter in required and known and not getattr(address, field):
            raise Invalid(missing, field=field)


def _with_postal_code(address: PostalAddress) -> PostalAddress:
    """The address with its postal code in the form of the country; checks it against country and state."""
    if not address.postal_code:
        return address
    postal_code = in_form(address.country, address.postal_code)
    if postal_code is None:
        raise Invalid(_no_postal_code(address.country), field="postal_code")
    known = subdivisions(address.country)
    here = known.get(address.state)
    if here and here.postal_code and not re.match(here.postal_code, postal_code):
        owners = [s.name for s in known.values() if s.postal_code and re.match(s.postal_code, postal_code)]
        raise Invalid(_elsewhere(postal_code, here.name, owners), field="postal_code")
    return replace(address, postal_code=postal_code)


def _no_postal_code(country: str) -> Text:
    name, example = CountryName(country), country_data(country).get("zipex", "").partition(",")[0]
    if example:
        return phrase(
            "This does not look like a postal code of {country}, such as {example}.", country=name, example=example
        )
    return phrase("This does not look like a postal code of {country}.", country=name)


def _elsewhere(postal_code: str, state: str, owners: list[str]) -> Text:
    """Of which state a postal code is, if of any, since it is not of the one that was given."""
    if owners:
        return phrase(
            "{code} is a postal code of {other}, not of {state}. Correct the postal code or the state.",
            code=postal_code,
            other=owners[0],
            state=state,
        )
    return phrase(
        "{code} is not a postal code of {state}. Correct the postal code or the state.", code=postal_code, state=state
    )


def format_lines(address: PostalAddress, *, home_country: str) -> tuple[str, ...]:
    """The block as printed, top to bottom, in the order of the address's country; without the phone number.

    US lines are in capitals. The English name of the country stands last, in capitals, unless it is ``home_country``,
    the ISO 3166-1 country from which the parcel is sent. Takes an address that :func:`check_address` has passed;
    refuses (``Invalid``) an unknown country.
    """
    if address.country not in COUNTRIES:
        raise Invalid(NO_COUNTRY, field="country")
    known = subdivisions(address.country).get(address.state)
    parts = {
        "recipient": address.recipient,
        "organization": address.organization,
        "street": "\n".join(filter(None, (address.line1, address.line2))),
        "city": address.city,
        "state": known.printed if known else state_name(address.state).rpartition("-")[2],
        "postal_code": address.postal_code,
    }
    lines = laid_out(address.country, parts)
    if address.country == "US":
        lines = [line.upper() for line in lines]
        lines[-1] = lines[-1].replace(",", "")
    country = country_data(ASSOCIATED.get(address.state, address.country))["name"].upper()
    return (*lines, country) if address.country != home_country else tuple(lines)


def label_lines(address: PostalAddress, *, home_country: str) -> tuple[str, ...]:
    """The block of :func:`format_lines` as machines of the post read it best.

    US lines lose their punctuation (USPS Publication 28: "P.O. Box 7" is PO BOX 7), but for hyphens, slashes, number
    signs, apostrophes in names, and points between figures ("39.2 Road").
    """
    lines = format_lines(address, home_country=home_country)
    if address.country != "US":
        return lines
    bare = (" ".join(_PUNCTUATION.sub(" ", _POINTS.sub("", line)).split()) for line in lines)
    return tuple(line for line in bare if line)
