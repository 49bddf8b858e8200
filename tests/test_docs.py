"""What the documents say is what runs: the walk with curl, the tour, and the settings."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from itertools import zip_longest
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.core.config import PROJECT, Settings
from app.core.db import Database
from app.demo.load import load_demo
from tests.support.databases import NewDatabase
from tests.support.engines import told_elsewhere
from tests.support.server import running_servers

pytestmark = pytest.mark.on_one_engine("a document does not say which database there is")

NEXT = "= next ="
MARK = ".on_one_engine("
README = (PROJECT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def community(
    new_database: NewDatabase, template_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The database of the demo community, which nobody uses, and the folder of its tokens."""
    folder = tmp_path_factory.mktemp("demo")
    with new_database(copy_of=template_url) as url:
        database = Database(url)
        load_demo(database, here=Settings(data=folder))
        database.dispose()
        yield url, folder


@pytest.fixture
def demo(community: tuple[str, Path], new_database: NewDatabase, tmp_path: Path) -> Iterator[str]:
    """The address of a server with a copy of the demo community, whose tokens are in ``tmp_path``."""
    url, folder = community
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with new_database(copy_of=url) as copy, running_servers(copy) as (address,):
        yield address


def blocks(text: str, kind: str) -> list[str]:
    """The code blocks of a document that are of this kind."""
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def test_the_walk_with_curl_goes_as_it_is_written(demo: str, tmp_path: Path) -> None:
    text = (PROJECT / "docs" / "api.md").read_text("utf-8")
    script = "set -euo pipefail\n" + "\n".join(blocks(text, "sh"))
    environment = {**os.environ, "API": f"{demo}/api/v1", "TOKENS": str(tmp_path / "demo-tokens.json")}
    ran = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    written = [line for block in blocks(text, "text") for line in block.splitlines() if not line.startswith("curl")]
    said = [line.split("}")[-1] for line in ran.stdout.splitlines()]
    assert said == written
    assert (tmp_path / "packing-slip.pdf").read_bytes().startswith(b"%PDF-")


def test_the_tour_goes_twice_and_says_what_the_readme_shows(demo: str, tmp_path: Path) -> None:
    tour = [sys.executable, str(PROJECT / "scripts" / "tour.py"), "--url", demo, "--data", str(tmp_path)]
    first, second = (subprocess.run(tour, capture_output=True, text=True, timeout=120, check=False) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert second.returncode == 0, second.stderr
    shown = README.split("<!-- tour -->")[1].split("<!-- /tour -->")[0]
    assert masked(blocks(shown, "text")[0]) == masked(first.stdout.replace(str(tmp_path), "data"))
    kinds = Counter(path.name.split("-")[0] for path in (tmp_path / "tour").iterdir())
    assert kinds == {"order": 2, "packing": 2, "label": 2, "kit": 2, "coverage": 1}


def test_a_new_community_is_set_up_as_the_readme_shows(tmp_path: Path) -> None:
    shown = README.split("<!-- setup -->")[1].split("<!-- /setup -->")[0]
    commands, said = spoken(blocks(shown, "console")[0])
    (tmp_path / "app").symlink_to(PROJECT / "app")
    script = f"\nprintf '{NEXT}\\n'\n".join(commands).replace(".venv/bin/", f"{Path(sys.executable).parent}/")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CHAMPIONS_")}
    ran = subprocess.run(
        ["bash", "-ec", script], cwd=tmp_path, env=plain, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=120, check=True,
    )  # fmt: skip
    told = ran.stdout.split(f"{NEXT}\n")
    assert [masked(lines) for lines in told] == [masked(lines) for lines in said]
    (report,) = tmp_path.glob("coverage-report-*.pdf")
    page = PdfReader(BytesIO(report.read_bytes())).pages[0]
    assert round(float(page.mediabox.width)) == 595
    assert "Médicas de México" in page.extract_text()


def spoken(console: str) -> tuple[list[str], list[str]]:
    """The commands of a console, and what it shows below each of them."""
    parts = re.split(r"^\$ ((?:.*\\\n)*.*\n)", console, flags=re.MULTILINE)
    return parts[1::2], parts[2::2]


def masked(output: str) -> list[str]:
    """The lines without what changes from day to day: numbers, secrets, names of the day, who needs a champion."""
    lines = [line.strip() for line in output.strip().splitlines() if "needs a champion" not in line]
    return [re.sub(r"(?<=ccs_)\S+|[0-9a-f]{6}(?= \(invented\))|[\d,.]+", "…", line) for line in lines]


def test_the_readme_lists_every_setting_with_its_default() -> None:
    rows: dict[str, str | None] = {}
    for names, defaults in re.findall(r"^\| (`CHAMPIONS_[^|]+)\|([^|]*)\|", README, re.MULTILINE):
        found = re.findall(r"`CHAMPIONS_(\w+)`", names)
        rows |= dict(zip_longest(found, re.findall(r"`([^`]*)`", defaults)))
    fields = {name.upper(): field for name, field in Settings.model_fields.items()}
    assert rows.keys() == fields.keys()
    for name, written in rows.items():
        if written is not None:
            assert written == str(fields[name].default), name


def test_what_runs_on_one_database_only_is_named_with_its_reason() -> None:
    said = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    marked = [
        path.relative_to(PROJECT) for path in (PROJECT / "tests").rglob("test_*.py") if MARK in path.read_text("utf-8")
    ]
    assert marked
    assert [path for path in marked if f"`{path}`" not in said and f"`{path.parent}`" not in said] == []


def test_what_runs_on_sqlite_alone_because_others_send_the_same_is_still_there() -> None:
    named = [line.split("::") for line in told_elsewhere()]
    assert named
    for file, name in named:
        code = (PROJECT / file).read_text("utf-8").partition(f"def {name}(")[2].partition("\n\n\n")[0]
        assert code, f"{file}::{name} is gone"
        # SQLite has one writer at a time: of two at the same moment it cannot say what PostgreSQL would.
        assert not re.search(r"ThreadPoolExecutor|Thread\(|Barrier", code), f"{file}::{name} is about several at once"


def test_the_links_between_documents_lead_somewhere() -> None:
    for document in [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")]:
        for link in re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8")):
            if "://" not in link:
                assert (document.parent / link).exists(), f"{document.name}: {link}"


def test_the_page_of_performance_has_a_figure_of_each_work_that_is_measured() -> None:
    measured = set(
        re.findall(r"(?:read|Work)\(\s*\"([^\"]+)\"", (PROJECT / "scripts/bench_works.py").read_text("utf-8"))
    )
    page = (PROJECT / "docs" / "performance.md").read_text("utf-8")
    for heading in ("### SQLite", "### PostgreSQL"):
        table = page.partition(heading)[2].partition("\n#")[0]
        assert {line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")} - {
            "work",
            "---",
        } == measured


def test_there_is_a_picture_of_every_paper_and_they_can_be_made_again(tmp_path: Path) -> None:
    pictures = [sys.executable, str(PROJECT / "scripts" / "pictures.py"), "--folder", str(tmp_path), "--dpi", "20"]
    subprocess.run(pictures, cwd=PROJECT, check=True, timeout=120, capture_output=True)
    kept = {path.name for path in (PROJECT / "docs" / "paper").glob("*.png")}
    assert {path.name for path in tmp_path.glob("*.png")} == kept
    shown = (PROJECT / "docs" / "paper" / "README.md").read_text("utf-8")
    assert [name for name in kept if name not in shown] == []


def test_the_examples_of_the_api_are_what_the_demo_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = (PROJECT / "app" / "api" / "examples.json").read_text("utf-8")
    script = import_module("scripts.examples")
    monkeypatch.setattr(script, "FILE", tmp_path / "examples.json")
    script.main()
    made = json.loads((tmp_path / "examples.json").read_text("utf-8"))
    assert made.keys() == json.loads(kept).keys()
    assert made["Coverage"] == json.loads(kept)["Coverage"]


def test_every_picture_of_a_page_is_shown() -> None:
    folder = PROJECT / "docs" / "pages"
    shown = (folder / "README.md").read_text("utf-8")
    kept = [path.name for path in folder.glob("*.png")]
    assert kept
    assert [name for name in kept if name not in shown] == []
