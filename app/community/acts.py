"""What can be done with the settings of a community, by whoever runs the service."""

from collections.abc import Mapping
from typing import Any

from app.acts.act import NOTHING_IN_PARTICULAR, Work, reads, writes
from app.acts.policy import Permission
from app.community import service
from app.community.schemas import SettingOut
from app.core.config import Settings


@reads(Permission.OPERATE)
def list_settings(work: Work, *, here: Settings) -> list[SettingOut]:
    """List every setting, with its value and who says so."""
    return service.tell_settings(work.session, here=here)


@writes(Permission.OPERATE, about=NOTHING_IN_PARTICULAR)
def set_up_community(work: Work, *, changes: Mapping[str, Any]) -> None:
    """Settle the community's name, its colors, its language, its lead times and limits."""
    service.settle(work.session, changes=changes)
