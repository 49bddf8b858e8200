"""Templates, and how their texts, dates and numbers are written for whoever reads."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from app.core.geography import CountryName, state_name
from app.core.language import LOCALES, Language, Sayable, Text
from app.printing.formats import count, day, days
from app.web.assets import ASSETS, address
from app.web.icons import ICONS

ENVIRONMENT = Environment(
    loader=PackageLoader("app.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
ENVIRONMENT.globals.update(icons=ICONS, asset=lambda name: address(name, ASSETS[name]))


def speaking(language: Language) -> Mapping[str, Callable[..., Any]]:
    """What a template says things by, for a reader of this language.

    ``_("…")`` and ``n_("one", "many", n=…)`` say a text of the catalogue, in which there may be HTML, and escape what
    it is filled in with. ``say`` says whatever has words of its own, ``number``, ``day`` and ``days`` write as is usual
    in the language, ``place`` names where a conference is.
    """

    def shown(text: Text) -> Markup:
        return Markup(text.say(language))  # noqa: S704 (the text is ours, and its values are escaped)

    def safe(values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: value if isinstance(value, int | float | date) else escaped(value) for name, value in values.items()
        }

    def escaped(value: Any) -> str:
        return str(escape(value.say(language) if isinstance(value, Sayable) else value))

    def one(said: str, /, **values: Any) -> Markup:
        return shown(Text(said, values=safe(values)))

    def many(one: str, many: str, /, *, n: int, **values: Any) -> Markup:
        return shown(Text(one, many, {"n": n, **safe(values)}))

    def place(conference: Any) -> str:
        state = state_name(conference.state) if conference.state else ""
        country = "" if conference.country == "US" else CountryName(conference.country).say(language)
        return ", ".join(part for part in dict.fromkeys((conference.city, state, country)) if part)

    return {
        "_": one,
        "n_": many,
        "say": lambda text: text.say(language),
        "number": lambda value: count(value, language),
        "day": lambda value: day(value, language),
        "days": lambda first, last: days(first, last, language),
        "place": place,
        "month": lambda value: format_date(value, "LLL", locale=LOCALES[language]).rstrip("."),
    }


def render(
    template: str, language: Language, values: Mapping[str, Any], *, shared: Mapping[str, Any] | None = None
) -> str:
    """The template filled in, in this language; ``shared`` are values that every page has.

    Raises ``UndefinedError`` for a value that it was not given, and :class:`ValueError` for one of a page's own that
    would hide what all templates say by the same name.
    """
    common = {**(shared or {}), **speaking(language), "language": language}
    if hidden := sorted(values.keys() & (common.keys() | ENVIRONMENT.globals.keys())):
        raise ValueError(f"{template}: {hidden} would hide what every page has under this name")
    return ENVIRONMENT.get_template(template).render({**common, **values})
