"""Values of letters that are said in their reader's language."""

from dataclasses import dataclass
from datetime import date

from app.core.geography import CountryName, state_name
from app.core.language import Language
from app.printing.formats import days


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a conference."""

    first: date
    last: date

    def say(self, language: Language) -> str:
        """Such as "November 12–15, 2027"."""
        return days(self.first, self.last, language)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conference is."""

    city: str
    state: str
    country: str
    home: str

    def say(self, language: Language) -> str:
        """Such as "Chicago, Illinois"; a country that is not the community's own is named."""
        state = state_name(self.state) if self.state else ""
        country = "" if self.country == self.home else CountryName(self.country).say(language)
        return ", ".join(part for part in dict.fromkeys((self.city, state, country)) if part)
