/** The readings of an episode by service, to choose one from. */

import { h, replace } from "../dom.js";
import { hits } from "./highlight.js";
import { TOOLS } from "./readings.js";
import { roving } from "./table.js";

const EDGE = 40; // px that stay free before the open reading where the list is a strip

/**
 * @param {{onChoose: (index: number) => void, of?: string}} options `of` follows its name, such as " of heuristic"
 * @returns {{node: HTMLElement, update: (state: {readings: object[], shown: number[], query: string}) => void}}
 *   `shown` are the indices of the readings that are open
 */
export function rail({ onChoose, of = "" }) {
  const node = h("nav", { class: "ev-rail", "aria-label": `Evidence read${of}` });
  const refresh = roving(node, "button.item");

  function update({ readings, shown, query }) {
    const services = [...new Set(readings.map((each) => each.service))];
    const focused = node.contains(document.activeElement) ? document.activeElement.dataset.index : null;
    replace(node, ...services.map((service) => group(service, latest(readings, service), { shown, query, readings })));
    refresh();
    const current = node.querySelector('[aria-current="true"]');
    if (current) requestAnimationFrame(() => uncover(current)); // once it has a place
    if (focused !== null) (node.querySelector(`[data-index="${focused}"]`) ?? current)?.focus();
  }

  /** Scrolls the list so that an item is in it, where the list is a strip. */
  function uncover(item) {
    if (node.scrollWidth <= node.clientWidth) return;
    node.scrollLeft += item.getBoundingClientRect().left - node.getBoundingClientRect().left - EDGE;
  }

  function group(service, list, state) {
    return h(
      "div",
      { class: "group" },
      h("h3", {}, h("bdi", {}, service)),
      h("ul", {}, ...list.map((each) => h("li", {}, item(each, state)))),
    );
  }

  function item(reading, { shown, query, readings }) {
    const open = shown.some((index) => readings[index]?.key === reading.key);
    const times = readings.filter((each) => each.key === reading.key).length;
    const found = query ? hits(reading.text, query) : null;
    return h(
      "button",
      {
        type: "button",
        class: found === 0 ? "item no-hit" : "item",
        "aria-current": String(open),
        title: reading.stale ?? reading.date,
        dataset: { index: String(reading.index) },
        on: { click: () => onChoose(reading.index) },
      },
      h("span", { class: "what" }, h("bdi", {}, reading.label)),
      found ? h("span", { class: "hits", "aria-label": `${found} found` }, String(found)) : null,
      times > 1 ? h("span", { class: "times" }, `${times}\u00d7`) : null,
      reading.stale ? h("span", { class: "stale" }, h("span", { class: "unseen" }, "stale")) : null,
      h("span", { class: "when" }, reading.date.replace(/^step \d+, /, "")),
    );
  }

  return { node, update };
}

/** The latest reading of each thing of a service, in the order of the tools. */
function latest(readings, service) {
  const order = Object.keys(TOOLS);
  const found = readings.filter((each) => each.service === service && each.newer === null);
  return found.sort((one, other) => order.indexOf(one.tool) - order.indexOf(other.tool) || one.index - other.index);
}
