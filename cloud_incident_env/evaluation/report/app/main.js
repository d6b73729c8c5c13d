/** The page: the report, or one of its episodes, as the address says. */

import { ASKED, readAddress } from "./address.js";
import { episodePage } from "./episode.js";
import { episodeOf } from "./episodes.js";
import { episodeList } from "./list.js";
import { roving } from "./roving.js";

const report = document.getElementById("report");
const shown = document.getElementById("episode");
const title = document.title;
const threshold = Number(document.getElementById("threshold").dataset.value);
const list = document.getElementById("filters") ? episodeList({ threshold }) : null;
const open = episodePage({ node: shown, agent: report.dataset.agent, threshold, list });
let last = null; // the episode that was shown last
let scrolled = 0; // px of the report, when it was left

function route() {
  const asked = readAddress();
  const row = asked.episode === undefined ? null : episodeOf(asked.episode);
  if (row || asked.episode !== undefined) {
    if (shown.hidden) scrolled = scrollY;
    [report.hidden, shown.hidden] = [true, false];
    document.title = row ? `${row.scenario} · ${title}` : title;
    last = row;
    return open(row, asked.step === undefined ? null : Number(asked.step) || 0);
  }
  const wasHidden = report.hidden;
  [report.hidden, shown.hidden] = [false, true];
  document.title = title;
  if (!list) return;
  const isList = "episodes" in asked || ASKED.some((name) => name in asked);
  list.ask(asked);
  if (wasHidden && last) {
    scrollTo(0, scrolled);
    list.reach(last);
  } else if (isList) {
    document.querySelector(".browser h2").scrollIntoView();
    document.querySelector(".browser h2").focus({ preventScroll: true });
  }
}

for (const area of document.querySelectorAll(".plot-area")) roving(area);
for (const table of document.querySelectorAll(".heat table")) roving(table, table.rows[0].cells.length - 1);
document.querySelector(".browser h2").tabIndex = -1;
addEventListener("hashchange", route);
route();
