"""The colours of the pages: a community chooses two, and all others are tuned to them until they can be read.

A pair of colours is readable at a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3).
"""

from collections.abc import Mapping, Sequence
from colorsys import hls_to_rgb, rgb_to_hls
from functools import lru_cache

from app.web.assets import Asset, asset

READABLE = 4.5
_STEPS = 50

_WHITE, _BLACK = "#FFFFFF", "#000000"
LIGHT = {"paper": "#FAF7F1", "surface": "#FFFFFF", "ink": "#16213A"}
DARK = {"paper": "#0D1526", "surface": "#152038", "ink": "#EEF1F8"}
"""What text stands on, and what it is written in, whatever the two colours are."""


def _parts(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    """The relative luminance of ``#RRGGBB``, from 0 to 1, as WCAG 2.2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (p / 255 for p in _parts(color))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """How well one colour is read on the other: from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mix(color: str, other: str, part: float) -> str:
    """The colour with so much of another in it, from 0 to 1."""
    mixed = (round(a + (b - a) * part) for a, b in zip(_parts(color), _parts(other), strict=True))
    return "#" + "".join(f"{value:02X}" for value in mixed)


def readable(color: str, *grounds: str, towards: str) -> str:
    """The colour, mixed with ``towards`` no more than it must be to be read on all of the grounds."""
    for step in range(_STEPS + 1):
        tuned = mix(color, towards, step / _STEPS)
        if all(contrast(tuned, ground) >= READABLE for ground in grounds):
            return tuned
    return towards


def _worst(color: str, grounds: Sequence[str]) -> float:
    return min(contrast(color, ground) for ground in grounds)


def golden(color: str, *grounds: str) -> str:
    """The colour, lighter or darker in its own hue no more than it must be to be read on all of the grounds."""
    hue, lightness, saturation = rgb_to_hls(*(part / 255 for part in _parts(color)))
    end = 1.0 if _worst(_WHITE, grounds) >= _worst(_BLACK, grounds) else 0.0
    for step in range(_STEPS + 1):
        parts = hls_to_rgb(hue, lightness + (end - lightness) * step / _STEPS, saturation)
        tuned = "#" + "".join(f"{round(part * 255):02X}" for part in parts)
        if all(contrast(tuned, ground) >= READABLE for ground in grounds):
            return tuned
    return _WHITE if end else _BLACK


def _common(ribbon: str, foil: str) -> dict[str, str]:
    letters = golden(foil, ribbon, mix(ribbon, _WHITE, 0.12))
    return {
        "ribbon": ribbon,
        "ribbon-light": mix(ribbon, _WHITE, 0.12),
        "foil": foil,
        "foil-light": letters,
        "foil-shine": mix(letters, _WHITE if luminance(letters) > luminance(ribbon) else _BLACK, 0.4),
        "on-foil": readable(LIGHT["ink"], foil, towards=_BLACK if luminance(foil) > 0.18 else _WHITE),
    }


def light(ribbon: str, foil: str) -> Mapping[str, str]:
    """The colours of a page by day, by name."""
    button = readable(ribbon, _WHITE, towards=_BLACK)
    wash = mix(_WHITE, ribbon, 0.09)
    return {
        **_common(ribbon, foil),
        "ribbon-deep": mix(button, _BLACK, 0.38),
        "link": readable(ribbon, LIGHT["paper"], LIGHT["surface"], wash, towards=_BLACK),
        "wash": wash,
        "button": button,
        "button-hover": mix(button, _BLACK, 0.35),
        "map-1": mix(_WHITE, button, 0.2),
        "map-2": mix(_WHITE, button, 0.48),
        "map-3": mix(_WHITE, button, 0.82),
        "map-4": button,
    }


def dark(ribbon: str, foil: str) -> Mapping[str, str]:
    """The colours of a page by night, by name."""
    button = readable(mix(ribbon, _WHITE, 0.12), _WHITE, towards=_BLACK)
    wash = mix(DARK["surface"], ribbon, 0.2)
    return {
        **_common(ribbon, foil),
        "ribbon-deep": mix(readable(ribbon, _WHITE, towards=_BLACK), _BLACK, 0.5),
        "link": readable(mix(ribbon, _WHITE, 0.55), DARK["paper"], DARK["surface"], wash, towards=_WHITE),
        "wash": wash,
        "button": button,
        "button-hover": readable(mix(button, _WHITE, 0.08), _WHITE, towards=_BLACK),
        "map-1": mix(DARK["surface"], button, 0.4),
        "map-2": button,
        "map-3": mix(button, _WHITE, 0.45),
        "map-4": mix(button, _WHITE, 0.72),
    }


@lru_cache(maxsize=16)
def look(ribbon: str, foil: str) -> Asset:
    """The stylesheet with the colours of a community."""

    def rule(colors: Mapping[str, str]) -> str:
        return ":root{" + "".join(f"--{name}:{value};" for name, value in colors.items()) + "}"

    by_night = f"@media screen and (prefers-color-scheme:dark){{{rule(dark(ribbon, foil))}}}"
    return asset("look.css", f"{rule(light(ribbon, foil))}{by_night}".encode())
