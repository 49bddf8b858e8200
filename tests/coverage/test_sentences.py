"""The sentence that people quote, in both languages."""

import pytest

from app.coverage.sentences import headline


@pytest.mark.parametrize(
    ("conferences", "states", "english", "spanish"),
    [
        (
            1,
            1,
            "Ribbons have been shared at 1 conference in 1 state.",
            "Se han compartido cintas en 1 congreso en 1 estado.",
        ),
        (
            1,
            2,
            "Ribbons have been shared at 1 conference in 2 states.",
            "Se han compartido cintas en 1 congreso en 2 estados.",
        ),
        (
            15,
            1,
            "Ribbons have been shared at 15 conferences in 1 state.",
            "Se han compartido cintas en 15 congresos en 1 estado.",
        ),
        (
            15,
            11,
            "Ribbons have been shared at 15 conferences in 11 states.",
            "Se han compartido cintas en 15 congresos en 11 estados.",
        ),
        (
            0,
            0,
            "Ribbons have been shared at 0 conferences in 0 states.",
            "Se han compartido cintas en 0 congresos en 0 estados.",
        ),
        # A conference abroad, or in a territory, is at no state.
        (
            1,
            0,
            "Ribbons have been shared at 1 conference in 0 states.",
            "Se han compartido cintas en 1 congreso en 0 estados.",
        ),
        (
            1234,
            51,
            "Ribbons have been shared at 1,234 conferences in 51 states.",
            "Se han compartido cintas en 1,234 congresos en 51 estados.",
        ),
        (
            1234567,
            1,
            "Ribbons have been shared at 1,234,567 conferences in 1 state.",
            "Se han compartido cintas en 1,234,567 congresos en 1 estado.",
        ),
    ],
)
def test_the_headline_is_a_whole_sentence_in_both_languages(
    conferences: int, states: int, english: str, spanish: str
) -> None:
    assert headline(conferences=conferences, states=states, language="en") == english
    assert headline(conferences=conferences, states=states, language="es") == spanish
