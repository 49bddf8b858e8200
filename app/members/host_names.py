"""What is known of host names without asking the network."""

import validators

# Hosts under which people have addresses for mail, and nobody an account of the fediverse.
_MAIL = (
    "aol.com fastmail.com gmail.com gmx.com gmx.de gmx.net googlemail.com hotmail.com hotmail.es icloud.com live.com "
    "mac.com mail.com mail.ru me.com msn.com outlook.com outlook.es pm.me proton.me protonmail.com qq.com web.de "
    "yahoo.com yahoo.com.mx yahoo.es yandex.ru ymail.com zoho.com"
)
MAIL_HOSTS = frozenset(_MAIL.split())


def is_host(text: str) -> bool:
    """Whether a name may be a host name: its last label is a top-level domain that IANA lists."""
    return validators.domain(text, consider_tld=True) is True
