"""Bodies that must be refused: a valid body with one thing in it made wrong, for every thing that its schema names."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.world import Json

MARK = "Zq7Xv"
"""Part of every wrong text, so that a test can see whether an answer repeats it."""

GROWS = "\u0344"
"""One character that becomes two when it is normalised (NFC): a text of them is longer than it came."""

HUGE = 2**70
NOT_A_NUMBER = [float("nan"), float("-inf")]
OTHER_TYPES: list[Any] = [{}, [MARK]]
WRONG: dict[str, list[Any]] = {
    "string": [
        f"{MARK}\ud800",
        # In the shape of a plain text, of a link and of an e-mail address.
        *(f"{shape}{MARK}\x00" for shape in ("", "https://", "a@b.")),
        *(7, True, float("nan"), *OTHER_TYPES),
    ],
    "integer": [True, 1.5, "1", HUGE, -1, *NOT_A_NUMBER, *OTHER_TYPES],
    "number": [True, "101.6", HUGE, -1, 1e308, *NOT_A_NUMBER, *OTHER_TYPES],
    "boolean": [0, 1, "true", *OTHER_TYPES],
    "array": [{}, MARK, 1, [MARK], [None]],
    "object": [MARK, True, [{}], {"unknown": 1}],
}
WRONG_DATES = [
    *("2027-02-30", "2027-13-01", "0000-01-01", "10000-01-01", "2027-1-1", "14/11/2027", "2027-11-14T10:00", MARK),
    # A number of seconds is no calendar day, even where it falls on midnight.
    *(0, 1.5, 1_798_761_600, "1798761600", True, HUGE, *NOT_A_NUMBER),
]


NO_JSON = {
    "nothing": b"",
    "half an object": b'{"note": ',
    "no UTF-8": b'{"note": "\xff\xfe"}',
    "100,000 brackets": b"[" * 100_000,
    "100,000 objects": b'{"note":' * 100_000,
    "a number of 5,000 digits": b'{"note": ' + b"7" * 5_000 + b"}",
}
NO_OBJECT = [b"[]", b'[{"note": ""}]', b'"note"', b"1", b"null", b"true", b"NaN"]

EVIL_HEADERS: list[tuple[str, str | bytes]] = [
    *(
        ("Idempotency-Key", value)
        for value in ("", "two words", "x" * 201, "schl\u00fcssel".encode(), b"\x00", b"\x7f", "\t")
    ),
    *(
        ("If-Match", value)
        for value in ("", "*", "1", 'W/"1"', '"1", "2"', f'"{2**70}"', '"-1"', '"1.0"', b'"\xb2"', "x" * 101)
    ),
    *(
        ("Authorization", value)
        for value in ("", "Basic eA==", "Bearer", "Bearer " + "x" * 60_000, b"Bearer \xff", "cct_x")
    ),
    *(("Cookie", value) for value in ("session=" + "x" * 60_000,)),
    *(("Accept", value) for value in ("", "text/html", "x" * 60_000)),
    *(("Content-Length", value) for value in ("-1", "x", "9" * 30)),
    *(("X-Request-ID", value) for value in ("mine\x0bx", "x" * 60_000)),
]


@dataclass(frozen=True)
class Wrong:
    """A body in which the value at ``path`` is wrong."""

    path: tuple[str | int, ...]
    value: Any
    body: Any

    @property
    def pointer(self) -> str:
        """Where it is, as a JSON pointer (RFC 6901) in a URI fragment."""
        return "#" + "".join(f"/{step}" for step in self.path)

    def encoded(self) -> bytes:
        """The body as it is sent; Python writes NaN and lone surrogates, too."""
        return json.dumps(self.body).encode()


class Schemas:
    """The schemas of an OpenAPI document."""

    def __init__(self, document: Json) -> None:
        self._known = document["components"]["schemas"]

    def body(self, operation: Json) -> Json | None:
        """The schema of a route's JSON body, if it takes one."""
        content = operation.get("requestBody", {}).get("content", {})
        return self.resolve(content["application/json"]["schema"]) if content else None

    def resolve(self, schema: Json) -> Json:
        """The schema itself, where it is only named."""
        return self._known[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema

    def alternatives(self, schema: Json) -> list[Json]:
        """What a value may be."""
        return [self.resolve(option) for option in self.resolve(schema).get("anyOf", [schema])]


def wrong_bodies(schemas: Schemas, schema: Json, body: Any, *, nullable: frozenset[str] | None) -> Iterator[Wrong]:
    """Every wrong body that comes of a valid one.

    ``nullable`` names the fields that an edit may set to null, whatever its schema says; None is for a body that is no
    edit.
    """
    for path, value in _paths(schemas, schema, body, nullable):
        changed = copy.deepcopy(body)
        into = changed
        for step in path[:-1]:
            into = into[step]
        if value is _MISSING:
            del into[path[-1]]
        else:
            into[path[-1]] = value
        yield Wrong(path, value, changed)


_MISSING = object()
Path = tuple[str | int, ...]


def _paths(
    schemas: Schemas, schema: Json, body: Any, nullable: frozenset[str] | None, here: Path = ()
) -> Iterator[tuple[Path, Any]]:
    """Where something can be wrong in an object, and what can be wrong there."""
    yield (*here, "unknown"), MARK
    for name in schema.get("required", []):
        yield (*here, name), _MISSING
    for name, field in schema["properties"].items():
        options = schemas.alternatives(field)
        if nullable is not None and name not in nullable:
            options = [option for option in options if option["type"] != "null"]
        for value in _values(options):
            yield (*here, name), value
        for option in options:
            if name in body and option["type"] == "object":
                yield from _paths(schemas, option, body[name], None, (*here, name))
            if name in body and option["type"] == "array":
                item = schemas.resolve(option["items"])
                if item["type"] == "object":
                    yield from _paths(schemas, item, body[name][0], None, (*here, name, 0))
                else:
                    yield from (((*here, name, 0), value) for value in _values([item]))
                yield (*here, name), body[name] * (option["maxItems"] + 1)


def _values(options: list[Json]) -> Iterator[Any]:
    """What none of the options admits."""
    kinds = {option["type"] for option in options}
    if "null" not in kinds:
        yield None
    for option in options:
        if option.get("format") == "date":
            yield from WRONG_DATES
        elif option["type"] != "null":
            least = option.get("minimum", 0)
            yield from (value for value in WRONG[option["type"]] if not (value == -1 and least <= -1))
        if option["type"] == "string" and "format" not in option:
            longest = option.get("maxLength", 1)
            yield MARK * (max(longest, 300) // len(MARK) + 1)
            yield GROWS * longest
