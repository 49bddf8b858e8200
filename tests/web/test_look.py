"""Whatever two colours a community chooses, its pages can be read, by day and by night."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.assets import ASSETS, FOREVER
from app.web.look import DARK, LIGHT, READABLE, contrast, dark, golden, light, look, mix

COLORS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")


def pairs(colors: dict[str, str], ground: dict[str, str]) -> dict[str, float]:
    """How well each text is read where it stands."""
    known = {**ground, **colors, "white": "#FFFFFF"}
    stand = (
        ("link", "paper"),
        ("link", "surface"),
        ("link", "wash"),
        ("white", "button"),
        ("white", "button-hover"),
        ("white", "ribbon-deep"),
        ("foil-light", "ribbon"),
        ("foil-light", "ribbon-light"),
        ("on-foil", "foil"),
    )
    return {f"{text} on {on}": contrast(known[text], known[on]) for text, on in stand}


@given(ribbon=COLORS, foil=COLORS)
def test_any_two_colors_become_pages_that_can_be_read(ribbon: str, foil: str) -> None:
    for colors, ground in ((light(ribbon, foil), LIGHT), (dark(ribbon, foil), DARK)):
        # Letters on a ribbon of middling grey can be no better than black or white on it.
        grounds = [colors[on] for on in ("ribbon", "ribbon-light")]
        best = max(min(contrast(end, each) for each in grounds) for end in ("#000000", "#FFFFFF"))
        for pair, reached in pairs(dict(colors), ground).items():
            needed = min(READABLE, best) if pair.startswith("foil") else READABLE
            assert reached >= needed - 0.05, (pair, reached, ribbon, foil)


def test_the_test_sees_colors_that_cannot_be_read() -> None:
    assert contrast("#777777", "#808080") < READABLE
    assert contrast(golden("#C9A227", "#1B4F9C"), "#1B4F9C") >= READABLE > contrast("#C9A227", "#1B4F9C")
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"


@pytest.mark.parametrize(
    ("names", "most"),
    [
        (["champions.css"], 10_000),
        (["enhance.js"], 4_000),
        (["queue.js"], 8_000),
        (["entering.js"], 2_000),
        (["worker.js"], 4_000),
        ([n for n in ASSETS if n.endswith(".latin.woff2")], 75_000),
    ],
)
def test_what_a_page_loads_stays_small(names: list[str], most: int) -> None:
    assert 0 < sum(len(ASSETS[name].packed or ASSETS[name].content) for name in names) <= most


def test_a_stylesheet_is_smaller_packed_and_names_its_fonts_by_their_content() -> None:
    sheet = ASSETS["champions.css"]
    assert sheet.packed is not None
    assert gzip.decompress(sheet.packed) == sheet.content
    font = ASSETS["fonts/barlow-400.latin.woff2"]
    assert f"url(/static/{font.digest}/fonts/barlow-400.latin.woff2)".encode() in sheet.content
    assert "immutable" in FOREVER
    assert look("#1B4F9C", "#C9A227").digest != look("#B0406A", "#C9A227").digest
