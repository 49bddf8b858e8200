"""All kinds of letters, by their names."""

from collections.abc import Mapping
from typing import Any

from app.letters import account
from app.letters.kind import Kind
from app.outbox.models import LetterKind

KINDS: Mapping[LetterKind, Kind[Any]] = {
    LetterKind.SIGN_IN: account.SIGN_IN,
    LetterKind.APPLICATION: account.APPLICATION,
    LetterKind.INVITATION: account.INVITATION,
    LetterKind.NEW_EMAIL: account.NEW_EMAIL,
    LetterKind.OLD_EMAIL: account.OLD_EMAIL,
}
