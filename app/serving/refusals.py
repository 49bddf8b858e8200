"""What a refusal is over HTTP: its status, and the title of every problem. Each delivery renders it in its own way."""

from app.acts.entries import EntryReused, TooLate
from app.acts.idempotency import KeyReused
from app.conferences.files import ImportRefused
from app.core import errors
from app.core.language import phrase
from app.members.profiles import ProfileUnread
from app.outside.http import OutboundRefused
from app.shipments.carriers import CarrierUnclear

STATUS: dict[type[errors.DomainError], int] = {
    errors.DomainError: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Stale: 412,
    errors.Invalid: 422,
    errors.PreconditionMissing: 428,
    errors.TooMany: 429,
    errors.Busy: 503,
    errors.Unavailable: 503,
    errors.NoRoom: 507,
    OutboundRefused: 502,
}
"""The status of each branch of the tree; a leaf has that of its nearest ancestor."""

HTTP = {
    400: ("bad-request", phrase("The request cannot be read")),
    404: (errors.NotFound.code, errors.NotFound.title),
    405: ("method-not-allowed", phrase("This address does not take this method")),
    413: ("too-large", phrase("The request is too large")),
}
VALIDATION = ("validation", phrase("Some of the input is not valid"))
UNEXPECTED = ("unexpected", phrase("Something went wrong on our side"))

WITHOUT_DATABASE = {errors.Unavailable.code, errors.NoRoom.code}
"""Problems that are said without asking the database for anything."""

_LEAVES: list[type[errors.DomainError]] = [
    errors.NotFound,
    errors.Invalid,
    errors.Conflict,
    errors.IllegalTransition,
    errors.OutOfStock,
    errors.Unauthenticated,
    errors.Forbidden,
    errors.Stale,
    errors.PreconditionMissing,
    errors.Unprintable,
    errors.TooMany,
    errors.Busy,
    errors.Unavailable,
    errors.NoRoom,
    ImportRefused,
    KeyReused,
    EntryReused,
    TooLate,
    OutboundRefused,
    CarrierUnclear,
    ProfileUnread,
]
TITLES = {leaf.code: leaf.title for leaf in _LEAVES} | dict([*HTTP.values(), VALIDATION, UNEXPECTED])
"""Every problem that this service gives, by code."""


def status_of(error: errors.DomainError) -> int:
    """The HTTP status of a domain error."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def headers_of(error: errors.DomainError) -> dict[str, str]:
    """What stands beside a refusal: how to sign in, and when to come back."""
    return {
        401: {"WWW-Authenticate": "Bearer"},
        429: {"Retry-After": str(error.extras.get("retry_after", 60))},
        503: {"Retry-After": "2"},
        507: {"Retry-After": "60"},
    }.get(status_of(error), {})
