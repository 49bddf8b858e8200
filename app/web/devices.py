"""What a browser is called, for whoever looks at where they are signed in: no more than a few words of our own."""

import re

from app.core.language import Text, phrase, verbatim

_BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"(Firefox|FxiOS)/"),
    ("Chrome", r"(Chrome|Chromium|CriOS|HeadlessChrome)/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux|X11"),
)
"""The first that fits counts: browsers name those before them, too."""

_ON = " on "


def device_of(user_agent: str) -> str:
    """Such as "Firefox on Android"; empty for what we do not know."""
    found = (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))
    return _ON.join(name for name in found if name)


def _first(kinds: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in kinds if re.search(pattern, user_agent)), "")


def called(device: str) -> Text:
    """The same for a reader."""
    browser, on, system = device.partition(_ON)
    if on:
        return phrase("{browser} on {system}", browser=browser, system=system)
    return verbatim("{device}", device=device) if device else phrase("A browser")
