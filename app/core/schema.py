"""Bases and number types of what comes in and goes out."""

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    create_model,
    field_validator,
)

from app.core.errors import Unfit
from app.core.language import phrase
from app.core.text import Character, Shaped

MAX_ID = 2**31 - 1

NO_DAY = phrase("This must be a day, written as 2027-11-14.")


def _written_day(value: object) -> object:
    if isinstance(value, date) or re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value), re.ASCII):
        return value
    raise Unfit(NO_DAY)


Day = Annotated[date, BeforeValidator(_written_day)]
"""A calendar day in ISO 8601, and nothing that could be taken for one, such as a number of seconds."""

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_NO_YEAR = phrase("This must be a year from {first} to {last}.", first=str(_FIRST_YEAR), last=str(_LAST_YEAR))


def _known_year(value: int) -> int:
    if not _FIRST_YEAR <= value <= _LAST_YEAR:
        raise Unfit(_NO_YEAR)
    return value


# pydantic's own limits would be said as numbers of things, with their thousands marked.
Year = Annotated[
    int,
    AfterValidator(_known_year),
    WithJsonSchema({"type": "integer", "minimum": _FIRST_YEAR, "maximum": _LAST_YEAR}),
]
"""A calendar year in which conferences are held."""


class In(BaseModel):
    """What a caller sends: an unknown field is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Filter(In):
    """Of which entries a list is wanted; what is left out does not count."""

    model_config = ConfigDict(frozen=True, validate_by_name=True, validate_by_alias=True)


def not_before(first: str) -> AfterValidator:
    """Refuses a day before that of the field ``first``: nothing is between them, and an empty list would not say so."""

    def check(value: date | None, info: ValidationInfo) -> date | None:
        begins = (info.data or {}).get(first)  # a parameter is read alone first, before it is put beside the others
        if value and begins and value < begins:
            raise Unfit(phrase("This must not be before {first}, where the days begin.", first=begins))
        return value

    return AfterValidator(check)


class Days(Filter):
    """Between which days, both included; refused is a first day after the last one."""

    first_day: Annotated[Day | None, Field(alias="from", description="on this day or later")] = None
    last_day: Annotated[
        Day | None, not_before("first_day"), Field(alias="to", description="on this day or earlier")
    ] = None


class Patch(In):
    """An edit: only the fields that are sent change. Null is refused but for the fields in ``nullable``."""

    nullable: ClassVar[frozenset[str]] = frozenset()

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_null(cls, value: object, info: ValidationInfo) -> object:
        if value is None and info.field_name not in cls.nullable:
            raise Unfit(phrase("This must not be null. Leave the field out to keep what is there."))
        return value

    def changes(self) -> dict[str, Any]:
        """The fields that were sent, by name."""
        return {name: getattr(self, name) for name in self.model_fields_set}


PatchOf = TypeVar("PatchOf", bound=Patch)


def edits(new: type[In], *, but: Collection[str] = ()) -> Callable[[type[PatchOf]], type[PatchOf]]:
    """Gives an edit the fields of what it edits, each of which may be left out, ``but`` for some."""
    fields: dict[str, Any] = {
        name: (field.rebuild_annotation() | None, None) for name, field in new.model_fields.items() if name not in but
    }

    def decorate(patch: type[PatchOf]) -> type[PatchOf]:
        made: type[PatchOf] = create_model(
            patch.__name__, __base__=patch, __doc__=patch.__doc__, __module__=patch.__module__, **fields
        )
        return made

    return decorate


class Out(BaseModel):
    """What a caller gets, read from a row by attribute."""

    model_config = ConfigDict(from_attributes=True, json_schema_serialization_defaults_required=True)


Id = Annotated[int, Field(strict=True, ge=1, le=MAX_ID)]
"""An identifier in a body."""

RowId = Annotated[int, Field(ge=1, le=MAX_ID)]
"""An identifier in an address, a query or a command, where it comes as text."""


def typed_id(said: str) -> int | None:
    """An identifier that somebody has typed, or that stands in a form or a path; None for what is none."""
    return int(said) if re.fullmatch(r"[1-9]\d{0,9}", said, re.ASCII) and int(said) <= MAX_ID else None


Quantity = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
"""A number of ribbons that moves: at least one."""

Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
"""A number of ribbons that was counted: may be none."""

Cents = Annotated[int, Field(strict=True, ge=0, le=100_000_000)]
"""Money in the hundredth part of its currency."""

_NO_NUL = phrase("This must not contain the character {character}.", character=Character("\x00"))

Words = Annotated[str, StringConstraints(max_length=100), Shaped(r"[^\x00]*", _NO_NUL)]
"""Words to look for."""

Flag = Annotated[bool, Field(strict=True)]
