// A recorded incident that plays by itself on the landing: its map grows and its time line fills.

import { addressOf } from "./api.js";
import { bdi, h, replace } from "./dom.js";
import { clock, points, signed } from "./format.js";
import { serviceMap } from "./map/map.js";
import { actionWords } from "./timeline/marks.js";
import { timeline } from "./timeline/timeline.js";

const BEAT = 2_200; // milliseconds a step is shown
const REST = 6_000; // milliseconds the end is shown before it begins anew
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @returns {{node: HTMLElement, leave: () => void}} */
export function replay() {
  const caption = h("p", { class: "replay-caption" });
  const stop = h("button", { type: "button", class: "button quiet", on: { click: () => (timer ? pause() : run()) } }, "Pause");
  const map = serviceMap({ onSelect: () => {} });
  const line = timeline({ onSelect: (step, mark) => mark?.kind !== "cursor" && (pause(), show(step)) });
  const node = h("section", { class: "card replay", "aria-label": "A recorded incident" },
    h("div", { class: "row between" }, h("h2", null, "An incident, played"), stop), caption, h("div", { class: "replay-map" }, map.node), line.node);
  let episode = null;
  let at = 0;
  let timer = null;

  fetch(addressOf("console/static/replay.json")).then((answer) => answer.json()).then((told) => {
    episode = told;
    if (calm()) (show(episode.steps.length), pause());
    else (show(0), run());
  }).catch(() => node.remove());

  function show(number) {
    at = number;
    const steps = episode.steps.slice(0, number);
    const last = steps.at(-1);
    const now = { ...episode, steps, minute: last ? last.minute + last.took : 0, done: number === episode.steps.length, grade: null };
    map.update(now, last?.parameters.service ?? null);
    line.update(now);
    const earned = now.done && episode.grade ? ["good", `grade ${points(episode.grade.total)}`] : last && [last.reward > 0 ? "good" : "", signed(last.reward)];
    const told = last ? [h("b", null, bdi(actionWords(last))), " ", h("span", { class: `chip number ${earned[0]}` }, earned[1])] : [h("b", null, bdi(episode.alert.title))];
    replace(caption, h("span", { class: "hint number" }, clock(episode.alert_clock, last?.minute ?? 0), " "), told);
  }

  function run() {
    stop.textContent = "Pause";
    timer = setTimeout(() => {
      show(at >= episode.steps.length ? 0 : at + 1);
      run();
    }, at >= episode.steps.length ? REST : BEAT);
  }

  function pause() {
    clearTimeout(timer);
    timer = null;
    stop.textContent = "Play";
  }

  return { node, leave: pause };
}
