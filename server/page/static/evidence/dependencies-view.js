/** Who calls a service and whom it calls, with how the calls fare beside how they usually do. */

import { meter } from "../charts.js";
import { h } from "../dom.js";
import { number } from "../format.js";
import { factor } from "./metrics-view.js";
import { figureCell, notes, pinButton, table } from "./table.js";

const PLATFORM = {
  runsOn: "Runs on",
  network: "Network",
  monitoredBy: "Monitored by",
  carries: "Carries",
  hosts: "Hosts",
  schedules: "Schedules",
  monitors: "Monitors",
  keepsStateOf: "Keeps the state of",
  keepsStateIn: "Keeps its state in",
};
const BAD_STATES = {
  failing: "danger",
  unreachable: "danger",
  down: "danger",
  slow: "warn",
  backlog: "warn",
  degraded: "warn",
};

/**
 * @param {object} data of `parseDependencies`
 * @param {object} context of the pane
 * @returns {HTMLElement}
 */
export function dependenciesView(data, context) {
  const isWritten = data.service === null;
  const part = (title, edges, generated) =>
    edges.length
      ? h(
          "section",
          {},
          h("h4", {}, title, h("span", { class: "quiet" }, ` ${edges.length}`)),
          isWritten ? written(title, edges, context) : generated(title, edges, context),
        )
      : null;
  const platform = Object.entries(PLATFORM).filter(([key]) => data[key].length);
  return h(
    "div",
    { class: "dependencies" },
    data.requests === null ? null : summary(data),
    data.serves ? null : h("p", { class: "quiet" }, "Takes no requests."),
    part("Calls", data.calls, calls),
    part("Called by", data.calledBy, callers),
    part("Peers", data.peers, callers),
    platform.length
      ? h(
          "dl",
          { class: "ev-facts" },
          ...platform.flatMap(([key, label]) => [
            h("dt", {}, label),
            h("dd", {}, ...data[key].map((name) => serviceButton(name, context))),
          ]),
        )
      : null,
    notes(context, data.notes),
  );
}

function summary(data) {
  const tile = (label, value, normal, tone) =>
    h(
      "div",
      { class: `tile ${tone}` },
      h("span", { class: "quiet" }, label),
      h("b", {}, value),
      normal ? h("span", { class: "quiet" }, `normal ${normal}`) : null,
    );
  return h(
    "div",
    { class: "tiles" },
    tile("Requests", `${number(data.requests, 1)}/s`, "", ""),
    tile("Fail", percent(data.fails), percent(data.normalFails), toneOfFails(data.fails, data.normalFails)),
    tile("p99", ms(data.p99), ms(data.normalP99), data.p99 >= 2 * data.normalP99 ? "warn" : ""),
  );
}

const percent = (value) => `${number(value, value < 1 ? 2 : 1)} %`;
const ms = (value) => `${number(value, value >= 100 ? 0 : value >= 10 ? 1 : 2)} ms`;

/** How bad a failing share is, beside the usual one; both in percent. */
function toneOfFails(fails, normal) {
  if (fails === null) return "";
  if (fails >= 5 && fails >= 3 * (normal ?? 0)) return "danger";
  return fails >= 0.5 && fails >= 2 * (normal ?? 0) ? "warn" : "";
}

/** The name of a service as a button that selects it; `service` is the one that a longer name holds. */
export function serviceButton(name, context, service = name) {
  if (!context.knows(service)) return h("span", { class: "name" }, context.mark(name));
  return h(
    "button",
    { type: "button", class: "service", on: { click: () => context.select(service) } },
    context.mark(name),
  );
}

function nameCell(edge, context) {
  const name =
    edge.name === "others"
      ? h("span", { class: "quiet" }, "other services")
      : serviceButton(edge.name, context, edge.service);
  return h(
    "th",
    { scope: "row" },
    name,
    edge.kind && !edge.detail && edge.state === null ? h("small", {}, context.mark(edge.kind)) : null,
  );
}

function calls(title, edges, context) {
  const heads = [
    { text: "Service" },
    { text: "Calls", number: true },
    { text: "Fail", number: true },
    { text: "p99", number: true },
    { text: "Tries", number: true },
    { text: "Limits" },
    { text: "Pin", hidden: true },
  ];
  return table(
    `Calls of ${context.reading.service}`,
    heads,
    edges.map((edge) => call(edge, context)),
    "edges",
  );
}

function call(edge, context) {
  const tone = toneOfFails(edge.fails, edge.normalFails);
  const later = edge.p99 !== null && edge.normalP99 ? edge.p99 / edge.normalP99 : null;
  const below = (value, write) => (value === null ? null : h("small", {}, context.mark(write(value))));
  const limits = [
    edge.retries ? `${edge.retries} ${edge.retries === 1 ? "retry" : "retries"}` : "",
    edge.fallback ? "fallback" : "",
  ]
    .filter(Boolean)
    .join(", ");
  const quote = [
    `calls to ${edge.name}: ${percent(edge.fails)} fail`,
    edge.normalFails === null ? "" : ` (normal ${percent(edge.normalFails)})`,
    edge.p99 === null ? "" : `, p99 ${ms(edge.p99)} (normal ${ms(edge.normalP99)})`,
  ].join("");
  return h(
    "tr",
    { class: edge.known ? "" : "others" },
    nameCell(edge, context),
    figureCell(
      "",
      context.mark(`${number(edge.rate, 1)}/s`),
      below(edge.perRequest, (value) => `${number(value, 2)} a request`),
    ),
    figureCell(
      `fails ${tone}`,
      meter(edge.fails, 100, { label: `${percent(edge.fails)} of 100 %`, tone: tone || "plain", width: 36 }),
      context.mark(percent(edge.fails)),
      below(edge.normalFails, (value) => `normal ${percent(value)}`),
    ),
    figureCell(
      later >= 2 ? "far" : "",
      ...(edge.p99 === null ? [] : [context.mark(ms(edge.p99))]),
      later === null ? null : h("span", { class: "factor" }, factor(later)),
      below(edge.normalP99, (value) => `normal ${ms(value)}`),
    ),
    figureCell(
      "",
      context.mark(number(edge.tries ?? 0, 2)),
      below(edge.timedOut, (value) => `${percent(value)} time out`),
      edge.unconnected ? h("small", { class: "danger" }, `${number(edge.unconnected, 1)}/s not connected`) : null,
    ),
    h(
      "td",
      {},
      edge.timeout === null ? null : context.mark(`time-out ${number(edge.timeout)} ms`),
      limits ? h("small", {}, limits) : null,
    ),
    h("td", { class: "pin-cell" }, pinButton(context, quote)),
  );
}

function callers(title, edges, context) {
  const most = Math.max(...edges.map((edge) => edge.rate ?? 0));
  const rows = edges.map((edge) =>
    h(
      "tr",
      { class: edge.known ? "" : "others" },
      nameCell(edge, context),
      figureCell("", context.mark(`${number(edge.rate ?? 0, 1)}/s`)),
      h(
        "td",
        { class: "share" },
        meter(edge.rate ?? 0, most, { label: `${number(edge.rate ?? 0, 1)} calls/s`, width: 72 }),
      ),
    ),
  );
  const heads = [{ text: "Service" }, { text: "Calls", number: true }, { text: "Share", hidden: true }];
  return table(`${title} of ${context.reading.service}`, heads, rows, "edges");
}

/** Hand-written lines: a neighbour, a protocol, a state and a remark. */
function written(title, edges, context) {
  const rows = edges.map((edge) =>
    h(
      "tr",
      {},
      nameCell(edge, context),
      h("td", { class: "quiet" }, context.mark(edge.kind)),
      h("td", {}, edge.state ? h("span", { class: `badge ${BAD_STATES[edge.state] ?? "good"}` }, edge.state) : null),
      h("td", { class: "wide" }, context.mark(edge.detail)),
      h(
        "td",
        { class: "pin-cell" },
        pinButton(context, [title, edge.name, edge.state, edge.detail].filter(Boolean).join(" ")),
      ),
    ),
  );
  const heads = [
    { text: "Neighbour" },
    { text: "Protocol" },
    { text: "State" },
    { text: "What is seen" },
    { text: "Pin", hidden: true },
  ];
  return table(`${title} of ${context.reading.service}`, heads, rows, "edges written");
}
