"""Makes one script of ES modules, for a file that loads nothing.

Each module becomes a function that is called once, in the order of the imports, and whose exports are kept by the
module's name. Only the forms that the project's own modules have are known, each at the start of a line:

    import { a, b as c } from "./other.js";      export { a };      export { a, b as c } from "./other.js";
    export function ..., export async function ..., export class ..., export const NAME = ...

Anything else that imports or exports is an error, never passed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";[ \t]*$', re.M)
_PASSED_ON = re.compile(r'^export \{([^}]*)\} from "([^"]+)";[ \t]*$', re.M)
_LIST = re.compile(r"^export \{([^}]*)\};[ \t]*$", re.M)
_DECLARATION = re.compile(r"^export ((?:async )?function\*? |class |const )(\w+)", re.M)
_COMMENT = re.compile(r"/\*.*?\*/|^[ \t]*//[^\n]*$", re.S | re.M)
_LEFT = re.compile(r"^[ \t]*(?:import|export)\b.*$|\bimport[ \t]*[(.].*$", re.M)


class BundleError(ValueError):
    """A module that cannot be bundled; the message names it and says why."""


def bundle(entry: str, folders: Mapping[str, Path]) -> str:
    """The script that runs a module and all that it imports.

    A module's name is that of a folder, a slash and its path there, as in `app/main.js`. A relative import stays in
    its folder, another one begins with the name of a folder. Raises BundleError for modules that import each other in
    a circle, for one that is missing, and for a form that is not known.
    """
    bodies: dict[str, str] = {}
    _add(entry, folders, (), bodies)
    modules = [f"_modules[{_quoted(name)}] = (() => {{\n{body}\n}})();\n" for name, body in bodies.items()]
    return f'"use strict";\n(() => {{\nconst _modules = {{}};\n{"".join(modules)}}})();\n'


def _add(name: str, folders: Mapping[str, Path], above: tuple[str, ...], bodies: dict[str, str]) -> None:
    """Add a module to the bodies, after those that it imports itself."""
    if name in bodies:
        return
    if name in above:
        raise BundleError(f"modules import each other in a circle: {' -> '.join((*above, name))}")
    folder, _, path = name.partition("/")
    try:
        source = (folders[folder] / path).read_text(encoding="utf-8")
    except (KeyError, OSError) as error:
        raise BundleError(f"no module {name}, which {above[-1] if above else 'was asked for'} imports") from error
    body, needed = _rewritten(name, source)
    for each in needed:
        _add(each, folders, (*above, name), bodies)
    bodies[name] = body


def _rewritten(name: str, source: str) -> tuple[str, list[str]]:
    """A module as the body of a function that returns its exports, and the names of those that it imports."""
    needed: list[str] = []
    exports: list[str] = []

    def taken(match: re.Match[str]) -> str:
        needed.append(_resolved(name, match[2]))
        return f"const {{{_pairs(match[1], ': ')}}} = _modules[{_quoted(needed[-1])}];"

    def passed_on(match: re.Match[str]) -> str:
        needed.append(_resolved(name, match[2]))
        exports.extend(f"{new}: _modules[{_quoted(needed[-1])}].{old}" for old, new in _names(match[1]))
        return ""

    def listed(match: re.Match[str]) -> str:
        exports.extend(f"{new}: {old}" for old, new in _names(match[1]))
        return ""

    def declared(match: re.Match[str]) -> str:
        exports.append(match[2])
        return f"{match[1]}{match[2]}"

    text = source
    for pattern, write in ((_IMPORT, taken), (_PASSED_ON, passed_on), (_LIST, listed), (_DECLARATION, declared)):
        text = pattern.sub(write, text)
    left = _LEFT.search(_COMMENT.sub("", text))
    if left:
        raise BundleError(f"{name}: a form of import or export that is not known: {left[0].strip()}")
    return f"{text}\nreturn {{ {', '.join(exports)} }};", needed


def _resolved(name: str, asked: str) -> str:
    """The name of a module that another one imports."""
    if not asked.startswith("."):
        return asked
    folder, *parts = PurePosixPath(name).parent.parts
    for part in PurePosixPath(asked).parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            raise BundleError(f"{name} imports from outside its folder: {asked}")
    return "/".join((folder, *parts))


def _names(inside: str) -> Iterator[tuple[str, str]]:
    """The names between the braces of an import or export: each as it is, and as what it is known afterwards."""
    for part in filter(None, (part.strip() for part in inside.split(","))):
        old, _, new = part.partition(" as ")
        yield old.strip(), (new or old).strip()


def _pairs(inside: str, between: str) -> str:
    return ", ".join(old if old == new else f"{old}{between}{new}" for old, new in _names(inside))


def _quoted(name: str) -> str:
    return f'"{name}"'
