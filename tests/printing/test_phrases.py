"""What papers and the pages behind their codes say, in both languages: the same values, and the words of the house."""

import gc
import pkgutil
import re
from importlib import import_module
from string import Formatter

import pytest

import app.paperwork
import app.printing
from app.printing.words import Phrase

for package in (app.paperwork, app.printing):
    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
PHRASES = sorted({each for each in gc.get_objects() if isinstance(each, Phrase)}, key=lambda phrase: phrase.en)

# Readers are of any gender, none of them knows our machinery, and each thing has one word.
UNSAID_EN = r"\b(she|her|hers|herself|deputi[sz]ed?|POST|GET|id|API|whoever gave)\b"
UNSAID_ES = (
    r"\b(ella|usted|ustedes|vosotros|campeonas?|promotoras?|coordinadoras?|designadas?|POST|GET|API|"
    r"reclamos?|distintivos?|listón|listones|cobertura|muestras|una muestra|transportista|entregadas|puesto|toques?)\b"
)


def values(text: str) -> list[str]:
    """The names of what is filled in."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.en[:40])
def test_both_languages_fill_in_the_same_and_keep_to_the_words_of_the_house(phrase: Phrase) -> None:
    assert values(phrase.en) == values(phrase.es)
    assert not re.search(UNSAID_EN, phrase.en, re.IGNORECASE)
    assert not re.search(UNSAID_ES, phrase.es, re.IGNORECASE)


def test_nothing_is_said_in_one_language_only() -> None:
    assert len(PHRASES) > 150
    assert [phrase for phrase in PHRASES if bool(phrase.en.strip()) != bool(phrase.es.strip())] == []
