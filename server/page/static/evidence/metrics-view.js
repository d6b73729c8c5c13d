/** Metrics as rows: now beside normal, how far from it, and the way there. */

import { deviation, sparkline } from "../charts.js";
import { h } from "../dom.js";
import { figureCell, notes, pinButton, table } from "./table.js";

const FAR = 2; // factor of normal from which a figure stands out
const LONG = 20; // characters of figures from which they are a sentence
const NEAR = 1.15; // factor up to which it is as usual

/**
 * @param {object} data of `parseMetrics`
 * @param {object} context of the pane
 * @returns {HTMLElement}
 */
export function metricsView(data, context) {
  const node = h("div", {});
  const draw = () =>
    node.replaceChildren(
      ...[controls(data, context, draw), grid(data, context), notes(context, data.notes)].filter(Boolean),
    );
  draw();
  return node;
}

function controls(data, context, draw) {
  if (data.rows.filter((row) => row.deviation !== null).length < 6) return null;
  const button = h(
    "button",
    { type: "button", class: "ev-toggle", "aria-pressed": String(Boolean(context.state.sorted)) },
    "Furthest from normal first",
  );
  button.addEventListener("click", () => {
    context.state.sorted = !context.state.sorted;
    draw();
    context.refocus(".ev-toggle");
  });
  const far = data.rows.filter((row) => distance(row) >= Math.log(FAR)).length;
  return h(
    "div",
    { class: "ev-controls" },
    button,
    h("span", { class: "quiet" }, `${far} of ${data.rows.length} at least twice or half of normal`),
  );
}

/** How far a row is from normal: the logarithm of the factor either way. */
function distance(row) {
  if (row.fromZero) return Infinity;
  return row.deviation === null ? -1 : Math.abs(Math.log(Math.max(row.deviation, 1e-6)));
}

function grid(data, context) {
  const isSeries = data.heads.length > 0 && data.heads[0] !== "now";
  const hasBefore = data.rows.some((row) => row.text.before !== "");
  const rows = context.state.sorted ? [...data.rows].sort((one, other) => distance(other) - distance(one)) : data.rows;
  const before = isSeries ? data.heads[0].slice(0, 5) + "Z" : (data.heads[1] ?? "");
  const heads = [
    { text: "Metric" },
    { text: "Now", number: true },
    ...(hasBefore ? [{ text: before, number: true, class: "before" }] : []),
    { text: "Normal", number: true },
    {
      text: "Factor of normal",
      class: "against",
      content: ["Factor", h("span", { class: "wide-only" }, " of normal")],
    },
    ...(hasBefore ? [{ text: isSeries ? `Since ${before}` : "Trend", class: "trend" }] : []),
    { text: "Pin", hidden: true },
  ];
  const lines = rows.map((row) => line(row, context, hasBefore, isSeries));
  const form = isSeries ? "metrics series" : data.service === null ? "metrics written" : "metrics";
  return table(`Metrics of ${context.reading.service}`, heads, lines, form);
}

function line(row, context, hasBefore, isSeries) {
  const { now, before, normal } = row.text;
  const far = distance(row) >= Math.log(FAR) ? "far" : distance(row) < Math.log(NEAR) ? "usual" : "";
  const quote = `${row.label} ${now}${normal ? ` (normal ${normal})` : ""}`;
  return h(
    "tr",
    { class: far },
    h("th", { scope: "row" }, context.mark(row.label), row.note ? h("small", {}, context.mark(row.note)) : null),
    figureCell(
      now.length > LONG ? "now long" : "now",
      context.mark(now || "no data"),
      before && before !== now ? h("small", { class: "was" }, `was ${before}`) : null,
    ),
    hasBefore ? figureCell("before", context.mark(before)) : null,
    figureCell("normal", normal ? context.mark(normal) : ""),
    h("td", { class: "against" }, ...against(row)),
    hasBefore ? h("td", { class: "trend" }, trend(row, isSeries)) : null,
    h("td", { class: "pin-cell" }, pinButton(context, quote)),
  );
}

function against(row) {
  if (row.fromZero)
    return [deviation(Infinity, { label: "normally nought" }), h("span", { class: "factor" }, "from 0")];
  if (row.deviation === null) return [];
  const words = factor(row.deviation);
  return [deviation(row.deviation, { label: `${words} of normal` }), h("span", { class: "factor" }, words)];
}

/** A factor in few characters: `×5.4`, `÷12`, `=` where it is as usual. */
export function factor(value) {
  if (value === 0) return "none";
  const [sign, size] = value >= 1 ? ["\u00d7", value] : ["\u00f7", 1 / value];
  if (size < 1.005) return "\u00d71";
  if (size >= 1000) return `${sign}${Math.round(size / 1000)}k`;
  return sign + (size >= 10 ? String(Math.round(size)) : size >= 2 ? size.toFixed(1) : size.toFixed(2));
}

function trend(row, isSeries) {
  const values = row.values.map((each) => each.value);
  if (values.filter((value) => value !== null).length < 2) return null;
  const unit = row.unit ? ` ${row.unit}` : "";
  const told = row.values.map((each) => `${each.at} ${each.value === null ? "no data" : each.value + unit}`).join(", ");
  const label = `${row.label}: ${told}`;
  return sparkline(values, { label, baseline: isSeries ? row.normal : null, width: isSeries ? 160 : 56 });
}
