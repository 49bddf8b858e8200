"""``champions setup`` and ``champions settings``: what belongs to the community, asked for and shown."""

import inspect
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from app.acts.unit import Unit
from app.community import acts
from app.community.rules import checked
from app.community.schemas import Origin, SettingOut
from app.core.config import PREFIX
from app.core.errors import Invalid
from app.core.language import Language, phrase, verbatim
from app.core.rules import Rules
from app.maintenance import migrations
from app.shell.context import Data, here, opened, use, warn

_FIELDS = Rules.model_fields
OPTIONS = {name: f"--{name.removeprefix('community_').replace('_', '-')}" for name in _FIELDS}
"""The option that each setting is given by."""

_NEEDED = ("community_name", "hashtag")
"""What nobody can assume of a community."""

_ASKED = [name for name, field in _FIELDS.items() if field.annotation is not int]
"""What a terminal is asked for; who wants other lead times or limits knows to name them."""


def setup(context: typer.Context, data: Data = None, **said: str | None) -> None:
    """Say what your community is called, its colors and its language: asked for on a terminal, or by these options."""
    use(context, data)
    migrations.upgrade(here(context).sqlalchemy_url)
    changes: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    with opened(here(context)) as unit:
        known = {setting.name: setting for setting in unit.read(acts.list_settings, here=here(context))}
        missing = [OPTIONS[name] for name in _NEEDED if name not in changes and known[name].origin is Origin.DEFAULT]
        if not changes and sys.stdin.isatty():
            changes = _ask(unit, known)
        elif missing or not changes:
            wanted = missing or [OPTIONS["community_name"], OPTIONS["hashtag"]]
            raise Invalid(phrase("There is no terminal to ask on. Say it with options: {options}.", options=wanted))
        try:
            unit.do(acts.set_up_community, changes=changes)
        except Invalid as refusal:
            option = OPTIONS[str(refusal.field)]
            raise Invalid(verbatim("{option}: {why}", option=option, why=refusal.detail)) from None
        for name in changes:
            if known[name].origin is Origin.ENVIRONMENT:
                typer.echo(f"{_variable(name)} in the environment holds before what was set up.", err=True)
        typer.echo(f"{unit.service.appearance().community_name} is set up; `champions settings` shows what holds.")
        warn(unit, of_codes=True)


def _signature() -> inspect.Signature:
    """That of :func:`setup`, with an option for each setting."""
    fixed = [p for p in inspect.signature(setup).parameters.values() if p.name != "said"]
    options = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[str | None, typer.Option(OPTIONS[name], help=f"{_label(name)}.")],
        )
        for name in _FIELDS
    ]
    return inspect.Signature([*fixed, *options])


def _label(name: str) -> str:
    said = str(_FIELDS[name].description)
    return said[0].upper() + said[1:]


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


setup.__signature__ = _signature()  # type: ignore[attr-defined]  # typer reads it


def _ask(unit: Unit, known: Mapping[str, SettingOut]) -> dict[str, str]:
    """What a person answers; what holds now is what an empty answer means."""
    answers, language = {}, unit.service.appearance().language
    for name in _ASKED:
        if known[name].origin is Origin.ENVIRONMENT:
            typer.echo(f"{_label(name)}: {known[name].value} (by {_variable(name)})")
        else:
            answers[name] = _answer(known[name], language)
    return answers


def _answer(setting: SettingOut, language: Language) -> str:
    def sound(answer: str) -> str:
        try:
            return str(getattr(checked({setting.name: answer}), setting.name))
        except Invalid as refusal:
            raise typer.BadParameter(refusal.detail.say(language)) from None

    unknown = setting.name in _NEEDED and setting.origin is Origin.DEFAULT
    present = None if unknown else setting.value
    answer: str = typer.prompt(_label(setting.name), default=present, show_default=bool(present), value_proc=sound)
    return answer


def list_settings(context: typer.Context, data: Data = None) -> None:
    """Show every setting: who says it (the environment, the database, or nobody: the default), and what it is."""
    use(context, data)
    with opened(here(context)) as unit:
        found = unit.read(acts.list_settings, here=here(context))
    for line in _columns(
        [("SETTING", "FROM", "VALUE"), *((each.name, each.origin.value, each.value) for each in found)]
    ):
        typer.echo(line)


def _columns(rows: Iterable[tuple[str, ...]]) -> list[str]:
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
