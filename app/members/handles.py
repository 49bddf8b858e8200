"""One parser of social handles: what people type or paste becomes one handle per account. Pure: it asks no network.

The rules of each platform are the table in ``handle_rules``; this module finds out which row applies.
"""

import re
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from app.members.handle_rules import RULES, Platform, clean, read_host, refuse
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


def parse_handle(text: str, *, platform: Platform | None = None, default: Platform = Platform.X) -> Handle:
    """Read a typed handle (``AnaLopez``, ``@AnaLopez``, ``@ana@mastodon.social``) or a pasted profile link.

    Without ``platform``, a link tells its own, ``@user@server`` is Mastodon, ``in/name`` LinkedIn, a domain name such
    as ``ana.bsky.social`` Bluesky, and the rest belongs to ``default``. A name with a dot that may be of several
    platforms or is surely of none is not guessed: the refusal asks for the platform.

    Refuses (:class:`app.core.errors.Invalid`, field ``handle``) more than 500 characters, invisible or misleading
    characters, names against the rule of their platform, links that are no personal profile, that carry a user name or
    a port, or that belong to another platform than ``platform``. The detail says what is wrong and what is right.
    """
    if len(text) > _LONGEST:
        refuse(f"This has {len(text)} characters; a handle or a profile link has at most {_LONGEST}.")
    text = clean(text.strip())
    if "\\" in text:
        refuse("There is a backslash inside. Links are written with “/”.")
    found, name = _read_link(text) if _is_link(text, platform) else _read_typed(text, platform, default)
    rule = RULES[found]
    if platform not in {None, found}:
        wanted = RULES[platform or found]
        refuse(f"This is a link to {rule.label}, not to {wanted.label}. Right is, for example, {wanted.example}.")
    read = rule.read(rule, name)
    url = rule.url.format(read.link)
    if page := rule.pages.get(urlsplit(url).path[1:]):
        refuse(f"“{read.canonical}” is {page}. A profile link of {rule.label} looks like {rule.example}.")
    if len(url) > _LONGEST:
        refuse(f"Percent-encoded, this profile link has {len(url)} characters; {_LONGEST} are read at most.")
    return Handle(found, read.canonical, rule.display.format(read.written), url)


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
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in {"https", "http", "at"}:
        refuse("Only links that begin with https:// (or at:// for Bluesky) are read here.")
    try:
        parts = urlsplit(text if scheme else f"https://{text.removeprefix('//')}")
    except ValueError:
        refuse("This link is broken: its host name cannot be read. Copy the link again.")
    if parts.scheme == "at":
        return Platform.BLUESKY, parts.netloc
    if "@" in parts.netloc:
        refuse(
            "The link carries a user name before its host, which hides where it leads. Paste the plain profile link."
        )
    if ":" in parts.netloc:
        refuse("The link carries a port or an IP address. Paste the plain profile link.")
    if not parts.netloc:
        refuse("The link has no host name. A profile link looks like https://x.com/ana_lopez.")
    host, _ = read_host(parts.netloc)
    return _read_path(host, parts.path)


def _read_path(host: str, path: str) -> tuple[Platform, str]:
    platform = _platform_of(host)
    rule = RULES[platform]
    steps = [_decode(step) for step in path.removeprefix("/").removesuffix("/").split("/")]
    if len(steps) > 1 and "" in steps:
        refuse(f"The link has two slashes in a row. A profile link of {rule.label} looks like {rule.example}.")
    found = rule.path.match("/".join(steps))
    if not found:
        page = rule.pages.get(steps[0].lower(), "not a profile")
        what = "of no platform known here, nor a profile in the fediverse" if platform is Platform.MASTODON else page
        refuse(f"This link is {what}. A profile link of {rule.label} looks like {rule.example}.")
    name = found["name"]
    return platform, f"{name}@{host}" if platform is Platform.MASTODON and "@" not in name else name


def _decode(step: str) -> str:
    """One step of a path without its percent-encoding. Refuses hidden slashes and dot segments (RFC 3986, 3.3)."""
    try:
        text = clean(unquote(step, errors="strict"))
    except UnicodeDecodeError:
        refuse("The percent-encoding is broken: it is not UTF-8. Copy the link again.")
    if "/" in text or "\\" in text:
        refuse("A handle has no slash in it, neither plain nor percent-encoded.")
    if text in {".", ".."}:
        refuse("A step of the path is “.” or “..”. Paste the plain profile link.")
    return text


def _read_typed(text: str, platform: Platform | None, default: Platform) -> tuple[Platform, str]:
    """The platform of a typed handle, and its name without ``@`` or ``in/``, not yet checked."""
    shapes = (
        (r"@[^@]*@.*", Platform.MASTODON),
        (r"/?in/.*", Platform.LINKEDIN),
        (r".*", default),
    )
    if not platform and re.fullmatch(r"[^@]+@.+", text):
        refuse("This looks like an e-mail address. A Mastodon handle begins with @, as in @ana@mastodon.social.")
    if not platform and (dotted := re.fullmatch(rf"@?({_DOMAIN.pattern})", text, re.IGNORECASE)):
        platform = _platform_of_dotted(dotted[1].lower(), default)
    if not platform and re.fullmatch(r"@[^@]*@.*", text) and text.rpartition("@")[2].lower() in MAIL_HOSTS:
        _ask(text, "looks like an e-mail address")
    found = platform or next(p for shape, p in shapes if re.fullmatch(shape, text, re.IGNORECASE))
    prefix = RULES[found].typed.match(text)
    return found, _decode(text[prefix.end() if prefix else 0 :])


def _platform_of_dotted(name: str, default: Platform) -> Platform:
    """Where a name belongs that may be a host name, as Bluesky's are, or a name with a dot, as Instagram has them.

    It is Bluesky's if it can be a host and not a name of ``default``, which has those that cannot be a host.
    """
    rule = RULES[default]
    of_default = all(map(rule.allowed, name)) and default is not Platform.MASTODON
    if name.endswith(".bsky.social") or default is Platform.BLUESKY:
        return Platform.BLUESKY
    if of_default and not is_host(name):
        return default
    if of_default:
        _ask(name, f"may be a name on {rule.label}, or a domain name, as they are on Bluesky")
    if not is_host(name) or name in MAIL_HOSTS:
        _ask(name, "may be a name on Instagram or Threads, and is no domain name, as they are on Bluesky")
    return Platform.BLUESKY


def _ask(text: str, why: str) -> NoReturn:
    refuse(f"“{text}” {why}. Say which platform it is on (“platform”), or paste the link of the profile.")
