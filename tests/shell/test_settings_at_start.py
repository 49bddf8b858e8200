"""What cannot be is said when a process starts: a line for each setting, without its value and without a traceback."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.core.config import Settings
from app.core.errors import Invalid
from app.main import app_from_environment
from tests.support.shell import Shell

pytestmark = pytest.mark.on_one_engine("what is wrong with a setting is found before a database is asked")

MAIL = "This must be the address of a mail server"
DATABASE = "This must be the address of a database"
WRONG = {
    "RIBBON_COLOR": [("blue", "A color is written as #")],
    "PUBLIC_URL": [("ribbons.example.org", "This must be a web address")],
    "LANGUAGE": [("fr", "This must be one of")],
    "TIMEZONE": [("Chicago", "")],
    "COMMUNITY_NAME": [("", "This must not be empty."), ("\u65e5\u672c", "")],
    "THREADS": [("900", "This must be 64 or less.")],
    "TRUSTED_PROXIES": [
        ("10.0.0.1/8", "10.0.0.1/8 is no address and no network"),
        ("127.0.0.1, proxy", "proxy is no address and no network"),
    ],
    "OUTBOUND_ALLOWED": [("127.0.0.1", "127.0.0.1 is not written as host:port")],
    "SMTP_URL": [
        ("smtp://ana:ca/nary@mail.example.org", MAIL),
        ("smtp://ana:ca#nary@mail.example.org", MAIL),
        ("smtp://ana:canary@mail.example.org:58x", MAIL),
        ("smtp://ana:canary@[mail.example.org", MAIL),
        ("mail.example.org:587", MAIL),
        ("https://ana:canary@mail.example.org", MAIL),
    ],
    "DATABASE_URL": [
        ("mysql://ana:canary@db/champions", DATABASE),
        ("postgres://ana:ca/nary@db:x/champions", DATABASE),
        ("postgres:/ana:canary@db", DATABASE),
        ("champions.db", DATABASE),
        ("sqlite://", DATABASE),
    ],
}


@pytest.mark.parametrize(("name", "value", "said"), [(name, *one) for name, all_ in WRONG.items() for one in all_])
def test_a_setting_that_cannot_be_is_one_line_that_names_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"CHAMPIONS_{name}", value)
    ran = shell("migrate")
    assert (ran.code, ran.out) == (1, "")
    (line,) = ran.err.splitlines()
    assert line.startswith(f"Error: CHAMPIONS_{name}: {said}")
    assert "nary" not in line
    monkeypatch.setattr("app.main.configure_logs", lambda _level: None)
    with pytest.raises(Invalid) as refused:  # and so in each worker
        app_from_environment()
    assert "nary" not in f"{refused.value!r} {refused.value.__cause__!r} {refused.value.__context__!r}"


def test_several_are_a_line_each(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAMPIONS_THREADS", "900")
    monkeypatch.setenv("CHAMPIONS_PAPER_SIZE", "a3")
    assert shell("migrate").err == (
        "Error: CHAMPIONS_PAPER_SIZE: This must be one of: letter, a4.\n"
        "Error: CHAMPIONS_THREADS: This must be 64 or less.\n"
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("postgres://ana:p%40ss@db:5433/champions", "postgresql+psycopg://ana:p%40ss@db:5433/champions"),
        ("postgresql://db/champions?sslmode=require", "postgresql+psycopg://db/champions?sslmode=require"),
        ("sqlite:////srv/champions.db", "sqlite:////srv/champions.db"),
    ],
)
def test_an_address_of_a_database_is_understood_as_others_write_it(written: str, meant: str) -> None:
    assert Settings.model_validate({"database_url": written}).sqlalchemy_url == meant


def test_a_file_that_is_no_database_and_a_database_of_something_else_are_left_alone(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, other = tmp_path / "notes.txt", tmp_path / "other.db"
    text.write_text("precious")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE precious (id INTEGER)")
    for file, said in ((text, "is no SQLite database, and is left alone."), (other, "holds tables of something else")):
        before = file.read_bytes()
        monkeypatch.setenv("CHAMPIONS_DATABASE_URL", f"sqlite:///{file}")
        for command in (["serve"], ["migrate"], ["setup", "--name", "a", "--hashtag", "#a"]):
            ran = shell(*command)
            (line,) = ran.err.splitlines()
            assert (ran.code, said in line) == (1, True), line
        assert file.read_bytes() == before


def test_a_database_that_is_not_there_is_one_line(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAMPIONS_DATABASE_URL", "postgres://ana:canary@127.0.0.1:1/champions")
    ran = shell("serve")
    (line,) = ran.err.splitlines()
    assert line.startswith("Error: The database does not answer")
    assert "canary" not in line
