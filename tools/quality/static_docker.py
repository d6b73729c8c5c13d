"""What a Dockerfile and a .dockerignore say, and what is wrong with the image that they describe.

Nothing is built: each check reads text and returns a list of problems, which is empty when all is well.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

from tools.quality.imports import import_closure

LABEL_PREFIX = "org.opencontainers.image."
FROM_BUILD_ARGUMENTS = {"source": "SOURCE", "revision": "REVISION"}  # labels that only the build can know
# What plays, tests or solves, by its path in a checkout.
NEVER_IN_THE_IMAGE = (
    "bench",
    "cloud_incident_env/agents",
    "cloud_incident_env/evaluation",
    "docs",
    "examples",
    "inference.py",
    "tests",
    "tools",
    "validation",
)
SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|API_?KEY|PRIVATE_KEY", re.I)
SECRET_VALUE = re.compile(r"\b(hf_\w{8,}|(sk|ghp|github_pat)[-_]\w{8,}|AKIA[A-Z0-9]{12,})|-----BEGIN")


@dataclass(frozen=True)
class Dockerfile:
    """The instructions of a Dockerfile in order: keyword and rest, continuation lines joined."""

    steps: list[tuple[str, str]]

    @classmethod
    def parse(cls, text: str) -> Dockerfile:
        lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
        joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
        return cls(
            [(line.split()[0].upper(), line.split(maxsplit=1)[1]) for line in joined.splitlines() if line.strip()]
        )

    def values(self, keyword: str) -> list[str]:
        return [value for word, value in self.steps if word == keyword]

    def position(self, keyword: str, pattern: str = "") -> int:
        """The number of the first such instruction. Raises StopIteration where there is none."""
        return next(i for i, (word, value) in enumerate(self.steps) if word == keyword and re.search(pattern, value))

    def labels(self) -> dict[str, str]:
        return {name: value for text in self.values("LABEL") for name, value in pairs(text).items()}

    def copied(self) -> list[str]:
        """The paths of the build context that go into the image."""
        return [source for value in self.values("COPY") for source in value.split()[:-1]]


def pairs(text: str) -> dict[str, str]:
    """The `name=value` pairs of a LABEL or ENV."""
    return dict(part.split("=", 1) for part in shlex.split(text))


def patterns_of(dockerignore: str) -> list[str]:
    return [line for line in dockerignore.splitlines() if line and not line.startswith("#")]


def is_ignored(path: str, patterns: Iterable[str]) -> bool:
    """Whether the patterns keep a path out of the build context; the last that matches it or a folder of it says."""
    found = PurePosixPath(path)
    parts = [found, *found.parents[:-1]]
    ignored = False
    for pattern in patterns:
        if any(_matches(part, pattern.removeprefix("!")) for part in parts):
            ignored = not pattern.startswith("!")
    return ignored


def _matches(path: PurePosixPath, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch(path.name, pattern[3:])
    return len(path.parts) == len(PurePosixPath(pattern).parts) and fnmatch(str(path), pattern)


def base_image_problems(dockerfile: Dockerfile) -> list[str]:
    """What leaves the base image open. Wanted: one stage, a full patch release on a named Debian, a digest if any."""
    bases = dockerfile.values("FROM")
    if len(bases) != 1:
        return [f"expected one FROM, got {len(bases)}"]
    if re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", bases[0]):
        return []
    return [f"base image {bases[0]!r}: expected python:3.MINOR.PATCH-slim-DEBIAN, with @sha256:DIGEST or without"]


def install_problems(dockerfile: Dockerfile) -> list[str]:
    """What else than hashed wheels of requirements.txt the image installs."""
    tools = r"\b(pip|uv|conda|npm|apt|apt-get|apk|curl|wget|git)\b"
    installs = [value for value in dockerfile.values("RUN") if re.search(tools, value)]
    if len(installs) != 1:
        return [f"expected one RUN that installs, got {len(installs)}"]
    words = shlex.split(installs[0].partition("&&")[0])
    missing = {"--no-cache-dir", "--no-deps", "--only-binary=:all:", "--require-hashes"} - set(words)
    problems = [f"pip install without {option}" for option in sorted(missing)]
    if [words[i + 1] for i, word in enumerate(words[:-1]) if word == "-r"] != ["requirements.txt"]:
        problems.append("pip install does not install requirements.txt alone")
    named = [w for w in words[words.index("install") + 1 :] if not w.startswith("-") and w != "requirements.txt"]
    return problems + [f"pip install names {word!r}, which no lock pins" for word in named]


def label_problems(dockerfile: Dockerfile, project: Mapping[str, Any]) -> list[str]:
    """What the labels lack or say wrongly, against the project's `version`, `description` and `license`.

    Wanted of `org.opencontainers.image.*`: title, description, version, licenses, base.name (the image of FROM), and
    source and revision from build arguments, as no file can know them; created never, because the image's own
    configuration has that date and a label would be another.
    """
    labels = {name.removeprefix(LABEL_PREFIX): value for name, value in dockerfile.labels().items()}
    base = dockerfile.values("FROM")[0].partition("@")[0]
    expected = {
        "title": "cloud-incident-env",
        "description": project["description"],
        "version": project["version"],
        "licenses": project["license"],
        "base.name": f"docker.io/library/{base}",
        **{label: f"${{{argument}}}" for label, argument in FROM_BUILD_ARGUMENTS.items()},
    }
    problems = [
        f"label {name} is {labels.get(name)!r}, expected {value!r}"
        for name, value in expected.items()
        if labels.get(name) != value
    ]
    declared = {value.partition("=")[0] for value in dockerfile.values("ARG")}
    problems += [f"no ARG {name}" for name in FROM_BUILD_ARGUMENTS.values() if name not in declared]
    return problems + [f"unknown label {name}" for name in sorted(set(labels) - set(expected))]


def hygiene_problems(dockerfile: Dockerfile, ignored: list[str]) -> list[str]:
    """What does not belong into an image or how it runs, by what the two files say (.dockerignore as its patterns)."""
    return [
        *_privilege_problems(dockerfile),
        *_content_problems(dockerfile, ignored),
        *_secret_problems(dockerfile),
        *_leftover_problems(dockerfile),
    ]


def _privilege_problems(dockerfile: Dockerfile) -> list[str]:
    users = dockerfile.values("USER")
    problems = []
    if not users or not re.fullmatch(r"[1-9]\d*", users[-1]):
        problems.append(f"runs as {users[-1] if users else 'root'!r}: expected a numeric user other than 0")
    elif dockerfile.position("CMD") < dockerfile.steps.index(("USER", users[-1])):
        problems.append("the USER comes after the CMD")
    if not dockerfile.values("HEALTHCHECK") or dockerfile.values("HEALTHCHECK")[-1] == "NONE":
        problems.append("no HEALTHCHECK")
    problems += [
        f"{value!r} gives files to another than root" for value in dockerfile.values("COPY") if "--ch" in value
    ]
    return problems


def _content_problems(dockerfile: Dockerfile, ignored: list[str]) -> list[str]:
    problems = []
    if dockerfile.values("ADD"):
        problems.append("ADD unpacks and downloads: use COPY")
    for path in dockerfile.copied():
        if path in (".", "./") or "*" in path:
            problems.append(f"COPY {path} takes whatever is there: name the paths")
        for never in NEVER_IN_THE_IMAGE:
            inside = _is_within(never, path) and not is_ignored(never, ignored)
            if inside or _is_within(path.strip("/"), never):
                problems.append(f"COPY {path}: {never} plays, tests or solves, and does not belong into the image")
    allowed = {pattern[1:] for pattern in ignored if pattern.startswith("!")}
    if not ignored or ignored[0] != "*":
        problems.append(".dockerignore does not start with *: the build context is open")
    problems += [
        f".dockerignore lets in {path}, which is not copied" for path in sorted(allowed - set(dockerfile.copied()))
    ]
    problems += [f".dockerignore keeps out {path}" for path in dockerfile.copied() if is_ignored(path, ignored)]
    return problems


def _secret_problems(dockerfile: Dockerfile) -> list[str]:
    names = [name for value in dockerfile.values("ENV") for name in pairs(value)]
    names += [value.partition("=")[0] for value in dockerfile.values("ARG")]
    problems = [f"{name} looks like a secret" for name in names if SECRET_NAME.search(name)]
    problems += [f"{word} holds a secret" for word, value in dockerfile.steps if SECRET_VALUE.search(value)]
    return problems


def _leftover_problems(dockerfile: Dockerfile) -> list[str]:
    problems = []
    for value in dockerfile.values("RUN"):
        if re.search(r"\bapt(-get)? ", value) and "rm -rf /var/lib/apt/lists" not in value:
            problems.append(f"apt's lists stay in the image: {value}")
        if re.search(r"\bpip install\b", value) and "--no-cache-dir" not in value:
            problems.append(f"pip's cache stays in the image: {value}")
        if re.search(r"\bsudo\b|chmod\s+(-R\s+)?\S*777", value):
            problems.append(f"too wide a permission: {value}")
    tags = [value.partition("@")[0].rpartition(":") for value in dockerfile.values("FROM")]
    return problems + ["FROM without a tag or with latest" for _, colon, tag in tags if not colon or tag == "latest"]


def bytecode_problems(dockerfile: Dockerfile) -> list[str]:
    """Why the bytecode in the image would differ from one build to the next: a time of a file would be in it."""
    problems = []
    for value in dockerfile.values("RUN"):
        if "pip install" in value and "--no-compile" not in value:
            problems.append("pip writes bytecode that holds the time of the installation: --no-compile")
        for command in re.findall(r"-m compileall[^&]*", value):
            if "--invalidation-mode unchecked-hash" not in command:
                problems.append(f"bytecode that holds the times of its sources: {command.strip()}")
    return problems


def _is_within(path: str, folder: str) -> bool:
    return PurePosixPath(path).is_relative_to(folder)


def needed_modules(root: Path, start: str) -> set[str]:
    """The project's top-level modules and packages that are imported by a file or by the files of a folder, at whatever
    depth, by reading them. `start` is the path of the file or folder."""
    files = sorted((root / start).rglob("*.py")) if (root / start).is_dir() else [root / start]
    reached = {path for file in files for path in import_closure(file, root)}
    return {path.relative_to(root).parts[0].removesuffix(".py") for path in reached}


def code_problems(dockerfile: Dockerfile, root: Path, ignored: list[str]) -> list[str]:
    """Where the copied code is not what the server imports.

    Each file that it imports must be there, and of each folder in the image it must import something.
    """
    needed = {path for file in sorted((root / "server").rglob("*.py")) for path in import_closure(file, root)}
    shipped = {
        file
        for path in dockerfile.copied()
        for file in ((root / path).rglob("*.py") if (root / path).is_dir() else [root / path])
        if file.suffix == ".py" and not is_ignored(file.relative_to(root).as_posix(), ignored)
    }
    problems = [f"the server imports {path.relative_to(root)}, which is not in the image" for path in needed - shipped]
    places = {file if file.parent == root else file.parent for file in shipped}
    unused = places - {file if file.parent == root else file.parent for file in needed}
    problems += [f"{path.relative_to(root)} is in the image, and the server never imports it" for path in unused]
    return sorted(problems)
