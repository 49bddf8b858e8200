"""What builds images and runs containers on this machine: docker, or podman with buildah."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Containers on a machine whose own limits are lower than an engine's defaults would not start.
_LIMITS = ("--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096")


def _output(command: list[str]) -> str:
    """What a command writes; one that fails ends the drill with what it has said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"containers: FAILED: {' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


@dataclass(frozen=True)
class Engine:
    """An engine, by its command with the options that it needs here."""

    command: tuple[str, ...]

    @staticmethod
    def found() -> "Engine":
        """The first that there is; ends the drill where there is none."""
        if (
            shutil.which("docker")
            and subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
        ):
            return Engine(("docker",))
        if not (shutil.which("podman") and shutil.which("buildah")):
            sys.exit("containers: needs docker and its server, or podman and buildah")
        options = [] if shutil.which("crun") else ["--runtime", "runc"]
        if not Path("/run/systemd/system").exists():
            options += ["--cgroup-manager", "cgroupfs"]
        return Engine(("podman", *options))

    @property
    def name(self) -> str:
        """What it is called."""
        return self.command[0]

    def call(self, *arguments: str) -> str:
        """What it writes for these arguments."""
        return _output([*self.command, *arguments])

    def try_to(self, *arguments: str) -> bool:
        """Whether it does what these arguments say."""
        return subprocess.run([*self.command, *arguments], capture_output=True, check=False).returncode == 0

    def show(self, *arguments: str) -> None:
        """Lets it write to standard error."""
        subprocess.run([*self.command, *arguments], stdout=sys.stderr, check=False)

    def run(self, *arguments: str) -> str:
        """A container with limits that this machine can keep; what it writes, unless it is detached."""
        return self.call("run", *_LIMITS, *arguments)

    def has(self, image: str) -> bool:
        """Whether this image is here."""
        return self.try_to("image", "inspect", image)

    def build(self, folder: Path, image: str, *, base: str | None = None) -> None:
        """An image of a folder with a Dockerfile, on this base."""
        options = ["--build-arg", f"BASE={base}"] if base else []
        if self.name == "docker":
            _output(["docker", "build", "--tag", image, *options, str(folder)])
            return
        # Healthchecks are known to one format only; a chroot is all that a build needs, and works without privileges.
        how = ["--isolation", "chroot", "--format", "docker"]
        if base is None or self.has(base):
            how.append("--pull-never")
        _output(["buildah", "build", *how, "--tag", image, *options, str(folder)])

    def import_folder(self, root: Path, image: str) -> None:
        """Makes an image of the files below a folder."""
        path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        with subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE) as files:
            subprocess.run(
                [*self.command, "import", "--change", f"ENV {path}", "-", image], stdin=files.stdout, check=True,
                stdout=subprocess.DEVNULL,
            )  # fmt: skip

    def size(self, image: str) -> int:
        """Its bytes, with those of what it was built on."""
        return int(self._inspect(image)["Size"])

    def health(self, image: str) -> list[str]:
        """The command by which the image says whether a container is healthy; empty where it has none."""
        found = self._inspect(image)
        said = found.get("Healthcheck") or found["Config"].get("Healthcheck") or {"Test": []}
        return [str(word) for word in said["Test"][1:]]

    def _inspect(self, image: str) -> dict[str, Any]:
        return dict(json.loads(self.call("image", "inspect", image))[0])
