"""Letters from the shell: look at one, try the mail server, drop what waits."""

from typing import Annotated

import typer

from app.letters.acts import TRY_MAIL, drop_letters, preview_letter
from app.letters.schemas import LetterWanted
from app.maintenance import migrations
from app.outbox.models import LetterKind
from app.shell.context import here, opened

app = typer.Typer(no_args_is_help=True, help="E-mails.")


@app.command("preview")
def preview(
    context: typer.Context,
    kind: LetterKind,
    language: Annotated[str, typer.Option(help="en or es")] = "en",
    html: Annotated[bool, typer.Option("--html", help="Show the HTML instead of the text.")] = False,
) -> None:
    """Show an e-mail of a KIND as it is sent, about invented things."""
    wanted = LetterWanted.model_validate({"kind": kind, "language": language})
    with opened(here(context)) as unit:
        made = unit.read(preview_letter, wanted=wanted)
    typer.echo(made.html if html else f"{made.subject}\n\n{made.text}", nl=html)


@app.command("test")
def test(context: typer.Context, address: str) -> None:
    """Send an e-mail to ADDRESS, and say what the mail server said; exit 1 if it did not take it."""
    with opened(here(context)) as unit:
        heard = TRY_MAIL(unit.service, to=address)
    if not heard.taken:
        typer.echo(f"Not sent: {heard.said or heard.failure}", err=True)
        raise SystemExit(1)
    typer.echo("The mail server has taken it.")


@app.command("drop")
def drop(context: typer.Context) -> None:
    """Drop all e-mails that wait: after a restore with pg_restore they are of another time."""
    with opened(here(context)) as unit:
        # What was restored may be of an older release, and a first start would send what waits.
        migrations.upgrade(here(context).sqlalchemy_url)
        dropped = unit.do(drop_letters)
    typer.echo(f"Dropped: {dropped}.")
