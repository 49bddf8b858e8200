"""Secrets that stand for somebody: made, shown once, and kept as a hash only."""

import hashlib
import secrets

from app.core.keys import ServerKey
from app.papers.models import ALPHABET

_BYTES = 24  # 192 bits: not to be guessed, so a fast hash is enough


def new_secret(prefix: str) -> str:
    """A fresh secret of 192 random bits, URL-safe. The prefix tells what it is for."""
    return prefix + secrets.token_urlsafe(_BYTES)


def derived_secret(prefix: str, key: ServerKey, seed: str) -> str:
    """A secret of 192 bits that is kept nowhere: whoever has the seed and the server's key makes the same again."""
    return prefix + key.mark(f"secret {prefix}", seed)[: 2 * _BYTES]


def hash_secret(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


API_TOKEN = "cct_"  # noqa: S105 (a prefix)
MEMBER_LINK = "ccm_"
SIGN_IN_LINK = "ccs_"
EMAIL_CHANGE = "cce_"
BROWSER_SESSION = "ccb_"
MEMBER_SESSION = "ccv_"
HANDLE_PROOF = "ccp_"
MEETUP_LINK = "ccn_"
CALENDAR_LINK = "ccc_"
CALENDAR_PATH = "/calendar/{code}.ics"
"""Where a calendar is; its secret stands in the path, which no log of ours has."""
SESSIONS = (BROWSER_SESSION, MEMBER_SESSION)
"""What the cookie of a session may begin with."""

CODE_LENGTH = 8
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """A short code of 40 random bits, in two groups, to be read in one place and typed in another.

    It can be guessed in time, so it needs a limit of tries and something else beside it.
    """
    signs = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return f"{signs[:4]}-{signs[4:]}"


def derived_code(key: ServerKey, seed: str) -> str:
    """What :func:`new_code` is, kept nowhere, as :func:`derived_secret` is not."""
    signs = "".join(ALPHABET[number % len(ALPHABET)] for number in bytes.fromhex(key.mark("code", seed))[:CODE_LENGTH])
    return f"{signs[:4]}-{signs[4:]}"


def read_code(typed: str) -> str:
    """A short code without what people put between its signs, and with those they take for each other made right."""
    return "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_READ_AS)
