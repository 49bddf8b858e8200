"""What is wrong with a field, said for the person who filled it in: pydantic's own words are for its developers."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.core.errors import Unfit
from app.core.language import Text, phrase, phrases
from app.core.schema import MAX_ID, NO_DAY
from app.core.text import EMPTY, one_of, too_long

Details = Mapping[str, Any]
"""One of the errors of a pydantic ``ValidationError``."""

_MISSING = phrase("This is missing.")
_UNKNOWN = phrase("There is nothing of this name here. Leave it out.")
_TEXT = phrase("This must be text.")
_WHOLE = phrase("This must be a whole number, such as 12.")
_NUMBER = phrase("This must be a number, such as 12.5.")
_FLAG = phrase("This must be true or false.")
_UUID = phrase("This must be a UUID, such as 0b7c1a52-6f0e-4c6b-9d53-2f1f0c1f7a10.")
_LIST = phrase("This must be a list.")
_OBJECT = phrase("This must be a JSON object.")
_NO_JSON = phrase("This is not JSON, or it breaks off.")
OTHER = phrase("This is not valid.")


def complaint(error: Details) -> Text:
    """The sentence for an error that pydantic has found; never a word of what was sent."""
    context: Mapping[str, Any] = error.get("ctx", {})
    refusal = context.get("error")
    if isinstance(refusal, Unfit):
        return refusal.detail
    said = COMPLAINTS.get(error["type"], OTHER)
    return said if isinstance(said, Text) else said(context)


def _too_short(context: Mapping[str, Any]) -> Text:
    least: int = context["min_length"]
    if least == 1:
        return EMPTY
    return phrases("This needs at least {n} character.", "This needs at least {n} characters.", n=least)


def _too_long(context: Mapping[str, Any]) -> Text:
    return too_long(context["max_length"])


def _too_few(context: Mapping[str, Any]) -> Text:
    return phrase("Name at least {least}.", least=context["min_length"])


def _too_many(context: Mapping[str, Any]) -> Text:
    return phrase("Name at most {most}.", most=context["max_length"])


def _at_least(context: Mapping[str, Any]) -> Text:
    return phrase("This must be {least} or more.", least=context["ge"])


def _at_most(context: Mapping[str, Any]) -> Text:
    if context["le"] == MAX_ID:  # a limit of ours, which says nothing to anybody
        return phrase("This number is too large.")
    return phrase("This must be {most} or less.", most=context["le"])


def _choice(context: Mapping[str, Any]) -> Text:
    return one_of(re.findall(r"'([^']*)'", context["expected"]))


COMPLAINTS: dict[str, Text | Callable[[Mapping[str, Any]], Text]] = {
    "missing": _MISSING,
    "extra_forbidden": _UNKNOWN,
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "greater_than_equal": _at_least,
    "less_than_equal": _at_most,
    "bool_type": _FLAG,
    "bool_parsing": _FLAG,
    "date_type": NO_DAY,
    "date_parsing": NO_DAY,
    "date_from_datetime_parsing": NO_DAY,
    "date_from_datetime_inexact": NO_DAY,
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "too_short": _too_few,
    "too_long": _too_many,
    "enum": _choice,
    "literal_error": _choice,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "json_invalid": _NO_JSON,
}
"""By pydantic's type of error: the sentence, or how it is made from the error's context."""
