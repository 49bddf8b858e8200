"""One application: what all its units of work, and all that follows them, have in common."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.acts.kept import Kept
from app.acts.policy import Actor
from app.core.config import Settings
from app.core.db import Database
from app.core.errors import Unavailable
from app.core.keys import ServerKey
from app.core.rules import Rules


@dataclass(frozen=True, slots=True)
class Service:
    """What an application works with.

    ``identify`` says who shows a credential; it raises :class:`Unauthenticated`. ``rules`` are asked for anew in each
    unit of work; ``key`` is the server's own; ``seen`` notes that somebody's session is in use; ``post`` sends the
    letters that somebody waits for; ``kept`` are answers that all may get.
    """

    database: Database
    settings: Settings
    identify: Callable[[Session, str | None], Actor]
    rules: Callable[[Session], Rules]
    key: Callable[[], ServerKey]
    seen: Callable[[Session, Actor], None] = lambda _session, _actor: None
    post: Callable[["Service"], object] = lambda _service: None
    kept: Kept = field(default_factory=lambda: Kept(0))

    def appearance(self) -> Rules:
        """The rules to show something by, such as an error; without the database, what the environment says of them."""
        try:
            with self.database.reading() as session:
                return self.rules(session)
        except (Unavailable, DBAPIError):  # or it was never migrated
            return self.settings.rules({})
