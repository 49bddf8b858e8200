"""Brings the catalogues of app/locale up to the texts of the code.

Run it with the project's Python after a text has changed: ``.venv/bin/python scripts/messages.py``. It adds the new
texts, empty; it removes those that are gone; one that resembles a text of before keeps its translation, marked as
fuzzy. The tests fail until each is translated and no mark is left.
"""

from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from app.core.config import PROJECT
from app.core.language import KEYWORDS

APP = PROJECT / "app"
METHODS = [("**.py", "python"), ("web/templates/**.*", "jinja2")]


def extracted() -> Catalog:
    """The texts of the code."""
    catalogue = Catalog(charset="utf-8")
    for name, _, text, comments, _ in extract_from_dir(APP, METHODS, keywords=KEYWORDS):
        catalogue.add(text, locations=[(f"app/{name}", 0)], auto_comments=comments)
    return catalogue


def updated(old: bytes, template: Catalog) -> bytes:
    """A catalogue's file with the texts of the template, in the order of the modules; its head stays as it is."""
    catalogue = read_po(BytesIO(old))
    catalogue.update(template)
    body = BytesIO()
    write_po(
        body, catalogue, width=120, omit_header=True, sort_by_file=True, include_lineno=False, ignore_obsolete=True
    )
    head, _, _ = old.strip().partition(b"\n\n")
    return head + b"\n\n" + body.getvalue().strip() + b"\n"


def catalogues() -> list[Path]:
    """The files of all languages but English."""
    return sorted((APP / "locale").glob("*.po"))


def main() -> None:
    template = extracted()
    for file in catalogues():
        file.write_bytes(updated(file.read_bytes(), template))
        print(f"{file.relative_to(PROJECT)}: {len(template)} texts")


if __name__ == "__main__":
    main()
