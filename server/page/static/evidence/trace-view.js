/** The spans of one request as a waterfall. */

import { h, svg } from "../dom.js";
import { number } from "../format.js";
import { serviceButton } from "./dependencies-view.js";
import { figureCell, notes, table } from "./table.js";

const WIDTH = 280; // of the time axis, in units of its drawing
const TICKS = 4;

/**
 * @param {object} data of `parseTrace`
 * @param {object} context of the pane
 * @returns {HTMLElement}
 */
export function traceView(data, context) {
  if (!data.spans.length) return h("div", {}, notes(context, data.notes));
  const total = Math.max(...data.spans.map((span) => span.start + span.ms), 1e-9);
  const failed = data.spans.filter((span) => span.bad).length;
  const count = `${data.spans.length} ${data.spans.length === 1 ? "span" : "spans"}`;
  const heads = [
    { text: "Service" },
    {
      text: `0 to ${written(total)}`,
      class: "axis",
      content: [h("span", {}, "0"), h("span", {}, written(total / 2)), h("span", {}, written(total))],
    },
    { text: "Took", number: true },
    { text: "Outcome" },
  ];
  return h(
    "div",
    { class: "trace" },
    h(
      "p",
      { class: "quiet" },
      `${data.wanted} request, ${count}, ${failed} failed, ${written(total)} in all`,
      data.id ? `, id ${data.id}` : "",
      data.among ? [", ", context.mark(data.among)] : null,
    ),
    table(
      `Spans of the ${data.wanted} request of ${data.of}`,
      heads,
      data.spans.map((span) => row(span, total, context)),
      "spans",
    ),
    notes(context, data.notes),
  );
}

const written = (value) => `${number(value, value >= 10 ? 1 : 2)} ms`;

function row(span, total, context) {
  const name = h("th", { scope: "row" }, serviceButton(span.service, context));
  name.style.setProperty("--depth", String(span.depth));
  return h(
    "tr",
    { class: span.bad ? "bad" : "" },
    name,
    h("td", { class: "axis" }, bar(span, total)),
    figureCell("", context.mark(written(span.ms))),
    h("td", { class: "outcome" }, ...outcome(span, context)),
  );
}

function outcome(span, context) {
  if (!span.bad) return [h("span", { class: "quiet" }, "ok")];
  return [
    h("span", { "aria-hidden": "true" }, "\u2715 "),
    h("span", { class: "unseen" }, "failed: "),
    context.mark(span.outcome),
  ];
}

function bar(span, total) {
  const x = (span.start / total) * WIDTH,
    width = Math.max(1.5, (span.ms / total) * WIDTH);
  const label = `from ${written(span.start)}, ${written(span.ms)}, ${span.outcome}`;
  const ticks = Array.from({ length: TICKS + 1 }, (_, n) =>
    svg("line", { x1: (n * WIDTH) / TICKS, x2: (n * WIDTH) / TICKS, y1: 0, y2: 22, class: "ch-tick" }),
  );
  return svg(
    "svg",
    {
      class: "chart span",
      role: "img",
      "aria-label": label,
      viewBox: `0 0 ${WIDTH} 22`,
      preserveAspectRatio: "none",
      width: "100%",
      height: 22,
    },
    svg("title", {}, label),
    ...ticks,
    svg("rect", {
      x: Math.min(x, WIDTH - 1.5).toFixed(2),
      y: 6,
      width: width.toFixed(2),
      height: 10,
      class: span.bad ? "ch-danger" : "ch-plain",
    }),
  );
}
