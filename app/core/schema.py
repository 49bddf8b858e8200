"""Bases and number types of what comes in and goes out."""

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
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


class In(BaseModel):
    """What a caller sends: an unknown field is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Filter(In):
    """Of which entries a list is wanted; what is left out does not count."""

    model_config = ConfigDict(frozen=True, validate_by_name=True, validate_by_alias=True)


class Days(Filter):
    """Between which days, both included."""

    first_day: Annotated[Day | None, Field(alias="from", description="on this day or later")] = None
    last_day: Annotated[Day | None, Field(alias="to", description="on this day or earlier")] = None


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
