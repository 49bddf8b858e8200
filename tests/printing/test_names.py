"""Names of colours and specialties that one entered are read by others in their own language."""

import csv
from collections import Counter

import pytest

from app.core.config import PROJECT
from app.core.language import Language
from app.printing.color_names import COLOR_NAMES
from app.printing.specialty_names import SPECIALTY_NAMES
from app.printing.words import Names


@pytest.mark.parametrize(
    ("entered", "language", "said"),
    [
        ("Royal blue", "es", "Azul rey"),
        ("royal blue", "en", "Royal blue"),
        ("AZUL REY", "en", "Royal blue"),
        ("Pantone 286", "es", "Pantone 286"),
        ("{}", "en", "{}"),
        ("", "es", ""),
    ],
)
def test_a_known_name_is_said_in_both_languages_and_any_other_as_it_was_entered(
    entered: str, language: Language, said: str
) -> None:
    assert COLOR_NAMES.say(entered, language) == said


@pytest.mark.parametrize("names", [COLOR_NAMES, SPECIALTY_NAMES])
def test_no_name_means_two_things(names: Names) -> None:
    for said in ([name.en.casefold() for name in names.all], [name.es.casefold() for name in names.all]):
        assert [name for name, times in Counter(said).items() if times > 1] == []


def test_every_specialty_of_the_demo_has_a_name_in_spanish() -> None:
    known = {name.en for name in SPECIALTY_NAMES.all}
    for file in ("conferences.csv", "history.csv"):
        rows = csv.DictReader((PROJECT / "app" / "demo" / file).read_text("utf-8").splitlines())
        assert {row["specialty"] for row in rows} <= known | {""}
