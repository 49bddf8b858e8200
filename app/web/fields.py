"""What a form with several lines sends: a field is called by its path in the body, such as ``lines/0/received``."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.core.language import Text
from app.core.lifecycle import Version
from app.core.validation import complaint
from app.web.visits import Mistyped, Visit

Model = TypeVar("Model", bound=BaseModel)


def lines_typed(visit: Visit, model: type[Model], *, unless_empty: str = "") -> list[Model]:
    """The lines of a form, in their order; one whose field ``unless_empty`` is empty is left out.

    Raises :class:`Mistyped`, with what is wrong at each field. The visit keeps which numbers the lines have in the
    form, so that what an act refuses in one of them is shown at that one.
    """
    found: dict[int, dict[str, str]] = {}
    for field, said in visit.typed.items():
        if parts := re.fullmatch(r"lines/(\d{1,3})/(\w+)", field, re.ASCII):
            found.setdefault(int(parts[1]), {})[parts[2]] = said.strip()
    lines: list[Model] = []
    visit.lines.clear()
    errors: dict[str, Text] = {}
    for number, values in sorted(found.items()):
        if unless_empty and not values.get(unless_empty):
            continue
        visit.lines.append(number)
        try:
            lines.append(model.model_validate_strings(values))
        except ValidationError as refusal:
            wrong = {str(each["loc"][0]): complaint(each) for each in reversed(refusal.errors())}
            errors |= {f"lines/{number}/{name}": said for name, said in wrong.items()}
    if errors:
        raise Mistyped(errors)
    return lines


def body(model: type[Model], values: Mapping[str, Any]) -> Model:
    """What an act takes, of values some of which are no text. Raises :class:`Mistyped`."""
    try:
        return model.model_validate(values)
    except ValidationError as refusal:
        wrong = {str(each["loc"][0]) if each["loc"] else "": complaint(each) for each in reversed(refusal.errors())}
        raise Mistyped(wrong) from None


def some(visit: Visit, *names: str) -> dict[str, str]:
    """Those of the fields that were filled in."""
    return {name: visit.typed[name].strip() for name in names if visit.typed.get(name, "").strip()}


def version_typed(visit: Visit) -> Version:
    """The version that a form's edit is based on; none that there is, where the form says none."""
    said = visit.typed.get("version", "")
    return Version(int(said)) if said.isascii() and said.isdigit() and len(said) < 10 else Version(0)
