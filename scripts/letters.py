"""Writes docs/letters.md: every letter in both languages, as it is sent, from the code that sends it."""

from pathlib import Path

from app.core.language import LANGUAGES, Language
from app.core.rules import Rules
from app.letters.kinds import KINDS
from app.letters.writing import Foot, write

FILE = Path(__file__).resolve().parent.parent / "docs" / "letters.md"

RULES = Rules(
    community_name="Latinas in Medicine",
    hashtag="#LatinasInMedicine",
    contact_email="ribbons@example.org",
    public_url="https://ribbons.example.org",
)

_HEAD = """# Letters

Every e-mail that the service sends, about invented things, in both languages. `scripts/letters.py` writes this page, by
the code that sends them; a test fails where it is not true any more. Each comes as HTML, too. How letters wait, are
tried again and are not sent twice: [architecture.md](architecture.md#letters); when the mail server is down:
[operations.md](operations.md).
"""
_NAMES: dict[Language, str] = {"en": "English", "es": "Spanish"}


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for kind, about in KINDS.items():
        stop, choose = f"{RULES.public_url}/letters/stop?code=…", f"{RULES.public_url}/me/letters"
        foot = Foot(about.why, stop, choose) if about.optional else Foot(about.why)
        parts.append(f"## {about.about.say('en')} (`{kind.value}`)\n")
        for sample in (about.sample, *about.others):
            letter = about.say(sample, RULES)
            for language in LANGUAGES:
                written = write(letter, foot, language=language, rules=RULES)
                text = "\n".join(line.rstrip() for line in written.text.strip().splitlines())
                parts.append(f"{_NAMES[language]}: **{written.subject}**\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def main() -> None:
    """Writes the page."""
    FILE.write_text(page(), "utf-8")
    print(f"{len(KINDS)} letters in {FILE}")


if __name__ == "__main__":
    main()
