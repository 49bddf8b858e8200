"""The one tree of errors that a verb may raise.

An error carries what happened in domain words: a stable ``code``, a ``title`` that is the same for every error of that
code, a ``detail`` for this occurrence that names the way out, and ``extras`` for machines. It knows no HTTP status and
no language: each delivery (JSON API, shell) renders the tree once, in its own medium and in its reader's language.
"""

from collections.abc import Sequence
from typing import ClassVar

from app.core.language import Text, phrase, verbatim


class DomainError(Exception):
    """Base of all expected refusals."""

    code: ClassVar[str] = "error"
    title: ClassVar[Text] = phrase("The request was refused")

    def __init__(self, detail: Text, **extras: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extras = extras


class NotFound(DomainError):
    """The thing does not exist, or its existence is none of the caller's business."""

    code = "not-found"
    title = phrase("Not found")


class Invalid(DomainError):
    """The input is well formed, but a rule refuses it. ``field`` names the input that has to change."""

    code = "invalid"
    title = phrase("The input breaks a rule")

    def __init__(self, detail: Text, *, field: str | None = None, **extras: object) -> None:
        super().__init__(detail, **({"field": field} if field else {}), **extras)
        self.field = field


class Conflict(DomainError):
    """The present status of the thing does not admit the verb."""

    code = "conflict"
    title = phrase("This is not possible now")


class IllegalTransition(Conflict):
    """A transition that the table does not allow; names the present status and the legal next ones.

    ``now`` says how things stand, ``cannot`` what is therefore not possible.
    """

    code = "illegal-transition"
    title = phrase("This step is not possible now")

    def __init__(self, now: Text, cannot: Text, *, present: str, legal: Sequence[str]) -> None:
        super().__init__(verbatim("{now} {cannot}", now=now, cannot=cannot), current_status=present, allowed=legal)


class OutOfStock(Conflict):
    """A location holds fewer ribbons than the move takes."""

    code = "out-of-stock"
    title = phrase("Not enough ribbons")


class Unauthenticated(DomainError):
    """No credential, or one that is unknown, expired or revoked."""

    code = "unauthenticated"
    title = phrase("Sign in first")


class Forbidden(DomainError):
    """The caller is known, but her role does not permit the verb."""

    code = "forbidden"
    title = phrase("Your role does not permit this")


class Stale(DomainError):
    """The thing has changed since the caller read it."""

    code = "stale"
    title = phrase("Changed in the meantime")


class PreconditionMissing(DomainError):
    """An edit came without the version that it is based on."""

    code = "precondition-required"
    title = phrase("If-Match is missing")


class Unprintable(Invalid):
    """A document cannot be put on paper as it is: a glyph is missing, or a text does not fit its place."""

    code = "unprintable"
    title = phrase("This cannot be printed")


class Unfit(ValueError):
    """What a validator of a schema refuses; it says why."""

    def __init__(self, detail: Text) -> None:
        super().__init__(str(detail))
        self.detail = detail


class Busy(DomainError):
    """The database stayed busy for longer than we retry. Nothing was written; try again."""

    code = "busy"
    title = phrase("Busy, try again")


class Unavailable(DomainError):
    """The database cannot be asked at the moment, which is neither the caller's fault nor one of this program."""

    code = "unavailable"
    title = phrase("The database does not answer")


class NoRoom(Unavailable):
    """The database has no room left to write. Reading goes on."""

    code = "no-room"
    title = phrase("There is no room left")


class TooMany(DomainError):
    """Tried too often; ``retry_after`` in the extras is how many seconds to wait."""

    code = "too-many-attempts"
    title = phrase("Too many attempts")
