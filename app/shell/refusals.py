"""What a shell is told when a command does not do what it should."""

import re
import sqlite3
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import DatabaseError, DBAPIError
from typer.exceptions import Abort, TyperException

from app.core.errors import DomainError
from app.core.language import Language, Text, phrase, verbatim
from app.core.text import one_of
from app.core.validation import complaint

REFUSALS = (
    Abort,
    TyperException,
    ValidationError,
    DomainError,
    OSError,
    DatabaseError,
    sqlite3.Error,
)
"""What a command may end with that is no fault of ours."""


def said(error: Exception, language: Language) -> list[str]:
    """Why it did not: a line, and where several settings cannot be, one for each."""
    if isinstance(error, ValidationError):
        found = error.errors(include_input=False)
        text = "; ".join(f"{'.'.join(map(str, each['loc']))}: {complaint(each).say(language)}" for each in found)
    else:
        text = _text(error).say(language)
    return [" ".join(line.split()) for line in text.splitlines()]


def _text(error: Exception) -> Text:
    match error:
        case Abort():
            return phrase("You broke off; nothing was changed.")
        case DomainError():
            return error.detail
        case TyperException():
            return _usage(error)
        case sqlite3.Error():
            return phrase("The database does not answer: {error}", error=str(error))
        case DBAPIError():
            return phrase("The database does not answer: {error}", error=str(error.orig).splitlines()[0])
        case FileNotFoundError():
            return phrase("There is no file {file}.", file=str(error.filename))
    return verbatim("{error}", error=str(error))


def _usage(error: TyperException) -> Text:
    """What is wrong with a command as it was typed, and where to read how it is typed."""
    context: Any = getattr(error, "ctx", None)
    see = phrase("See: {command}", command=f"{context.command_path if context else 'champions'} --help")
    return verbatim("{what} {see}", what=_typed(error), see=see)


def _typed(error: TyperException) -> Text:
    # Typer's own kinds of error have no public names; what they carry tells them apart.
    parameter: Any = getattr(error, "param", None)
    if parameter is not None:
        name = "/".join(parameter.opts) if parameter.param_type_name == "option" else parameter.display_name_raw
        return verbatim("{name}: {text}", name=name, text=_wrong(error))
    option = getattr(error, "option_name", None)
    if option is None:
        return phrase("This is more than the command takes, or there is no such command.")
    if hasattr(error, "possibilities"):
        return phrase("There is no option {option}.", option=option)
    return phrase("{option} needs a value.", option=option)


def _wrong(error: TyperException) -> Text:
    """What is wrong with one argument or option."""
    choices = re.search(r"is not one of (.+)\.$", error.message)
    if choices is not None:
        return one_of(re.findall(r"'([^']*)'", choices[1]))
    cause = error.__cause__
    return complaint(cause.errors()[0] if isinstance(cause, ValidationError) else {"type": "missing"})
