"""Settings in the environment: a slip in a name is noticed, and what belongs to others is left in peace."""

import pytest
from structlog.testing import capture_logs

from app.core.config import PREFIX, Settings, settings, strangers
from app.core.errors import Invalid
from app.main import app_from_environment

NAMES = [name.upper() for name in Settings.model_fields]
OF_OTHERS = {
    "CHAMPIONS_SITE": "ribbons.example.org",
    "CHAMPIONS_TEST_POSTGRESQL": "postgresql://",
    "CHAMPIONS_SOAK": "1",
    "CHAMPIONS_SOAK_FACTOR": "0.1",
    "CHAMPIONS_PORT": "tcp://10.0.0.1:8000",
    "CHAMPIONS_SERVICE_HOST": "10.0.0.1",
    "CHAMPIONS_SERVICE_PORT": "8000",
    "CHAMPIONS_SERVICE_PORT_HTTP": "8000",
    "CHAMPIONS_PORT_8000_TCP": "tcp://10.0.0.1:8000",
    "CHAMPIONS_PORT_8000_TCP_PROTO": "tcp",
    "CHAMPIONS_PORT_8000_TCP_PORT": "8000",
    "CHAMPIONS_PORT_8000_TCP_ADDR": "10.0.0.1",
    "CHAMPIONS_DB_SERVICE_HOST": "10.0.0.2",
    "CHAMPIONS_DB_PORT": "tcp://10.0.0.2:5432",
}
STRANGE = [
    "VERSION",
    "REPLICAS",
    "DOMAIN",
    "IMAGE",
    "BACKUP_DIR",
    "ENVIRONMENT",
    "DEBUG",
    "NAMESPACE",
    "WORKERS",
    "PORT",
    "HOST",
    "TOKEN",
]


def slips(name: str) -> set[str]:
    """The name with one letter lost, doubled, changed or swapped with the next."""
    at = range(len(name))
    made = {name[:i] + name[i + 1 :] for i in at} | {name[:i] + name[i] + name[i:] for i in at}
    made |= {name[:i] + "X" + name[i + 1 :] for i in at}
    made |= {name[:i] + name[i + 1] + name[i] + name[i + 2 :] for i in at[:-1]}
    return made - set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_slip_in_a_name_is_an_error_that_suggests_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for slip in slips(name):
        with monkeypatch.context() as patch:
            patch.setenv(PREFIX + slip, "canary")
            with pytest.raises(Invalid) as refused:
                settings()
        assert str(refused.value.detail) == f"{PREFIX}{slip} is no setting. Did you mean {PREFIX}{name}?"


def test_a_slip_keeps_a_server_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAMPIONS_COMUNITY_NAME", "Médicas")
    with pytest.raises(Invalid, match="CHAMPIONS_COMMUNITY_NAME"):
        app_from_environment()


def test_a_name_that_resembles_none_of_ours_is_a_warning_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in STRANGE:
        monkeypatch.setenv(PREFIX + name, "canary")
    monkeypatch.setattr("app.main.configure_logs", lambda _level: None)
    with capture_logs() as logs:
        app_from_environment()
    assert [line["name"] for line in logs] == sorted(PREFIX + name for name in STRANGE)
    assert {line["log_level"] for line in logs} == {"warning"}
    assert "canary" not in str(logs)


@pytest.mark.parametrize("name", OF_OTHERS)
def test_what_others_set_is_never_mentioned(name: str) -> None:
    assert strangers({name: OF_OTHERS[name], "CHAMPIONSHIP": "1", "PATH": "/bin"}) == []


def test_capitals_do_not_matter() -> None:
    assert strangers({"champions_hashtag": "#a", "Champions_Data": "b", "champions_site": "c"}) == []
    assert strangers({"champions_flavor": "a"}) == ["champions_flavor"]
