"""The server's own key: made once, for its owner only, and never replaced by itself."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.core.config import Settings
from app.core.errors import Invalid
from app.core.keys import FILE, ServerKey, server_key


def test_the_key_is_made_once_for_its_owner_only_also_by_many_at_once(tmp_path: Path) -> None:
    here = Settings(data=tmp_path / "new")
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: server_key(here).secret, range(64)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 43
    assert [stat.S_IMODE(file.stat().st_mode) for file in here.data.iterdir()] == [0o600]
    assert server_key(Settings(data=tmp_path)) != server_key(here)


def test_a_key_that_is_set_holds_before_the_file_and_makes_none(tmp_path: Path) -> None:
    here = Settings(data=tmp_path, server_key=SecretStr("x" * 32))
    assert server_key(here).secret == b"x" * 32
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_is_damaged_or_too_short_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("short\n")
    for here in (Settings(data=tmp_path), Settings(data=tmp_path, server_key=SecretStr("canary"))):
        with pytest.raises(Invalid, match="fewer than 32") as refused:
            server_key(here)
        assert "canary" not in str(refused.value.detail)
    assert (tmp_path / FILE).read_text() == "short\n"


def test_a_mark_depends_on_the_key_the_purpose_and_where_a_text_ends() -> None:
    one, other = ServerKey(b"a" * 32), ServerKey(b"b" * 32)
    marks = [
        one.mark("p", "x", "ana"),
        other.mark("p", "x", "ana"),
        one.mark("q", "x", "ana"),
        one.mark("p", "xa", "na"),
    ]
    assert len(set(marks)) == 4
    assert one.mark("p", "x", "ana") == ServerKey(b"a" * 32).mark("p", "x", "ana")
    assert one.name != other.name
