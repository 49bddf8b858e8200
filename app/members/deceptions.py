"""What is refused in the handles of every platform: characters that deceive, and host names that are none.

Sources: RFC 1035 and RFC 1123 (host names); UTS #46 and RFC 5891 (internationalised host names); AT Protocol, "Handle"
(refused top-level domains).
"""

import re
import unicodedata
from collections.abc import Callable
from typing import NoReturn

import idna

from app.core.errors import Invalid
from app.core.language import Text, phrase
from app.core.text import Character, fold, is_unseen


def refuse(detail: Text) -> NoReturn:
    """Raise the one error of this parser."""
    raise Invalid(detail, field="handle")


# Scripts with letters that are drawn like Latin ones; and of these letters the ones that nobody tells apart.
_LOOKALIKE_SCRIPTS = ("CYRILLIC", "GREEK", "ARMENIAN", "COPTIC", "CHEROKEE")
_LATIN_TWINS = frozenset("аеорсухіјѕһӏԁԛԝҽοօոսհ")


def clean(text: str) -> str:
    """The text in NFKC, so that full-width and other compatibility letters are the plain ones.

    Refuses (:class:`Invalid`) white space, control, zero-width, bidirectional and other invisible characters, and
    characters such as ``℀`` that would unfold into punctuation and so change what is a path or a host.
    """
    for character in text:
        if is_unseen(character):
            refuse(
                phrase(
                    "There is a space or an invisible character in the handle ({character}). Please type it again.",
                    character=Character(character),
                )
            )
        plain = unicodedata.normalize("NFKC", character)
        if len(plain) > 1 and any(c.isascii() and not c.isalnum() for c in plain):
            refuse(
                phrase(
                    "{character} cannot be part of a handle or of a link. Please type it again.",
                    character=Character(character),
                )
            )
    return unicodedata.normalize("NFKC", text)


def refuse_mixed_scripts(text: str) -> None:
    """Refuse Latin text with letters of a script that has twins of Latin ones: nobody sees the difference."""
    if any(c.isascii() and c.isalpha() for c in fold(text)):
        for character in text:
            if unicodedata.name(character, "").startswith(_LOOKALIKE_SCRIPTS):
                refuse(
                    phrase(
                        "{character} stands among Latin letters. Type the Latin letter that it looks like.",
                        character=Character(character),
                    )
                )


# Special-use names (RFC 2606, 6761, 6762, 7686, 9476), .arpa and .internal: the list of the AT Protocol, with .test.
_RESERVED = frozenset({"alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test"})
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_DOMAIN_RULES: tuple[tuple[Callable[[list[str]], bool], Text], ...] = (
    (lambda labels: len(labels) >= 2, phrase("The domain name must have at least two parts with a dot between them.")),
    (all, phrase("The domain name must not begin or end with a dot or have two dots in a row.")),
    (
        lambda labels: all(len(label) <= 63 for label in labels),
        phrase("The domain name must have at most 63 characters between two dots."),
    ),
    (lambda labels: len(".".join(labels)) <= 253, phrase("The domain name must have at most 253 characters.")),
    (
        lambda labels: all(_LABEL.fullmatch(label) for label in labels),
        phrase(
            "The domain name must have only letters, digits and hyphens between the dots, no hyphen at either end, and "
            "no port after it."
        ),
    ),
    (
        lambda labels: not labels[-1][0].isdigit(),
        phrase("The domain name must not end in a part that begins with a digit, as IP addresses do."),
    ),
    (
        lambda labels: labels[-1] not in _RESERVED,
        phrase("The domain name must not end in a reserved name such as .test, .local or .onion."),
    ),
)


def check_domain(domain: str) -> None:
    """Refuse (:class:`Invalid`) what is not a public host name: ASCII, lower case, in A-labels."""
    labels = domain.split(".")
    for holds, rule in _DOMAIN_RULES:
        if not holds(labels):
            refuse(rule)


def read_host(text: str) -> tuple[str, str]:
    """A host name as ``(A-labels, U-labels)``, mapped by UTS #46.

    Refuses (:class:`Invalid`) what IDNA 2008 or :func:`check_domain` refuse (so IP addresses, ports, single labels),
    and names that pass for Latin ones: mixed scripts, or only twins of Latin letters under an ASCII top-level domain.
    """
    try:
        ascii_host = text.lower() if text.isascii() and "xn--" not in text.lower() else ""
        ascii_host = ascii_host or idna.encode(text, uts46=True, std3_rules=True).decode("ascii")
        host = idna.decode(ascii_host) if "xn--" in ascii_host else ascii_host
    except UnicodeError:
        refuse(phrase("This is not a valid host name. It is written like mastodon.social, without a port."))
    check_domain(ascii_host)
    clean(host)
    labels = host.split(".")
    for label in labels:
        refuse_mixed_scripts(label)
        letters = [c for c in label if c.isalpha()]
        if letters and labels[-1].isascii() and _LATIN_TWINS.issuperset(letters):
            refuse(
                phrase(
                    "{character} is part of a host name that passes for a Latin one. Type it in Latin letters.",
                    character=Character(letters[0]),
                )
            )
    return ascii_host, host
