"""What a form sends: fields alone, or fields and files, each with its name."""

import re
from base64 import b64encode
from urllib.parse import parse_qsl

_BOUNDARY = re.compile(r'multipart/form-data;.*\bboundary="?([\w\'()+,./:=? -]{1,70})"?\s*', re.ASCII | re.IGNORECASE)
_NAME = re.compile(rb'content-disposition:\s*form-data;\s*name="([^"]*)"(;\s*filename\*?=)?', re.IGNORECASE)


def fields_of(content_type: str, body: bytes, *, most: int) -> dict[str, str]:
    """The fields of a form; one that is sent several times has its values on lines of their own.

    A file is there in base64, and empty where none was chosen. Raises :class:`ValueError` for what no browser sends:
    other bytes than UTF-8 in a field, parts without a name, more fields than ``most``.
    """
    typed: dict[str, str] = {}
    for name, value in _pairs(content_type, body, most):
        text = value.replace("\r\n", "\n")
        typed[name] = f"{typed[name]}\n{text}" if name in typed else text
    return typed


def _pairs(content_type: str, body: bytes, most: int) -> list[tuple[str, str]]:
    form = _BOUNDARY.fullmatch(content_type)
    if form is None:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=most)
    parts = (b"\r\n" + body).split(b"\r\n--" + form[1].encode())
    if len(parts) - 2 > most or not parts[-1].startswith(b"--"):
        raise ValueError
    return [_field(part) for part in parts[1:-1]]


def _field(part: bytes) -> tuple[str, str]:
    head, blank, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    said = _NAME.search(head)
    if said is None or not blank:
        raise ValueError
    return said[1].decode(), b64encode(content).decode() if said[2] else content.decode()
