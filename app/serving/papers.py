"""A paper, or a list as a file, as an answer: the same from the JSON API and from a page.

Drawing has threads of its own, so that however many papers are asked for, those who ask for anything else do not wait
for them. What is printed is read there, too: whoever had to wait gets what is true when their turn comes.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from app.acts.act import Act, Export, File
from app.acts.afterwards import Lane, Lanes
from app.acts.kept import Kept
from app.acts.policy import Actor
from app.acts.unit import Unit
from app.core.tables import MEDIA, Suffix, table
from app.papers.stamping import content_hash
from app.paperwork.printed import Print
from app.printing.documents import Document
from app.serving.routes import lane_of, on_thread

ADMITTED_SECONDS = 60
"""For so long whoever may have something drawn is not asked again before they stand in line."""


async def answer_paper(
    request: Request, unit: Unit, act: Print[..., Any], values: Mapping[str, Any], *, revision: int | None = None
) -> Response:
    """The paper that an act prints, of the revision that is wanted.

    An If-None-Match that names what was printed last gets a 304, and no copy is counted.
    """
    known = tags_in(request.headers.get("If-None-Match", ""))

    def work() -> Response:
        actor, document = unit.read_as(act, values)
        etag = _etag(document)
        kept = "no-store" if document.carries_address else "no-cache"
        headers = {"ETag": etag, "Cache-Control": f"private, {kept}"}
        if known & {etag.removeprefix("W/"), "*"} and act.is_newest(unit.service.database, document, revision):
            return Response(None, 304, headers)
        return file_response(act.finish(unit, actor=actor, document=document, revision=revision), headers)

    return await in_turn(request, unit, act, work)


async def in_turn(request: Request, unit: Unit, act: Act[..., Any], work: Callable[[], Response]) -> Response:
    """Does the work on a thread that draws; whoever may not have it done is told so without waiting for one.

    So who asks is looked up twice where there is a line, and only then, and once in a while: their own turn decides.
    A refusal is not kept, so nobody waits here for what somebody else is being told.
    """
    lanes: Lanes = request.app.state.lanes
    if lanes.limiter(Lane.PRINTS).available_tokens < 1:
        admitted: Kept = request.app.state.admitted
        who = hashlib.sha256((unit.credential or "").encode()).digest(), act.permission
        actor: Actor | None = admitted.known(who)
        if actor is None:
            admitted.put(who, await on_thread(request, partial(unit.check, act.permission)))
        else:
            unit.meet(actor)
    return await on_thread(request, work, Lane.PRINTS)


async def answer_table(
    request: Request, unit: Unit, act: Export[...], values: Mapping[str, Any], *, suffix: Suffix, name: str
) -> Response:
    """The whole list that an act exports, as a file of this name.

    It is read and sent part by part. What is refused once the answer has begun cuts it off: a broken transfer.
    """
    parts = table(act.columns, unit.pages(act, values), suffix)
    first = await on_thread(request, partial(next, parts), lane_of(act))

    async def whole() -> AsyncIterator[bytes]:
        part: bytes | None = first
        while part is not None:
            if part:
                yield part
            part = await on_thread(request, partial(next, parts, None), lane_of(act))

    headers = {"Content-Disposition": f'attachment; filename="{name}.{suffix}"', "Cache-Control": "private, no-store"}
    return StreamingResponse(whole(), headers=headers, media_type=MEDIA[suffix])


def file_response(made: File, headers: Mapping[str, str]) -> Response:
    """The response that a file is: a PDF to be looked at, everything else to be kept."""
    shown = "inline" if made.media_type == "application/pdf" else "attachment"
    disposition = f'{shown}; filename="{made.name}"'
    return Response(made.content, 200, {**headers, "Content-Disposition": disposition}, made.media_type)


def _etag(document: Document) -> str:
    """Weak: two prints of the same content differ in when they were made and which copy they are."""
    return f'W/"{content_hash(document)[:24]}-{document.paper_size}-{document.language}"'


def tags_in(header: str) -> set[str]:
    """The entity tags of an If-None-Match, compared weakly (RFC 9110, 13.1.2)."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}
