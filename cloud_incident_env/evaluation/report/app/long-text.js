/** Texts of any length: the first lines, and the rest on demand. */

import { bdi, h } from "page/dom.js";
import { number } from "page/format.js";

const SHOWN = 420; // characters, before one asks for all

/** @param {string} text of a run @returns {HTMLElement} */
export function longText(text) {
  if (text.length <= SHOWN * 1.5) return bdi(text, { class: "long-text" });
  const rest = h("button", { type: "button", class: "link" }, `Show all ${number(text.length)} characters`);
  const shown = bdi(`${text.slice(0, SHOWN)}…`, { class: "long-text" });
  const node = h("span", null, shown, " ", rest);
  rest.addEventListener("click", () => node.replaceChildren(bdi(text, { class: "long-text", tabindex: "-1" })));
  return node;
}
