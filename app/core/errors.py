"""The one tree of errors that a verb may raise.

An error carries what happened in domain words: a stable ``code``, a ``title`` that is the same for every error of that
code, a ``detail`` for this occurrence that names the way out, and ``extras`` for machines. It knows no HTTP status:
each delivery (JSON API, shell) renders the tree once, in its own medium.
"""

from typing import ClassVar


class DomainError(Exception):
    """Base of all expected refusals."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "The request was refused"

    def __init__(self, detail: str, **extras: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extras = extras


class NotFound(DomainError):
    """The thing does not exist, or its existence is none of the caller's business."""

    code = "not-found"
    title = "Not found"


class Invalid(DomainError):
    """The input is well formed, but a rule refuses it. ``field`` names the input that has to change."""

    code = "invalid"
    title = "The input breaks a rule"

    def __init__(self, detail: str, *, field: str | None = None, **extras: object) -> None:
        super().__init__(detail, **({"field": field} if field else {}), **extras)
        self.field = field


class Conflict(DomainError):
    """The present status of the thing does not admit the verb."""

    code = "conflict"
    title = "The present status does not allow this"


class IllegalTransition(Conflict):
    """A transition that the table does not allow; names the present status and the legal next ones."""

    code = "illegal-transition"
    title = "This step is not possible in the present status"

    def __init__(self, thing: str, *, present: str, wanted: str, legal: list[str]) -> None:
        ways = ", ".join(legal) if legal else "none: this status is final"
        super().__init__(
            f"{thing} is {present} and cannot become {wanted}. Possible from here: {ways}.",
            current_status=present,
            allowed=legal,
        )


class OutOfStock(Conflict):
    """A location holds fewer ribbons than the move takes."""

    code = "out-of-stock"
    title = "Not enough ribbons"


class Unauthenticated(DomainError):
    """No credential, or one that is unknown, expired or revoked."""

    code = "unauthenticated"
    title = "Sign in first"


class Forbidden(DomainError):
    """The caller is known, but her role does not permit the verb."""

    code = "forbidden"
    title = "Your role does not permit this"


class Stale(DomainError):
    """The thing has changed since the caller read it."""

    code = "stale"
    title = "Changed in the meantime"


class PreconditionMissing(DomainError):
    """An edit came without the version that it is based on."""

    code = "precondition-required"
    title = "If-Match is missing"


class Unprintable(Invalid):
    """A document cannot be put on paper as it is: a glyph is missing, or a text does not fit its place."""

    code = "unprintable"
    title = "This cannot be printed"


class Busy(DomainError):
    """The database stayed busy for longer than we retry. Nothing was written; try again."""

    code = "busy"
    title = "Busy, try again"


class TooMany(DomainError):
    """Tried too often; ``retry_after`` in the extras is how many seconds to wait."""

    code = "too-many-attempts"
    title = "Too many attempts"
