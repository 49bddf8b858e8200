"""``champions`` as a shell runs it, in this process."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from app.shell.commands import main


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Shell = Callable[..., Ran]


@contextmanager
def shell_on(
    database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    """Runs ``champions`` with arguments on a database; ``folder`` is its data."""
    monkeypatch.setenv("CHAMPIONS_DATABASE_URL", database_url)
    monkeypatch.setenv("CHAMPIONS_DATA", str(folder))

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["champions", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    yield run
