"""The rules of each platform's handles, as a table, and the checks that its rows share.

Sources: AT Protocol, "Handle" (syntax); Mastodon, ``Account::USERNAME_RE``; the sign-up rules that X, Instagram and
LinkedIn publish in their help pages.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, NoReturn
from urllib.parse import quote

from app.core.language import Text, phrase, phrases, verbatim
from app.core.text import Character
from app.members.deceptions import check_domain, read_host, refuse, refuse_mixed_scripts
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
    says: Text
    example: str
    hosts: re.Pattern[str]
    path: re.Pattern[str]
    display: str = "@{}"
    url: str
    allowed: Callable[[str], object]
    lengths: tuple[int, int]
    shape: re.Pattern[str] = re.compile(r".+")
    typed: re.Pattern[str] = re.compile(r"@?")
    pages: Mapping[str, Text] = field(default_factory=dict)
    read: Callable[["Rule", str], Name]


def _refuse_by(rule: Rule, what: Text) -> NoReturn:
    refuse(verbatim("{what} {rule}", what=what, rule=rule.says))


def _check(rule: Rule, name: str) -> None:
    if not name:
        _refuse_by(rule, phrase("The handle is missing."))
    for character in name:
        if not rule.allowed(character):
            wrong = phrase("{character} cannot be part of this handle.", character=Character(character))
            _refuse_by(rule, wrong)
    shortest, longest = rule.lengths
    if not shortest <= len(name) <= longest:
        _refuse_by(rule, phrases("This one has {n} character.", "This one has {n} characters.", n=len(name)))
    if not rule.shape.fullmatch(name):
        refuse(rule.says)


def _plain(rule: Rule, name: str) -> Name:
    _check(rule, name)
    return Name(name, name.lower(), name.lower())


def _bluesky(rule: Rule, name: str) -> Name:
    if name.lower().startswith("did:"):
        _refuse_by(rule, phrase("This is a DID, the permanent identifier of the account, not its handle."))
    _check(rule, name)
    check_domain(name.lower())
    return Name(name, name.lower(), name.lower())


# Sites whose profile links look like those of the fediverse, and the platforms that have a rule of their own.
_NOT_FEDIVERSE = re.compile(
    r"(.+\.)?((bsky\.app|mathoverflow\.net|researchgate\.net|t\.me|threads\.net|twitch\.tv)|"
    r"(askubuntu|discord|facebook|github|gitlab|instagram|linkedin|medium|pinterest|quora|reddit|roblox|serverfault|"
    r"stackexchange|stackoverflow|substack|superuser|threads|tiktok|twitter|x|youtube)\.com)"
)


def _without_www(host: str) -> str:
    """A server of the fediverse answers under its own name and under ``www.``: that is one account, not two."""
    rest = host.removeprefix("www.")
    return rest if "." in rest else host


def _mastodon(rule: Rule, name: str) -> Name:
    user, at, server = name.partition("@")
    if not at:
        _refuse_by(rule, phrase("The server is missing."))
    _check(rule, user)
    ascii_host, host = map(_without_www, read_host(server))
    if _NOT_FEDIVERSE.fullmatch(ascii_host) or ascii_host in MAIL_HOSTS:
        _refuse_by(rule, phrase("{host} is not a server of the fediverse.", host=ascii_host))
    return Name(f"{user}@{host}", f"{user.lower()}@{ascii_host}", f"{ascii_host}/@{user.lower()}")


def _linkedin_character(character: str) -> bool:
    return character == "-" or unicodedata.category(character) in {"Ll", "Lu", "Lt", "Lo", "Lm", "Mn", "Mc", "Nd"}


def _linkedin(rule: Rule, name: str) -> Name:
    lower = unicodedata.normalize("NFKC", name.lower())
    _check(rule, lower)
    refuse_mixed_scripts(lower)
    # Twice, as Unicode's caseless matching asks: normalising can bring a letter back that has a case.
    canonical = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.casefold()).casefold())
    # Case folding loses what LinkedIn tells apart (final sigma, sharp s), so the link keeps the lower-case spelling.
    return Name(name, canonical, quote(lower, safe=""))


def _page_of(platform: str) -> Text:
    return phrase("a page of {platform} itself, not a profile", platform=platform)


_X_PAGES = (
    "about account compose download explore hashtag home i intent jobs login logout messages notifications oauth "
    "privacy search settings share signup tos who_to_follow"
)
_INSTAGRAM_PAGES = (
    "about accounts api challenge developer direct directory emails explore graphql legal oauth p reel reels s session "
    "share stories tv web"
)

_THREADS_PAGES = "about activity t custom_feed home intent liked login logout privacy saved search settings tag terms"


def _as_on_instagram(platform: str) -> Text:
    return phrase(
        "A handle on {platform} has 1 to 30 letters A to Z, digits, underscores and dots; no dot first, last or "
        "doubled.",
        platform=platform,
    )


_INSTAGRAM_SHAPE = re.compile(r"[^.]+(\.[^.]+)*")

# In this order a link finds its platform by its host; the fediverse is every other host, so it stands last.
RULES: dict[Platform, Rule] = {
    Platform.X: Rule(
        label="X",
        says=phrase("A handle on X has 1 to 15 letters A to Z, digits and underscores."),
        example="https://x.com/ana_lopez",
        hosts=re.compile(r"((www|m|mobile)\.)?(x|twitter)\.com"),
        path=re.compile(r"@?(?P<name>[^/]+)(/|$)"),
        url="https://x.com/{}",
        allowed=re.compile(r"[A-Za-z0-9_]").fullmatch,
        lengths=(1, 15),
        pages=dict.fromkeys(_X_PAGES.split(), _page_of("X")),
        read=_plain,
    ),
    Platform.BLUESKY: Rule(
        label="Bluesky",
        says=phrase("A handle on Bluesky is a domain name such as ana.bsky.social."),
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
        says=_as_on_instagram("Instagram"),
        example="https://www.instagram.com/ana.lopez",
        hosts=re.compile(r"((www|m)\.)?instagram\.com"),
        path=re.compile(r"@?(?P<name>[^/]+)(/|$)"),
        url="https://www.instagram.com/{}",
        allowed=re.compile(r"[A-Za-z0-9._]").fullmatch,
        lengths=(1, 30),
        shape=_INSTAGRAM_SHAPE,
        pages=dict.fromkeys(_INSTAGRAM_PAGES.split(), _page_of("Instagram")),
        read=_plain,
    ),
    Platform.THREADS: Rule(
        label="Threads",
        says=_as_on_instagram("Threads"),
        example="https://www.threads.com/@ana.lopez",
        hosts=re.compile(r"(www\.)?threads\.(net|com)"),
        # Without the sign it is a profile only if nothing comes after it, and if it is no page of Threads itself.
        path=re.compile(rf"(@|(?!(?i:{'|'.join(_THREADS_PAGES.split())})$)(?=[^/]+$))(?P<name>[^/]+)(/|$)"),
        url="https://www.threads.com/@{}",
        allowed=re.compile(r"[A-Za-z0-9._]").fullmatch,
        lengths=(1, 30),
        shape=_INSTAGRAM_SHAPE,
        pages=dict.fromkeys(_THREADS_PAGES.split(), _page_of("Threads")),
        read=_plain,
    ),
    Platform.LINKEDIN: Rule(
        label="LinkedIn",
        says=phrase("A LinkedIn profile is named by the part after /in/: 3 to 100 letters, digits and hyphens."),
        example="https://www.linkedin.com/in/ana-lopez",
        hosts=re.compile(r"((www|m|[a-z]{2})\.)?linkedin\.com"),
        path=re.compile(r"(mwlite/)?in/@?(?P<name>[^/]+)(/|$)", re.IGNORECASE),
        display="in/{}",
        url="https://www.linkedin.com/in/{}",
        allowed=_linkedin_character,
        lengths=(3, 100),
        shape=re.compile(r"[\w-].*"),
        typed=re.compile(r"/?in/@?|@?", re.IGNORECASE),
        pages=dict.fromkeys(("company", "school", "showcase"), phrase("a page, not a person's profile")),
        read=_linkedin,
    ),
    Platform.MASTODON: Rule(
        label="Mastodon",
        says=phrase(
            "A handle on Mastodon is @user@server: up to 64 letters A to Z, digits and underscores, inside also dots "
            "and hyphens, then the name of the server."
        ),
        example="https://mastodon.social/@ana",
        hosts=re.compile(r".+"),
        # A number behind users/ is that of an account on a site of another kind.
        path=re.compile(r"((web/)?@|users/(?![0-9]+(/|$)))(?P<name>[^/]+)(/|$)"),
        url="https://{}",
        allowed=re.compile(r"[A-Za-z0-9_.-]").fullmatch,
        lengths=(1, 64),
        shape=re.compile(r"[A-Za-z0-9_]+([.-]+[A-Za-z0-9_]+)*"),
        read=_mastodon,
    ),
}
