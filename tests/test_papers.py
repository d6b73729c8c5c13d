"""Licence, citation, changelog, security policy and contribution guide agree with each other and with the code."""

from __future__ import annotations

import hashlib
import re

import yaml

from cloud_incident_env.manifest import VERSION
from cloud_incident_env.wire import REST_VERSION
from server.settings import Settings
from tests.markdown import page, section
from tests.test_import_floors import FLOORS

COPYRIGHT = "Copyright 2026 The Cloud Incident Response authors"
APACHE = (
    "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"  # SHA-256 of the text that apache.org serves
)
CITATION = yaml.safe_load(page("CITATION.cff"))
CHANGELOG = page("CHANGELOG.md")
CONTRIBUTING = page("CONTRIBUTING.md")
SECURITY = page("SECURITY.md")


def test_the_licence_is_apache_2_unaltered_but_for_its_copyright_line() -> None:
    text = page("LICENSE")
    assert text.count(COPYRIGHT) == 1
    original = text.replace(COPYRIGHT, "Copyright [yyyy] [name of copyright owner]")
    assert hashlib.sha256(original.encode()).hexdigest() == APACHE


def test_every_place_that_names_the_licence_names_this_one() -> None:
    assert CITATION["license"] == "Apache-2.0"
    assert re.search(r'^license = "Apache-2.0"$', page("pyproject.toml"), re.M)
    assert re.search(r"^license: apache-2.0$", page("README.md"), re.M)
    assert 'org.opencontainers.image.licenses="Apache-2.0"' in page("Dockerfile")


def test_the_citation_is_of_this_release() -> None:
    assert set(CITATION) >= {"cff-version", "message", "title", "authors"}
    assert CITATION["authors"] == [{"name": "The Cloud Incident Response authors"}]
    assert CITATION["version"] == VERSION


def test_the_changelog_begins_with_this_release_and_its_date() -> None:
    version, date = re.findall(r"^## \[(.+?)\](?: - ([\d-]+))?$", CHANGELOG, re.M)[0]
    assert (version, date) == (VERSION, str(CITATION["date-released"]))


def test_the_changelog_tells_the_version_of_the_interface_from_that_of_the_release() -> None:
    assert REST_VERSION != VERSION
    assert f"goes on saying `{REST_VERSION}`" in CHANGELOG


def test_the_security_policy_supports_this_release() -> None:
    assert f"latest release, {'.'.join(VERSION.split('.')[:2])}," in section(SECURITY, "Supported versions")


def test_the_security_policy_names_settings_that_exist() -> None:
    for name in re.findall(r"INCIDENT_(\w+)", SECURITY):
        assert name.lower() in Settings.model_fields


def test_no_paper_holds_an_address_of_anybody() -> None:
    for name in ("SECURITY.md", "CONTRIBUTING.md", "CITATION.cff", "CHANGELOG.md", "README.md"):
        assert not re.search(r"[\w.]+@[\w-]+\.\w+", page(name)), name


def test_the_layout_is_the_one_that_imports_keep_to() -> None:
    """Row by row from the top, as `tests/test_import_floors.py` has them from the ground."""
    rows = re.findall(r"^\| (`.+?) \|", section(CONTRIBUTING, "Layout"), re.M)
    named = [{name.removesuffix("/").removesuffix(".py") for name in re.findall(r"`(.+?)`", row)} for row in rows]
    assert named == [set(floor) for floor in reversed(FLOORS)]
