"""E-mail addresses: one form for each, and never that of another mailbox."""

import pytest
from pydantic import TypeAdapter

from app.core.emails import LONGEST, Email, canonical_email
from app.core.errors import Unfit


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ana@Example.ORG", "ana@example.org"),
        ("grete@straße.de", "grete@xn--strae-oqa.de"),
        ("Grete@STRAßE.de", "grete@xn--strae-oqa.de"),
        ("grete@XN--STRAE-OQA.de", "grete@xn--strae-oqa.de"),
        ("grete@strasse.de", "grete@strasse.de"),
        ("nikos@σίσυφος.gr", "nikos@xn--kxa6ajbbmh.gr"),
        ("ana@PEÑA.es", "ana@xn--pea-8ma.es"),
        ("ana@pen\u0303a.es", "ana@xn--pea-8ma.es"),
        ("Weiß@example.org", "weiß@example.org"),
        ("weiss@example.org", "weiss@example.org"),
        ("ΝΊΚΟΣ@example.org", "ΝΊΚΟΣ@example.org"),
        ("\u212aate@example.org", "\u212aate@example.org"),  # the sign of kelvin, and no K
        ("kate@example.org", "kate@example.org"),
    ],
)
def test_an_address_has_one_form_and_keeps_all_letters_that_may_be_another_mailbox(written: str, kept: str) -> None:
    assert canonical_email(written) == kept
    assert canonical_email(kept) == kept


@pytest.mark.parametrize(
    "written", [" Ana@x.org", "ana@x.org ", "\tana@x.org\r\n", "ana@x.org\u200b", "\ufeff ana@x.org\u00a0\u200b "]
)
def test_what_is_pasted_around_an_address_is_cut_wherever_one_is_read(written: str) -> None:
    read = TypeAdapter(Email)
    assert canonical_email(written) == read.validate_python(written) == "ana@x.org"
    assert read.validate_python(" " * LONGEST + written) == "ana@x.org"
    assert (read.json_schema()["maxLength"], "pattern" in read.json_schema()) == (LONGEST, True)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@org",
        "ana@x.org.",
        "ana@x..org",
        "a na@x.org",
        "a@b@x.org",
        "an\u200ba@x.org",
        "ana@☃.example",
        "ana@" + "ß" * 80 + ".de",
        "a" * 65 + "@x.org",
        "ana@" + "x." * 130 + "org",
        " ",
        "\u200b",
        "ana @x.org",
        "ana@x.org\n\nBcc: b@x.org",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(Unfit, match="e-mail address"):
        canonical_email(written)
