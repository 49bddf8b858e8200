"""What a letter is made of, and how it is written: as text, as HTML, in its reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.core.language import Language, Text, phrase
from app.core.rules import Rules


@dataclass(frozen=True)
class Letter:
    """What a letter says, before it is said in a language.

    ``says`` are its paragraphs, ``lists`` what is told in a line each, by what it is called. There is one thing to
    press, ``button``: its words and the address that it leads to. ``code`` is to be typed somewhere, ``after`` comes
    below.
    """

    subject: Text
    says: Sequence[Text]
    lists: Sequence[tuple[Text, Text]] = ()
    button: tuple[Text, str] | None = None
    code_text: Text | None = None
    code: str = ""
    after: Sequence[Text] = ()


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands below a letter: why it came, and where letters of its kind are switched off, if they can be."""

    why: Text
    stop: str = ""
    choose: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in a language."""

    subject: str
    text: str
    html: str


_TEMPLATES = Environment(
    loader=PackageLoader("app.letters"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)

_STOP = phrase("No more e-mails like this one")
_CHOOSE = phrase("Choose your e-mails")


def write(letter: Letter, foot: Foot, *, language: Language, rules: Rules) -> Written:
    """A letter as it is sent."""
    return Written(
        subject=" ".join(letter.subject.say(language).split()),
        text=_as_text(letter, foot, language, rules),
        html=_as_html(letter, foot, language, rules),
    )


def _as_text(letter: Letter, foot: Foot, language: Language, rules: Rules) -> str:
    blocks = [said.say(language) for said in letter.says]
    if letter.lists:
        blocks.append("\n".join(f"  {name.say(language)}: {what.say(language)}" for name, what in letter.lists))
    if letter.button:
        words, address = letter.button
        blocks.append(f"{words.say(language)}:\n\n{address}")
    if letter.code:
        blocks += [said.say(language) for said in (letter.code_text,) if said is not None]
        blocks.append(f"    {letter.code}")
    blocks += [said.say(language) for said in letter.after]
    below = [foot.why.say(language)]
    if foot.stop:
        below += [f"{_STOP.say(language)}: {foot.stop}", f"{_CHOOSE.say(language)}: {foot.choose}"]
    # The line above what is below is how programs for mail know a signature.
    return "\n\n".join(blocks) + "\n\n-- \n" + "\n".join([rules.community_name, *below]) + "\n"


def _as_html(letter: Letter, foot: Foot, language: Language, rules: Rules) -> str:
    button = (letter.button[0].say(language), letter.button[1]) if letter.button else None
    return _TEMPLATES.get_template("letter.html").render(
        language=language,
        community=rules.community_name,
        color=rules.ribbon_color,
        ink=_ink_on(rules.ribbon_color),
        subject=letter.subject.say(language),
        says=[said.say(language) for said in letter.says],
        lists=[(name.say(language), what.say(language)) for name, what in letter.lists],
        button=button,
        code_text=letter.code_text.say(language) if letter.code_text else "",
        code=letter.code,
        after=[said.say(language) for said in letter.after],
        why=foot.why.say(language),
        stop=(_STOP.say(language), foot.stop) if foot.stop else None,
        choose=(_CHOOSE.say(language), foot.choose) if foot.stop else None,
    )


def _ink_on(color: str) -> str:
    """Black or white, whichever is read more easily on a color (WCAG's luminance)."""
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#FFFFFF"
