/** The state of a service: health, instances, errors, alerts, notes, flags and runbook steps. */

import { meter } from "../charts.js";
import { h } from "../dom.js";
import { number } from "../format.js";
import { pinButton } from "./table.js";

const HEALTH = { healthy: "good", degraded: "warn", unhealthy: "danger", down: "danger" };

/**
 * @param {object} data of `parseStatus`
 * @param {object} context of the pane
 * @returns {HTMLElement}
 */
export function statusView(data, context) {
  const facts = [
    ["Health", [h("span", { class: `badge ${HEALTH[data.health] ?? ""}` }, data.health)]],
    data.version && ["Version", [context.mark(data.version)]],
    data.errorText && ["Error rate", errors(data, context)],
    data.replicas && ["Replicas", replicas(data.replicas, context)],
    [
      "Alerts",
      data.alerts.length
        ? [h("ul", {}, ...data.alerts.map((alert) => alertLine(alert, context)))]
        : data.errorText || data.at
          ? ["none firing"]
          : null,
    ],
    ...data.facts.map((fact) => [fact.label, [context.mark(fact.value)]]),
    data.notes.length && ["Notes", [h("ul", {}, ...data.notes.map((note) => noteLine(note, context)))]],
    [
      "Flags",
      data.flags.length
        ? data.flags.map((flag) =>
            h(
              "span",
              { class: `badge ${flag.on ? "on" : "off"}` },
              context.mark(flag.name),
              h("b", {}, flag.on ? " on" : " off"),
            ),
          )
        : ["none"],
    ],
    [
      "Runbook",
      data.steps.length
        ? [h("ul", { class: "runbook" }, ...data.steps.map((step) => h("li", {}, h("code", {}, context.mark(step)))))]
        : ["none"],
    ],
  ].filter((fact) => fact && fact[1]);
  return h(
    "dl",
    { class: "ev-facts status" },
    ...facts.flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, ...value)]),
  );
}

const share = (value) => `${number(value, value < 1 ? 2 : 1)} %`;

function errors({ errorRate, errors: { own, worst, median } }, context) {
  const tone = errorRate >= 20 ? "danger" : errorRate >= 1 ? "warn" : "plain";
  const parts = [
    ["of all requests", errorRate],
    ["of its own", own],
    ["worst instance", worst],
    ["median instance", median],
  ];
  return parts
    .filter(([, value]) => value !== null)
    .map(([label, value], n) =>
      h(
        "span",
        { class: "measure" },
        meter(value, 100, { label: `${share(value)} of 100 %`, tone: n ? "plain" : tone }),
        context.mark(share(value)),
        h("small", { class: "quiet" }, ` ${label}`),
      ),
    );
}

function replicas({ ready, of, text, instances }, context) {
  if (!instances.length) return [context.mark(text)];
  const zones = [...new Set(instances.map((each) => each.zone))].sort();
  const told = (each) =>
    h(
      "li",
      { class: each.ready ? "" : "down" },
      h("span", { class: "box", "aria-hidden": "true" }),
      context.mark(each.name),
      h("span", { class: "quiet" }, " on ", context.mark(each.host)),
      each.ready ? null : h("b", {}, " not ready"),
    );
  return [
    h("p", {}, h("b", { class: ready < of ? "danger" : "" }, `${ready} of ${of}`), " ready"),
    h(
      "div",
      { class: "zones" },
      ...zones.map((zone) =>
        h(
          "div",
          {},
          h("span", { class: "quiet" }, `zone ${zone}`),
          h("ul", { class: "instances" }, ...instances.filter((each) => each.zone === zone).map(told)),
        ),
      ),
    ),
  ];
}

function alertLine(alert, context) {
  const limit = alert.limit ? `, limit ${alert.limit}` : "";
  return h(
    "li",
    {},
    h("span", { class: "dot warn", "aria-hidden": "true" }),
    context.mark(alert.name),
    " ",
    alert.shown ? h("b", {}, context.mark(alert.shown)) : null,
    h("span", { class: "quiet" }, limit),
  );
}

function noteLine(note, context) {
  return h("li", {}, context.mark(note), pinButton(context, note));
}
