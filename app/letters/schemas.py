"""What goes in and out about letters."""

from typing import Annotated

from pydantic import ConfigDict, Field

from app.core.language import Language
from app.core.schema import Filter, In, Out
from app.core.text import ShortLine
from app.outbox.models import LetterKind


class LetterChoice(Out):
    """A kind of letters, and whether you get it."""

    kind: LetterKind
    about_en: str = Field(description="what it is about")
    about_es: str = Field(description="the same in Spanish")
    optional: bool = Field(description="whether it can be switched off; what concerns your account cannot")
    wanted: bool


class LetterChoices(Out):
    """The kinds of letters that you may get."""

    letters: list[LetterChoice]


class UnwantedLetters(In):
    """The kinds of letters that you do not want; you get all others."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"unwanted": ["named"]}]})

    unwanted: Annotated[list[LetterKind], Field(max_length=len(LetterKind))]


class StopCode(In):
    """The code of the link at the end of a letter."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "3.named.0123456789abcdef0123456789abcdef"}]})

    code: ShortLine


class LetterWanted(Filter):
    """Which letter is to be shown, and in which language."""

    kind: LetterKind = LetterKind.DEPUTIZED
    language: Language = "en"


class LetterPreview(Out):
    """A letter as it would be sent, about invented things."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "subject": "Welcome to Latinas in Medicine",
                    "text": "Welcome, Ana Núñez! …\n",
                    "html": '<!DOCTYPE html>\n<html lang="en">…</html>',
                }
            ]
        }
    )

    subject: str
    text: str
    html: str
