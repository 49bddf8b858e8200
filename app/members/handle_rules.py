"""The rules of each platform's handles, as a table, and the checks that its rows share.

Sources: AT Protocol, "Handle" (syntax and refused top-level domains); Mastodon, ``Account::USERNAME_RE``; RFC 1035 and
RFC 1123 (host names); UTS #46 and RFC 5891 (internationalised host names); the sign-up rules that X, Instagram and
LinkedIn publish in their help pages.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, NoReturn
from urllib.parse import quote

import idna

from app.core.errors import Invalid
from app.core.text import fold
from app.members.host_names import MAIL_HOSTS


class Platform(StrEnum):
    """Where a member has a handle. ``mastodon`` stands for every server of the fediverse."""

    X = "x"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    INSTAGRAM = "instagram"
    THREADS = "threads"
    LINKEDIN = "linkedin"


class Name(NamedTuple):
    """A checked name: as written, as compared, and as it stands in the profile link."""

    written: str
    canonical: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one platform calls a handle. ``says`` is the rule in words and ends every refusal."""

    label: str
    says: str
    example: str
    hosts: re.Pattern[str]
    path: re.Pattern[str]
    display: str = "@{}"
    url: str
    allowed: Callable[[str], object]
    lengths: tuple[int, int]
    shape: re.Pattern[str] = re.compile(r".+")
    typed: re.Pattern[str] = re.compile(r"@?")
    pages: Mapping[str, str] = field(default_factory=dict)
    read: Callable[["Rule", str], Name]


def refuse(detail: str) -> NoReturn:
    """Raise the one error of this parser."""
    raise Invalid(detail, field="handle")


_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
# Drawn as nothing, yet letters or marks to Unicode: grapheme joiner, fillers, inherent vowels, variation selectors.
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
# Scripts with letters that are drawn like Latin ones; and of these letters the ones that nobody tells apart.
_LOOKALIKE_SCRIPTS = ("CYRILLIC", "GREEK", "ARMENIAN", "COPTIC", "CHEROKEE")
_LATIN_TWINS = frozenset("аеорсухіјѕһӏԁԛԝҽοօոսհ")


def named(character: str) -> str:
    """A character so that a reader can find it: the sign where it can be seen, its code point and Unicode name."""
    name = unicodedata.name(character, "")
    code = f"U+{ord(character):04X} {name}".rstrip()
    seen = unicodedata.category(character) not in _INVISIBLE_CATEGORIES and not _INVISIBLE.match(character)
    return f"“{character}” ({code})" if seen else code


def clean(text: str) -> str:
    """The text in NFKC, so that full-width and other compatibility letters are the plain ones.

    Refuses (:class:`Invalid`) white space, control, zero-width, bidirectional and other invisible characters, and
    characters such as ``℀`` that would unfold into punctuation and so change what is a path or a host.
    """
    for character in text:
        if unicodedata.category(character) in _INVISIBLE_CATEGORIES or _INVISIBLE.match(character):
            refuse(f"There is a blank or an invisible character inside: {named(character)}. Type the handle anew.")
        plain = unicodedata.normalize("NFKC", character)
        if len(plain) > 1 and any(c.isascii() and not c.isalnum() for c in plain):
            refuse(f"{named(character)} cannot be part of a handle or of a link. Type the handle anew.")
    return unicodedata.normalize("NFKC", text)


def _refuse_mixed_scripts(text: str) -> None:
    """Refuse Latin text with letters of a script that has twins of Latin ones: nobody sees the difference."""
    if any(c.isascii() and c.isalpha() for c in fold(text)):
        for character in text:
            if unicodedata.name(character, "").startswith(_LOOKALIKE_SCRIPTS):
                refuse(f"{named(character)} stands among Latin letters. Type the Latin letter it looks like instead.")


# Special-use names (RFC 2606, 6761, 6762, 7686, 9476), .arpa and .internal: the list of the AT Protocol, with .test.
_RESERVED = frozenset({"alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test"})
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_DOMAIN_RULES: tuple[tuple[Callable[[list[str]], bool], str], ...] = (
    (lambda labels: len(labels) >= 2, "must have at least two parts with a dot between them"),
    (all, "must not begin or end with a dot or have two dots in a row"),
    (lambda labels: all(len(label) <= 63 for label in labels), "must have at most 63 characters between two dots"),
    (lambda labels: len(".".join(labels)) <= 253, "must have at most 253 characters"),
    (
        lambda labels: all(_LABEL.fullmatch(label) for label in labels),
        "must have only letters, digits and hyphens between the dots, no hyphen at either end, and no port after it",
    ),
    (lambda labels: not labels[-1][0].isdigit(), "must not end in a part that begins with a digit, as IP addresses do"),
    (lambda labels: labels[-1] not in _RESERVED, "must not end in a reserved name such as .test, .local or .onion"),
)


def check_domain(domain: str) -> None:
    """Refuse (:class:`Invalid`) what is not a public host name: ASCII, lower case, in A-labels."""
    labels = domain.split(".")
    for holds, rule in _DOMAIN_RULES:
        if not holds(labels):
            refuse(f"The domain name {rule}.")


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
        refuse("This is not a valid host name. It is written like mastodon.social, without a port.")
    check_domain(ascii_host)
    clean(host)
    labels = host.split(".")
    for label in labels:
        _refuse_mixed_scripts(label)
        letters = [c for c in label if c.isalpha()]
        if letters and labels[-1].isascii() and _LATIN_TWINS.issuperset(letters):
            refuse(f"{named(letters[0])} is part of a host name that passes for a Latin one. Type it in Latin letters.")
    return ascii_host, host


def _check(rule: Rule, name: str) -> None:
    if not name:
        refuse(f"The handle is missing. {rule.says}")
    for character in name:
        if not rule.allowed(character):
            refuse(f"{named(character)} cannot be part of this handle. {rule.says}")
    shortest, longest = rule.lengths
    if not shortest <= len(name) <= longest:
        refuse(f"This one has {len(name)} characters. {rule.says}")
    if not rule.shape.fullmatch(name):
        refuse(rule.says)


def _plain(rule: Rule, name: str) -> Name:
    _check(rule, name)
    return Name(name, name.lower(), name.lower())


def _bluesky(rule: Rule, name: str) -> Name:
    if name.lower().startswith("did:"):
        refuse(f"This is a DID, the account's permanent identifier, not its handle. {rule.says}")
    _check(rule, name)
    check_domain(name.lower())
    return Name(name, name.lower(), name.lower())


# Sites whose profile links look like those of the fediverse, and the platforms that have a rule of their own.
_NOT_FEDIVERSE = re.compile(
    r"(.+\.)?((bsky\.app|t\.me|threads\.net)|"
    r"(facebook|instagram|linkedin|medium|substack|threads|tiktok|twitter|x|youtube)\.com)"
)


def _mastodon(rule: Rule, name: str) -> Name:
    user, at, server = name.partition("@")
    if not at:
        refuse(f"The server is missing. {rule.says}")
    _check(rule, user)
    ascii_host, host = read_host(server)
    if _NOT_FEDIVERSE.fullmatch(ascii_host) or ascii_host in MAIL_HOSTS:
        refuse(f"{ascii_host} is not a server of the fediverse. {rule.says}")
    return Name(f"{user}@{host}", f"{user.lower()}@{ascii_host}", f"{ascii_host}/@{user.lower()}")


def _linkedin_character(character: str) -> bool:
    return character == "-" or unicodedata.category(character) in {"Ll", "Lu", "Lt", "Lo", "Lm", "Mn", "Mc", "Nd"}


def _linkedin(rule: Rule, name: str) -> Name:
    lower = unicodedata.normalize("NFKC", name.lower())
    _check(rule, lower)
    _refuse_mixed_scripts(lower)
    # Twice, as Unicode's caseless matching asks: normalising can bring a letter back that has a case.
    canonical = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.casefold()).casefold())
    # Case folding loses what LinkedIn tells apart (final sigma, sharp s), so the link keeps the lower-case spelling.
    return Name(name, canonical, quote(lower, safe=""))


_X_PAGES = (
    "about account compose download explore hashtag home i intent jobs login logout messages notifications oauth "
    "privacy search settings share signup tos who_to_follow"
)
_INSTAGRAM_PAGES = (
    "about accounts api challenge developer direct directory emails explore graphql legal oauth p reel reels s session "
    "share stories tv web"
)
_INSTAGRAM_SAYS = "handle has 1 to 30 letters A to Z, digits, underscores and dots; no dot first, last or doubled."
_INSTAGRAM_SHAPE = re.compile(r"[^.]+(\.[^.]+)*")

# In this order a link finds its platform by its host; the fediverse is every other host, so it stands last.
RULES: dict[Platform, Rule] = {
    Platform.X: Rule(
        label="X",
        says="An X handle has 1 to 15 letters A to Z, digits and underscores.",
        example="https://x.com/ana_lopez",
        hosts=re.compile(r"((www|m|mobile)\.)?(x|twitter)\.com"),
        path=re.compile(r"@?(?P<name>[^/]+)(/|$)"),
        url="https://x.com/{}",
        allowed=re.compile(r"[A-Za-z0-9_]").fullmatch,
        lengths=(1, 15),
        pages=dict.fromkeys(_X_PAGES.split(), "a page of X itself, not a profile"),
        read=_plain,
    ),
    Platform.BLUESKY: Rule(
        label="Bluesky",
        says="A Bluesky handle is a domain name such as ana.bsky.social.",
        example="https://bsky.app/profile/ana.bsky.social",
        hosts=re.compile(r"(www\.)?bsky\.app"),
        path=re.compile(r"profile/(?P<name>[^/]+)(/|$)"),
        url="https://bsky.app/profile/{}",
        allowed=re.compile(r"[A-Za-z0-9.-]").fullmatch,
        lengths=(1, 253),
        read=_bluesky,
    ),
    Platform.INSTAGRAM: Rule(
        label="Instagram",
        says=f"An Instagram {_INSTAGRAM_SAYS}",
        example="https://www.instagram.com/ana.lopez",
        hosts=re.compile(r"((www|m)\.)?instagram\.com"),
        path=re.compile(r"(?P<name>[^/]+)(/|$)"),
        url="https://www.instagram.com/{}",
        allowed=re.compile(r"[A-Za-z0-9._]").fullmatch,
        lengths=(1, 30),
        shape=_INSTAGRAM_SHAPE,
        pages=dict.fromkeys(_INSTAGRAM_PAGES.split(), "a page of Instagram itself, not a profile"),
        read=_plain,
    ),
    Platform.THREADS: Rule(
        label="Threads",
        says=f"A Threads {_INSTAGRAM_SAYS}",
        example="https://www.threads.com/@ana.lopez",
        hosts=re.compile(r"(www\.)?threads\.(net|com)"),
        path=re.compile(r"@(?P<name>[^/]+)(/|$)"),
        url="https://www.threads.com/@{}",
        allowed=re.compile(r"[A-Za-z0-9._]").fullmatch,
        lengths=(1, 30),
        shape=_INSTAGRAM_SHAPE,
        read=_plain,
    ),
    Platform.LINKEDIN: Rule(
        label="LinkedIn",
        says="A LinkedIn profile is named by the part after /in/: 3 to 100 letters, digits and hyphens.",
        example="https://www.linkedin.com/in/ana-lopez",
        hosts=re.compile(r"((www|m|[a-z]{2})\.)?linkedin\.com"),
        path=re.compile(r"in/(?P<name>[^/]+)(/|$)", re.IGNORECASE),
        display="in/{}",
        url="https://www.linkedin.com/in/{}",
        allowed=_linkedin_character,
        lengths=(3, 100),
        shape=re.compile(r"[\w-].*"),
        typed=re.compile(r"@|/?in/|", re.IGNORECASE),
        pages={page: f"a {page} page, not a person" for page in ("company", "school", "showcase")},
        read=_linkedin,
    ),
    Platform.MASTODON: Rule(
        label="Mastodon",
        says="A Mastodon handle is @user@server: up to 64 letters A to Z, digits and underscores, inside also dots and "
        "hyphens, then the server's host name.",
        example="https://mastodon.social/@ana",
        hosts=re.compile(r".+"),
        path=re.compile(r"((web/)?@|users/)(?P<name>[^/]+)(/|$)"),
        url="https://{}",
        allowed=re.compile(r"[A-Za-z0-9_.-]").fullmatch,
        lengths=(1, 64),
        shape=re.compile(r"[A-Za-z0-9_]+([.-]+[A-Za-z0-9_]+)*"),
        read=_mastodon,
    ),
}
