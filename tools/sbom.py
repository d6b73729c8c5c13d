"""The bill of materials `sbom.cdx.json`: CycloneDX 1.5, made from uv.lock. `python -m tools.sbom` writes the file.

uv gives every export a random serial number and the time of day. Here the serial number comes from the content and
there is no time, so that one lock gives one file. uv tells of the project its name alone; version and licence are added
from openenv.yaml and pyproject.toml. The hashes of the files are those of requirements.txt.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from tools.quality.static_files import PROJECT, ROOT

SBOM = ROOT / "sbom.cdx.json"
SERIAL = r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
EXPORT = ["export", "--quiet", "--frozen", "--no-dev", "--no-hashes", "--format", "cyclonedx1.5"]

Package = tuple[str, str]  # name and version


def generate() -> str:
    """The text of sbom.cdx.json for the lock as it is. Raises CalledProcessError where uv refuses."""
    import uv

    environment = os.environ | {"UV_OFFLINE": "1", "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    command = [uv.find_uv_bin(), *EXPORT, "--no-config", "--project", str(ROOT)]
    export = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=60, cwd=ROOT)
    return normalize(described(json.loads(export.stdout), PROJECT))


def described(sbom: Mapping[str, Any], project: Mapping[str, Any]) -> dict[str, Any]:
    """The bill of materials with the version and the licence of its subject, which its references name as well."""
    subject = sbom["metadata"]["component"]
    old, new = subject["bom-ref"], f"{subject['bom-ref']}@{project['version']}"
    subject = {
        **{name: value for name, value in subject.items() if name != "properties"},
        "bom-ref": new,
        "version": project["version"],
        "licenses": [{"license": {"id": project["license"]}}],
        "properties": subject["properties"],
    }
    dependencies = [{**row, "ref": new if row["ref"] == old else row["ref"]} for row in sbom["dependencies"]]
    return {**sbom, "metadata": {**sbom["metadata"], "component": subject}, "dependencies": dependencies}


def normalize(sbom: Mapping[str, Any]) -> str:
    """The same bill of materials as text that depends on nothing but its content."""
    metadata = {name: value for name, value in sbom["metadata"].items() if name != "timestamp"}
    content = {name: value for name, value in sbom.items() if name != "serialNumber"} | {"metadata": metadata}
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True))
    head = {"bomFormat": content.pop("bomFormat"), "specVersion": content.pop("specVersion")}
    return json.dumps({**head, "serialNumber": f"urn:uuid:{serial}", **content}, indent=1) + "\n"


def structure_problems(sbom: Mapping[str, Any]) -> list[str]:
    """Where a document breaks the rules of CycloneDX 1.5 that a bill of Python packages can break."""
    fixed = {"bomFormat": "CycloneDX", "specVersion": "1.5"}
    problems = [
        f"{name} is {sbom.get(name)!r}, expected {value!r}" for name, value in fixed.items() if sbom.get(name) != value
    ]
    if not re.fullmatch(SERIAL, str(sbom.get("serialNumber"))):
        problems.append(f"serialNumber {sbom.get('serialNumber')!r} is no UUID")
    if type(sbom.get("version")) is not int or sbom["version"] < 1:
        problems.append(f"version is {sbom.get('version')!r}, expected an integer from 1")
    known = {"bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "dependencies"}
    problems += [f"unexpected {name}" for name in sorted(set(sbom) - known)]
    subject = sbom.get("metadata", {}).get("component")
    components = [*sbom.get("components", []), *([subject] if subject else [])]
    if not subject:
        problems.append("metadata names no component")
    problems += [
        problem for component in components for problem in _component_problems(component, component is subject)
    ]
    return problems + _dependency_problems([str(c.get("bom-ref")) for c in components], sbom.get("dependencies", []))


def _component_problems(component: Mapping[str, Any], is_subject: bool) -> list[str]:
    name, version = component.get("name"), component.get("version")
    problems = [f"a component has no {key}" for key in ("type", "name", "version", "bom-ref") if not component.get(key)]
    if component.get("type") not in ("library", "application", "framework"):
        problems.append(f"{name}: type {component.get('type')!r}")
    if not is_subject and component.get("purl") != f"pkg:pypi/{name}@{version}":
        problems.append(f"{name}: purl {component.get('purl')!r} does not name {name} {version}")
    return problems


def _dependency_problems(references: list[str], dependencies: Iterable[Mapping[str, Any]]) -> list[str]:
    problems = [f"bom-ref {ref} is there twice" for ref in sorted({r for r in references if references.count(r) > 1})]
    told = [row["ref"] for row in dependencies]
    mentioned = {*told, *(ref for row in dependencies for ref in row.get("dependsOn", []))}
    problems += [f"dependencies name {ref}, which is no component" for ref in sorted(mentioned - set(references))]
    return problems + [f"dependencies do not tell of {ref}" for ref in sorted(set(references) - set(told))]


def packages_of(sbom: Mapping[str, Any]) -> dict[Package, str | None]:
    """Name and version of every component, with the marker that says where it is needed; None for everywhere."""
    return {
        (component["name"], component["version"]): next(
            (row["value"] for row in component.get("properties", []) if row["name"] == "uv:package:marker"), None
        )
        for component in sbom["components"]
    }


def locked_packages(lock: Mapping[str, Any], project: str) -> set[Package]:
    """Name and version of every package in uv.lock that the project needs when it runs, at whatever depth."""
    rows = lock["package"]
    found: set[tuple[str, str, str | None]] = set()
    pending = [(project, None, None)]
    while pending:
        name, version, extra = pending.pop()
        for row in rows:
            key = (row["name"], row.get("version", ""), extra)  # the project's own version is not in the lock
            if row["name"] != name or version not in (None, key[1]) or key in found:
                continue
            found.add(key)
            wanted = row.get("dependencies", []) if extra is None else row.get("optional-dependencies", {})[extra]
            for need in wanted:
                pending += [(need["name"], need.get("version"), part) for part in (None, *need.get("extra", []))]
    return {(name, version) for name, version, _ in found if name != project}


def content_problems(sbom: Mapping[str, Any], lock: Mapping[str, Any], project: Mapping[str, Any]) -> list[str]:
    """Where the components are not the locked runtime dependencies, or the subject is not this project as it is now."""
    subject = sbom["metadata"]["component"]
    problems = [
        f"{key} of the subject is {subject[key]!r}" for key in ("name", "version") if subject[key] != project[key]
    ]
    licences = [row["license"]["id"] for row in subject.get("licenses", [])]
    problems += [f"licences of the subject are {licences}"] if licences != [project["license"]] else []
    listed, locked = set(packages_of(sbom)), locked_packages(lock, project["name"])
    problems += [f"{name} {version} is locked and not listed" for name, version in sorted(locked - listed)]
    return problems + [f"{name} {version} is listed and not locked" for name, version in sorted(listed - locked)]


if __name__ == "__main__":
    SBOM.write_text(generate(), encoding="utf-8")
