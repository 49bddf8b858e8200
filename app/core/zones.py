"""The time zones of countries and states, from the tz database and, where it does not know states, from tables."""

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import us


def table(name: str) -> list[list[str]]:
    """The rows of a tab-separated file of the tz database, without its comments."""
    lines = files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def _of(country: str, zone: str, states: str) -> dict[str, str]:
    return dict.fromkeys((f"{country}-{state}" for state in states.split()), zone)


_ZONES_OF_COUNTRY: dict[str, list[str]] = {}
for _row in table("zone.tab"):
    _ZONES_OF_COUNTRY.setdefault(_row[0], []).append(_row[2])

# Where a state has several zones, the zone of its largest convention cities. ``us`` lists the zone of most counties or
# simply the alphabet's first, which is wrong for Indiana (Indianapolis) and Kentucky (Louisville, Lexington). Its first
# is kept for FL (Orlando, Miami), TX (Houston, Dallas, San Antonio), TN (Nashville, Memphis), MI (Detroit, in step with
# New York), ID (Boise, in step with Denver), ND (Fargo), SD (Sioux Falls), NE (Omaha), KS (Wichita), OR (Portland), NV
# (Las Vegas) and AK (Anchorage).
STATE_ZONES: dict[str, str] = {f"US-{s.abbr}": s.time_zones[0] for s in [*us.states.STATES, us.states.DC]} | {
    "US-IN": "America/Indiana/Indianapolis",
    "US-KY": "America/Kentucky/Louisville",
    "US-MI": "America/Detroit",
    "US-ID": "America/Boise",
}

STATE_ZONES |= {
    "CA-AB": "America/Edmonton",
    "CA-BC": "America/Vancouver",
    "CA-MB": "America/Winnipeg",
    "CA-NB": "America/Moncton",
    "CA-NL": "America/St_Johns",
    "CA-NS": "America/Halifax",
    "CA-NT": "America/Edmonton",  # Yellowknife, which the tz database has merged into Edmonton
    "CA-NU": "America/Iqaluit",
    "CA-ON": "America/Toronto",
    "CA-PE": "America/Halifax",
    "CA-QC": "America/Toronto",  # Montréal, likewise merged into Toronto
    "CA-SK": "America/Regina",
    "CA-YT": "America/Whitehorse",
}

# Mexico: all states but these keep the time of the capital. In Nayarit the convention hotels stand on the coast.
STATE_ZONES |= {
    "MX-BCN": "America/Tijuana",
    "MX-BCS": "America/Mazatlan",
    "MX-CAM": "America/Merida",
    "MX-CHH": "America/Chihuahua",
    "MX-COA": "America/Monterrey",
    "MX-NAY": "America/Bahia_Banderas",
    "MX-NLE": "America/Monterrey",
    "MX-ROO": "America/Cancun",
    "MX-SIN": "America/Mazatlan",
    "MX-SON": "America/Hermosillo",
    "MX-TAM": "America/Monterrey",
    "MX-YUC": "America/Merida",
}

# Spain, Brazil, Australia: the states that do not keep the time of the capital, or all where that says nothing.
STATE_ZONES |= {
    **_of("ES", "Atlantic/Canary", "GC TF"),
    **_of("ES", "Africa/Ceuta", "CE ML"),
    **_of("BR", "America/Fortaleza", "CE MA PB PI RN"),
    **_of("BR", "America/Maceio", "AL SE"),
    **_of("BR", "America/Belem", "AP PA"),
    "BR-AC": "America/Rio_Branco",
    "BR-AM": "America/Manaus",
    "BR-BA": "America/Bahia",
    "BR-MS": "America/Campo_Grande",
    "BR-MT": "America/Cuiaba",
    "BR-PE": "America/Recife",
    "BR-RO": "America/Porto_Velho",
    "BR-RR": "America/Boa_Vista",
    "BR-TO": "America/Araguaina",
    **_of("AU", "Australia/Sydney", "ACT NSW"),
    "AU-NT": "Australia/Darwin",
    "AU-QLD": "Australia/Brisbane",
    "AU-SA": "Australia/Adelaide",
    "AU-TAS": "Australia/Hobart",
    "AU-VIC": "Australia/Melbourne",
    "AU-WA": "Australia/Perth",
}

# Indonesia by its islands; elsewhere what does not keep the time of the mainland: the Azores, Madeira, the Galápagos,
# the Chatham Islands, the Crimea, and the south of Chile.
STATE_ZONES |= {
    **_of("ID", "Asia/Jakarta", "AC BB BE BT JA JB JI JK JT KR LA RI SB SS SU YO"),
    **_of("ID", "Asia/Pontianak", "KB KT"),
    **_of("ID", "Asia/Makassar", "BA GO KI KS KU NB NT SA SG SN SR ST"),
    **_of("ID", "Asia/Jayapura", "MA MU PA PB"),
    **_of("UA", "Europe/Simferopol", "40 43"),
    "PT-20": "Atlantic/Azores",
    "PT-30": "Atlantic/Madeira",
    "EC-W": "Pacific/Galapagos",
    "NZ-CIT": "Pacific/Chatham",
    "CL-AI": "America/Coyhaique",
    "CL-MA": "America/Punta_Arenas",
}

ELSEWHERE: dict[str, str] = {
    "BR": "America/Sao_Paulo",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
}
"""What those states of a country keep that have no zone of their own in the table."""

_SAMPLES = tuple(datetime(year, month, 15, tzinfo=UTC) for year in (2025, 2026, 2036) for month in range(1, 13))


@cache
def common_zone(country: str) -> str | None:
    """The first zone of a country if all of its zones keep the same time by now, as Germany's do; else None."""
    zones = _ZONES_OF_COUNTRY.get(country, [])
    kept = {tuple(at.astimezone(ZoneInfo(zone)).utcoffset() for at in _SAMPLES) for zone in zones}
    return zones[0] if len(kept) == 1 else None


def example_zone(country: str) -> str:
    """A zone that a country has, to be named where somebody has to choose."""
    return next(iter(_ZONES_OF_COUNTRY.get(country, [])), "America/Chicago")
