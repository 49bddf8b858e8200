"""Settings, read from the environment (prefix ``CHAMPIONS_``) and passed down by the composition root."""

from dataclasses import fields
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.core.language import Language
from app.core.rules import Rules
from app.core.text import Line, OptionalLine, ShortLine

PROJECT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """What one deployment, that is one community, may set. Each field is ``CHAMPIONS_<NAME>`` in the environment."""

    model_config = SettingsConfigDict(env_prefix="CHAMPIONS_", extra="ignore", frozen=True)

    community_name: Line = "Latinas in Medicine"
    hashtag: ShortLine = "#LatinasInMedicine"
    ribbon_color: ShortLine = "#1B4F9C"
    foil_color: ShortLine = "#C9A227"
    contact_email: OptionalLine = ""
    public_url: Line = "http://127.0.0.1:8000"
    language: Language = "en"
    paper_size: Literal["letter", "a4"] = "letter"
    home_country: ShortLine = "US"
    default_platform: Literal["x", "bluesky", "instagram", "threads", "linkedin"] = "x"

    data: Path = Path("data")
    database_url: SecretStr = SecretStr("")
    threads: Annotated[int, Field(ge=1, le=64)] = 4
    max_body_bytes: Annotated[int, Field(ge=1_024, le=50_000_000)] = 1_048_576

    smtp_url: SecretStr = SecretStr("")
    mail_from: OptionalLine = ""
    sign_in_minutes: Annotated[int, Field(ge=1, le=1_440)] = 15

    transit_days: Annotated[int, Field(ge=0, le=90)] = 5
    buffer_days: Annotated[int, Field(ge=0, le=90)] = 3
    amber_days: Annotated[int, Field(ge=0, le=90)] = 7
    hand_out_days_before: Annotated[int, Field(ge=0, le=30)] = 2
    open_claims: Annotated[int, Field(ge=1, le=1_000)] = 5
    request_expiry_days: Annotated[int, Field(ge=0, le=90)] = 1
    address_days: Annotated[int, Field(ge=1, le=365)] = 30
    tidy_minutes: Annotated[int, Field(ge=1, le=1_440)] = 60

    usps_url: Line = "https://apis.usps.com"
    usps_client_id: OptionalLine = ""
    usps_client_secret: SecretStr = SecretStr("")
    outbound_allowed: OptionalLine = ""

    trusted_proxies: OptionalLine = ""
    drain_seconds: Annotated[int, Field(ge=0, le=60)] = 0
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def rules(self) -> Rules:
        """The part of the settings that belongs to the community rather than to this process."""
        return Rules(**{field.name: getattr(self, field.name) for field in fields(Rules)})

    @property
    def sqlalchemy_url(self) -> str:
        """The database: the one that was named, else the SQLite file in the data folder."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data.resolve() / 'champions.db'}"

    @property
    def outbound_servers(self) -> frozenset[str]:
        """The servers, as ``host:port``, that may be asked although they are not public."""
        return frozenset(server.strip() for server in self.outbound_allowed.split(",") if server.strip())


def settings() -> Settings:
    """The settings of this process's environment, for the composition root alone: it passes them down."""
    return Settings()
