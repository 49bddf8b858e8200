"""What an application says, and what came of it."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue

from app.conferences.schemas import NewConference
from app.core.emails import Email
from app.core.language import Language
from app.core.schema import Id, In, Out, Quantity
from app.core.text import Line, Note, OptionalShortLine, ShortLine

_EXAMPLE: dict[str, JsonValue] = {
    "name": "Ana Núñez",
    "email": "ana@example.org",
    "conference_id": 7,
    "text": "I present there.",
}


Wanted = Annotated[Quantity, Field(le=2_000)]
"""As many as anyone may wish for; who sends them decides."""


class NewApplication(In):
    """Somebody who would like to bring ribbons, to a conference or to any."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Line
    email: Email
    handle: OptionalShortLine = ""
    conference_id: Annotated[Id | None, Field(description="the conference, if it is on the calendar")] = None
    text: Note = ""
    ribbons_wanted: Annotated[Wanted | None, Field(description="a wish; the coordinators decide")] = None
    language: Language = "en"


class Wish(In):
    """Who organizes a proposed conference and would like ribbons there, and how many. It is no promise."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Ana Núñez", "email": "ana@example.org", "ribbons_wanted": 200}]}
    )

    name: Line
    email: Email
    ribbons_wanted: Wanted
    language: Language = "en"


class NewProposal(NewConference):
    """A conference to propose, and the wish of whoever organizes it, if they have one."""

    ribbons: Annotated[Wish | None, Field(description="who would like ribbons there; an e-mail confirms it")] = None


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
    ribbons_wanted: int | None = Field(description="as many as they wish for, if they said it")
    created_at: datetime


class Accepted(Out):
    """The champion whom an application has made, and their claim; null where no conference was named, or it is taken,
    over or cancelled by now."""

    id: int
    person_id: int
    claim_id: int | None
