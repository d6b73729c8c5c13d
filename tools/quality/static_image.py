"""Does a Dockerfile's steps without a container engine.

A temporary folder stands for the image's file system: absolute paths of the Dockerfile lie below it. The steps run in
order with a fresh virtual environment in place of the base image's Python.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.quality.static_docker import Dockerfile, is_ignored, pairs, patterns_of
from tools.quality.static_files import DOCKERIGNORE, ROOT

UID = 1000  # Hugging Face Spaces runs images as this user
STANDARD_PATH = "/usr/local/bin:/usr/bin:/bin"
INSTALL_LIMIT_S = 300
IGNORED = patterns_of(DOCKERIGNORE)


@dataclass
class Image:
    """The image's file system, in a folder, and what its instructions have set so far."""

    root: Path
    workdir: Path = field(init=False)
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.workdir = self.root

    def inside(self, path: str) -> str:
        """Where an absolute path of the image lies on this machine; other texts as they are."""
        return f"{self.root}{path}" if path.startswith("/") else path

    @property
    def path(self) -> str:
        return f"{self.root}/python/bin:{STANDARD_PATH}"

    def files(self) -> dict[str, int]:
        """Every file in the working directory, with the time of its last change in nanoseconds."""
        return {str(path): path.stat().st_mtime_ns for path in self.workdir.rglob("*") if path.is_file()}


def as_user() -> dict[str, Any]:
    """How to start a process as the image's user; a user who is not root is unprivileged as it is."""
    return {"user": UID, "group": UID, "extra_groups": []} if os.geteuid() == 0 else {}


def usable_python() -> str:
    """A Python 3.10 or newer that the image's user may run. The one running the tests can lie in root's home."""
    names = (f"python3.{sys.version_info.minor}", "python3")
    candidates = [os.path.realpath(sys.executable), *(shutil.which(name, path=STANDARD_PATH) for name in names)]
    check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"
    for candidate in filter(None, candidates):
        with suppress(PermissionError):
            if subprocess.run([candidate, "-c", check], cwd="/", capture_output=True, **as_user()).returncode == 0:
                return candidate
    raise RuntimeError(
        f"no Python >= 3.10 with venv that uid {UID} may run among {candidates}: install one system-wide"
    )


@contextmanager
def empty_image() -> Iterator[Image]:
    """An empty image: a Python, a home of the user, a /tmp, and nothing else."""
    with tempfile.TemporaryDirectory(prefix="image-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        root.chmod(0o755)
        for path, mode in (("home/user", 0o755), ("tmp", 0o1777)):
            (root / path).mkdir(parents=True)
            (root / path).chmod(mode)
        if os.geteuid() == 0:
            os.chown(root / "home/user", UID, UID)
        subprocess.run([usable_python(), "-m", "venv", root / "python"], check=True, umask=0o022)
        yield Image(root)


def build(
    image: Image, dockerfile: Dockerfile, instead: Mapping[str, Path] | None = None, changed_s: int | None = None
) -> None:
    """Do what the instructions say, in their order.

    `instead` names other files for some that are copied, `changed_s` the time in seconds since 1970 at which every file
    that is copied was last changed.
    """
    for word, value in dockerfile.steps:
        if word == "WORKDIR":
            image.workdir = Path(image.inside(value))
            image.workdir.mkdir(parents=True, exist_ok=True)
        elif word == "ENV":
            image.env |= {name: image.inside(text) for name, text in pairs(value).items()}
        elif word == "COPY":
            _copy(image, value.split(), instead or {}, changed_s)
        elif word == "RUN" and not value.startswith("useradd "):
            _run_step(image, value)


def _copy(image: Image, words: list[str], instead: Mapping[str, Path], changed_s: int | None) -> None:
    """Copy as from a checkout that only its owner may read."""
    for source in words[:-1]:
        if (ROOT / source).is_dir():
            _copy_folder(source, image.workdir / words[-1], changed_s)
        else:
            _copy_file(instead.get(source, ROOT / source), image.workdir / words[-1] / source, changed_s)


def _copy_folder(source: str, target: Path, changed_s: int | None) -> None:
    target.mkdir(mode=0o700)
    for path in sorted((ROOT / source).iterdir()):
        name = f"{source}/{path.name}"
        if is_ignored(name, IGNORED):
            continue
        if path.is_dir():
            _copy_folder(name, target / path.name, changed_s)
        else:
            _copy_file(path, target / path.name, changed_s)


def _copy_file(source: Path, target: Path, changed_s: int | None) -> None:
    os.chmod(shutil.copy2(source, target), 0o600)
    if changed_s is not None:
        os.utime(target, (changed_s, changed_s))


def _run_step(image: Image, command: str) -> None:
    result = subprocess.run(
        ["sh", "-c", command],
        cwd=image.workdir,
        env=os.environ | image.env | {"PATH": image.path},
        umask=0o022,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=INSTALL_LIMIT_S,
    )
    assert result.returncode == 0, f"RUN {command}\n{result.stdout[-4_000:]}"
