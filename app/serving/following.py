"""What follows an answer: it begins once the answer is sent, on a thread of its own lane."""

from functools import partial
from typing import Any

from fastapi import Request, Response
from starlette.background import BackgroundTask

from app.acts.act import Write
from app.acts.afterwards import Afterwards
from app.acts.unit import Unit


def follow(request: Request, response: Response, unit: Unit, act: Write[..., Any], result: Any) -> None:
    """Lets what follows an act begin after this response; nothing does after a repeated one, whose result is None."""
    if act.follows is not None and result is not None:
        afterwards: Afterwards = request.app.state.afterwards
        following = partial(act.follows.work, unit.service, result)
        response.background = BackgroundTask(afterwards.start, following, act.follows.lane)
