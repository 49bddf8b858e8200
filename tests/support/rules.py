"""The rules of the community in which the tests take place: the product's own, and many open claims for a champion."""

from app.core.config import Settings

OURS = {"open_claims": 100}
"""What is set for every app under test."""

RULES = Settings.model_validate(OURS).rules
