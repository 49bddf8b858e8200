"""What is done with the settings of a community."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr
from sqlmodel import Session

from app.community.models import CommunitySetting
from app.community.rules import checked, kept
from app.community.schemas import Origin, SettingOut
from app.core.clock import utcnow
from app.core.config import Settings
from app.core.rules import Rules


def settle(session: Session, *, changes: Mapping[str, Any]) -> None:
    """Keeps these settings, and leaves the others as they are. Raises :class:`Invalid` for one that cannot be."""
    settled = checked(changes)
    for name in changes:
        value = json.dumps(getattr(settled, name), ensure_ascii=False)
        session.merge(CommunitySetting(name=name, value=value, updated_at=utcnow()))
    session.flush()


def tell_settings(session: Session, *, here: Settings) -> list[SettingOut]:
    """Every setting, first those of the community and then those of this process."""
    settled = kept(session)
    rules = here.rules(settled)

    def origin(name: str) -> Origin:
        if name in here.model_fields_set:
            return Origin.ENVIRONMENT
        return Origin.DATABASE if name in settled else Origin.DEFAULT

    community = [(name, str(getattr(rules, name))) for name in Rules.model_fields]
    process = [(name, _told(getattr(here, name))) for name in Settings.model_fields if name not in Rules.model_fields]
    return [SettingOut(name=name, value=value, origin=origin(name)) for name, value in (*community, *process)]


def _told(value: object) -> str:
    if isinstance(value, SecretStr):
        return "(set)" if value.get_secret_value() else ""
    return str(value)
