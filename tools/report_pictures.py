"""Takes the pictures of a report in docs/img: its head in both schemes, an episode, and the head on a phone.

python -m cloud_incident_env.evaluation run --agent heuristic --split test --limit 300 --out outputs/heuristic
python -m tools.report_pictures outputs/heuristic/report/report.html
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Literal, NamedTuple

from tools.browser import chromium

IMAGES = Path(__file__).parents[1] / "docs" / "img"


class _Picture(NamedTuple):
    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]
    of_episode: bool = False


PICTURES = (
    _Picture("report-light", 1280, 1100, "light"),
    _Picture("report-dark", 1280, 1100, "dark"),
    _Picture("report-episode", 1280, 1900, "light", of_episode=True),
    _Picture("report-narrow", 390, 1700, "light"),
)
TASK = "remediation_planning"  # of the episode in the picture: the best one, after half of its steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path, help="report.html of a run")
    report = parser.parse_args().report.resolve()
    with chromium() as browser:
        for picture in PICTURES:
            size = {"width": picture.width, "height": picture.height}
            page = browser.new_page(viewport=size, color_scheme=picture.scheme)  # type: ignore[arg-type]
            page.goto(f"{report.as_uri()}{f'#task={TASK}&order=best' if picture.of_episode else ''}")
            page.wait_for_selector(".episode")
            if picture.of_episode:
                page.locator("#list .episode").first.click()
                page.wait_for_selector(".steps")
                page.locator(".step").nth(page.locator(".step").count() // 2).click()
                page.evaluate("scrollTo(0, 0)")
                page.wait_for_timeout(500)  # milliseconds, for the map to be drawn
            page.screenshot(path=IMAGES / f"{picture.name}.png")
            page.close()
            print(IMAGES / f"{picture.name}.png")


if __name__ == "__main__":
    main()
