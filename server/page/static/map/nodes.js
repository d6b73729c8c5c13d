/** What the map is made of beside its edges: the buttons of the nodes, the trays below it and its legend. */

import { h, replace, svg } from "../dom.js";
import { kindIcon } from "./icons.js";
import { nodeFacts, percent } from "./words.js";

/** What stands in the button of a node; `place` is its place on the true chain, below 0 for none. */
export function fillNode(button, node, { culprit, place }) {
  const figure =
    node.errorRate !== null ? `${percent(node.errorRate)} fail` : node.level === "failing" ? node.health : null;
  replace(
    button,
    kindIcon(node.kind),
    h(
      "span",
      { class: "map-words" },
      h("bdi", { class: "map-name" }, ...breakable(node.name)),
      figure ? h("span", { class: "map-figure" }, figure) : null,
    ),
    node.alerting ? bell() : null,
    place >= 0
      ? h("span", { class: "map-number", "aria-hidden": "true" }, culprit ? "cause" : String(place + 1))
      : null,
    h("span", { class: "map-spoken" }, `: ${nodeFacts(node, { culprit }).join(", ")}`),
    dots(node, "calledBy"),
    dots(node, "calls"),
  );
}

/** Makes a node as wide as its words are: a box whose text is wrapped would stay as wide as it may become. */
export function tighten(button) {
  const words = button.querySelector(".map-words");
  words.style.width = "";
  const range = document.createRange();
  const texts = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
  let [left, right] = [Infinity, 0];
  while (texts.nextNode()) {
    range.selectNodeContents(texts.currentNode);
    for (const box of range.getClientRects()) [left, right] = [Math.min(left, box.left), Math.max(right, box.right)];
  }
  const wide = right - left;
  if (wide > 0) words.style.width = `${Math.ceil(wide)}px`;
}

/** A name that may break after its hyphens and dots, and nowhere else. */
const breakable = (name) => name.split(/(?<=[-._/])/).flatMap((part, index) => (index ? [h("wbr"), part] : [part]));

/** Makes the buttons those of a place; one that is there already is not moved, which would cost it the focus. */
export function put(place, buttons) {
  for (const child of [...place.children]) if (!buttons.includes(child)) child.remove();
  for (const button of buttons) if (button.parentNode !== place) place.append(button);
}

export function tray(title) {
  const list = h("div", { class: "map-tray-list" });
  const node = h("div", { class: "map-tray", hidden: true }, h("p", { class: "map-tray-title" }, title), list);
  const fill = (buttons) => {
    for (const button of buttons) button.style.transform = "";
    put(list, buttons);
    node.hidden = buttons.length === 0;
  };
  return { node, fill };
}

const bell = () =>
  h(
    "span",
    { class: "map-bell", "aria-hidden": "true" },
    svg(
      "svg",
      { viewBox: "0 0 16 16", "aria-hidden": "true" },
      svg("path", { d: "M8 2a4 4 0 0 1 4 4v3l1.5 2.5h-11L4 9V6a4 4 0 0 1 4-4zM6.5 13h3a1.5 1.5 0 0 1-3 0z" }),
    ),
  );

/** Small dots above or below a node: callers or callees that the evidence does not name. */
function dots(node, side) {
  const list = node.others[side];
  if (!list.length) return null;
  return h("span", {
    class: `map-dots is-${side} ${list.some((other) => other.ok === false) ? "is-failing" : ""}`,
    "aria-hidden": "true",
  });
}

export function legend() {
  const entry = (mark, text) => h("span", { class: "map-key" }, h("span", { class: `map-key-mark ${mark}` }), text);
  return [
    entry("level-ok", "as normal"),
    entry("level-high", "worse than normal"),
    entry("level-failing", "failing"),
    entry("is-unread", "not read yet"),
    entry("is-affected", "named by the alert"),
    entry("is-dots", "callers and callees elsewhere"),
  ];
}
