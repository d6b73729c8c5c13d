"""The bundler: one script that does what the modules do, and a refusal of every form that it does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloud_incident_env.evaluation.report.bundle import BundleError, bundle
from cloud_incident_env.evaluation.report.page import SHARED
from tools.browser import chromium

MODULES = {
    "app/main.js": """
import { total as sum, unit } from "./parts/sum.js";
import { Bag, later, words } from "page/things.js";

later().then((late) => (document.title = [sum(1, 2), unit, new Bag().size, words, late].join(" ")));
""",
    "app/parts/sum.js": """
// import { nothing } from "./nowhere.js";
import {
  plus,
} from "../plus.js";

/** @param {import("./types.js").Number} a */
export function total(a, b) {
  return plus(a, b);
}
export const unit = "min", other = 1;
""".replace(", other = 1", ""),
    "app/plus.js": "const plus = (a, b) => a + b;\nexport { plus };\n",
    "page/things.js": """
export class Bag {
  size = 7;
}
export async function later() {
  return "late";
}
export { plus as words } from "./deep/words.js";
""",
    "page/deep/words.js": 'const plus = "text";\nexport { plus };\n',
}


def folders(path: Path, modules: dict[str, str]) -> dict[str, Path]:
    for name, text in modules.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    return {"app": path / "app", "page": path / "page"}


def test_the_script_does_what_the_modules_do(tmp_path: Path) -> None:
    script = bundle("app/main.js", folders(tmp_path, MODULES))
    with chromium() as browser:
        page = browser.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_content(f"<script>{script}</script>")
        page.wait_for_function("document.title")
        assert page.title() == "3 min 7 text late"
        assert errors == []


def test_each_module_is_in_the_script_once_and_after_those_it_imports(tmp_path: Path) -> None:
    modules = {
        "app/main.js": 'import { a } from "./a.js";\nimport { b } from "./b.js";\n',
        "app/a.js": 'import { b } from "./b.js";\nexport const a = b;\n',
        "app/b.js": "export const b = 1;\n",
    }
    script = bundle("app/main.js", folders(tmp_path, modules))
    places = [script.index(f'_modules["app/{name}.js"] = ') for name in ("b", "a", "main")]
    assert places == sorted(places)
    assert script.count("const b = 1") == 1


@pytest.mark.parametrize(
    "line",
    [
        'import * as all from "./b.js";',
        'import "./b.js";',
        'import b from "./b.js";',
        "export default 1;",
        "export let b = 1;",
        'export * from "./b.js";',
        'const { b } = await import("./b.js");',
        "  export const c = 1;",
        "const here = import.meta.url;",
    ],
)
def test_a_form_that_is_not_known_is_an_error(tmp_path: Path, line: str) -> None:
    modules = {"app/main.js": f"{line}\n", "app/b.js": "export const b = 1;\n"}
    with pytest.raises(BundleError, match=r"app/main\.js: a form of import or export that is not known"):
        bundle("app/main.js", folders(tmp_path, modules))


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ({"app/main.js": 'import { a } from "./a.js";\n'}, r"no module app/a\.js, which app/main\.js imports"),
        ({"app/main.js": 'import { a } from "other/a.js";\n'}, r"no module other/a\.js"),
        ({"app/main.js": 'import { a } from "../../a.js";\n'}, "from outside its folder"),
        (
            {"app/main.js": 'import { a } from "./a.js";\n', "app/a.js": 'import { b } from "./main.js";\n'},
            r"in a circle: app/main\.js -> app/a\.js -> app/main\.js",
        ),
    ],
)
def test_what_cannot_be_bundled_is_said(tmp_path: Path, modules: dict[str, str], message: str) -> None:
    with pytest.raises(BundleError, match=message):
        bundle("app/main.js", folders(tmp_path, modules))


def test_the_modules_of_the_page_are_where_the_report_looks() -> None:
    """In a wheel `layout.ROOT` is the package, and the server lies in it; tests/test_wheel.py writes a report there."""
    assert (SHARED / "map" / "map.js").is_file()
