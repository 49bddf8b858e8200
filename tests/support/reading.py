"""What can be read: on a printed paper, by PDFium in a tenth of the time that pypdf takes, and behind a page."""

import re
from typing import Any

import pypdfium2


def lines(data: bytes) -> list[list[str]]:
    """The lines of each page; no-break spaces, and hyphens at the end of a line, as they would be typed."""
    document = pypdfium2.PdfDocument(data)
    read = [page.get_textpage().get_text_range().replace("\ufffe", "-") for page in document]
    document.close()
    return [[" ".join(line.split()) for line in text.splitlines()] for text in read]


def texts(data: bytes) -> list[str]:
    """The text of each page."""
    return [" ".join(" ".join(page).split()) for page in lines(data)]


def words(data: bytes) -> str:
    """The text of all pages."""
    return " ".join(texts(data))


def look_of(client: Any, page: str) -> str:
    """The stylesheet with the colours of a page."""
    found = re.search(r"/static/\w+/look\.css", page)
    assert found is not None
    return str(client.get(found[0]).text)
