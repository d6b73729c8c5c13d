/** Log lines: a histogram by minute, levels and a filter, and the lines themselves. */

import { histogram } from "../charts.js";
import { h } from "../dom.js";
import { LEVELS_IN_ORDER } from "../parse/logs.js";
import { fits, marker } from "./highlight.js";
import { notes, pinButton } from "./table.js";
import { WRAPPED_UP_TO, virtualList } from "./virtual-list.js";

const NONE = "none"; // stands for the level of lines that have none
const LEVELS = [NONE, ...LEVELS_IN_ORDER];
const MINUTE = 60_000; // ms
const MOST_BUCKETS = 60;

/**
 * @param {object} data of `parseLogs`
 * @param {object} context of the pane
 * @returns {HTMLElement}
 */
export function logsView(data, context) {
  const { state } = context;
  state.off ??= new Set();
  state.filter ??= "";
  state.wraps ??= true;
  let shown = [],
    mark = context.mark;
  const count = h("output", { class: "quiet" });
  const detail = h("div", { class: "log-detail", hidden: true });
  const list = virtualList({
    label: `Log of ${context.reading.service}`,
    row: (index) => cells(shown[index], mark, state.whole),
    rowClass: (index) => `lv-${shown[index].level ?? NONE}`,
    onChoose: (index) => tell(shown[index]),
  });

  function tell(line) {
    state.chosen = line;
    detail.hidden = !line;
    if (line) detail.replaceChildren(h("pre", {}, mark(line.raw)), pinButton(context, line.raw));
  }

  function draw() {
    mark = marker(context.query, state.filter);
    shown = data.lines.filter((line) => !state.off.has(line.level ?? NONE) && fits(line.raw, state.filter));
    const all = data.lines.length;
    count.textContent =
      shown.length === all ? `${all} ${all === 1 ? "line" : "lines"}` : `${shown.length} of ${all} lines`;
    list.show(shown.length, state.wraps, shown.indexOf(state.chosen));
    tell(shown.includes(state.chosen) ? state.chosen : null);
  }

  const parts = data.lines.length ? [chart(data.lines), controls(data, state, count, draw), list.node, detail] : [];
  const node = h("div", { class: "logs" }, notes(context, data.notes), ...parts.filter(Boolean));
  if (parts.length) draw();
  return node;
}

function cells(line, mark, whole) {
  if (whole || !line.at)
    return [h("span", { class: "lv-word" }, line.level ?? ""), h("span", { class: "text" }, mark(line.raw))];
  return [
    h("time", { datetime: line.at }, line.at.slice(11, 23).replace("Z", "")),
    h("span", { class: "lv-word" }, line.level ?? ""),
    h("span", { class: "text" }, mark(line.text)),
  ];
}

function controls(data, state, count, draw) {
  const field = h("input", {
    type: "search",
    placeholder: "Filter lines",
    "aria-label": "Filter lines",
    value: state.filter,
    spellcheck: "false",
  });
  field.addEventListener("input", () => {
    state.filter = field.value;
    draw();
  });
  const levels = LEVELS.filter((level) => data.lines.some((line) => (line.level ?? NONE) === level)).reverse();
  const chips = levels.map((level) =>
    toggle(
      `${level === NONE ? "no level" : level} ${data.lines.filter((line) => (line.level ?? NONE) === level).length}`,
      `level lv-${level}`,
      () => !state.off.has(level),
      (on) => {
        if (on) state.off.delete(level);
        else state.off.add(level);
        draw();
      },
    ),
  );
  return h(
    "div",
    { class: "ev-controls" },
    field,
    h("span", { class: "chips", role: "group", "aria-label": "Levels" }, ...chips),
    data.lines.length > WRAPPED_UP_TO
      ? null
      : toggle(
          "Wrap",
          "",
          () => state.wraps,
          (on) => {
            state.wraps = on;
            draw();
          },
        ),
    toggle(
      "Whole lines",
      "",
      () => Boolean(state.whole),
      (on) => {
        state.whole = on;
        draw();
      },
    ),
    count,
  );
}

/** A button that is on or off. */
function toggle(text, className, isOn, change) {
  const button = h(
    "button",
    { type: "button", class: `ev-toggle ${className}`.trim(), "aria-pressed": String(isOn()) },
    text,
  );
  button.addEventListener("click", () => {
    change(!isOn());
    button.setAttribute("aria-pressed", String(isOn()));
  });
  return button;
}

/** Lines by minute, from the first to the last; null where all are of one minute. */
function chart(lines) {
  const timed = lines.filter((line) => line.at && !Number.isNaN(Date.parse(line.at)));
  const minutes = timed.map((line) => Math.floor(Date.parse(line.at) / MINUTE));
  const first = Math.min(...minutes),
    last = Math.max(...minutes);
  if (timed.length < 3 || last === first) return null;
  const width = Math.ceil((last - first + 1) / MOST_BUCKETS);
  const buckets = Array.from({ length: Math.ceil((last - first + 1) / width) }, (_, n) => ({
    label: shown(first + n * width),
    counts: {},
  }));
  timed.forEach((line, n) => {
    const { counts } = buckets[Math.floor((minutes[n] - first) / width)];
    counts[line.level ?? NONE] = (counts[line.level ?? NONE] ?? 0) + 1;
  });
  const told = buckets
    .filter((bucket) => Object.keys(bucket.counts).length)
    .map((bucket) => `${bucket.label} ${words(bucket.counts)}`);
  return h(
    "figure",
    { class: "log-chart" },
    histogram(buckets, { label: `Lines by minute: ${told.join("; ")}`, levels: LEVELS }),
    h(
      "figcaption",
      { "aria-hidden": "true" },
      h("span", {}, shown(first)),
      h("span", {}, `lines ${width === 1 ? "a minute" : `in ${width} minutes`}`),
      h("span", {}, shown(last)),
    ),
  );
}

const shown = (minute) => `${new Date(minute * MINUTE).toISOString().slice(11, 16)}Z`;

const words = (counts) =>
  Object.entries(counts)
    .map(([level, n]) => `${n} ${level === NONE ? "without level" : level}`)
    .join(", ");
