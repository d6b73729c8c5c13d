// A guided first incident: one hint at a time, each gone once it is done. It tells how, never what the answer is.

import { h, replace } from "./dom.js";
import { keepHere } from "./store.js";

const looks = (episode, tool) => episode.steps.some(({ evidence }) => evidence && (!tool || evidence.tool === tool));
const HINTS = [
  { words: "Read the alert: what is failing, for whom, and what it costs. Then choose a service (a click, its number, or ↑ ↓) and look at its Metrics (M).", done: (episode) => looks(episode) },
  { words: "Here is what it showed. Numbers far from normal are marked. Now its Dependencies (D): who calls this service, whom it calls, and how that fares. They also grow the map.", done: (episode) => looks(episode, "check_dependencies") || episode.steps.length >= 2 },
  { words: "Enough to judge? Severity goes by what users feel: is a core flow down, is it slow, or does a fallback hide it? Classify the alert (A); you may still look it over.", done: (episode) => episode.done },
];

/** @param {import("./session.js").Session} session @returns {{node: HTMLElement, update: () => void}} */
export function guide(session) {
  const node = h("aside", { class: "guide", "aria-label": "Guide" });
  function update() {
    const at = HINTS.findIndex((hint) => !hint.done(session.episode));
    node.hidden = at < 0;
    if (at >= 0) replace(node, h("p", null, h("b", null, `${at + 1} of ${HINTS.length}. `), HINTS[at].words), h("button", { type: "button", class: "button quiet", on: { click: stop } }, "End the guide"));
  }
  function stop() {
    keepHere("guide", null);
    node.remove();
  }
  update();
  return { node, update };
}
