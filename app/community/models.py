"""What the community has settled, kept where every replica, the shell and a backup find it."""

from datetime import datetime

from sqlmodel import Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime


class CommunitySetting(Row, table=True):
    """One setting, by its name in :class:`~app.core.rules.CommunitySettings`, with its value in JSON."""

    __tablename__ = "community_setting"

    name: str = Field(primary_key=True, max_length=60)
    value: str = Field(max_length=1_000)
    updated_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
