"""Settings, read from the environment (prefix ``CHAMPIONS_``) and passed down by the composition root."""

import os
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.core.errors import Invalid
from app.core.language import Text, phrase, verbatim
from app.core.rules import LOCAL_URL, CommunitySettings, Rules
from app.core.servers import database_address, mail_server, proxies, servers
from app.core.text import Line, OptionalLine, WebAddress
from app.core.validation import complaint

PROJECT = Path(__file__).resolve().parents[2]
PREFIX = "CHAMPIONS_"

CLOSE = 0.75
"""How alike (``difflib``) a variable's name and one of ours are for it to be a slip.

Measured: of all names with one letter lost, doubled, changed or swapped none is less alike. Names that are somebody
else's, such as VERSION, REPLICAS or DOMAIN, come to 0.7 at most, but for a few that resemble one of ours in earnest.
"""

_OF_OTHERS = re.compile(
    # compose.yaml, and the tests of this project
    r"SITE=|TEST_|SOAK(_\w+)?="
    # what Kubernetes sets in every container for a service whose name is or begins with "champions"
    r"|(\w+_)?SERVICE_(HOST|PORT)(_\w+)?="
    r"|(\w+_)?PORT(_\d+_(TCP|UDP|SCTP))?=(tcp|udp|sctp)://"
    r"|(\w+_)?PORT_\d+_(TCP|UDP|SCTP)_(PROTO|PORT|ADDR)="
)
"""Variables that begin as ours do, with what they are set to, and are none of our business."""


class Settings(CommunitySettings, BaseSettings):
    """What may be set in the environment, where each field is ``CHAMPIONS_<NAME>``.

    What belongs to the community is here, too, but is kept in the database: what the environment says of it holds
    before that. Whoever wants to know what holds asks for :class:`Rules`.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    local_url: WebAddress = LOCAL_URL
    """Where this server is reached from its own machine; ``champions serve`` knows."""
    listens_on: OptionalLine = ""
    """The address that it listens on; ``champions serve`` says it, whatever the environment does."""
    data: Path = Path("data")
    database_url: SecretStr = SecretStr("")
    server_key: SecretStr = SecretStr("")
    """Where it is not set, ``server.key`` in the data folder has it."""
    threads: Annotated[int, Field(ge=1, le=64)] = 4
    max_body_bytes: Annotated[int, Field(ge=1_024, le=50_000_000)] = 1_048_576

    smtp_url: SecretStr = SecretStr("")
    mail_from: OptionalLine = ""
    letter_seconds: Annotated[int, Field(ge=0, le=60)] = 3
    post_seconds: Annotated[int, Field(ge=1, le=3_600)] = 10
    """How often a server looks for letters that are due."""
    figures_seconds: Annotated[int, Field(ge=0, le=60)] = 5
    """How old the figures of coverage may be that the public gets; 0: they are counted for each request."""

    daily_backups: Annotated[int, Field(ge=0, le=365)] = 7
    """So many days' backups of the server's own are kept on SQLite; with 0 it makes none."""
    weekly_backups: Annotated[int, Field(ge=0, le=52)] = 4

    tidy_minutes: Annotated[int, Field(ge=1, le=1_440)] = 60

    usps_url: Line = "https://apis.usps.com"
    usps_client_id: OptionalLine = ""
    usps_client_secret: SecretStr = SecretStr("")
    bluesky_url: Line = "https://public.api.bsky.app"
    fediverse_url: Line = "https://{server}"
    """Where a server of the fediverse is asked, by its name; for tests it may be another place."""
    outbound_allowed: OptionalLine = ""

    trusted_proxies: OptionalLine = ""
    metrics_token: SecretStr = SecretStr("")
    """Where it is set, whoever shows it reads ``/metrics``, and nobody else; else whoever asks from inside."""
    drain_seconds: Annotated[int, Field(ge=0, le=60)] = 0
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("database_url", "smtp_url")
    @classmethod
    def _is_an_address(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        check = {"database_url": database_address, "smtp_url": mail_server}[str(info.field_name)]
        check(value.get_secret_value())
        return value

    _proxies = field_validator("trusted_proxies")(proxies)
    _servers = field_validator("outbound_allowed")(servers)

    def rules(self, kept: Mapping[str, Any]) -> Rules:
        """The community's rules: what the environment says, else what the community has ``kept``, else the default."""
        said = {name: getattr(self, name) for name in Rules.model_fields if name in self.model_fields_set}
        return Rules.model_validate({"public_url": self.local_url, **kept, **said})

    @property
    def sqlalchemy_url(self) -> str:
        """The database: the one that was named, else the SQLite file in the data folder."""
        named = database_address(self.database_url.get_secret_value())
        return named or f"sqlite:///{self.data.resolve() / 'champions.db'}"

    @property
    def outbound_servers(self) -> frozenset[str]:
        """The servers, as ``host:port``, that may be asked although they are not public."""
        return frozenset(server.strip() for server in self.outbound_allowed.split(",") if server.strip())


def strangers(environment: Mapping[str, str]) -> list[str]:
    """The variables that begin as ours do, and are neither ours nor of anybody who is known to use such names."""
    ours = {name.upper() for name in Settings.model_fields}
    return sorted(
        name
        for name, value in environment.items()
        if (rest := name.upper()).startswith(PREFIX)
        and (rest := rest.removeprefix(PREFIX)) not in ours
        and not _OF_OTHERS.match(f"{rest}={value}")
    )


def settings() -> Settings:
    """The settings of this process's environment, for the composition root alone: it passes them down.

    Raises :class:`Invalid` for a variable whose name is a slip for one of ours, and for values that cannot be: a line
    for each, without what was said.
    """
    names = [name.upper() for name in Settings.model_fields]
    for stranger in strangers(os.environ):
        for close in get_close_matches(stranger.upper().removeprefix(PREFIX), names, 1, CLOSE):
            raise Invalid(phrase("{name} is no setting. Did you mean {close}?", name=stranger, close=PREFIX + close))
    try:
        return Settings()
    except ValidationError as error:
        wrong = [(str(each["loc"][0]), complaint(each)) for each in error.errors(include_input=False)]
    raise unfit(wrong)


def unfit(wrong: Sequence[tuple[str, Text]]) -> Invalid:
    """What is said of settings that cannot be: a line for each, which begins with its variable."""
    lines = {
        f"line{number}": verbatim("{name}: {why}", name=f"{PREFIX}{field.upper()}", why=why)
        for number, (field, why) in enumerate(wrong)
    }
    text = verbatim("\n".join(f"{{{line}}}" for line in lines), **lines)
    return Invalid(text, field=wrong[0][0])
