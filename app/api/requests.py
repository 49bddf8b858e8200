"""FastAPI's side of a request: who asks, under which key, which page of a list, on which version an edit is based."""

import inspect
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, get_origin

from fastapi import Depends, Header, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from pydantic import BaseModel, StringConstraints, ValidationError
from pydantic.fields import FieldInfo

from app.acts.application import Service
from app.acts.idempotency import fingerprint
from app.acts.policy import Actor
from app.acts.unit import Unit
from app.core.errors import Invalid, PreconditionMissing
from app.core.language import phrase
from app.core.lifecycle import Version
from app.core.paging import MAXIMUM, Paging
from app.core.text import Shaped
from app.serving.readers import address_of


class _UnitOfRequest(HTTPBearer):
    """Makes the unit of a request that carries no key; the API's document gets the token from it that it looks for.

    It is the token's scheme itself, not a dependency that needs one: each of those takes a tenth of a short request.
    """

    async def __call__(self, request: Request) -> Unit:  # type: ignore[override]  # of the token it makes the unit
        token = await super().__call__(request)
        service: Service = request.app.state.service
        return Unit(
            service=service,
            credential=token.credentials if token else None,
            request_id=request.state.request_id,
            address=address_of(request),
            meet=partial(_remember_language, request),
        )


plain_unit = _UnitOfRequest(
    auto_error=False, scheme_name="HTTPBearer", description="An API token, or a member's own link."
)


def _remember_language(request: Request, actor: Actor) -> None:
    """Whoever asks is refused in the language of her own choice."""
    request.state.language = actor.language


_NO_KEY = phrase("This must be plain letters, digits and signs, without spaces.")
_Key = Annotated[str, StringConstraints(min_length=1, max_length=200), Shaped(r"[\x21-\x7E]+", _NO_KEY)]


async def keyed_unit(
    request: Request,
    unit: Annotated[Unit, Depends(plain_unit)],
    idempotency_key: Annotated[
        _Key | None,
        Header(description="Your own name for this request. Sent again within a day, it gets the first answer again."),
    ] = None,
) -> Unit:
    """The unit of a POST, which may carry an Idempotency-Key."""
    if idempotency_key is None:
        return unit
    target = f"{request.url.path}?{request.url.query}"
    return unit.under_key(idempotency_key, fingerprint(request.method, target, await request.body()))


async def _paging(
    limit: Annotated[int, Query(ge=1, le=MAXIMUM, description="entries per page")] = 50,
    cursor: Annotated[str | None, Query(max_length=500, description="`next` of the page before")] = None,
) -> Paging:
    return Paging(limit=limit, cursor=cursor)


async def _version(
    if_match: Annotated[str | None, Header(max_length=100, description="the ETag of what you read")] = None,
) -> Version:
    if if_match is None:
        raise PreconditionMissing(phrase("Send If-Match with the ETag of what you read."))
    found = re.fullmatch(r'"(\d{1,9})"', if_match.strip(), re.ASCII)
    if found is None:
        raise Invalid(phrase("If-Match is one strong ETag, such as {example}.", example='"3"'), field="If-Match")
    return Version(int(found[1]))


def check_query(request: Request, takes: Mapping[str, bool]) -> None:
    """Raises :class:`Invalid` for a parameter that is not among those taken, or is given twice and may not be.

    A filter that was ignored would give a wrong figure. ``takes`` says of each whether it may be repeated.
    """
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in takes:
            known = [phrase("nothing")] if not takes else sorted(takes)
            raise Invalid(phrase("There is no such parameter here. Known: {known}.", known=known), field=name)
        if given.count(name) > 1 and not takes[name]:
            raise Invalid(phrase("Give this once."), field=name)


def queries_of(dependant: Dependant) -> dict[str, bool]:
    """The parameters of the query that a route takes, and whether each may be repeated."""
    own = {str(p.alias): get_origin(p.field_info.annotation) in {list, tuple} for p in dependant.query_params}
    return {name: many for part in dependant.dependencies for name, many in queries_of(part).items()} | own


_READ_BY: dict[Any, Callable[..., Any]] = {Paging: _paging, Version: _version}
"""What acts are given that a request says in a way of its own."""


def parameters_of(function: Callable[..., Any], path: str, method: str) -> list[inspect.Parameter]:
    """What a request gives a function, as FastAPI wants it said; its first parameters are not the request's.

    A model is the body; in a GET its fields are parameters of the query.
    """
    wanted = [p for p in inspect.signature(function).parameters.values() if p.kind is inspect.Parameter.KEYWORD_ONLY]
    return [p.replace(annotation=_given(p, path, method)) for p in wanted]


def _given(parameter: inspect.Parameter, path: str, method: str) -> Any:
    kind = parameter.annotation
    if kind in _READ_BY:
        return Annotated[kind, Depends(_READ_BY[kind])]
    if inspect.isclass(kind) and issubclass(kind, BaseModel):
        return Annotated[kind, Depends(_from_query(kind))] if method == "GET" else kind
    return kind if f"{{{parameter.name}}}" in path else Annotated[kind, Query()]


def _from_query(model: type[BaseModel]) -> Callable[..., Any]:
    """A dependency that reads a model from the parameters of a query, each with its own name, bounds and words."""

    async def read(**values: Any) -> BaseModel:
        try:
            return model.model_validate({model.model_fields[name].alias or name: values[name] for name in values})
        except ValidationError as refusal:  # each value is right, but not with the others
            raise RequestValidationError(
                [{**each, "loc": ("query", *each["loc"])} for each in refusal.errors()]
            ) from None

    parameters = [_query(name, field) for name, field in model.model_fields.items()]
    read.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # inspect.signature reads it
    return read


def _query(name: str, field: FieldInfo) -> inspect.Parameter:
    said = Query(alias=field.alias, description=field.description, examples=field.examples)
    kind: Any = Annotated[(field.annotation, *field.metadata, said)]
    default = inspect.Parameter.empty if field.is_required() else field.default
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
