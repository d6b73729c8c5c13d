// Repairs of the selected service, apart from looks: each is opened first, then done, and says what it did and cost.

import { bdi, h, replace } from "./dom.js";
import { count, signed } from "./format.js";
import { field, readFields } from "./fields.js";
import { parseStatus } from "./parse/status.js";
import { outcomeOf } from "./timeline/marks.js";

// A parameter that an action needs has no description in the catalogue: it is asked for here.
const NEEDED = {
  flag: { name: "flag", description: "a feature flag, as the status of a service lists it", kind: "name", most: 200 },
  runbook_action: { name: "runbook_action", description: "a step of a runbook, as the status of its service lists it", kind: "name", most: 200 },
};
const NO_SERVICE = "No service is selected.";

/**
 * @param {import("./session.js").Session} session
 * @param {(action: string, parameters: object) => Promise<void>} take
 * @returns {{node: HTMLElement, update: (selected: string) => void, open: (name: string) => void}|null} null where the
 *   task has no repairs
 */
export function repairs(session, take) {
  const actions = session.actions("repair");
  if (!actions.length) return null;
  const said = h("div", { class: "said", "data-testid": "repairs-said" });
  const form = h("div", { class: "repair-form" });
  const done = h("ol", { class: "repairs-done" });
  const buttons = new Map(actions.map((action) => [action.name, h("button", {
    type: "button", class: "button repair", "aria-expanded": "false", "aria-controls": "repair-form", title: action.description, on: { click: () => toggle(action) },
  }, h("kbd", { "aria-hidden": "true" }, action.key.toUpperCase()), h("span", null, action.label), h("span", { class: "tool-price" }, `${action.minutes} min`))]));
  form.id = "repair-form";
  const node = h("section", { class: "pane pane-repairs", "aria-labelledby": "repairs-title", "data-once": true }, h("h2", { id: "repairs-title" }, "Repairs"),
    h("p", { class: "hint" }, "They change the system. One that hurts a healthy service costs points."),
    h("div", { class: "repairs" }, [...buttons.values()]), form, said, done);
  let selected = null;
  let opened = null;

  function toggle(action) {
    if (opened === action) return close();
    opened = action;
    for (const [name, button] of buttons) button.setAttribute("aria-expanded", String(name === action.name));
    draw();
    (form.querySelector("input, select") ?? form.querySelector("button"))?.focus();
  }

  function close() {
    const name = opened?.name;
    opened = null;
    for (const button of buttons.values()) button.setAttribute("aria-expanded", "false");
    replace(form);
    if (name && document.activeElement === document.body) buttons.get(name).focus();
  }

  function draw() {
    if (!opened) return;
    const needsService = opened.required.includes("service");
    const listed = listedIn(session.episode);
    const fields = [
      ...opened.required.filter((name) => NEEDED[name]).map((name) => field(NEEDED[name], { required: true, suggest: listed[name] })),
      ...opened.optional.map((parameter) => field(parameter, { suggest: parameter.name === "target" ? session.episode.services : [] })),
    ];
    const first = fields[0];
    const offered = first && listed[first.input.name] ? listed[first.input.name] : [];
    replace(form, h("form", { class: "repair-card", on: { submit: (event) => (event.preventDefault(), run(fields, needsService)), keydown: (event) => {
      if (event.key === "Escape") (event.preventDefault(), event.stopPropagation(), buttons.get(opened.name).focus(), close());
    } } },
      h("p", null, opened.description), offered.length > 0 && h("div", { class: "offered", role: "group", "aria-label": "From the evidence" }, offered.map((value) =>
        h("button", { type: "button", class: "chip choice", on: { click: () => ((first.input.value = value), first.input.focus()) } }, bdi(value)))),
      fields.map((one) => one.node),
      h("p", { class: "row" }, h("button", { class: "button repair strong" }, h("span", null, opened.label, needsService && [": ", bdi(selected)])),
        h("button", { type: "button", class: "button quiet", on: { click: close } }, "Cancel"))));
  }

  async function run(fields, needsService) {
    const action = opened;
    replace(said);
    try {
      if (needsService && !selected) throw new RangeError(NO_SERVICE);
      const filled = readFields(fields);
      const missing = fields.find((one) => one.input.getAttribute("aria-required") && !(one.input.name in filled));
      if (missing) {
        missing.input.focus();
        throw new RangeError(`${action.label} needs one: ${NEEDED[missing.input.name].description}.`);
      }
      const step = await take(action.name, needsService ? { service: selected, ...filled } : filled);
      if (step) close();
      if (step && document.activeElement === document.body) buttons.get(action.name).focus();
    } catch (error) {
      replace(said, h("p", { class: "notice danger", role: "alert" }, bdi(error.message)));
    }
  }

  return {
    node,
    show() {
      node.scrollIntoView({ block: "nearest" });
      buttons.values().next().value.focus();
    },
    open: (name) => {
      const action = actions.find((one) => one.name === name);
      if (opened !== action) toggle(action);
    },
    update(now) {
      const other = now !== selected;
      selected = now;
      const off = session.busy || session.gone || session.episode.done;
      for (const button of buttons.values()) button.setAttribute("aria-disabled", String(off));
      if (off && session.episode.done) close();
      else if (other && opened?.required.includes("service")) draw();
      replace(done, session.episode.steps.filter((step) => session.catalogue.actions[step.action]?.kind === "repair").reverse().map(outcome(session.catalogue)));
    },
  };
}

function outcome(catalogue) {
  return (step) => {
    const { service, flag, runbook_action: named, target } = step.parameters;
    const came = outcomeOf(step);
    const tone = came === "held" ? "good" : step.reward < 0 || step.error != null || came === "did harm" ? "bad" : "none";
    return h("li", { class: `repair-done ${tone}` },
      h("p", null, h("b", null, catalogue.actions[step.action].label), " ", bdi(named ?? flag ?? service ?? target ?? ""), h("span", { class: `chip number ${{ good: "good", bad: "danger" }[tone] ?? ""}` }, signed(step.reward))),
      h("p", null, bdi(step.error ?? step.feedback)), h("p", { class: "hint" }, `Step ${step.number}, ${count(step.took, "minute")}. `, bdi(step.reason)));
  };
}

/** The flags that are on and the runbook steps that the status reports read so far list. */
function listedIn({ steps }) {
  const flags = new Set();
  const named = new Set();
  for (const { evidence } of steps) {
    if (evidence?.tool !== "check_service_status") continue;
    const status = parseStatus(evidence.text);
    for (const flag of status?.flags ?? []) flags.add(flag.name);
    for (const step of status?.steps ?? []) named.add(step.name ?? step);
  }
  return { flag: [...flags], runbook_action: [...named] };
}
