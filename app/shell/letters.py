"""Letters from the shell: look at one, try the mail server, send again or drop."""

from typing import Annotated

import typer

from app.core.errors import DomainError
from app.core.schema import MAX_ID
from app.letters.acts import TRY_MAIL, drop_letters, list_failed_letters, preview_letter, send_letter_again
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


@app.command("failed")
def failed(context: typer.Context) -> None:
    """List e-mails that could not be sent, also those about reports of abuse, which may concern the whole team."""
    with opened(here(context)) as unit:
        for letter in unit.read(list_failed_letters):
            to = letter.person_name or "-"
            typer.echo(f"{letter.id}\t{letter.failed_at:%Y-%m-%d %H:%M} UTC\t{letter.kind}\t{letter.failure}\t{to}")


@app.command("again")
def again(context: typer.Context, numbers: Annotated[list[int], typer.Argument(min=1, max=MAX_ID)]) -> None:
    """Have the e-mails of these NUMBERS tried again; a server that runs sends them. Exit 1 if one of them cannot be."""
    refused = []
    with opened(here(context)) as unit:
        language = unit.service.appearance().language
        for number in numbers:
            try:
                unit.do(send_letter_again, letter_id=number)
            except DomainError as refusal:
                refused.append(f"{number}: {refusal.detail.say(language)}")
    typer.echo(f"Waiting: {len(numbers) - len(refused)}.")
    for line in refused:
        typer.echo(f"Error: {line}", err=True)
    if refused:
        raise SystemExit(1)


@app.command("drop")
def drop(context: typer.Context) -> None:
    """Drop all e-mails that wait: after a restore with pg_restore they are of another time."""
    with opened(here(context)) as unit:
        # What was restored may be of an older release, and a first start would send what waits.
        migrations.upgrade(here(context).sqlalchemy_url)
        dropped = unit.do(drop_letters)
    typer.echo(f"Dropped: {dropped}.")
