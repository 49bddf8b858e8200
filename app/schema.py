"""Bases and number types of what comes in and goes out."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

MAX_ID = 2**31 - 1


class In(BaseModel):
    """What a caller sends: an unknown field is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Patch(In):
    """An edit: only the fields that are sent change. Null is refused but for the fields in ``nullable``."""

    nullable: ClassVar[frozenset[str]] = frozenset()

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_null(cls, value: object, info: ValidationInfo) -> object:
        if value is None and info.field_name not in cls.nullable:
            raise ValueError("must not be null; leave the field out to keep what is there")
        return value

    def changes(self) -> dict[str, Any]:
        """The fields that were sent, by name."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Out(BaseModel):
    """What a caller gets, read from a row by attribute."""

    model_config = ConfigDict(from_attributes=True)


Id = Annotated[int, Field(strict=True, ge=1, le=MAX_ID)]
"""An identifier in a body."""

Quantity = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
"""A number of ribbons that moves: at least one."""

Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
"""A number of ribbons that was counted: may be none."""

Cents = Annotated[int, Field(strict=True, ge=0, le=100_000_000)]
"""Money in the hundredth part of its currency."""

Flag = Annotated[bool, Field(strict=True)]
