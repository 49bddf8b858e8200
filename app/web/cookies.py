"""The cookies of the pages: who is signed in, which browser waits for a code, and which proves a handle."""

from fastapi import Response

from app.core.rules import Rules
from app.web.visits import Visit, is_secure

KEPT = 400 * 24 * 3600
"""As long as browsers keep any. That a session is over is known to us alone."""

LANGUAGE_COOKIE = "language"
"""What holds the language that a reader has chosen, before that of their account."""


def session_cookie(rules: Rules) -> str:
    """The name of the cookie of a session."""
    return _named("session", rules)


def asking_cookie(rules: Rules) -> str:
    """The name of the cookie of a browser that has asked for a code."""
    return _named("asking", rules)


def proving_cookie(rules: Rules) -> str:
    """The name of the cookie of a browser in which somebody proves that a handle is theirs."""
    return _named("proving", rules)


def _named(name: str, rules: Rules) -> str:
    """Where we are reached by https, a name that only this host can set."""
    return f"__Host-{name}" if is_secure(rules) else name


def keep(visit: Visit, response: Response, name: str, value: str, *, seconds: int) -> None:
    """Has the browser keep a secret, which no script reads and no other site's form sends."""
    response.set_cookie(name, value, seconds, path="/", secure=visit.secure, httponly=True, samesite="lax")


def forget(visit: Visit, response: Response, name: str) -> None:
    """Has the browser forget it."""
    response.delete_cookie(name, path="/", secure=visit.secure, httponly=True, samesite="lax")
