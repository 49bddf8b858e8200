"""The community's rules, as they stand when they are asked for."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import Session, col

from app.community.models import CommunitySetting
from app.core.config import Settings, unfit
from app.core.db import columns
from app.core.errors import Invalid
from app.core.rules import Rules
from app.core.validation import complaint
from app.printing.entering import refuse, unprintable

_KEPT = select(col(CommunitySetting.name), col(CommunitySetting.value))


_PRINTED = ("community_name", "hashtag", "contact_email")


def checked(changes: Mapping[str, Any]) -> Rules:
    """Rules with these settings. Raises :class:`Invalid`, naming the setting, for one that cannot be."""
    try:
        rules = Rules.model_validate(changes, extra="forbid")
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise Invalid(complaint(first), field=str(first["loc"][0])) from None
    printed = {name: getattr(rules, name) for name in _PRINTED if name in changes}
    refuse(unprintable(printed, needed={"community_name", "hashtag"}))
    return rules


def check_environment(here: Settings) -> None:
    """Raises :class:`Invalid` for a setting of this process's environment that a community cannot have."""
    try:
        checked({name: getattr(here, name) for name in Rules.model_fields if name in here.model_fields_set})
    except Invalid as refusal:
        raise unfit([(str(refusal.field), refusal.detail)]) from None


def kept(session: Session) -> dict[str, Any]:
    """What the community has settled, by name; what another release knows and this one does not is left out."""
    rows = columns(session, _KEPT)
    return {name: json.loads(value) for name, value in rows if name in Rules.model_fields}


def rules_of(session: Session, *, here: Settings) -> Rules:
    """What holds: what this process's environment says, else what the community has settled, else the default."""
    return here.rules(kept(session))
