"""What comes in and goes out about people."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from app.acts.policy import Role
from app.core.emails import Email
from app.core.geography import NO_COUNTRY, NO_STATE
from app.core.language import Language, phrase
from app.core.schema import Filter, Flag, In, Out, Patch, Words
from app.core.text import Line, OptionalLine, PaperName, Shaped, ShortLine, at_most
from app.people.models import CalendarKind

_NO_SECRET = phrase("This is not a sign-in code. Copy it again from the e-mail.")


class GivenRole(StrEnum):
    """A role that a person can be given."""

    CHAMPION = Role.CHAMPION.value
    COORDINATOR = Role.COORDINATOR.value
    ADMIN = Role.ADMIN.value


class NewPerson(In):
    """Somebody to invite."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Ana Núñez", "email": "ana@example.org", "language": "es"}]}
    )

    name: Line
    paper_name: PaperName = ""
    email: Email
    role: GivenRole = GivenRole.CHAMPION
    trusted: Flag = False
    language: Language = "en"


class PersonPatch(Patch):
    """What a coordinator may change about a person; only the fields that are sent change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"trusted": True}]})

    name: Line | None = None
    paper_name: PaperName | None = None
    role: GivenRole | None = None
    trusted: Flag | None = None
    language: Language | None = None
    active: Flag | None = None


class MePatch(Patch):
    """What people may change about themselves."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"language": "es"}]})

    name: Line | None = None
    paper_name: PaperName | None = None
    language: Language | None = None
    shown_publicly: Annotated[
        Flag | None, Field(description="whether anybody may read that you bring ribbons to a conference")
    ] = None


class PersonOut(Out):
    """A person, as shown to coordinators and to that person."""

    id: int
    name: str
    paper_name: str
    email: str | None
    role: Role
    trusted: bool
    language: Language
    active: bool
    shown_publicly: bool = Field(description="whether the pages of conferences name them; theirs to say")
    fictional: bool
    created_at: datetime
    version: int


class AddressIn(In):
    """A postal address. ``state`` is an ISO 3166-2 code such as US-IL, ``country`` an ISO 3166-1 code such as US.

    The state may lack its country: IL, and AE for military post.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "recipient": "Ana Núñez",
                    "line1": "123 W Example St",
                    "city": "Chicago",
                    "state": "US-IL",
                    "postal_code": "60611",
                    "country": "US",
                }
            ]
        }
    )

    recipient: Line
    organization: OptionalLine = ""
    line1: Line
    line2: OptionalLine = ""
    city: Line
    state: Annotated[str, Shaped(r"(([A-Z]{2}-)?[A-Z0-9]{1,3})?", NO_STATE)] = ""
    postal_code: Annotated[OptionalLine, Field(max_length=20), at_most(20)] = ""
    country: Annotated[str, Shaped(r"[A-Z]{2}", NO_COUNTRY)]
    phone: Annotated[OptionalLine, Field(max_length=40), at_most(40)] = ""


class AddressOut(Out):
    """A postal address as it is kept."""

    recipient: str
    organization: str
    line1: str
    line2: str
    city: str
    state: str
    postal_code: str
    country: str
    phone: str
    updated_at: datetime


class MeOut(PersonOut):
    """The signed-in person."""

    address: AddressOut | None = None


class ErasingMe(In):
    """Confirms that somebody wants to be erased, by their own e-mail address."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "ana@example.org"}]})

    email: Email


class NewEmail(In):
    """Another e-mail address for an account."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "ana.nunez@example.org"}]})

    email: Email


_NO_CONFIRMATION = phrase("This is not the code of a confirmation. Copy it again from the e-mail.")


class EmailConfirmation(In):
    """Confirms an e-mail address by the secret that was sent to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"secret": "the-secret-of-the-letter"}]})

    secret: Annotated[str, StringConstraints(min_length=8, max_length=100), Shaped(r"[A-Za-z0-9_-]+", _NO_CONFIRMATION)]


class Changed(Out):
    """The number of whoever was changed."""

    id: int


class SignInRequest(In):
    """Asks for a sign-in link by e-mail."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "ana@example.org"}]})

    email: Email


class NewToken(In):
    """Exchanges a sign-in code for an API token."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"secret": "the-secret-of-the-link", "name": "phone"}]})

    secret: Annotated[str, StringConstraints(min_length=8, max_length=100), Shaped(r"[A-Za-z0-9_-]+", _NO_SECRET)]
    name: ShortLine = "API"


TOKEN_DAYS = 90
"""How long a token lives, unless something else is said."""

ENDED_TOKEN_DAYS = 30
"""How long a token is listed that has run out or was ended."""


class NamedToken(In):
    """A further token for the signed-in person."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "laptop", "days": 90}]})

    name: ShortLine
    days: Annotated[int, Field(strict=True, ge=1, le=3650, description="how long it lives")] = TOKEN_DAYS


class TokenOut(Out):
    """What is known of a token; its secret is not."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class IssuedToken(TokenOut):
    """A token with its secret, which is shown this once."""

    token: str


class NewCalendarLink(In):
    """A calendar that programs are to read."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "own"}]})

    kind: CalendarKind


class CalendarLinkOut(Out):
    """What is known of the link of a calendar; its secret is not."""

    id: int
    kind: CalendarKind
    created_at: datetime


class IssuedCalendarLink(CalendarLinkOut):
    """The link of a calendar, which is shown this once."""

    address: str = Field(description="what a calendar program subscribes to; whoever has it can read the calendar")


class SessionOut(Out):
    """A browser in which a person is signed in; ``current`` is the one that asks."""

    id: int
    device: str
    created_at: datetime
    last_seen_at: datetime
    current: bool


class NewSession(Out):
    """A session with its secret, which only the browser's cookie keeps."""

    id: int
    secret: str


class DemoPerson(Out):
    """An invented person whom anybody may try the demo as."""

    id: int
    name: str
    role: Role


class PeopleFilter(Filter):
    """Which people are wanted."""

    q: Annotated[
        Words | None, Field(description="words in name, name on paper or e-mail address; accents do not matter")
    ] = None
    role: GivenRole | None = None


class TeamMember(Out):
    """A coordinator or an admin, by name."""

    id: int
    name: str


class Team(Out):
    """Who coordinates the community."""

    people: list[TeamMember]


class Invitation(Out):
    """Somebody who was added, and the secret that lets them sign in, once, within so many minutes."""

    id: int
    secret: str
    minutes: int
