"""What is told of a setting."""

from enum import StrEnum

from app.core.schema import Out


class Origin(StrEnum):
    """Who says what a setting is. Each holds before those below it."""

    ENVIRONMENT = "environment"
    DATABASE = "database"
    DEFAULT = "default"


class SettingOut(Out):
    """What a setting is now, and who says so. A secret is told of only whether it is set."""

    name: str
    value: str
    origin: Origin
