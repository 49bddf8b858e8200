"""One parser of social handles: what people type or paste becomes one handle per account. Pure: it asks no network.

The rules of each platform are the table in ``handle_rules``; this module finds out which row applies.
"""

import re
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from app.core.language import Text, phrase, verbatim
from app.members.around import bare, labelled
from app.members.deceptions import clean, read_host, refuse
from app.members.handle_rules import RULES, Platform, Rule
from app.members.host_names import MAIL_HOSTS, is_host

__all__ = ["Handle", "Platform", "parse_handle"]

_LONGEST = 500  # characters of input; the longest handle, a host name of 253, fits into any link twice over
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+-]*):")  # no dot, so that x.com:443 is a host with a port
_BARE_LINK = re.compile(r"(//)?[^@/?#:][^/?#:]*\.[^/?#:]*[/?#:]")  # a host name and something after it
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Handle:
    """One account on one platform. Two handles are equal when platform and ``canonical`` are.

    ``canonical`` is case-folded NFKC, and host names in it are A-labels. ``display`` is how people write it
    (``@AnaLopez``, ``@ana@bücher.de``, ``in/ana-lopez``); ``url`` is the profile link, always https.
    """

    platform: Platform
    canonical: str
    display: str = field(compare=False)
    url: str = field(compare=False)

    @property
    def key(self) -> str:
        """The account in one text, as ``x:analopez``: the same for each way to write it."""
        return f"{self.platform.value}:{self.canonical}"


def written(key: str) -> str:
    """How people write the account of a :attr:`Handle.key`; empty for an empty one."""
    platform, _, canonical = key.partition(":")
    return parse_handle(canonical, platform=Platform(platform)).display if key else ""


def parse_handle(text: str, *, platform: Platform | None = None, default: Platform = Platform.X) -> Handle:
    """Read a typed handle (``AnaLopez``, ``@AnaLopez``, ``@ana@mastodon.social``) or a pasted profile link.

    Without ``platform``, a link tells its own, ``@user@server`` is Mastodon, ``in/name`` LinkedIn, a name such as
    ``ana.bsky.social`` Bluesky, and the rest belongs to ``default``. A name with a dot that may be of several
    platforms or is surely of none is not guessed: the refusal asks for the platform. What stands around a handle is
    taken off (``(@AnaLopez)``, ``@AnaLopez.``), and the platform may be written before it (``ig: ana.lopez``).

    Refuses (:class:`app.core.errors.Invalid`, field ``handle``) more than 500 characters, invisible or misleading
    characters, names against the rule of their platform, links that are no personal profile, that carry a user name or
    a port, or that belong to another platform than ``platform``. The detail says what is wrong and what is right.
    """
    if len(text) > _LONGEST:
        refuse(
            phrase(
                "This has {length} characters; a handle or a profile link has at most {most}.",
                length=len(text),
                most=_LONGEST,
            )
        )
    said, text = labelled(bare(text))
    text = clean(text)
    if "\\" in text:
        refuse(phrase("There is a backslash inside. Links are written with “/”."))
    if said and platform not in {None, said}:
        refuse(
            phrase(
                "“{said}” is written before this handle, but the platform is to be {wanted}. Correct one of the two.",
                said=RULES[said].label,
                wanted=RULES[platform or said].label,
            )
        )
    platform = platform or said
    if re.fullmatch(r"(?!in/$)(/?in/)?[^/]+/", text, re.IGNORECASE):
        text = text[:-1]
    found, name = _read_link(text) if _is_link(text, platform) else _read_typed(text, platform, default)
    rule = RULES[found]
    if platform not in {None, found}:
        wanted = RULES[platform or found]
        refuse(
            phrase(
                "This is a link to {found}, not to {wanted}. It should look like {example}.",
                found=rule.label,
                wanted=wanted.label,
                example=wanted.example,
            )
        )
    read = rule.read(rule, name)
    url = rule.url.format(read.link)
    if page := rule.pages.get(urlsplit(url).path[1:]):
        _refuse_link(rule, phrase("“{name}” is {page}.", name=read.canonical, page=page))
    if len(url) > _LONGEST:
        refuse(
            phrase(
                "Percent-encoded, this profile link has {length} characters; at most {most} are read.",
                length=len(url),
                most=_LONGEST,
            )
        )
    return Handle(found, read.canonical, rule.display.format(read.written), url)


def _refuse_link(rule: Rule, what: Text) -> NoReturn:
    """Refuses, and shows how a profile link looks."""
    right = phrase("A profile link of {platform} looks like {example}.", platform=rule.label, example=rule.example)
    refuse(verbatim("{what} {right}", what=what, right=right))


def _platform_of(host: str) -> Platform:
    return next(platform for platform, rule in RULES.items() if rule.hosts.fullmatch(host))


def _is_link(text: str, platform: Platform | None) -> bool:
    """A scheme, or a host name with a path, query or port; or the bare host of a platform when none was named.

    With a platform named, ``threads.net`` may well be an Instagram handle, and ``bsky.app`` is one of Bluesky.
    """
    if _SCHEME.match(text) or _BARE_LINK.match(text):
        return True
    return platform is None and bool(_DOMAIN.fullmatch(text)) and _platform_of(text.lower()) is not Platform.MASTODON


def _read_link(text: str) -> tuple[Platform, str]:
    """The platform that a link leads to, and the name in it, not yet checked."""
    if text.lower().startswith("did:"):
        return Platform.BLUESKY, text
    if text.lower().startswith("acct:"):
        return Platform.MASTODON, _decode(text[len("acct:") :].removeprefix("@"))
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in {"https", "http", "at"}:
        refuse(phrase("Only links that begin with https:// (or at:// for Bluesky) are read here."))
    try:
        parts = urlsplit(text if scheme else f"https://{text.removeprefix('//')}")
    except ValueError:
        refuse(phrase("This link is broken: its host name cannot be read. Copy the link again."))
    if parts.scheme == "at":
        return Platform.BLUESKY, parts.netloc
    if "@" in parts.netloc:
        refuse(
            phrase(
                "The link carries a user name before its host, which hides where it leads. Paste the plain profile "
                "link."
            )
        )
    if ":" in parts.netloc:
        refuse(phrase("The link carries a port or an IP address. Paste the plain profile link."))
    if not parts.netloc:
        _refuse_link(RULES[Platform.X], phrase("The link has no host name."))
    host, _ = read_host(parts.netloc)
    return _read_path(host, parts.path)


def _read_path(host: str, path: str) -> tuple[Platform, str]:
    platform = _platform_of(host)
    rule = RULES[platform]
    steps = [_decode(step) for step in path.removeprefix("/").removesuffix("/").split("/")]
    if len(steps) > 1 and "" in steps:
        _refuse_link(rule, phrase("The link has two slashes in a row."))
    found = rule.path.match("/".join(steps))
    if not found:
        if platform is Platform.MASTODON:
            unknown = phrase("This link is of no platform known here, nor a profile in the fediverse.")
            _refuse_link(rule, unknown)
        page = rule.pages.get(steps[0].lower(), phrase("not a profile"))
        _refuse_link(rule, phrase("This link is {page}.", page=page))
    name = found["name"]
    return platform, f"{name}@{host}" if platform is Platform.MASTODON and "@" not in name else name


def _decode(step: str) -> str:
    """One step of a path without its percent-encoding. Refuses hidden slashes and dot segments (RFC 3986, 3.3)."""
    try:
        text = clean(unquote(step, errors="strict"))
    except UnicodeDecodeError:
        refuse(phrase("The percent-encoding is broken: it is not UTF-8. Copy the link again."))
    if "/" in text or "\\" in text:
        refuse(phrase("A handle has no slash in it, neither plain nor percent-encoded."))
    if text in {".", ".."}:
        refuse(phrase("A step of the path is “.” or “..”. Paste the plain profile link."))
    return text


def _read_typed(text: str, platform: Platform | None, default: Platform) -> tuple[Platform, str]:
    """The platform of a typed handle, and its name without ``@`` or ``in/``, not yet checked."""
    shapes = (
        (r"@[^@]*@.*", Platform.MASTODON),
        (r"/?in/.*", Platform.LINKEDIN),
        (r".*", default),
    )
    if not platform and re.fullmatch(r"[^@/]+@.+", text):
        address = phrase("This looks like an e-mail address. A handle on Mastodon begins with @: @ana@mastodon.social.")
        refuse(address)
    if not platform and (dotted := re.fullmatch(rf"@?({_DOMAIN.pattern})", text, re.IGNORECASE)):
        platform = _platform_of_dotted(dotted[1].lower(), default)
    if not platform and re.fullmatch(r"@[^@]*@.*", text) and text.rpartition("@")[2].lower() in MAIL_HOSTS:
        _ask(phrase("“{name}” looks like an e-mail address.", name=text))
    found = platform or next(p for shape, p in shapes if re.fullmatch(shape, text, re.IGNORECASE))
    prefix = RULES[found].typed.match(text)
    return found, _decode(text[prefix.end() if prefix else 0 :])


def _platform_of_dotted(name: str, default: Platform) -> Platform:
    """Where a name belongs that may be a host name, as Bluesky's are, or a name with a dot, as Instagram has them.

    It is Bluesky's if it can be a host and no name of ``default``, which has those that cannot be a host, nor of
    Instagram: many a title is a top-level domain, such as md and co.
    """
    rule, other = RULES[default], RULES[Platform.INSTAGRAM]
    of_default = all(map(rule.allowed, name)) and default is not Platform.MASTODON
    of_other = all(map(other.allowed, name)) and len(name) <= other.lengths[1]
    if name.endswith(".bsky.social") or default is Platform.BLUESKY:
        return Platform.BLUESKY
    if of_default and not is_host(name):
        return default
    if of_default or (of_other and is_host(name) and name not in MAIL_HOSTS):
        _ask(
            phrase(
                "“{name}” may be a name on {platform}, or a domain name, as they are on Bluesky.",
                name=name,
                platform=rule.label if of_default else other.label,
            )
        )
    if not is_host(name) or name in MAIL_HOSTS:
        _ask(
            phrase(
                "“{name}” may be a name on Instagram or Threads; it is not a domain name, as they are on Bluesky.",
                name=name,
            )
        )
    return Platform.BLUESKY


def _ask(why: Text) -> NoReturn:
    ask = phrase("Say which platform it is on (“platform”), or paste the link of the profile.")
    refuse(verbatim("{why} {ask}", why=why, ask=ask))
