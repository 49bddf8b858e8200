"""The services of compose.yaml as containers: with its environment, volumes, limits, order and patience."""

import re
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from scripts.drill.engine import Engine

PROJECT = Path(__file__).resolve().parent.parent.parent
PORT = 8443
"""Where this machine reaches the proxy."""

_NETWORK = "champions-drill"
_SECONDS_TO_BE_HEALTHY = 120.0
_IMAGES = {"db": "champions-drill-db", "proxy": "champions-drill-proxy"}
"""What stands in for the images that compose.yaml names."""

_KNOWN = {
    "build", "cap_drop", "depends_on", "env_file", "environment", "healthcheck", "image", "ports", "read_only",
    "restart", "security_opt", "stop_grace_period", "tmpfs", "volumes",
}  # fmt: skip
"""What a service may say. The proxy's ports are the drill's own, and nothing is restarted behind its back."""


class Services:
    """All of them on one network; each container has the name of its service."""

    def __init__(self, engine: Engine, said: Mapping[str, str]) -> None:
        self.engine = engine
        text = (PROJECT / "compose.yaml").read_text("utf-8")
        filled = re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda found: said.get(found[1]) or found[2] or "", text)
        self._services: dict[str, dict[str, Any]] = yaml.safe_load(filled)["services"]
        for name, service in self._services.items():
            if unknown := service.keys() - _KNOWN:
                sys.exit(f"containers: FAILED: the drill does not know what {unknown} of {name} is")
        self._images = {name: _IMAGES.get(name) or service["image"] for name, service in self._services.items()}

    @property
    def names(self) -> set[str]:
        """Which there are."""
        return set(self._services)

    def start(self) -> Iterator[tuple[str, float]]:
        """Starts each when what it depends on is healthy; its name, and after how many seconds it is healthy itself."""
        self.engine.try_to("network", "create", _NETWORK)
        waiting, healthy = dict(self._services), set[str]()
        while waiting:
            next_ones = [name for name, one in waiting.items() if healthy.issuperset(one.get("depends_on", ()))]
            began = time.monotonic()
            for name in next_ones:  # at once, as compose does: one of the replicas migrates, and the other one waits
                self._create(name)
            for name in next_ones:
                self._wait(name)
                yield name, time.monotonic() - began
                healthy.add(name)
                del waiting[name]

    def replace(self, name: str, *, image: str) -> tuple[float, float]:
        """A new container of another image, as soon as the old one has stopped; the seconds of both."""
        began = time.monotonic()
        grace = self._services[name]["stop_grace_period"].removesuffix("s")
        self.engine.call("stop", "--time", grace, self._container(name))
        stopped = time.monotonic()
        if stopped - began >= float(grace):
            sys.exit(f"containers: FAILED: {name} had to be killed after {grace} s")
        self.engine.call("rm", "--volumes", self._container(name))
        self._images[name] = image
        self._create(name)
        self._wait(name)
        return stopped - began, time.monotonic() - stopped

    def run(self, name: str, *words: str) -> str:
        """What a command says in a container of its own, which is gone then."""
        return self.engine.run("--rm", *self._options(name), self._images[name], *words)

    def execute(self, name: str, *words: str) -> str:
        """What a command says in the service's container."""
        return self.engine.call("exec", self._container(name), *words)

    def works(self, name: str, *words: str) -> bool:
        """Whether a command in the service's container succeeds."""
        return self.engine.try_to("exec", self._container(name), *words)

    def show_logs(self) -> None:
        """The last lines of each, to standard error."""
        for name in self._services:
            self.engine.show("logs", "--tail", "20", self._container(name))

    def remove(self, *, volumes: bool) -> None:
        """Ends them all; their data only if it is said."""
        # Whoever depends on others goes before them: a replica without its database waits for it to the end.
        for name in sorted(self._services, key=lambda one: -len(self._services[one].get("depends_on", ()))):
            grace = self._services[name]["stop_grace_period"].removesuffix("s")
            self.engine.try_to("stop", "--time", grace, self._container(name))
            self.engine.try_to("rm", "--force", "--volumes", self._container(name))
        self.engine.try_to("network", "rm", _NETWORK)
        if volumes:
            named = {_volume(each) for one in self._services.values() for each in one.get("volumes", ())}
            self.engine.try_to("volume", "rm", *sorted(name for name in named if not name.startswith("/")))

    def _create(self, name: str) -> None:
        ports = ["--publish", f"127.0.0.1:{PORT}:443"] if self._services[name].get("ports") else []
        here = ("--detach", "--name", self._container(name), "--network-alias", name)
        self.engine.run(*here, *ports, *self._options(name), self._images[name])

    def _options(self, name: str) -> list[str]:
        service = self._services[name]
        options = ["--network", _NETWORK]
        for key, value in service.get("environment", {}).items():
            options += ["--env", f"{key}={value}"]
        for volume in service.get("volumes", ()):
            source, _, rest = str(volume).partition(":")
            options += ["--volume", f"{_volume(source)}:{rest}"]
        options += ["--read-only"] if service.get("read_only") else []
        for option, key in (("--tmpfs", "tmpfs"), ("--cap-drop", "cap_drop"), ("--security-opt", "security_opt")):
            for value in service.get(key, ()):
                # podman knows it by its name alone.
                options += [option, str(value).removesuffix(":true")]
        return options

    def _wait(self, name: str) -> None:
        """Until it is healthy, by its own check; the proxy, which has none, answers when it is asked."""
        said = self._services[name].get("healthcheck", {"test": []})["test"][1:]
        test = said or self.engine.health(self._images[name])
        deadline = time.monotonic() + _SECONDS_TO_BE_HEALTHY
        while test and not self.works(name, *test):
            if time.monotonic() > deadline:
                sys.exit(f"containers: FAILED: {name} is not healthy after {_SECONDS_TO_BE_HEALTHY:.0f} s")
            time.sleep(0.5)

    def _container(self, name: str) -> str:
        return f"{_NETWORK}-{name}"


def _volume(said: str) -> str:
    """The name of a volume of the drill's own, or the path of a file of the project."""
    source = said.partition(":")[0]
    return str(PROJECT / source) if source.startswith("./") else f"{_NETWORK}-{source}"
