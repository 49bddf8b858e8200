"""The command line: the same verbs, one line for an error, exit code 1."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.main import get_command

from app.core.db import Database
from app.shell.commands import app
from app.stock.models import Level
from tests.support.shell import Shell
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("a command calls verbs, which are tested on both")


def test_somebody_who_is_invited_signs_in_with_the_secret_that_is_printed(shell: Shell, world: World) -> None:
    invited = shell("people", "invite", "Ana Núñez", "Ana.Nunez@example.org", "--role", "coordinator")
    assert invited.code == 0, invited.err
    token = world.anyone.post("/tokens", {"secret": invited.out.strip()}, status=201)
    assert token["token"].startswith("cct_")
    again = world.anyone.post("/tokens", {"secret": invited.out.strip()}, status=401)
    assert again["type"] == "/problems/unauthenticated"


def test_every_command_has_a_help_for_readers_of_any_gender() -> None:
    helps = list(help_texts(get_command(app)))
    assert all(helps)
    assert [said for said in helps if re.search(r"\b(she|her|hers|herself|he|his)\b", said, re.IGNORECASE)] == []


def help_texts(command: Any) -> Iterator[str]:
    """What a command says about itself and its options, and all below it."""
    yield command.help
    yield from (parameter.help for parameter in command.params if getattr(parameter, "help", None))
    for below in getattr(command, "commands", {}).values():
        yield from help_texts(below)


def test_an_error_is_one_line_and_exit_1(shell: Shell) -> None:
    for arguments in (
        ("token", "create", "nobody@example.org"),
        ("erase", "nobody@example.org"),
        ("token", "revoke", "999"),
        ("import", "conferences", "/no/such/file.csv"),
        ("people", "invite", "Ana", "not an address"),
        ("people", "invite", "", "ana2@example.org"),
    ):
        ran = shell(*arguments)
        assert (ran.code, ran.out) == (1, ""), arguments
        assert ran.err.startswith("Error: "), ran
        assert ran.err.count("\n") == 1, ran


USAGE = {
    ("nope",): ("there is no such command", "no existe"),
    ("token", "create"): ("email: This is missing.", "email: Falta este dato."),
    ("token", "create", "a", "b"): ("more than the command takes", "no admite tantos argumentos"),
    ("token", "create", "a", "--days", "0"): ("--days: This must be 1 or more.", "--days: Debe ser 1 o más."),
    ("token", "create", "a", "--days", "x"): ("--days: This must be a whole number", "--days: Debe ser un número"),
    ("token", "create", "--name"): ("--name needs a value.", "--name necesita un valor."),
    ("people", "invite", "A", "a@b.cd", "--role", "x"): (
        "--role: This must be one of: champion, coordinator, admin.",
        "--role: Debe ser uno de estos valores: champion, coordinator, admin.",
    ),
    ("serve", "--prot", "1"): ("There is no option --prot.", "No existe la opción --prot."),
    ("token", "revoke", "9" * 20): (
        "token_id: This number is too large.",
        "token_id: Este número es demasiado grande.",
    ),
    ("letter", "again", "1", "9" * 20): ("This number is too large.", "Este número es demasiado grande."),
    ("print", "art", "0"): ("design_id: This must be 1 or more.", "design_id: Debe ser 1 o más."),
    ("print", "kit", "x"): ("claim_id: This must be a whole number", "claim_id: Debe ser un número entero"),
}


@pytest.mark.parametrize("arguments", USAGE)
def test_a_command_that_is_typed_wrongly_is_one_line_that_leads_to_its_help(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    for language, wrong, see in zip(("en", "es"), USAGE[arguments], ("See: ", "Consulta: "), strict=True):
        monkeypatch.setenv("CHAMPIONS_LANGUAGE", language)
        ran = shell(*arguments)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("Error: ")
        assert ran.err.count("\n") == 1
        assert wrong in ran.err
        assert see in ran.err
        assert ran.err.endswith(" --help\n")


def test_a_shell_is_refused_in_the_language_of_the_community(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAMPIONS_LANGUAGE", "es")
    assert shell("erase", "no@example.org").err == "Error: Nadie aquí tiene el correo electrónico no@example.org.\n"
    assert shell("people", "invite", "", "no").err == (
        "Error: name: No puede quedar vacío.; email: Esto no parece un correo electrónico, como ana@example.org.\n"
    )
    assert shell("import", "conferences", "/no/such").err == "Error: No existe el archivo /no/such.\n"


def test_tokens_are_made_listed_and_revoked(shell: Shell, world: World) -> None:
    token = shell("token", "create", "ana@example.org", "--name", "laptop", "--days", "3").out.strip()
    world.ana.token = token
    assert world.ana.get("/me")["email"] == "ana@example.org"
    listed = shell("token", "list", "ana@example.org").out.splitlines()
    assert token not in "".join(listed)
    number = next(line.split("\t")[0] for line in listed if "\tlaptop\t" in line)
    assert shell("token", "revoke", number).code == 0
    assert world.ana.get("/me", status=401)["title"] == "Sign in first"
    assert "revoked" in shell("token", "list", "ana@example.org").out


def test_conferences_are_imported_once(shell: Shell) -> None:
    assert shell("import", "conferences", "app/demo/conferences.csv").out == "Import 1. Added: 111. Here already: 0.\n"
    assert shell("import", "conferences", "app/demo/conferences.csv").out == "Import 2. Added: 0. Here already: 111.\n"


def test_a_file_with_an_error_is_not_imported_at_all(shell: Shell, tmp_path: Path, database: Database) -> None:
    lines = Path("app/demo/conferences.csv").read_text("utf-8").splitlines()
    lines[5] = re.sub(r"(\d{4})-", r"\1/", lines[5])
    file = tmp_path / "broken.csv"
    file.write_text("\n".join(lines), "utf-8")
    ran = shell("import", "conferences", str(file))
    assert ran.code == 1
    assert "line 6" in ran.err
    with database.reading() as session:
        assert session.connection().execute(text("SELECT count(*) FROM conference")).scalar_one() == 0


def test_verify_is_silent_about_sound_books_and_names_what_differs(shell: Shell, world: World) -> None:
    assert shell("stock", "verify").code == 0
    with world.database.transaction() as session:
        level = session.get(Level, (world.depot, world.design))
        assert level is not None
        level.on_hand -= 1
    ran = shell("stock", "verify")
    assert ran.code == 1
    assert ran.out == f"Level of design {world.design} at location {world.depot}: 499 kept, 500 moved.\n"


def test_erasing_a_person_leaves_no_trace_of_her_and_the_ledger_as_it_was(shell: Shell, world: World) -> None:
    claim = world.deputized(world.conference())
    world.received(claim)
    assert shell("erase", "ana@example.org").code == 0
    assert world.ana.get("/me", status=401)
    with world.database.reading() as session:
        for table in ("person", "person_address", "shipment_address", "location"):
            kept = session.connection().execute(text(f"SELECT * FROM {table}")).all()
            assert not [row for row in kept if "ana" in str(row).casefold().replace("maker", "")], table
    assert shell("stock", "verify").code == 0


def test_a_database_of_a_newer_release_is_one_line_and_exit_1(shell: Shell, database: Database) -> None:
    with database.transaction() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.dispose()
    ran = shell("migrate")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("Error: The database cannot be migrated: ")
    assert ran.err.count("\n") == 1


def test_migrate_says_where_the_database_is(shell: Shell) -> None:
    assert shell("migrate").out.startswith("The database is at revision ")


def test_the_demo_community_goes_into_an_empty_database_only(shell: Shell, tmp_path: Path) -> None:
    assert shell("demo", "load").out == f"Loaded. Tokens are in {tmp_path / 'demo-tokens.json'}.\n"
    assert "not empty" in shell("demo", "load").err


@pytest.mark.only_on("sqlite")
def test_a_backup_is_made_once_under_a_name(shell: Shell, tmp_path: Path) -> None:
    assert shell("backup", str(tmp_path / "saved")).code == 0
    assert sqlite3.connect(tmp_path / "saved").execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert "exists" in shell("backup", str(tmp_path / "saved")).err


@pytest.mark.only_on("postgresql")
def test_postgresql_has_its_own_way_to_back_up(shell: Shell, tmp_path: Path) -> None:
    ran = shell("backup", str(tmp_path / "saved"))
    assert ran.code == 1
    assert "pg_dump" in ran.err
