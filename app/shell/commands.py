"""The same verbs from a shell. An error is one line on standard error and exit code 1."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from app.acts.unit import Unit
from app.community.rules import check_environment
from app.core.config import Settings, settings, strangers
from app.core.errors import DomainError, Invalid
from app.core.language import Language, phrase, phrases
from app.core.paging import Paging
from app.demo.load import is_empty, load_demo
from app.maintenance import acts as maintenance
from app.maintenance import backup as backups
from app.maintenance import daily_backups, migrations
from app.people import acts as people_acts
from app.people.schemas import TOKEN_DAYS, GivenRole, NamedToken, NewPerson
from app.serving import process
from app.shell import letters, printing, setting_up
from app.shell.context import Data, Number, here, opened, use, warn
from app.shell.refusals import REFUSALS, said
from app.upkeep import acts as upkeep

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Conference Champions.", pretty_exceptions_enable=False
)
demo = typer.Typer(no_args_is_help=True, help="The demo community.")
people = typer.Typer(no_args_is_help=True, help="People who can sign in.")
token = typer.Typer(no_args_is_help=True, help="API tokens.")
stock = typer.Typer(no_args_is_help=True, help="The ledger.")
imports = typer.Typer(no_args_is_help=True, help="Read files.")
for group, name in ((demo, "demo"), (people, "people"), (token, "token"), (stock, "stock"), (imports, "import")):
    app.add_typer(group, name=name)
app.add_typer(printing.app, name="print")
app.add_typer(letters.app, name="letter")
app.command("setup")(setting_up.setup)
app.command("settings")(setting_up.list_settings)


@app.callback()
def root(context: typer.Context) -> None:
    """The composition root: reads the settings, which are passed down from here."""
    context.obj = settings()
    check_environment(context.obj)
    for name in strangers(os.environ):
        typer.echo(f"Warning: {name} is none of our settings.", err=True)


def main() -> None:
    """Runs the command line."""
    try:
        sys.exit(app(standalone_mode=False))
    except REFUSALS as error:
        for line in said(error, _language()):
            sys.stderr.write(f"Error: {line}\n")
        sys.exit(getattr(error, "exit_code", 1))


def _language() -> Language:
    """The community's language, as far as it can be found out."""
    try:
        ours = Settings()
    except ValidationError:
        return "en"
    try:
        with opened(ours) as unit:
            return unit.service.appearance().language
    except (DomainError, SQLAlchemyError, OSError):
        return ours.language


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes.")] = 1,
    data: Data = None,
    load: Annotated[bool, typer.Option("--demo/--no-demo", help="Load the demo community on first start.")] = True,
) -> None:
    """Migrate, load the demo community on first start, and serve."""
    use(context, data)
    seen_as = "127.0.0.1" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104 (compared)
    os.environ.setdefault("CHAMPIONS_LOCAL_URL", f"http://{seen_as}:{port}")
    os.environ["CHAMPIONS_LISTENS_ON"] = host
    os.umask(0o077)
    migrations.upgrade(here(context).sqlalchemy_url)
    with opened(here(context)) as unit:
        unit.service.key()  # made now, if ever, and not by the first request that needs it
        if load:
            load_demo(unit.service.database, here=here(context))
        warn(unit, of_codes=False)
        _warn_of_another_key(unit)
    _say_where(f"http://{seen_as}:{port}", here(context).data)
    process.serve(
        host=host,
        port=port,
        workers=workers,
        trusted_proxies=here(context).trusted_proxies,
        log_level=here(context).log_level,
    )


def _warn_of_another_key(unit: Unit) -> None:
    void = unit.read(maintenance.count_void_marks)
    if void:
        text = phrases(
            "{n} mark of a handle was made with another server key and is void until that key is back.",
            "{n} marks of handles were made with another server key and are void until that key is back.",
            n=void,
        )
        typer.echo(text.say(unit.service.appearance().language), err=True)


def _say_where(url: str, folder: Path) -> None:
    typer.echo(f"Conference Champions is on {url}  (documentation: {url}/docs)")
    tokens = folder / "demo-tokens.json"
    if tokens.exists():
        typer.echo(f"Demo community, invented people; their tokens are in {tokens}:")
        for person in json.loads(tokens.read_text("utf-8")):
            typer.echo(f"  {person['role']:<12} {person['name']:<24} {person['token']}")


@app.command()
def migrate(context: typer.Context, data: Data = None) -> None:
    """Bring the database to the schema of this release."""
    use(context, data)
    migrations.upgrade(here(context).sqlalchemy_url)
    typer.echo(f"The database is at revision {migrations.head()}.")


@demo.command("load")
def demo_load(context: typer.Context, data: Data = None) -> None:
    """Load the demo community into an empty database."""
    use(context, data)
    migrations.upgrade(here(context).sqlalchemy_url)
    with opened(here(context)) as unit:
        if not unit.service.database.run(is_empty):
            raise Invalid(phrase("The database is not empty; the demo community is loaded into an empty one only."))
        load_demo(unit.service.database, here=here(context))
    typer.echo(f"Loaded. Tokens are in {here(context).data / 'demo-tokens.json'}.")


@people.command("invite")
def people_invite(
    context: typer.Context,
    name: str,
    email: str,
    role: Annotated[GivenRole, typer.Option(help="Role.")] = GivenRole.CHAMPION,
    trusted: Annotated[bool, typer.Option(help="Accepted right away when a place is free.")] = False,
    language: Annotated[str, typer.Option(help="en or es.")] = "en",
    paper_name: Annotated[str, typer.Option(help="What documents print instead of the name.")] = "",
) -> None:
    """Add someone who can sign in, and print their sign-in code, which works once."""
    said = {"name": name, "paper_name": paper_name, "email": email, "role": role, "trusted": trusted}
    new = NewPerson.model_validate({**said, "language": language})
    with opened(here(context)) as unit:
        invited = unit.do(people_acts.invite_person, body=new)
    typer.echo(invited.secret)
    once = phrases("It works once, for {n} minute.", "It works once, for {n} minutes.", n=invited.minutes)
    typer.echo(f"Give this code to {name}. {once}", err=True)


@people.command("set-role")
def people_set_role(
    context: typer.Context, email: str, role: Annotated[GivenRole, typer.Argument(help="The new role.")]
) -> None:
    """Give a person another role; they sign in anew."""
    with opened(here(context)) as unit:
        person = unit.do(people_acts.set_role, email=email, role=role)
    typer.echo(f"{person.name} ({person.email}) is {person.role} now.")
    if not person.active:
        typer.echo("Their account is inactive: an admin can make it active again.", err=True)


@token.command("create")
def token_create(
    context: typer.Context,
    email: str,
    name: Annotated[str, typer.Option(help="What it is for.")] = "shell",
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it lives.")] = TOKEN_DAYS,
) -> None:
    """Make an API token for a person, and print it this once."""
    with opened(here(context)) as unit:
        made = unit.do(people_acts.create_token, email=email, body=NamedToken(name=name, days=days))
    typer.echo(made.token)


@token.command("list")
def token_list(context: typer.Context, email: str) -> None:
    """List a person's tokens, without their secrets."""
    with opened(here(context)) as unit:
        found = unit.read(people_acts.list_tokens, email=email, paging=Paging(limit=100))
    for known in found.items:
        until = f"\tuntil {known.expires_at:%Y-%m-%d}" if known.expires_at else ""
        revoked = "\trevoked" if known.revoked_at else ""
        typer.echo(f"{known.id}\t{known.name}\tmade {known.created_at:%Y-%m-%d}{until}{revoked}")


@token.command("revoke")
def token_revoke(context: typer.Context, token_id: Number) -> None:
    """Revoke a token now."""
    with opened(here(context)) as unit:
        unit.do(people_acts.revoke_token, token_id=token_id)
    typer.echo(f"Token {token_id} is revoked.")


@app.command("tidy")
def tidy_up(context: typer.Context) -> None:
    """Forget what is no longer needed: old addresses, answers and links; let old requests run out."""
    with opened(here(context)) as unit:
        done = unit.do(maintenance.tidy)
    typer.echo(
        f"Forgotten: addresses {done.addresses}, answers {done.answers}, links {done.links}, sessions {done.sessions}, "
        f"tokens {done.tokens}, print jobs {done.files}, typed names {done.names}. "
        f"Requests that have run out: {done.requests}."
    )


@stock.command("verify")
def stock_verify(context: typer.Context) -> None:
    """Recompute all levels, orders, shipments and close-outs from the moves; exit 1 if one differs."""
    with opened(here(context)) as unit:
        found = unit.read(maintenance.verify)
    for difference in found:
        typer.echo(difference)
    if found:
        raise SystemExit(1)
    typer.echo("The ledger agrees with all levels, orders, shipments and close-outs.")


@app.command("erase")
def erase_somebody(context: typer.Context, email: str) -> None:
    """Erase a person and their member record; what they did stays, without a name."""
    with opened(here(context)) as unit:
        erased = unit.do(maintenance.erase_by_email, email=email)
        backups = daily_backups.list_backups(here(context).sqlalchemy_url)
    typer.echo(f"Erased. Tell them:\n{erased.kept_en}\n{erased.kept_es}")
    if backups:  # one that is made later does not hold them
        days = daily_backups.longest_kept(here(context))
        typer.echo(f"The server's own backups hold them for {days} days at most.", err=True)


@imports.command("conferences")
def import_conferences_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV file, or a workbook (.xlsx).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come of it.")] = False,
    country: Annotated[str | None, typer.Option(help="The country of rows that say none, such as US.")] = None,
    timezone: Annotated[str | None, typer.Option(help="The time zone of rows that say none.")] = None,
) -> None:
    """Add the conferences of a file: all or none."""
    body = upkeep.ConferenceFile.model_construct(file=file.read_bytes(), country=country, timezone=timezone)
    with opened(here(context)) as unit:
        done = unit.do(upkeep.import_conferences, body=body, dry_run=dry_run)
    began = "Nothing was kept." if done.import_id is None else f"Import {done.import_id}."
    typer.echo(f"{began} Added: {done.added}. Here already: {done.known}.")


@imports.command("history")
def import_history_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A CSV file, or a workbook (.xlsx).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come of it.")] = False,
) -> None:
    """Book what was before: conferences, champions and ribbons of a file, all or none."""
    body = upkeep.HistoryFile.model_construct(file=file.read_bytes())
    with opened(here(context)) as unit:
        done = unit.do(upkeep.import_history, body=body, dry_run=dry_run)
    began = "Nothing was kept." if done.import_id is None else f"Import {done.import_id}."
    typer.echo(
        f"{began} Rows: {done.rows}. Conferences added: {done.conferences_added}, here already: "
        f"{done.conferences_known}. Claims: {done.claims}. Handed out: {done.handed_out}, lost: {done.lost}, "
        f"left: {done.left}."
    )


@app.command()
def backup(context: typer.Context, file: Path) -> None:
    """Copy the SQLite database to FILE, while it is being used."""
    backups.backup(here(context).sqlalchemy_url, file)
    typer.echo(f"Saved {file} ({file.stat().st_size:,} bytes).")


@app.command()
def restore(context: typer.Context, file: Path) -> None:
    """Put the backup FILE in place of the SQLite database, while it is being used."""
    before = backups.restore(here(context).sqlalchemy_url, file)
    typer.echo(f"Restored from {file}.")
    if before is not None:
        typer.echo(f"What was there before is in {before}.")


@app.command("backups")
def list_all_backups(context: typer.Context, data: Data = None) -> None:
    """List the backups that the server has made by itself, and what was there before a restore."""
    use(context, data)
    for known in daily_backups.list_backups(here(context).sqlalchemy_url):
        typer.echo(f"{known.made_at:%Y-%m-%d %H:%M} UTC\t{known.bytes:,} bytes\t{known.file}")
