"""How the tests call the servers that they have started: on loopback, never by way of a proxy, never over TLS."""

import ssl
from typing import Any

LOOPBACK: dict[str, Any] = {"verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "trust_env": False}
"""For ``httpx``. Each client would read all certificates of this machine otherwise, in 25 ms (measured)."""
