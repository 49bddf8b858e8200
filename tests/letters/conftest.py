"""A community with a mail server on loopback, whose letters leave when a test says so."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.acts.application import Service
from app.core.clock import frozen
from app.letters.sending import post
from tests.support.mailbox import Mailbox, mailbox
from tests.support.world import World

Leave = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server."""
    with mailbox() as found:
        yield found


@pytest.fixture
def there(world: World, box: Mailbox) -> Iterator[World]:
    """The community with that mail server."""
    with world.with_settings(smtp_url=box.url, mail_from="r@example.org") as found:
        yield found


@pytest.fixture
def leave(there: World, box: Mailbox) -> Leave:
    """Lets two minutes pass: to whom letters have left then, and what is in their subject lines."""
    service: Service = there.client.app.state.service  # type: ignore[attr-defined]  # it is FastAPI

    def left() -> list[tuple[str, str]]:
        before = len(box.taken)
        with frozen(datetime.now(UTC) + timedelta(minutes=2)):
            post(service, urgent=False)
        found = ((str(one["To"]).partition("@")[0], str(one["Subject"])) for one in box.taken[before:])
        return sorted(found)

    return left
