"""A drill: the image is built, and what compose.yaml says is run with it, as containers.

Two replicas, PostgreSQL and the proxy start on a network of their own. A community is set up and somebody signs in.
Then the replicas are replaced by another image, one after the other, while conferences are added by way of the proxy;
then everything is, but for the volumes. Whatever is not as it should be ends the drill with a sentence.

Runs with docker, or with podman and buildah. The images of PostgreSQL and Caddy are not fetched: they are made on the
same base, of its own PostgreSQL and of the Caddy of the tests.
"""

import argparse
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.drill.engine import Engine
from scripts.drill.load import SITE, Load, ask
from scripts.drill.services import Services

PROJECT = Path(__file__).resolve().parent.parent
IMAGE = "conference-champions"
DEBIAN = "champions-drill-debian"
NEXT = "champions-drill-next"

POSTGRESQL = """FROM {base}
RUN apt-get update && apt-get install -y --no-install-recommends postgresql && rm -rf /var/lib/postgresql/* \\
 && chown postgres:postgres /var/lib/postgresql
COPY start /start
USER postgres
VOLUME /var/lib/postgresql
STOPSIGNAL SIGINT
ENTRYPOINT ["sh", "/start"]
"""

START_POSTGRESQL = """set -eu
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
data=/var/lib/postgresql/data
if [ ! -s $data/PG_VERSION ]; then
  echo "$POSTGRES_PASSWORD" >/tmp/password
  initdb --pgdata=$data --username=$POSTGRES_USER --pwfile=/tmp/password --auth=scram-sha-256 --encoding=UTF8 >/dev/null
  echo 'host all all all scram-sha-256' >>$data/pg_hba.conf
  echo "CREATE DATABASE $POSTGRES_DB" | postgres --single -D $data postgres >/dev/null
fi
exec postgres -D $data -c listen_addresses='*' -c unix_socket_directories=/tmp
"""

CADDY = """FROM {base}
COPY caddy /usr/bin/caddy
ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/data
ENTRYPOINT ["caddy", "run", "--adapter", "caddyfile", "--config", "/etc/caddy/Caddyfile"]
"""


def main() -> None:
    """The whole drill."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="python:3.13-slim", help="the image to build on: a Debian with Python 3.13")
    parser.add_argument("--debootstrap", action="store_true", help="make that image here (root only), with debootstrap")
    chosen = parser.parse_args()
    engine = Engine.found()
    say(f"with {engine.name}")
    base = bootstrap(engine) if chosen.debootstrap else chosen.base
    build(engine, base)
    services = Services(engine, {"POSTGRES_PASSWORD": secrets.token_hex(16), "CHAMPIONS_SITE": SITE})
    with running(services):
        code = set_up(services)
        token = ask("POST", "/api/v1/tokens", {"secret": code}).json()["token"]
        load = Load(token)
        inspect(services)
        roll(services, load)
        survive(services, load)
    say("all is well")


def say(text: str) -> None:
    """A line of the report."""
    print(f"containers: {text}", flush=True)


def check(right: bool, wrong: str) -> None:
    """Ends the drill with this sentence, unless all is right."""
    if not right:
        sys.exit(f"containers: FAILED: {wrong}")


def bootstrap(engine: Engine) -> str:
    """A Debian of this release with Python 3.13, which trusts whom this machine trusts."""
    if not engine.has(DEBIAN):
        with tempfile.TemporaryDirectory(prefix="champions-drill-") as folder:
            root = Path(folder) / "root"
            included = "--include=python3,python3-venv,python3-pip"
            subprocess.run(
                ["debootstrap", "--variant=minbase", included, "trixie", root], check=True, stdout=subprocess.DEVNULL
            )
            (root / "usr/bin/python").symlink_to("python3")
            certificates = Path("etc/ssl/certs/ca-certificates.crt")
            shutil.copy("/" / certificates, root / certificates)
            engine.import_folder(root, DEBIAN)
    return DEBIAN


def build(engine: Engine, base: str) -> None:
    """The image, another version of it, and stand-ins for what else compose.yaml names."""
    began = time.monotonic()
    engine.build(PROJECT, IMAGE, base=base)
    seconds, size = time.monotonic() - began, engine.size(IMAGE) - engine.size(base)
    say(f"built in {seconds:.0f} s; {size / 1e6:.0f} MB more than its base")
    for name, text, file in (
        ("champions-drill-db", POSTGRESQL, ("start", START_POSTGRESQL.encode())),
        ("champions-drill-proxy", CADDY, ("caddy", Path(sys.executable).with_name("caddy").read_bytes())),
        (NEXT, f"FROM {IMAGE}\nLABEL version=next\nCOPY new /new\n", ("new", b"")),
    ):
        with tempfile.TemporaryDirectory(prefix="champions-drill-") as folder:
            (Path(folder) / "Dockerfile").write_text(text.format(base=base))
            (Path(folder) / file[0]).write_bytes(file[1])
            (Path(folder) / file[0]).chmod(0o755)
            engine.build(Path(folder), name)


@contextmanager
def running(services: Services) -> Iterator[None]:
    """All of them, each when what it depends on is healthy; nothing is left when the block ends."""
    services.remove(volumes=True)
    try:
        for name, seconds in services.start():
            say(f"{name} is healthy after {seconds:.0f} s")
        yield
    except BaseException:
        services.show_logs()
        raise
    finally:
        services.remove(volumes=True)


def set_up(services: Services) -> str:
    """Sets up a community by commands in containers of their own; the code by which a coordinator signs in."""
    services.run("app-a", "setup", "--name", "Drill", "--hashtag", "#Drill")
    said = services.run("app-b", "people", "invite", "Ana Núñez", "ana@example.org", "--role", "coordinator")
    found = re.search(r"ccs_\S+", said)
    check(found is not None, f"no code in: {said}")
    assert found
    return found.group()


def inspect(services: Services) -> None:
    """Who runs in a replica and what they may, and what the proxy says."""
    for name in ("app-a", "app-b"):
        status = services.execute(name, "cat", "/proc/1/status")
        check(re.search(r"^Uid:\s+10001\s", status, re.MULTILINE) is not None, f"{name} does not run as its own user")
        check(re.search(r"^CapEff:\s+0+$", status, re.MULTILINE) is not None, f"{name} has capabilities")
        check(re.search(r"^NoNewPrivs:\s+1$", status, re.MULTILINE) is not None, f"{name} may get new privileges")
        check(not services.works(name, "touch", "/srv/champions/new"), f"{name} may write into its image")
        check(services.works(name, "touch", "/tmp/new"), f"{name} has no /tmp")
        get = "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/metrics').read()"
        check(services.works(name, "python", "-c", get), f"{name} does not tell its counters from inside")
    keys = {services.execute(name, "sha256sum", "/data/server.key") for name in ("app-a", "app-b")}
    check(len(keys) == 1, "the replicas have two keys")
    for path, status in (("/metrics", 404), ("/readyz", 404), ("/readyz/replica", 404), ("/healthz", 200)):
        check(ask("GET", path).status_code == status, f"{path} is not {status} by way of the proxy")
    said = ask("GET", "/healthz").headers.get("Strict-Transport-Security")
    check(said is not None, "nobody is told to come by https")
    say("each replica runs as its own user with no capabilities, and the proxy keeps what is inside")


def roll(services: Services, load: Load) -> None:
    """One replica after the other gets the next version while conferences are added, and each of them is."""
    with load:
        for name in ("app-a", "app-b"):
            stopped, ready = services.replace(name, image=NEXT)
            say(f"{name} is replaced: stopped in {stopped:.0f} s, healthy after {ready:.0f} s")
            check(services.works(name, "test", "-e", "/new"), f"{name} is of the old version")
        load.wait_for_more()
    check(set(load.answers) == {201}, f"answers while the replicas were replaced: {load.answers}")
    say(f"{load.answers[201]} conferences were added meanwhile, each at once or within {load.slowest:.1f} s")


def survive(services: Services, load: Load) -> None:
    """Everything is replaced by new containers on the same volumes, and what was there is there."""
    key = services.execute("app-a", "sha256sum", "/data/server.key")
    before = services.execute("app-a", "champions", "stock", "verify")
    services.remove(volumes=False)
    for name, seconds in services.start():
        say(f"{name} is healthy again after {seconds:.0f} s")
    check(load.kept() == load.answers[201], "conferences were lost with the containers")
    check(services.execute("app-b", "sha256sum", "/data/server.key") == key, "the key was lost with the containers")
    check(services.execute("app-a", "champions", "stock", "verify") == before, "the books are others")
    say("new containers on the same volumes know them all")


if __name__ == "__main__":
    main()
