"""Who and what the demo community is. The people are invented; their names, addresses and handles belong to nobody."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.core.language import Language

DOMAIN = "example.org"
"""Reserved for examples (RFC 2606): no mail and no profile behind it can be anybody's."""


@dataclass(frozen=True, slots=True)
class Someone:
    """An invented person."""

    name: str
    role: Literal["champion", "coordinator", "admin"]
    line1: str
    city: str
    state: str
    postal_code: str
    language: Language = "en"
    trusted: bool = False

    @property
    def email(self) -> str:
        """Her address in the reserved domain."""
        return f"{self.name.split()[0].casefold()}@{DOMAIN}".translate(str.maketrans("éíñóúá", "einoua"))


COORDINATORS = (
    Someone("Marisol Vega Ríos", "admin", "500 Example Plaza", "Chicago", "US-IL", "60611"),
    Someone("Inés Duarte Peña", "coordinator", "12 Example Walk", "San Antonio", "US-TX", "78205", "es"),
)

CHAMPIONS = (
    Someone("Lucía Núñez Ortega", "champion", "100 Example St", "Chicago", "US-IL", "60612", trusted=True),
    Someone("Camila Restrepo Ibarra", "champion", "22 Sample Ave", "Miami", "US-FL", "33136", "es"),
    Someone("Valentina Cruz Peralta", "champion", "7 Specimen Rd", "Denver", "US-CO", "80204"),
    Someone("Ximena Solís Aguirre", "champion", "41 Placeholder Ln", "Los Angeles", "US-CA", "90033", "es"),
    Someone("Gabriela Łukasz Moreno", "champion", "9 Mockup Ct", "Philadelphia", "US-PA", "19104"),
    Someone("Renata Colón Báez", "champion", "3 Calle Ejemplo", "San Juan", "US-PR", "00907", "es", trusted=True),
    Someone("Daniela Quispe Rojas", "champion", "88 Draft Blvd", "Houston", "US-TX", "77030"),
)

COMMUNITY = {
    "community_name": "Latinas in Medicine",
    "hashtag": "#LatinasInMedicine",
    "ribbon_color": "#1B4F9C",
    "foil_color": "#C9A227",
}
"""What it has settled for itself."""

DESIGNS = (
    {
        "code": "LIM-BLUE",
        "text": "#LatinasInMedicine",
        "ribbon_color": "#1B4F9C",
        "ribbon_color_name": "Royal blue",
        "foil_color": "#C9A227",
        "foil_color_name": "Gold",
        "width_mm": 101.6,
        "height_mm": 41.3,
        "pack_size": 50,
        "unit_cost_cents": 38,
        "reorder_point": 300,
    },
    {
        "code": "LIM-STUDENT",
        "text": "Future #LatinaMD",
        "ribbon_color": "#1B4F9C",
        "ribbon_color_name": "Royal blue",
        "foil_color": "#C9A227",
        "foil_color_name": "Gold",
        "width_mm": 101.6,
        "height_mm": 41.3,
        "pack_size": 25,
        "unit_cost_cents": 42,
        "reorder_point": 500,
    },
)

VENDOR = ("Example Ribbon Works (invented)", "1 Example Mill Rd", "Cleveland", "US-OH", "44114")
DEPOTS = (
    ("Chicago depot", "500 Example Plaza", "Chicago", "US-IL", "60611"),
    ("San Antonio depot", "12 Example Walk", "San Antonio", "US-TX", "78205"),
)

HANDLES = tuple(
    f"{name}.{DOMAIN}" for name in ("ana", "beatriz", "carmen", "dolores", "elena", "fernanda", "graciela", "irene")
)
"""Bluesky handles are domain names, so these cannot be anybody's."""

VISITS = (
    ("LMSA", date(2022, 3, 2), 150),
    ("NHMA", date(2022, 3, 24), 120),
    ("NDiSTEM", date(2022, 10, 27), 160),
    ("ACP-PR", date(2023, 3, 2), 45),
    ("WIMS", date(2023, 9, 22), 80),
    ("NHMA", date(2024, 4, 12), 100),
    ("RSNA", date(2024, 12, 1), 180),
    ("NHMA", date(2025, 6, 5), 130),
)
"""Where champions have been since the community keeps its books here: acronym, first day, ribbons handed out.

What was before is in ``history.csv``: fifteen conferences of 2019 and 2020, in eleven states. The conferences are real,
and each of the fifteen was held in person, as its ``source`` says. That ribbons were handed out at RSNA 2019 and BNGAP
2020 is true of the first community; elsewhere it is invented, and how many is everywhere.
"""
