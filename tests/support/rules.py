"""The rules of the community in which the tests take place: the demo's name, and many open claims for a champion."""

from typing import Any

from app.core.rules import Rules

OURS: dict[str, Any] = {"community_name": "Latinas in Medicine", "hashtag": "#LatinasInMedicine", "open_claims": 100}
"""What the environment says to every app under test."""

RULES = Rules.model_validate(OURS)
