"""``champions setup`` and ``champions settings``: a community says who it is, once, and everybody goes by it."""

import sys
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.community.rules import kept
from app.core.db import Database
from app.core.rules import Rules
from tests.support.shell import Shell, shell_on
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("a command calls verbs, and what it keeps is read on both by what goes by it")

NAMED = ("--name", "Médicas de México", "--hashtag", "#MédicasDeMéxico")
CANARY = "canary"


class Terminal(StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


def settings(shell: Shell) -> dict[str, tuple[str, str]]:
    """What ``champions settings`` shows: for each setting who says it, and its value."""
    ran = shell("settings")
    assert (ran.code, ran.err) == (0, ""), ran
    head, *lines = ran.out.splitlines()
    at = [head.index(word) for word in ("SETTING", "FROM", "VALUE")]
    return {line[: at[1]].strip(): (line[at[1] : at[2]].strip(), line[at[2] :]) for line in lines}


def setup_kept(database: Database) -> dict[str, object]:
    """What is kept of the community."""
    with database.reading() as session:
        return kept(session)


def test_with_only_its_data_named_the_shell_prints_under_the_community_s_own_name(shell: Shell, tmp_path: Path) -> None:
    spoken = ("--language", "es", "--paper-size", "a4", "--public-url", "https://medicas.example.org")
    assert shell("setup", *NAMED, *spoken).out.startswith("Médicas de México is set up")
    ran = shell("print", "coverage", "--output", str(tmp_path / "coverage.pdf"))
    assert (ran.code, ran.err) == (0, "")
    page = PdfReader(BytesIO((tmp_path / "coverage.pdf").read_bytes())).pages[0]
    assert round(float(page.mediabox.width)) == 595
    for word in ("Médicas de México", "Alcance"):
        assert word in page.extract_text()


def test_a_variable_in_the_environment_holds_before_what_was_set_up(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAMPIONS_COMMUNITY_NAME", "Aquí")
    ran = shell("setup", *NAMED, "--language", "es")
    assert (ran.code, ran.err.splitlines()[0]) == (
        0,
        "CHAMPIONS_COMMUNITY_NAME in the environment holds before what was set up.",
    )
    shell("print", "coverage", "--output", str(tmp_path / "coverage.pdf"))
    said = PdfReader(BytesIO((tmp_path / "coverage.pdf").read_bytes())).pages[0].extract_text()
    assert ("Aquí" in said, "Médicas" in said, "Alcance" in said) == (True, False, True)


def test_settings_are_shown_with_who_says_them(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("setup", *NAMED, "--open-claims", "7")
    monkeypatch.setenv("CHAMPIONS_LANGUAGE", "es")
    monkeypatch.setenv("CHAMPIONS_THREADS", "9")
    shown = settings(shell)
    assert shown["community_name"] == ("database", "Médicas de México")
    assert shown["open_claims"] == ("database", "7")
    assert shown["language"] == ("environment", "es")
    assert shown["threads"] == ("environment", "9")
    assert shown["paper_size"] == ("default", "letter")
    assert shown["data"][0] == "environment"


def test_no_secret_is_ever_shown(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAMPIONS_SMTP_URL", f"smtps://{CANARY}:{CANARY}@mail.example.org")
    monkeypatch.setenv("CHAMPIONS_USPS_CLIENT_SECRET", CANARY)
    runs = [shell("setup", *NAMED), shell("setup", "--language", "fr"), shell("settings"), shell("settings", "--help")]
    assert CANARY not in str(runs)
    shown = settings(shell)
    for name in ("smtp_url", "usps_client_secret", "database_url"):
        assert shown[name] == ("environment", "(set)")
    monkeypatch.delenv("CHAMPIONS_DATABASE_URL")
    monkeypatch.setenv("CHAMPIONS_DATABASE_URI", f"postgresql+psycopg://{CANARY}:{CANARY}@db/champions")
    assert CANARY not in str(shell("settings"))


def test_without_a_terminal_what_is_missing_is_named(
    shell: Shell, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("Médicas\n#Médicas\n"))
    for arguments, said in (
        ((), "--name and --hashtag"),
        (("--language", "es"), "--name and --hashtag"),
        (("--name", "Médicas"), ": --hashtag."),
    ):
        ran = shell("setup", *arguments)
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert said in ran.err
    assert setup_kept(database) == {}
    assert shell("setup", *NAMED).code == 0
    assert shell("setup", "--language", "es").code == 0
    assert "--name y --hashtag" in shell("setup").err


def test_what_cannot_be_is_one_line_that_names_the_option_and_nothing_is_kept(shell: Shell, database: Database) -> None:
    for option, value, why in (
        ("--ribbon-color", "blue", "A color is written as # and six digits"),
        ("--language", "fr", "one of: en, es"),
        ("--home-country", "Mexico", "two-letter ISO 3166 code"),
        ("--timezone", "Mexico", "IANA name"),
        ("--public-url", "ribbons", "web address"),
        ("--open-claims", "many", "whole number"),
        ("--open-claims", "0", "1 or more"),
        ("--hashtag", "x" * 61, "at most 60 characters"),
        ("--hashtag", "#医学", "cannot show"),
        ("--name", "💜", "leave emoji out"),
    ):
        ran = shell("setup", *NAMED, option, value)
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1), ran
        assert ran.err.startswith(f"Error: {option}: ")
        assert why in ran.err
    assert setup_kept(database) == {}


def test_that_it_was_set_up_stands_in_the_trail(shell: Shell, world: World) -> None:
    shell("setup", *NAMED)
    (entry,) = world.coordinator.get("/audit?limit=1")["items"]
    assert (entry["principal"], entry["action"], entry["subject"]) == ("shell", "set_up_community", "")


def test_a_terminal_is_asked_with_what_holds_now_as_the_answer(
    shell: Shell, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAMPIONS_PAPER_SIZE", "a4")
    first = [
        "",
        "Médicas de México",
        "#MédicasDeMéxico",
        "rosa",
        "#B0406A",
        "",
        "",
        "https://medicas.example.org",
        "es",
    ]
    monkeypatch.setattr(sys, "stdin", Terminal("\n".join([*first, "MX", "America/Mexico_City", "instagram", ""])))
    ran = shell("setup")
    assert ran.code == 0, ran
    assert "A color is written as #" in ran.out + ran.err
    assert "(by CHAMPIONS_PAPER_SIZE)" in ran.out
    settled = Rules.model_validate(setup_kept(database))
    assert settled == Rules(
        community_name="Médicas de México",
        hashtag="#MédicasDeMéxico",
        ribbon_color="#B0406A",
        public_url="https://medicas.example.org",
        language="es",
        home_country="MX",
        timezone="America/Mexico_City",
        default_platform="instagram",
    )
    monkeypatch.setattr(sys, "stdin", Terminal("\nMédicas\n" + "\n" * 9))
    ran = shell("setup", *())
    assert ran.code == 0, ran
    assert "[Médicas de México]" in ran.out
    again = Rules.model_validate(setup_kept(database))
    assert again == settled.model_copy(update={"hashtag": "Médicas"})


def test_who_breaks_off_has_changed_nothing(shell: Shell, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("Médicas de México\n#MédicasDeMéxico\n"))
    assert shell("setup").code == 1
    assert setup_kept(database) == {}


def test_papers_whose_codes_lead_to_this_machine_say_so_before_they_are_printed(
    shell: Shell, world: World, tmp_path: Path
) -> None:
    shell("setup", *NAMED)
    box = world.sent(world.deputized(world.conference()))["number"]
    for arguments, warned in (
        (("coverage",), True),
        (("packing-slip", box), True),
        (("packing-slips", box), True),
        (("labels", box), False),
        (("calibration",), False),
    ):
        ran = shell("print", *arguments, "--output", str(tmp_path))
        assert ran.code == 0
        assert "Saved" in ran.out
        assert ("http://127.0.0.1:8000" in ran.err) is warned, arguments
    shell("setup", "--public-url", "https://medicas.example.org/")
    assert shell("print", "coverage", "--output", str(tmp_path)).err == ""


def test_papers_of_a_community_without_a_name_say_so(shell: Shell, tmp_path: Path, database: Database) -> None:
    assert setup_kept(database) == {}
    assert "run champions setup" in shell("print", "calibration", "--output", str(tmp_path)).err


def test_the_demo_community_has_its_own_name_and_takes_nobody_s(shell: Shell, database: Database) -> None:
    assert shell("setup", *NAMED).code == 0
    assert "not empty" in shell("demo", "load").err
    assert setup_kept(database)["community_name"] == "Médicas de México"


def test_the_demo_community_says_who_it_is(shell: Shell) -> None:
    assert shell("demo", "load").code == 0
    shown = settings(shell)
    assert shown["community_name"] == ("database", "Latinas in Medicine")
    assert shown["hashtag"] == ("database", "#LatinasInMedicine")
    assert {shown[name][0] for name in ("ribbon_color", "foil_color")} == {"database"}


def test_a_slip_in_a_variable_is_an_error_and_a_stranger_a_warning(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("setup", *NAMED, "--public-url", "https://medicas.example.org")
    monkeypatch.setenv("CHAMPIONS_SITE", "medicas.example.org")
    monkeypatch.setenv("CHAMPIONS_FLAVOR", CANARY)
    ran = shell("stock", "verify")
    assert (ran.code, ran.err) == (0, "Warning: CHAMPIONS_FLAVOR is none of our settings.\n")
    monkeypatch.setenv("CHAMPIONS_COMUNITY_NAME", CANARY)
    ran = shell("stock", "verify")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == ("Error: CHAMPIONS_COMUNITY_NAME is no setting. Did you mean CHAMPIONS_COMMUNITY_NAME?\n")


@pytest.mark.only_on("sqlite")
def test_where_there_is_no_database_none_is_made_but_by_setup(
    database_kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert database_kind == "sqlite"
    file = tmp_path / "champions.db"
    with shell_on(f"sqlite:///{file}", tmp_path, monkeypatch, capsys) as shell:
        for arguments in (("settings",), ("print", "coverage"), ("packing-slip", "x"), ("stock", "verify")):
            assert shell(*arguments).code != 0
            assert list(tmp_path.iterdir()) == []
        assert shell("setup", *NAMED).code == 0
    assert file.stat().st_mode & 0o777 == 0o600
