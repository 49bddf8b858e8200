"""The demo community: it goes into an empty database only, its books are sound, its tokens are their owner's alone."""

import json
import stat
from pathlib import Path

from app.core.config import Settings
from app.core.db import Database
from app.demo.load import load_demo
from app.maintenance.verification import differences
from app.people.access import authenticate


def test_the_demo_community_is_sound_and_loaded_once(database: Database, tmp_path: Path) -> None:
    assert load_demo(database, here=Settings(data=tmp_path))
    tokens = tmp_path / "demo-tokens.json"
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
    people = json.loads(tokens.read_text("utf-8"))
    with database.reading() as session:
        assert differences(session) == []
        roles = [authenticate(session, token=someone["token"]).role for someone in people]
    assert roles == ["coordinator", "champion", "champion"]
    written = tokens.read_bytes()
    assert not load_demo(database, here=Settings(data=tmp_path))
    assert tokens.read_bytes() == written
