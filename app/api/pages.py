"""Plain pages that the API and its papers lead to: what a problem means, and what a printed code is for."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse, RedirectResponse

from app.api.problems import TITLES
from app.config import settings
from app.errors import NotFound

router = APIRouter(include_in_schema=False)

_STYLE = "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}"


@router.get("/")
def home() -> RedirectResponse:
    """Leads to the documentation of the API."""
    return RedirectResponse("/docs")


@router.get("/problems/{code}")
def problem(code: Annotated[str, Path(max_length=60)]) -> HTMLResponse:
    """What a problem's ``type`` means."""
    if code not in TITLES:
        raise NotFound("There is no such problem.")
    return _page(
        TITLES[code],
        f"The field <code>detail</code> of the answer says what happened and what to do about it. "
        f"Its code is <code>{code}</code>.",
    )


@router.get("/s/{number}")
def shipment(number: Annotated[str, Path(pattern=r"^SH-\d{4,10}$")]) -> HTMLResponse:
    """What the code on a packing slip leads to."""
    return _page(
        f"Box {number}",
        f"This box of ribbons belongs to {escape(settings().community_name)}. If it is yours: count every line and "
        f"confirm what has arrived with <code>POST /api/v1/shipments/{int(number[3:])}/receive</code>. If you have "
        f"found it: thank you, please write to {escape(settings().contact_email or 'the sender on the slip')}.",
    )


@router.get("/o/{number}")
def purchase_order(number: Annotated[str, Path(pattern=r"^PO-\d{4,10}$")]) -> HTMLResponse:
    """What the code on an order sheet leads to."""
    return _page(
        f"Order {number}",
        f"This is an order of ribbons by {escape(settings().community_name)}. The sheet that you hold is the order; "
        f"questions go to {escape(settings().contact_email or 'the address on it')}.",
    )


def _page(title: str, text: str) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1><p>{text}</p></main></body></html>"
    )
