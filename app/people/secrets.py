"""Secrets that stand for somebody: made, shown once, and kept as a hash only."""

import hashlib
import secrets

_BYTES = 24  # 192 bits: not to be guessed, so a fast hash is enough


def new_secret(prefix: str) -> str:
    """A fresh secret of 192 random bits, URL-safe. The prefix tells what it is for."""
    return prefix + secrets.token_urlsafe(_BYTES)


def hash_secret(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


API_TOKEN = "cct_"  # noqa: S105 (a prefix)
MEMBER_LINK = "ccm_"
SIGN_IN_LINK = "ccs_"
