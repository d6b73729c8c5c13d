// The board of one track: alert and map, evidence, words and steps, and the time line with the player.

import { alertCard } from "../alert.js";
import { h } from "../dom.js";
import { evidencePane } from "../evidence/index.js";
import { serviceMap } from "../map/map.js";
import { timeline } from "../timeline/timeline.js";
import { stepCard, stepList } from "./words.js";

/**
 * @param {object} context of app.js
 * @param {{tracks: object[], player: import("./player.js").Player, controls: {node: HTMLElement}, end: {node: HTMLElement},
 *   asideOf: (track: object) => Node|null}} options
 * @returns {{node: HTMLElement, update: Function, search: () => void, open: (step: number) => void}}
 */
export function singleBoard(context, { tracks: [track], player, controls, end, asideOf }) {
  const { episode } = track;
  let shown = episode;
  let selected = null;
  const map = serviceMap({ onSelect: select, empty: "The map grows as the dependencies of services are read." });
  const evidence = evidencePane({ episode: { ...episode, steps: [] }, onSelect: ({ service, index }) => service && (index === null ? select(service) : mark(service)), nothing: "Nothing was read yet." });
  const card = stepCard(track, { aside: asideOf(track) });
  const list = stepList(track, (count) => player.go(count));
  const line = timeline({ onSelect: (step) => player.go(step) });
  const node = h("main", { class: "watch-board" },
    h("div", { class: "column left" }, alertCard(episode), h("section", { class: "pane pane-map", "aria-label": "Map" }, map.node)),
    h("section", { class: "column middle pane-evidence", "aria-label": "What was read" }, evidence.node),
    h("div", { class: "column right" }, card.node, end.node, list.node),
    h("section", { class: "pane pane-line", "aria-label": "Player and time line" }, controls.node, line.node));

  /** Chooses a service, and opens what was last read of it. */
  function select(service) {
    const index = readings().findLastIndex((reading) => reading.service === service);
    if (index >= 0) evidence.show(index);
    mark(service);
  }

  function mark(service) {
    selected = service;
    map.update(shown, selected);
  }

  const readings = () => shown.steps.map((step) => step.evidence).filter(Boolean);

  function update({ seen: [seen], counts: [count] }) {
    shown = seen;
    const last = seen.steps.at(-1)?.evidence;
    evidence.update(seen);
    if (last) evidence.show(readings().length - 1);
    card.update(seen);
    list.update(count);
    mark(last?.service ?? (seen.services.includes(selected) ? selected : null));
    line.update({ ...track.episode, agent: track.name }, { cursor: count, seen });
  }

  return { node, update, open: (step) => player.go(step), search: () => evidence.focusSearch() };
}
