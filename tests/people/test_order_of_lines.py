"""The lines of an address, in the order and the letters that the post of each country asks for.

The posts' own pages were read for CA, ES, GB, FR, AU and BR, and quotes of them for IT, MX and JP; for NL, what is told
of its post. US is Publication 28 as it is known, and all others are of Google's address data (libaddressinput).
"""

import pytest

from app.core.geography import COUNTRIES, subdivisions
from app.people.addresses import PostalAddress, check_address, format_lines
from app.people.layout import laid_out

# A country, what was written, and how it is to be printed.
GUIDES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "US (USPS, pe.usps.com, Publication 28)": (
        "US",
        ("Suite 400", "Chicago", "US-IL", "60611"),
        ("SUITE 400", "CHICAGO IL 60611"),
    ),
    "CA (Canada Post, canadapost.ca, addressing-guidelines: capitals, two blanks before the code)": (
        "CA",
        ("10-123 1/2 Main Street NW", "Montréal", "CA-QC", "H3Z 2Y7"),
        ("10-123 1/2 MAIN STREET NW", "MONTRÉAL QC  H3Z 2Y7"),
    ),
    "MX (UPU, Mexico: 77520 CANCUN, Q. ROO)": (
        "MX",
        ("Av. Tacubaya 46", "Guadalajara", "MX-JAL", "44100"),
        ("Av. Tacubaya 46", "44100 GUADALAJARA, JAL."),
    ),
    "BR (UPU, Brazil: GUARAPUAVA-PR, the code below it; correiosonline.com.br, addressing)": (
        "BR",
        ("Boulevard das Flores 255", "Salvador", "BR-BA", "40301110"),
        ("Boulevard das Flores 255", "SALVADOR-BA", "40301-110"),
    ),
    "ES (Correos, correos.es, 081302-Direccion: code and town, below them the province)": (
        "ES",
        ("Calle de la Cruz 3", "Colmenar Viejo", "ES-M", "28770"),
        ("Calle de la Cruz 3", "28770 COLMENAR VIEJO", "MADRID"),
    ),
    "ES, a capital": ("ES", ("Calle Mayor 1", "Madrid", "ES-M", "28013"), ("Calle Mayor 1", "28013 MADRID")),
    "GB (postoffice.co.uk, clear-addressing: town in capitals, the code on a line of its own)": (
        "GB",
        ("1 Vallance Road", "London", "", "e21aa"),
        ("1 Vallance Road", "LONDON", "E2 1AA"),
    ),
    "DE": ("DE", ("Hauptstr. 5", "Bonn", "", "53225"), ("Hauptstr. 5", "53225 BONN")),
    "FR (La Poste, laposte.fr/sna: the last line in capitals, NF Z10-011)": (
        "FR",
        ("25 rue de l'Église", "Mions", "", "69780"),
        ("25 rue de l'Église", "69780 MIONS"),
    ),
    "NL (two blanks before the town)": (
        "NL",
        ("Straatweg 2", "Den Haag", "", "2490aa"),
        ("Straatweg 2", "2490 AA  DEN HAAG"),
    ),
    "IT (Poste Italiane, Composizione indirizzi: code, town, sign of the province)": (
        "IT",
        ("Via Roma 5", "Pomezia", "IT-RM", "00040"),
        ("Via Roma 5", "00040 POMEZIA RM"),
    ),
    "AU (Australia Post, Address Presentation Standards: NORTH SYDNEY NSW 2060)": (
        "AU",
        ("200 Broadway Ave", "West Beach", "AU-SA", "5024"),
        ("200 Broadway Ave", "WEST BEACH SA 5024"),
    ),
    "JP (Japan Post, as others quote it: Chuo-ku, Tokyo 100-8994)": (
        "JP",
        ("5-3, Yaesu 1-Chome", "Chuo-ku", "JP-13", "1008994"),
        ("5-3, Yaesu 1-Chome", "Chuo-ku, TOKYO 100-8994"),
    ),
    "AE": ("AE", ("PO Box 1234", "Deira", "AE-DU", ""), ("PO Box 1234", "DEIRA", "Dubai")),
    "AE, its city": ("AE", ("PO Box 1234", "Dubai", "AE-DU", ""), ("PO Box 1234", "DUBAI")),
    "SG": ("SG", ("16 Sandilands Rd", "Singapore", "", "546080"), ("16 Sandilands Rd", "SINGAPORE 546080")),
    "SG, a part of it": (
        "SG",
        ("16 Sandilands Rd", "Hougang", "", "546080"),
        ("16 Sandilands Rd", "HOUGANG", "SINGAPORE 546080"),
    ),
    "GI": (
        "GI",
        ("2 Fish Market Lane", "Gibraltar", "", "GX111AA"),
        ("2 Fish Market Lane", "GIBRALTAR", "GX11 1AA"),
    ),
    "KY": (
        "KY",
        ("PO Box 30", "Grand Cayman", "", "KY1-1100"),
        ("PO Box 30", "GRAND CAYMAN KY1-1100"),
    ),
    "MO": ("MO", ("Largo do Senado 126", "Taipa", "", ""), ("Largo do Senado 126", "TAIPA")),
    "NR": ("NR", ("PO Box 1", "Aiwo", "NR-14", ""), ("PO Box 1", "AIWO", "Yaren District")),
    "without a postal code, which one has typed": (
        "BS",
        ("Bay St", "Nassau", "", "N-4906"),
        ("Bay St", "NASSAU N-4906"),
    ),
}


@pytest.mark.parametrize("guide", GUIDES)
def test_lines_stand_in_the_order_of_the_post(guide: str) -> None:
    country, (line1, city, state, postal_code), printed = GUIDES[guide]
    typed = PostalAddress(
        recipient="Ana", line1=line1, city=city, state=state, postal_code=postal_code, country=country
    )
    checked = check_address(typed)
    assert tuple(format_lines(checked, home_country=country)[1:]) == printed
    assert check_address(checked) == checked


@pytest.mark.parametrize("country", sorted(COUNTRIES - {"PR", "GU", "VI", "AS", "MP"}))
def test_in_no_country_is_anything_dropped_of_what_was_written(country: str) -> None:
    state = next((code for code in subdivisions(country) if code != "US-AE"), "")
    address = PostalAddress(
        recipient="Rr",
        organization="Oo",
        line1="Ll",
        line2="Mm",
        city="Cc",
        state=state,
        postal_code="77",
        country=country,
    )
    words = " ".join(format_lines(address, home_country="")).upper()
    assert all(words.count(part) >= 1 for part in ("RR", "OO", "LL", "MM", "CC", "77"))


@pytest.mark.parametrize(
    ("country", "city", "code", "line"),
    [
        ("CO", "Bogotá", "110111", "BOGOTÁ, 110111"),
        ("TR", "Istanbul", "34000", "34000 ISTANBUL"),
        ("HT", "Port-au-Prince", "", "PORT-AU-PRINCE"),
        ("HT", "Port-au-Prince", "6120", "HT6120 PORT-AU-PRINCE"),
        ("MD", "Chisinau", "", "CHISINAU"),
    ],
)
def test_what_is_empty_leaves_no_sign_behind(country: str, city: str, code: str, line: str) -> None:
    parts = {"recipient": "Ana", "organization": "", "street": "1 Main St", "city": city, "state": ""}
    assert laid_out(country, {**parts, "postal_code": code})[-1] == line
