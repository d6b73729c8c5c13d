"""Every kind of software that services run."""

from __future__ import annotations

from incidents.model import Software
from incidents.software.services import JAVA
from incidents.software.stores import POSTGRES

SOFTWARE: dict[str, Software] = {software.name: software for software in (JAVA, POSTGRES)}
