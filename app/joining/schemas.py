"""What an application says, and what came of it."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from app.core.emails import Email
from app.core.language import Language
from app.core.schema import Id, In, Out
from app.core.text import Line, Note, OptionalShortLine, ShortLine

_EXAMPLE: dict[str, JsonValue] = {
    "name": "Ana Núñez",
    "email": "ana@example.org",
    "conference_id": 7,
    "text": "I present there.",
}


class NewApplication(In):
    """Somebody who would like to bring ribbons, to a conference or to any."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Line
    email: Email
    handle: OptionalShortLine = ""
    conference_id: Annotated[Id | None, Field(description="the conference, if it is on the calendar")] = None
    text: Note = ""
    language: Language = "en"


class Confirmation(In):
    """The secret of the link that came by e-mail."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"secret": "ccj_…"}]})

    secret: ShortLine


class Applied(Out):
    """The application that was made or confirmed, by its number."""

    id: int


class ApplicationOut(Out):
    """An application that waits: whose e-mail address it is was confirmed."""

    id: int
    name: str
    email: str
    handle: str
    conference_id: int | None
    conference_name: str | None
    text: str
    created_at: datetime


class Accepted(Out):
    """The champion whom an application has made, and their claim; null where no conference was named, or it is taken,
    over or cancelled by now."""

    id: int
    person_id: int
    claim_id: int | None
