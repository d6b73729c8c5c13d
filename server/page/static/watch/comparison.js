// Where two players part: who read what first, what their repairs did, and how long they took to the cause.

import { ApiError } from "../api.js";
import { bdi, h, replace } from "../dom.js";
import { clock, count, points, signed } from "../format.js";
import { marksOf } from "../timeline/marks.js";
import { canTell, toldOf } from "./ending.js";

/**
 * @param {object} context of app.js @param {object[]} tracks two
 * @returns {{node: HTMLElement, update: (seen: object[]) => void}}
 */
export function comparison(context, tracks) {
  const figures = h("table", { class: "wp-table" });
  const reads = h("table", { class: "wp-table" });
  const node = h("section", { class: "pane wp-compare", "aria-label": "Compared", tabindex: "0" }, h("h2", null, "Compared"), figures, h("h3", null, "Who read what first"), reads);
  let culprit = null;
  let asked = false;
  let now = null;

  /** Where it began is told to those who have ended this incident. */
  async function learn() {
    const track = tracks.find((one) => !one.live && one.episode.grade && canTell(one));
    if (!track || asked) return;
    asked = true;
    try {
      culprit = (await toldOf(track)).truth.service;
    } catch (error) {
      if (error instanceof ApiError) return; // compared without it
      throw error;
    }
    if (now) update(now);
  }

  function update(seen) {
    now = seen;
    learn();
    const names = tracks.map(({ name }) => name);
    const rows = [
      ["Minutes", ...seen.map(({ minute }) => String(minute))],
      ["Steps", ...seen.map(({ steps }) => String(steps.length))],
      ["Reward", ...seen.map(({ reward }) => signed(reward))],
      ...repairRows(seen),
      culprit && ["Minutes to the cause", ...seen.map((episode) => firstRead(episode).get(culprit)?.minute ?? "not read")],
      ["Answer", ...seen.map(answerOf)],
      seen.some(({ grade }) => grade) && ["Grade", ...seen.map(({ grade }) => (grade ? points(grade.total) : "–"))],
    ].filter(Boolean);
    replace(figures, h("caption", { class: "sr-only" }, "Figures so far"), head("", names),
      h("tbody", null, rows.map(([label, ...values]) => h("tr", null, h("th", { scope: "row" }, label), values.map((value) => h("td", { class: "number" }, value instanceof Node ? value : bdi(value)))))));
    replace(reads, h("caption", { class: "sr-only" }, "When each service was first read"), head("Service", names), h("tbody", null, readRows(seen)));
  }

  function readRows(seen) {
    const firsts = seen.map(firstRead);
    const services = [...new Set(firsts.flatMap((each) => [...each.keys()]))].map((service) => ({ service, at: firsts.map((each) => each.get(service)?.minute ?? null) }));
    if (!services.length) return h("tr", null, h("td", { colspan: "3", class: "quiet-text" }, "Nothing yet."));
    return services.sort((a, b) => earliest(a.at) - earliest(b.at)).map(({ service, at }) => h("tr", { class: service === culprit ? "is-cause" : null },
      h("th", { scope: "row" }, bdi(service), service === culprit && h("span", { class: "chip accent" }, "cause")),
      at.map((minute, lane) => h("td", { class: "number" }, minute === null ? h("span", { class: "quiet-text" }, "–") : isFirst(at, lane) ? h("b", null, clock(seen[0].alert_clock, minute), h("span", { class: "sr-only" }, ", first")) : clock(seen[0].alert_clock, minute)))));
  }

  return { node, update };
}

const head = (corner, names) => h("thead", null, h("tr", null, corner ? h("th", { scope: "col" }, corner) : h("td"), names.map((name) => h("th", { scope: "col", title: name }, bdi(name, { class: "wp-name" })))));
const earliest = (minutes) => Math.min(...minutes.filter((minute) => minute !== null));
const isFirst = (minutes, lane) => minutes.every((minute, other) => other === lane || minute === null || minute > minutes[lane]);

/** The first reading of each service. @returns {Map<string, {minute: number}>} */
function firstRead({ steps }) {
  const found = new Map();
  for (const { evidence, minute } of steps) if (evidence && !found.has(evidence.service)) found.set(evidence.service, { minute });
  return found;
}

/** How many repairs held, and how many did harm; no rows where nobody repaired. */
function repairRows(seen) {
  const made = seen.map((episode) => marksOf(episode).own.filter(({ kind }) => kind === "repair"));
  if (!made.some(({ length }) => length)) return [];
  const wrong = made.map((repairs) => repairs.filter(({ outcome }) => outcome === "did harm" || outcome === "was refused").length);
  return [
    ["Repairs that held", ...made.map((repairs) => (repairs.length ? `${repairs.filter(({ outcome }) => outcome === "held").length} of ${repairs.length}` : "–"))],
    ["Wrong repairs", ...wrong.map((n) => (n ? h("span", { class: "chip danger" }, count(n, "repair")) : "none"))],
  ];
}

function answerOf({ steps }) {
  const given = steps.findLast(({ action }) => action.startsWith("submit_"));
  if (!given) return "–";
  const { severity, service, failure_mode: mode } = given.parameters ?? {};
  const said = severity ?? [service, mode].filter(Boolean).join(": ");
  return said ? String(said).slice(0, 120) : "a write-up";
}
