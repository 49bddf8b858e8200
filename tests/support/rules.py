"""The rules and the key of the community in which the tests take place: the demo's name, many claims for a champion."""

from typing import Any

from app.core.keys import ServerKey
from app.core.rules import Rules

OURS: dict[str, Any] = {"community_name": "Latinas in Medicine", "hashtag": "#LatinasInMedicine", "open_claims": 100}
"""What the environment says to every app under test."""

RULES = Rules.model_validate(OURS)

KEY = ServerKey(b"the key of every server under test")
"""So that none writes one into the folder from which the tests are run."""
