"""Bases and number types of what comes in and goes out."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MAX_ID = 2**31 - 1


class In(BaseModel):
    """What a caller sends: an unknown field is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


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
