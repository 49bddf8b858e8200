"""The house rules that a machine can check."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.sizes import part_of

PROJECT = Path(__file__).resolve().parent.parent
MODULES = sorted((PROJECT / "app").rglob("*.py"))

LONGEST_FILE = 400
LONGEST_FUNCTION = 80
DEFERRED_IMPORTS_ALLOWED = frozenset(
    {
        "app/conferences/workbooks.py:_bounded",
        "app/maintenance/migrations.py:configuration",
        "app/maintenance/migrations.py:downgrade",
        "app/maintenance/migrations.py:upgrade",
        "app/feeds/rendering.py:_written",
        "app/feeds/rendering.py:render",
        "app/printing/barcode.py:_bars",
        "app/shell/entry.py:main",
    }
)
"""Functions (``app/x.py:name``) that may import on their own: each says why."""

# Glued from halves, so that this file does not hold what it looks for.
REGISTRY_HOSTS = tuple(
    name + end for name, end in [("pypi", ".org"), ("python", "hosted"), ("npm", "js"), ("debian", ".org")]
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def _name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def _functions() -> Iterator[tuple[str, Function]]:
    for path in MODULES:
        for node in ast.walk(_tree(path)):
            if isinstance(node, Function):
                yield f"{_name(path)}:{node.name}", node


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Checks the contracts for the ``app`` and the pyproject.toml that are in a folder."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _broken(report: str) -> set[str]:
    return {line.partition(" BROKEN")[0] for line in report.splitlines() if " BROKEN" in line}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the house that a test may spoil."""
    shutil.copytree(PROJECT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_floors_of_the_house_hold() -> None:
    run = _lint(PROJECT)
    assert run.returncode == 0, run.stdout + run.stderr


FLOORS = "The floors of the house"
CORE = "The floors of the core"
HTTP = "HTTP stops at the top floors"
PRINTING = "Printing knows no database"
ACTS = "Deliveries expose acts"


@pytest.mark.parametrize(
    ("file", "planted", "contract"),
    [
        ("stock/ledger.py", "from app.claims import models", FLOORS),
        ("purchasing/service.py", "from app.members import models", FLOORS),  # next door
        ("serving/health.py", "from app.api import problems", FLOORS),
        ("core/clock.py", "from app.core import db", CORE),
        ("claims/service.py", "def late():\n    from app.coverage import queries", FLOORS),  # deferring hides nothing
        ("new_package/__init__.py", "", FLOORS),  # which floor?
        ("claims/service.py", "import fastapi", HTTP),
        ("coverage/queries.py", "from starlette.requests import Request", HTTP),
        ("web/public.py", "from app.claims.service import deputize", ACTS),
        ("shell/commands.py", "from app.stock import ledger", ACTS),
        ("printing/pen.py", "import sqlalchemy", PRINTING),
        ("printing/pen.py", "from sqlmodel import Session", PRINTING),
    ],
)
def test_a_planted_import_breaks_its_contract_and_no_other(copy: Path, file: str, planted: str, contract: str) -> None:
    path = copy / "app" / file
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as module:
        module.write(f"\n{planted}\n")
    run = _lint(copy)
    assert run.returncode == 1, run.stdout + run.stderr
    assert _broken(run.stdout) == {contract}


def test_every_module_says_what_it_is_for() -> None:
    assert [_name(path) for path in MODULES if not ast.get_docstring(_tree(path))] == []


def test_no_file_is_longer_than_one_can_hold_in_mind() -> None:
    lengths = {_name(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = {name: (node.end_lineno or 0) - node.lineno + 1 for name, node in _functions()}
    assert {name: lines for name, lines in lengths.items() if lines >= LONGEST_FUNCTION} == {}


def test_no_function_defers_an_import() -> None:
    deferred = {
        name
        for name, node in _functions()
        if any(isinstance(part, ast.Import | ast.ImportFrom) for part in ast.walk(node))
    }
    assert deferred == DEFERRED_IMPORTS_ALLOWED


def test_only_the_composition_root_of_each_delivery_reads_the_settings() -> None:
    reading = {
        _name(path)
        for path in MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"settings", "Settings"}
    }
    assert reading == {"app/core/config.py", "app/main.py", "app/shell/commands.py"}


def test_sets_of_statuses_have_their_names_in_models() -> None:
    """Whoever adds a status looks at the sets in ``models.py``, and nowhere else."""
    written_out = [
        f"{_name(path)}:{node.lineno}"
        for path in MODULES
        if path.name != "models.py"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Set | ast.List | ast.Tuple) and sum(map(_is_status, node.elts)) > 1
    ]
    assert written_out == []


def _is_status(node: ast.expr) -> bool:
    """Whether this is a member of one of the enumerations of statuses, such as ``ClaimStatus.CLOSED``."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id.endswith("Status")


def test_nothing_is_printed_through_paragraph_markup() -> None:
    """Platypus's Paragraph reads markup: ``<img src>`` in a user's text would put a local file on paper."""

    def names(node: ast.AST) -> set[str]:
        if isinstance(node, ast.ImportFrom):
            return {alias.name for alias in node.names}
        return {node.attr} if isinstance(node, ast.Attribute) else set()

    found = [_name(path) for path in MODULES for node in ast.walk(_tree(path)) if "Paragraph" in names(node)]
    assert found == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    """Whoever installs may have a mirror: lists and scripts name packages and hashes, never where they are."""
    git = shutil.which("git")
    if git is None or not (PROJECT / ".git").exists():
        pytest.skip("which files are tracked is known to git only, and this is no git checkout")
    listing = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    files = [PROJECT / name for name in listing.stdout.split("\0") if name]
    assert len(files) > len(MODULES)
    naming = [
        _name(path)
        for path in files
        if path.is_file() and any(host.encode() in path.read_bytes().lower() for host in REGISTRY_HOSTS)
    ]
    assert naming == []


def test_a_step_is_taken_by_the_package_that_completes_it_and_by_no_act() -> None:
    """What is half of a verb ends in ``_step``; whoever exposed it would leave the other half undone."""
    taking = [
        f"{_name(path)}: {alias.name}"
        for path in MODULES
        if path.name.endswith("acts.py") or path.relative_to(PROJECT).parts[1] in {"api", "shell", "web"}
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ImportFrom | ast.Attribute)
        for alias in (node.names if isinstance(node, ast.ImportFrom) else [ast.alias(node.attr)])
        if alias.name.endswith("_step")
    ]
    assert taking == []
    assert any(node.name.endswith("_step") for _, node in _functions())


def test_the_parts_of_the_soak_add_up_to_the_whole() -> None:
    tests = list(range(20))
    assert sorted(test for number in range(1, 7) for test in part_of(tests, f"{number}/6")) == tests
    with pytest.raises(pytest.UsageError):
        part_of(tests, "7/6")
