"""E-mail addresses: one form for each, in which they are kept, compared and looked up."""

import re
from typing import Annotated

import idna
from pydantic import AfterValidator, StringConstraints

from app.core.errors import Unfit
from app.core.language import phrase
from app.core.text import Shaped, is_unseen, trimmed

LONGEST = 254

_SHAPE = r"[^@\s\x00-\x20\x7f]{1,64}@[^@\s\x00-\x20\x7f.]+(\.[^@\s\x00-\x20\x7f.]+)+"
_NONE = phrase("This does not look like an e-mail address, such as {example}.", example="ana@example.org")


def canonical_email(written: str) -> str:
    """The address as it is kept. Refuses (``Unfit``) what is none.

    Blanks and characters of no width around it are cut: they come with what is pasted. Capitals from A to Z are made
    small, and the domain is written as the DNS knows it: by IDNA 2008 and UTS #46, non-transitional (straße.de is
    xn--strae-oqa.de; strasse.de is somebody else's). All other letters of the local part
    stay: whose mailbox another spelling is, only its own server knows.
    """
    local, _, domain = trimmed(written).rpartition("@")
    try:
        domain = domain if domain.isascii() else idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    except UnicodeError as error:  # of which idna's own errors are
        raise Unfit(_NONE) from error
    address = f"{_small(local)}@{_small(domain)}"
    if not re.fullmatch(_SHAPE, address) or len(address) > LONGEST or any(map(is_unseen, local)):
        raise Unfit(_NONE)
    return address


def _small(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


Email = Annotated[
    str,
    AfterValidator(trimmed),
    StringConstraints(max_length=LONGEST),
    Shaped(_SHAPE, _NONE),
    AfterValidator(canonical_email),
]
"""An e-mail address in its one form. That it works is shown by the code that is sent to it."""
