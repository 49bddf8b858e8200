"""A visit: one request of a browser, who makes it, and what it is answered."""

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ValidationError

from app.acts.act import Read, Write
from app.acts.entries import EntryReused
from app.acts.idempotency import Answer, KeyReused, fingerprint
from app.acts.policy import ALLOWED, Actor, Permission, Role
from app.acts.unit import Unit
from app.core.errors import DomainError, NotFound
from app.core.language import LANGUAGES, Language, Text, phrase
from app.core.rules import Rules
from app.core.schema import typed_id
from app.core.validation import complaint
from app.serving.following import follow
from app.serving.papers import tags_in
from app.web.assets import address
from app.web.look import look
from app.web.queued import OWNER, is_queued, owner_name, taken
from app.web.rendering import render

P = ParamSpec("P")
R = TypeVar("R")
Model = TypeVar("Model", bound=BaseModel)

KEY = "request_key"
"""The field of a form that carries its Idempotency-Key."""

NO_PAGE = phrase("There is no such page.")

_SENT_BEFORE = phrase(
    "This form was sent before, with other details, and those were saved. See what is saved now; send the form again "
    "only if this is to be saved as well."
)


class Mistyped(Exception):
    """What was typed is not valid: a sentence for each field."""

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


def mistyped(refusal: ValidationError) -> Mistyped:
    """What a model refuses, by the field that it is about; of several complaints of one, the first."""
    return Mistyped(
        {str(each["loc"][0]) if each["loc"] else "": complaint(each) for each in reversed(refusal.errors())}
    )


@dataclass(frozen=True)
class Visit:
    """What a page's function works with. ``typed`` is what a form sent, as it was typed.

    ``errors`` are what is wrong with it, by field; what concerns none stands at ``""``. ``lines`` are the numbers that
    the lines given to an act have in the form, which may have empty ones between them.
    """

    request: Request
    unit: Unit
    actor: Actor
    language: Language
    rules: Rules
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, Text] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The path of the page."""
        return self.request.url.path

    @property
    def secure(self) -> bool:
        """Whether we are reached by https."""
        return is_secure(self.rules)

    @property
    def signed_in(self) -> bool:
        """Whether we know who this is."""
        return self.actor.role is not Role.ANYONE

    @property
    def keeper(self) -> str:
        """Whose the entries are that are kept on the phone of whoever reads this page."""
        return owner_name(self.actor.person_id, key=self.unit.service.key()) if self.actor.person_id else ""

    @property
    def queued(self) -> bool:
        """Whether a phone's script sends an entry that it has kept."""
        return is_queued(self.request.headers.get("Accept", ""), self.typed)

    def local_day(self, instant: datetime) -> date:
        """The day of an instant in the community's time zone."""
        return instant.astimezone(ZoneInfo(self.rules.timezone)).date()

    def may(self, permission: Permission) -> bool:
        """Whether the reader may do this at all, so that it is worth offering."""
        return self.actor.role in ALLOWED[permission]

    def number(self, name: str) -> int:
        """An id in the address. Raises :class:`NotFound` for what is none."""
        return row_id(str(self.request.path_params[name]), missing=NO_PAGE)

    def query(self, name: str) -> str:
        """A parameter of the address; empty where it is not given. The others are ignored."""
        return self.request.query_params.get(name, "").strip()

    @property
    def tags(self) -> set[str]:
        """The entity tags of what the browser has kept."""
        return tags_in(", ".join(self.request.headers.getlist("If-None-Match")))

    def read(self, act: Read[P, R], *args: P.args, **values: P.kwargs) -> R:
        """What an act reads for whoever visits."""
        return self.unit.read(act, *args, **values)

    def form(self, model: type[Model], values: Mapping[str, Any]) -> Model:
        """What was typed, as an act wants it. Raises :class:`Mistyped`, which the form shows beside its fields."""
        try:
            return model.model_validate_strings(values)
        except ValidationError as refusal:
            raise mistyped(refusal) from None

    def do(self, act: Write[..., R], to: Callable[[R], str] | str, **values: Any) -> Response:
        """Does an act once for each form that was sent, and leads on to another page."""

        def answer(result: R) -> Answer:
            return Answer(303, {"Location": to(result) if callable(to) else to}, "")

        done = self._keyed().answer(act, values, answer=answer)
        answered, result = done
        leads = answered.headers["Location"]
        response = Response(status_code=303, headers={"Location": leads, "Cache-Control": "no-store"})
        if self.queued:
            response = taken(self.typed, to=leads, result=result)
        follow(self.request, response, self.unit, act, result)
        return response

    def _keyed(self) -> Unit:
        key = self.typed.get(KEY, "")
        if not re.fullmatch(r"[\w-]{16,64}", key, re.ASCII):
            return self.unit
        # A page that is opened before it is sent again may have given its owner another mark.
        same = {name: said.partition(".")[0] if name == OWNER else said for name, said in self.typed.items()}
        body = urlencode(sorted(same.items())).encode()
        return self.unit.under_key(key, fingerprint("POST", self.path, body))

    def refused(self, error: DomainError | Mistyped) -> "Visit":
        """The same visit, with what was refused, for the form to show."""
        if isinstance(error, Mistyped):
            return replace(self, errors=error.errors)
        if isinstance(error, KeyReused | EntryReused):  # "Back" shows the form as it was before it was sent
            return replace(self, errors={"": _SENT_BEFORE})
        return replace(self, errors={self._place(str(error.extras.get("field", ""))): error.detail})

    def _place(self, named: str) -> str:
        """The field of the form that a refusal names, for ``lines/0`` the first of that line; else none.

        A line of a form shows its numbers before it hides its id, so that the first is one that is seen.
        """
        if (at := re.fullmatch(r"lines/(\d+)(/.*)?", named)) and int(at[1]) < len(self.lines):
            named = f"lines/{self.lines[int(at[1])]}{at[2] or ''}"
        if named in self.typed:
            return named
        within = (field for field in self.typed if "/" in named and field.startswith(f"{named}/"))
        return next(within, "")

    def show(self, template: str, *, status: int = 200, public: bool = False, **values: Any) -> Response:
        """A page. One that is ``public`` may be kept and found, and is sent anew only where it has changed."""
        common = {
            "visit": self,
            "path": self.path,
            "rules": self.rules,
            "me": self.actor if self.signed_in else None,
            "public": public,
            "look": address("look.css", look(self.rules.ribbon_color, self.rules.foil_color)),
            "others": [(other, self._with("lang", other)) for other in LANGUAGES if other != self.language],
            "typed": self.typed,
            "errors": self.errors,
            "new_key": partial(secrets.token_urlsafe, 16),
            "key_field": KEY,
        }
        body = render(template, self.language, values, shared=common)
        headers = {"Content-Language": self.language, "Vary": "Accept-Language, Cookie"}
        if not public or self.signed_in or status != 200:
            return HTMLResponse(body, status, {**headers, "Cache-Control": "private, no-store"})
        tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:24]}"'
        headers |= {"Cache-Control": "no-cache", "ETag": tag, "X-Robots-Tag": "all"}
        if tag in self.tags:
            return Response(status_code=304, headers=headers)
        return HTMLResponse(body, status, headers)

    def following(self, cursor: str) -> str:
        """The address of the next part of the list that this page shows."""
        return self._with("cursor", cursor)

    def _with(self, name: str, value: str) -> str:
        kept = [(known, said) for known, said in self.request.query_params.multi_items() if known != name]
        return f"{self.path}?{urlencode([*kept, (name, value)])}"


def row_id(said: str, *, missing: Text) -> int:
    """An id that an address or a form says. Raises :class:`NotFound` for what is none."""
    found = typed_id(said)
    if found is None:
        raise NotFound(missing)
    return found


def is_secure(rules: Rules) -> bool:
    """Whether this community's pages are reached by https."""
    return rules.public_url.startswith("https:")
