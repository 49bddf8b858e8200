"""Makes the fonts of the pages: subsets of four faces, in WOFF2, with their licence beside them.

Run it with the project's Python after a change here: ``.venv/bin/python scripts/fonts.py``. Latin comes first; what is
further from English and Spanish stands in a second file, which a browser fetches when a page needs it.
"""

from importlib.resources import as_file, files
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FOLDER = Path(__file__).parent.parent / "app" / "web" / "static" / "fonts"

FACES = {
    "barlow-400": ("fontpkg_barlow", "Barlow-Regular.ttf"),
    "barlow-600": ("fontpkg_barlow", "Barlow-SemiBold.ttf"),
    "barlow-condensed-600": ("fontpkg_barlow_condensed", "BarlowCondensed-SemiBold.ttf"),
    "andada-pro-700": ("fontpkg_andada_pro", "AndadaPro[wght].ttf"),
}
"""Name of the file: package and file that it comes from."""

RANGES = {
    "latin": "20-7E A0-FF 131 152-153 2C6 2DA 2DC 2013-2014 2018-201A 201C-201E 2022 2026 2032-2033 2039-203A 20AC "
    "2122 2212",
    "latin-ext": "100-130 132-151 154-24F 300-304 306-308 30A-30C 327-328 1E00-1EFF 2190-2193 20A1 20A6 20AA-20AB 20B2 "
    "20B9",
}
"""The characters of each file, by ranges of hexadecimal digits."""

FEATURES = ["kern", "liga", "lnum", "tnum", "ccmp", "locl", "mark", "mkmk"]


def characters(ranges: str) -> set[int]:
    """The code points of ranges such as ``20-7E A0``."""
    ends = (part.partition("-") for part in ranges.split())
    return {point for first, _, last in ends for point in range(int(first, 16), int(last or first, 16) + 1)}


def subset(package: str, name: str, points: set[int]) -> TTFont:
    """The face with these characters alone; a variable one at its boldest, which is 700 or what the file has."""
    with as_file(files(package).joinpath("files", name)) as path:
        font = TTFont(path)
    if "fvar" in font:
        font = instantiateVariableFont(font, {"wght": 700})
    options = Options(flavor="woff2", layout_features=FEATURES, hinting=False, desubroutinize=True, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 13, 14]  # the copyright and the licence stay with the letters
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    font.flavor = "woff2"
    return font


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for face, (package, name) in FACES.items():
        for part, ranges in RANGES.items():
            file = FOLDER / f"{face}.{part}.woff2"
            subset(package, name, characters(ranges)).save(file)
            print(f"{file.name}: {file.stat().st_size:,} bytes")
        licence = files(package).joinpath("LICENSE").read_text("utf-8")
        FOLDER.joinpath(f"{face.rpartition('-')[0]}.LICENSE.txt").write_text(licence, "utf-8")


if __name__ == "__main__":
    main()
