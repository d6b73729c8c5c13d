"""The image that the Dockerfile describes: its labels, what is in it and how it runs, and that two builds agree."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.quality.static_docker import (
    Dockerfile,
    bytecode_problems,
    code_problems,
    hygiene_problems,
    is_ignored,
    label_problems,
    needed_modules,
    patterns_of,
)
from tools.quality.static_files import DOCKERFILE, DOCKERIGNORE, PROJECT, REQUIREMENTS, ROOT
from tools.quality.static_image import Image, build, empty_image
from tools.sbom import generate

SAMPLE = ("uvicorn", "click", "h11", "typing-extensions", "markupsafe")  # with scripts, pure Python, and compiled


@pytest.fixture
def image() -> Iterator[Image]:
    with empty_image() as image:
        yield image


def altered(old: str, new: str) -> Dockerfile:
    assert old in DOCKERFILE
    return Dockerfile.parse(DOCKERFILE.replace(old, new))


# static.oci_labels


@pytest.mark.check("static.oci_labels")
def test_the_labels_say_what_the_image_is(measured: Callable[[str], None]) -> None:
    """org.opencontainers.image.* has title, description, version, licenses and base.name as the project's other files
    have them, and source and revision from build arguments."""
    dockerfile = Dockerfile.parse(DOCKERFILE)
    assert label_problems(dockerfile, PROJECT) == []
    measured(f"{len(dockerfile.labels())} labels, source and revision by build argument")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title="cloud-incident-env"', 'title="other"'),
        ('version="0.2.0"', 'version="0.2.1"'),
        ('description="An', 'description="No'),
        ("python:3.11.14-slim-trixie\n", "python:3.12.1-slim-trixie\n"),
        ('source="${SOURCE}"', 'source="somewhere"'),
        ('revision="${REVISION}"', 'revision=""'),
        ("ARG REVISION\n", ""),
        ('licenses="Apache-2.0"', 'licenses="MIT"'),
        ('org.opencontainers.image.licenses="Apache-2.0" ', ""),
        ("image.version=", 'image.created="today" org.opencontainers.image.version='),
    ],
)
def test_a_label_that_says_otherwise_is_noticed(old: str, new: str) -> None:
    assert label_problems(altered(old, new), PROJECT) != []


# static.image_hygiene


@pytest.mark.check("static.image_hygiene")
def test_the_image_holds_what_the_server_needs_and_runs_without_privilege(measured: Callable[[str], None]) -> None:
    """An unprivileged numeric user, files that belong to root, a health check, a pinned tag, no caches of package
    managers, no secrets; a build context and an image of named files and folders: what the server imports, and
    nothing that plays, tests or solves, so that the oracle is never in the image."""
    dockerfile = Dockerfile.parse(DOCKERFILE)
    assert hygiene_problems(dockerfile, patterns_of(DOCKERIGNORE)) == []
    assert code_problems(dockerfile, ROOT, patterns_of(DOCKERIGNORE)) == []
    measured(
        f"user {dockerfile.values('USER')[-1]}, {len(needed_modules(ROOT, 'server'))} modules that the server needs"
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("USER 1000\n", "", "runs as 'root'"),
        ("USER 1000\n", "USER 0\n", "runs as '0'"),
        ("USER 1000\n", "USER user\n", "runs as 'user'"),
        ("HEALTHCHECK", "#", "no HEALTHCHECK"),
        ("COPY server ./server", "COPY --chown=1000 server ./server", "another than root"),
        ("COPY server ./server", "COPY . ./", "takes whatever is there"),
        ("COPY server ./server", "ADD server ./server", "use COPY"),
        ("COPY server ./server", "COPY server cloud_incident_env/agents ./", "COPY cloud_incident_env/agents"),
        ("COPY server ./server", "COPY server validation/oracle.py ./", "COPY validation/oracle.py"),
        ("COPY server ./server", "COPY server tests ./", "COPY tests"),
        ("ENV HOME", "ENV HF_TOKEN=x HOME", "HF_TOKEN looks like a secret"),
        ("ARG SOURCE\n", "ARG DB_PASSWORD\n", "DB_PASSWORD looks like a secret"),
        ("ENV HOME", "ENV KEY=hf_abcdefghijkl HOME", "ENV holds a secret"),
        ("USER 1000", "RUN apt-get update && apt-get install -y curl\nUSER 1000", "apt's lists stay"),
        ("--no-cache-dir ", "", "pip's cache stays"),
        ("chmod -R a+rX", "chmod -R 777", "too wide"),
        ("FROM python:3.11.14-slim-trixie", "FROM python:latest", "without a tag or with latest"),
        ("FROM python:3.11.14-slim-trixie", "FROM python", "without a tag or with latest"),
    ],
)
def test_an_unclean_image_is_noticed(old: str, new: str, complaint: str) -> None:
    problems = hygiene_problems(altered(old, new), patterns_of(DOCKERIGNORE))
    assert any(complaint in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("*\n", "", "does not start with *"),
        ("!server\n", "!server\n!bench\n", "lets in bench"),
        ("cloud_incident_env/agents\n", "", "cloud_incident_env/agents plays, tests or solves"),
        ("!server\n", "", "keeps out server"),
        ("!tasks.py\n", "", "keeps out tasks.py"),
    ],
)
def test_a_build_context_too_wide_or_too_narrow_is_noticed(old: str, new: str, complaint: str) -> None:
    assert old in DOCKERIGNORE
    problems = hygiene_problems(Dockerfile.parse(DOCKERFILE), patterns_of(DOCKERIGNORE.replace(old, new, 1)))
    assert any(complaint in problem for problem in problems), problems


def test_code_too_few_or_too_many_is_noticed() -> None:
    ignored = patterns_of(DOCKERIGNORE)
    fewer = code_problems(altered(" graders.py", ""), ROOT, ignored)
    assert fewer == ["the server imports graders.py, which is not in the image"]
    extra = code_problems(altered(" graders.py", " graders.py inference.py"), ROOT, [*ignored, "!inference.py"])
    assert extra == ["inference.py is in the image, and the server never imports it"]
    open_context = [pattern for pattern in ignored if pattern != "cloud_incident_env/agents"]
    assert code_problems(Dockerfile.parse(DOCKERFILE), ROOT, open_context) == [
        "cloud_incident_env/agents is in the image, and the server never imports it"
    ]


@pytest.mark.parametrize(
    ("path", "patterns", "ignored"),
    [
        ("a.py", ["*"], True),
        ("a.py", ["*", "!a.py"], False),
        ("server/ui.py", ["*", "!server"], False),
        ("server/__pycache__/ui.pyc", ["*", "!server", "**/__pycache__"], True),
        ("server/a.pyc", ["*", "!server", "**/*.pyc"], True),
        ("other/server/x", ["*", "!server"], True),
        ("server", ["server", "!server"], False),
    ],
)
def test_the_last_pattern_that_matches_says_what_is_ignored(path: str, patterns: list[str], ignored: bool) -> None:
    assert is_ignored(path, patterns) is ignored


# static.reproducible_build


@pytest.mark.check("static.reproducible_build")
def test_what_an_image_is_made_of_comes_out_the_same_twice(image: Image, measured: Callable[[str], None]) -> None:
    """A build is reproducible if the same sources give the same bytes. Without a container engine: the Dockerfile's
    steps, done twice at one place on one base and with sources of other times, give the same files with the same
    bytes and modes; so do the lock's exports."""
    if sys.version_info < (3, 11):
        pytest.skip("bytecode of Python before 3.11 depends on the order of sets; the image has 3.11")
    assert bytecode_problems(Dockerfile.parse(DOCKERFILE)) == []
    first, second = built_twice(image, Dockerfile.parse(DOCKERFILE))
    assert differences(first, second) == []
    assert generate() == generate()
    measured(
        f"{len(first)} files of two runs of the steps agree ({len(SAMPLE)} of the packages, all the code); left out: "
        "layers and the image's digest, which need a container engine, and the base's digest, which needs a registry"
    )


def test_bytecode_that_holds_times_is_noticed(image: Image) -> None:
    loose = altered(" --invalidation-mode unchecked-hash", "")
    assert len(bytecode_problems(loose)) == 2
    assert bytecode_problems(altered(" --no-compile", "")) != []
    changed = differences(*built_twice(image, loose))
    assert any(re.search(r"app/server/__pycache__/app\..*pyc$", name) for name in changed), changed
    assert any("site-packages/uvicorn/__pycache__" in name for name in changed), changed


def built_twice(image: Image, dockerfile: Dockerfile) -> tuple[dict[str, str], dict[str, str]]:
    """What is in the image after its steps, done twice in one place: each time from the same base, once with sources
    that were written long ago. Of the requirements a sample is installed."""
    base = image.root.with_name(f"{image.root.name}-base")
    shutil.copytree(image.root, base, symlinks=True)
    requirements = base.with_name(f"{base.name}.txt")
    requirements.write_text(sample_of_requirements(), encoding="utf-8")
    try:
        found = []
        for changed_s in (1_000_000_000, 1_700_000_000):
            shutil.rmtree(image.root)
            shutil.copytree(base, image.root, symlinks=True)
            build(image, dockerfile, {"requirements.txt": requirements}, changed_s)
            found.append(contents(image.root))
    finally:
        shutil.rmtree(base)
        requirements.unlink()
    return found[0], found[1]


def sample_of_requirements() -> str:
    entries = re.split(r"\n(?=\S)", REQUIREMENTS)
    sample = [entry for entry in entries if re.match(r"([\w-]*)", entry)[0] in SAMPLE]  # type: ignore[index]
    assert len(sample) >= len(SAMPLE)
    return "\n".join(sample) + "\n"


def contents(root: Path) -> dict[str, str]:
    """Relative path -> mode and digest of every file."""
    return {
        str(path.relative_to(root)): f"{os.stat(path).st_mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def differences(first: dict[str, str], second: dict[str, str]) -> list[str]:
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
