// A table of episodes; on a narrow screen each row is a few lines, and what a figure is stands before it.

import { h } from "../dom.js";

/**
 * @param {string} label of the region @param {[string, boolean][]} heads name of each column, and whether it has figures
 * @param {{name: Node|Array, cells: (Node|string|number)[]}[]} rows `cells` for the columns after the first
 */
export function episodesTable(label, heads, rows) {
  const cell = (value, at) => {
    const [words, isFigure] = heads[at + 1];
    return h("td", { role: "cell", class: isFigure ? "number" : null }, isFigure && h("span", { class: "rn-label", "aria-hidden": "true" }, `${words.toLowerCase()} `), value);
  };
  return h("div", { class: "scroll-x", tabindex: "0", role: "region", "aria-label": label }, h("table", { class: "rn-table", role: "table", "data-testid": "episodes" },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads.map(([words, isFigure]) => h("th", { scope: "col", role: "columnheader", class: isFigure ? "number" : null }, words)))),
    h("tbody", { role: "rowgroup" }, rows.map(({ name, cells }) => h("tr", { role: "row" }, h("th", { scope: "row", role: "rowheader" }, name), cells.map(cell))))));
}
