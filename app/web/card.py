"""The picture that is shown where somebody shares a page: the ribbon, its letters in gold, and the sentence."""

import itertools
from functools import lru_cache
from io import BytesIO

import fontpkg_barlow
import fontpkg_barlow_condensed
import fontpkg_fira_sans
from fastapi import Response
from PIL import Image, ImageDraw, ImageFont

from app.coverage.acts import get_coverage
from app.coverage.schemas import CoverageFilter
from app.printing.fonts import wrap
from app.printing.letters import RIBBON, SEMIBOLD, printable, register_fonts, runs
from app.web.look import LIGHT, contrast, light
from app.web.pictures import language_of, shared
from app.web.reach import sentence_in
from app.web.visits import Visit

SIZE = (1200, 630)
"""What those who show such pictures ask for."""

_LARGE = 3.0
_FINE = 2
"""Drawn so many times larger, and made smaller, so that edges are smooth."""
_LEFT, _RIGHT, _TOP, _BOTTOM, _TOOTH = 90, 1110, 110, 310, 10
_ROOTS = (fontpkg_barlow.ROOT, fontpkg_barlow_condensed.ROOT, fontpkg_fira_sans.ROOT)


def card(visit: Visit) -> Response:
    """The picture, in the language that the address names."""
    figures = visit.read(get_coverage, wanted=CoverageFilter())
    rules, language = visit.rules, language_of(visit)
    drawn = draw(
        rules.hashtag, sentence_in(figures, language), rules.community_name, rules.ribbon_color, rules.foil_color
    )
    return shared(visit, drawn, "image/png")


@lru_cache(maxsize=8)
def draw(hashtag: str, sentence: str, community: str, ribbon: str, foil: str) -> bytes:
    """The picture as a PNG. A text that is too long is written smaller; what no font of ours has is left out."""
    register_fonts()
    colors = {**light(ribbon, foil), **LIGHT}
    image = Image.new("RGB", (SIZE[0] * _FINE, SIZE[1] * _FINE), colors["paper"])
    _ribbon(image, colors)
    room = _RIGHT - _LEFT - 100
    _line(
        image,
        printable(hashtag),
        RIBBON,
        min(130, room / _width(printable(hashtag), RIBBON, 1)),
        210,
        colors,
        gold=True,
    )
    size = next(size for size in (58, 50, 42, 34, 26) if size == 26 or len(_wrapped(sentence, size)) <= 3)
    lines = _wrapped(sentence, size)[:4]
    for index, text in enumerate(lines):
        _line(image, text, SEMIBOLD, size, 440 + (index - (len(lines) - 1) / 2) * size * 1.2, colors)
    name = printable(community)
    _line(image, name, SEMIBOLD, min(26, room / _width(name, SEMIBOLD, 1)), 585, colors, color="link")
    out = BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _wrapped(text: str, size: float) -> tuple[str, ...]:
    return wrap(printable(text), SEMIBOLD, size, SIZE[0] - 180)


def _gradient(size: tuple[int, int], stops: list[tuple[float, str]], *, across: bool = False) -> Image.Image:
    """A gradient through these colours, from top to bottom or from left to right."""
    length = size[0] if across else size[1]
    strip = Image.new("RGB", (1, 256))
    for at in range(256):
        part = at / 255
        (low, first), (high, second) = next((one, two) for one, two in itertools.pairwise(stops) if part <= two[0])
        step = (part - low) / (high - low)
        pair = zip(_parts(first), _parts(second), strict=True)
        red, green, blue = (round(a + (b - a) * step) for a, b in pair)
        strip.putpixel((0, at), (red, green, blue))
    drawn = strip.resize((size[1] if across else size[0], length), Image.Resampling.BILINEAR)
    return drawn.transpose(Image.Transpose.ROTATE_90) if across else drawn


def _parts(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _ribbon(image: Image.Image, colors: dict[str, str]) -> None:
    """Satin, with pinked ends."""
    deep, plain, bright = colors["ribbon-deep"], colors["ribbon"], colors["ribbon-light"]
    satin = _gradient(image.size, [(0, deep), (0.2, plain), (0.44, bright), (0.64, plain), (1, deep)])
    satin = satin.resize((image.width, (_BOTTOM - _TOP) * _FINE))
    mask = Image.new("L", satin.size, 0)
    steps = range(0, _BOTTOM - _TOP + 1, _TOOTH)
    right = [(_RIGHT - (_TOOTH if index % 2 else 0), at) for index, at in enumerate(steps)]
    left = [(_LEFT + (_TOOTH if index % 2 else 0), at) for index, at in enumerate(steps)]
    outline = [(x * _FINE, y * _FINE) for x, y in [*right, *reversed(left)]]
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    image.paste(satin, (0, _TOP * _FINE), mask)


@lru_cache(maxsize=32)
def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    path = next(path for root in _ROOTS if (path := root / "files" / f"{name}.ttf").is_file())
    return ImageFont.truetype(str(path), size)


def _width(text: str, font: str, size: float) -> float:
    return sum(_font(name, size * 100).getlength(part) / 100 for name, part in runs(text, font)) or 1


def _line(
    image: Image.Image,
    text: str,
    font: str,
    size: float,
    middle: float,
    colors: dict[str, str],
    *,
    gold: bool = False,
    color: str = "ink",
) -> None:
    """One line in the middle of the picture; each letter in the font that has it."""
    mask = Image.new("L", image.size, 0)
    pen, fine = ImageDraw.Draw(mask), size * _FINE
    x = (image.width - _width(text, font, fine)) / 2
    for name, part in runs(text, font):
        pen.text((x, middle * _FINE), part, font=_font(name, fine), fill=255, anchor="lm")
        x += _font(name, fine).getlength(part)
    if gold:
        # Letters as large as these are read at a contrast of 3 (WCAG 2.2, 1.4.3).
        own = contrast(colors["foil"], colors["ribbon"]) >= _LARGE
        foil, shine = (colors["foil"], colors["foil-light"]) if own else (colors["foil-light"], colors["foil-shine"])
        stops = [(0.0, foil), (0.3, shine), (0.5, foil), (0.75, shine), (1.0, foil)]
        image.paste(_gradient(image.size, stops, across=True), (0, 0), mask)
    else:
        image.paste(Image.new("RGB", image.size, colors[color]), (0, 0), mask)
