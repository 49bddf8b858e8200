"""What people write around a handle, and do not mean: quotation marks, brackets, a full stop, “ig:” before it. Pure."""

import re

from app.core.text import trimmed
from app.members.handle_rules import Platform

_PAIRS = frozenset({"()", "[]", "<>", '""', "''", "``", "“”", "„“", "””", "‘’", "‚‘", "«»", "‹›", "（）", "＂＂"})
# One full stop ends a sentence; two or more are what is left of a name that was cut off.
_END = re.compile(r"(?<=[^.…\s])[.,;。]$")

_NAMES = {
    Platform.X: "x|twitter|tw",
    Platform.BLUESKY: "bluesky|bsky",
    Platform.MASTODON: "mastodon|fediverse|fedi",
    Platform.INSTAGRAM: "instagram|insta|ig",
    Platform.THREADS: "threads",
    Platform.LINKEDIN: "linkedin",
}
_LABELS = {
    platform: re.compile(rf"({names})(\s*[:：=]\s*(?!//)|\s+[-–—]?\s*)(?=\S)", re.IGNORECASE)
    for platform, names in _NAMES.items()
}


def bare(text: str) -> str:
    """The text without what stands around it: blanks, pairs of quotation marks or brackets, one full stop or comma."""
    before = None
    while text != before:
        before, text = text, trimmed(text)
        text = _END.sub("", text)
        if len(text) > 2 and text[0] + text[-1] in _PAIRS:
            text = text[1:-1]
    return text


def labelled(text: str) -> tuple[Platform | None, str]:
    """The platform that is named before a handle (``ig: dra.lopez``, ``Twitter @DraLopez``), and the rest."""
    for platform, label in _LABELS.items():
        if found := label.match(text):
            return platform, bare(text[found.end() :])
    return None, text
