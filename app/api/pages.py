"""Plain pages that the API and its papers lead to: what a problem means, and what a printed code is for."""

from collections.abc import Awaitable, Callable
from functools import partial
from html import escape
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import HTMLResponse, Response

from app.acts.application import Service
from app.acts.policy import Permission
from app.acts.unit import Unit
from app.core.errors import NotFound
from app.core.language import Language, phrase
from app.core.rules import Rules
from app.paperwork.acts import read_code
from app.paperwork.explaining import LETTERS, explain, explain_unknown
from app.serving.readers import appearance, language_of
from app.serving.refusals import TITLES
from app.serving.routes import Routes, on_thread

pages = Routes()
"""What the papers and the problem documents lead to."""

_STYLE = (
    ":root{color-scheme:light dark}body{font:1.1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;"
    "padding:0 1rem}h1{line-height:1.2;text-wrap:balance}h1::before{content:'';display:block;width:4rem;height:.5rem;"
    "margin-bottom:1rem;background:var(--ribbon);border-bottom:.15rem solid var(--foil)}"
)


async def problem(request: Request, code: Annotated[str, Path(max_length=60)]) -> HTMLResponse:
    """What a problem's ``type`` means."""
    if code not in TITLES:
        raise NotFound(phrase("There is no such problem."))
    language = await language_of(request)
    about = phrase(
        "The field {detail} of the answer says what happened and what to do about it. Its code is {code}.",
        detail="<code>detail</code>",
        code=f"<code>{code}</code>",
    )
    return _page(await appearance(request), TITLES[code].say(language), about.say(language), language=language)


async def paper(request: Request, code: str) -> HTMLResponse:
    """What the code on a paper leads to; in capitals or not, with dashes or not."""
    language = await language_of(request)
    return await on_thread(request, partial(_paper, request, code, language))


def _paper(request: Request, code: str, language: Language) -> HTMLResponse:
    service: Service = request.app.state.service
    letter = request.scope["route"].path[1]
    rules = service.appearance()
    try:
        found = Unit(service).read(read_code, letter=letter, code=code)
    except NotFound:
        title, text = explain_unknown(language)
        return _page(rules, title, escape(text), language=language, status=HTTPStatus.NOT_FOUND)
    title, texts = explain(found, language=language, rules=rules)
    status = HTTPStatus.GONE if found.revoked else HTTPStatus.OK
    return _page(rules, title, "</p><p>".join(escape(text) for text in texts), language=language, status=status)


def _page(rules: Rules, title: str, text: str, *, language: Language, status: int = HTTPStatus.OK) -> HTMLResponse:
    colors = f":root{{--ribbon:{rules.ribbon_color};--foil:{rules.foil_color}}}"
    return HTMLResponse(
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{colors}{_STYLE}</style></head><body><main><h1>{escape(title)}</h1><p>{text}</p></main></body></html>",
        status,
        {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Content-Language": language},
    )


def _serve(path: str, endpoint: Callable[..., Awaitable[Response]]) -> None:
    pages.serve(path, endpoint, permission=Permission.READ_PUBLIC, methods=["GET", "HEAD"], include_in_schema=False)


_serve("/problems/{code}", problem)
for _letter in LETTERS:
    # The codes on paper are in capitals, which make for smaller ones.
    for _path in (f"/{_letter}/{{code}}", f"/{_letter.lower()}/{{code}}"):
        _serve(_path, paper)
