"""What is wrong with a field is said by us, for people, whatever pydantic has found."""

from typing import Annotated, Any, get_args

import pytest
from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core.core_schema import ErrorType

from app.core.emails import Email
from app.core.language import LANGUAGES
from app.core.schema import Id
from app.core.text import Shaped
from app.core.validation import COMPLAINTS, OTHER, complaint


def said(kind: Any, value: object) -> list[str]:
    """What is said in each language of a value that is not of this kind."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value)
    (error,) = refused.value.errors()
    return [complaint(error).say(language) for language in LANGUAGES]


def test_the_table_knows_pydantic_s_errors_by_their_names() -> None:
    assert COMPLAINTS.keys() <= set(get_args(ErrorType))


@pytest.mark.parametrize(
    ("kind", "value", "english", "spanish"),
    [
        (Id, 2**31, "This number is too large.", "Este número es demasiado grande."),
        (Annotated[int, Field(le=1_000)], 1_001, "This must be 1,000 or less.", "Debe ser 1,000 o menos."),
        (Annotated[str, Field(min_length=1)], "", "This must not be empty.", "No puede quedar vacío."),
        (
            Annotated[str, Field(min_length=2)],
            "a",
            "This needs at least 2 characters.",
            "Necesita al menos 2 caracteres.",
        ),
        (Annotated[list[int], Field(max_length=1)], [1, 2], "Name at most 1.", "Indica como máximo 1."),
        (
            Email,
            "ana",
            "This does not look like an e-mail address, such as ana@example.org.",
            "Esto no parece un correo electrónico, como ana@example.org.",
        ),
    ],
)
def test_a_limit_is_named_in_the_reader_s_language(kind: Any, value: object, english: str, spanish: str) -> None:
    assert said(kind, value) == [english, spanish]


def _refuse(_value: str) -> str:
    raise ValueError("for developers")


def test_what_nobody_has_written_down_is_said_without_pydantic_s_words() -> None:
    other = [OTHER.say(language) for language in LANGUAGES]
    assert said(Annotated[str, AfterValidator(_refuse)], "x") == other
    assert said(bytes, 1) == other


@pytest.mark.parametrize("value", ["ab\n", "\nab", "AB", ""])
def test_a_text_of_another_form_is_refused_as_a_whole(value: str) -> None:
    assert said(Annotated[str, Shaped(r"[a-z]+", OTHER)], value) == [OTHER.say(language) for language in LANGUAGES]


def test_the_form_of_a_text_stands_in_the_document_of_the_api() -> None:
    class Body(BaseModel):
        code: Annotated[str, Shaped(r"[a-z]+", OTHER)] | None = None

    assert Body.model_json_schema()["properties"]["code"]["anyOf"][0] == {"type": "string", "pattern": "^[a-z]+$"}
