/** One reading: its head with date and marks, and its body in the form that fits it, or as text. */

import { h, replace } from "../dom.js";
import { changesView, diffView } from "./changes-view.js";
import { dependenciesView } from "./dependencies-view.js";
import { logsView } from "./logs-view.js";
import { metricsView } from "./metrics-view.js";
import { statusView } from "./status-view.js";
import { traceView } from "./trace-view.js";

const VIEWS = {
  metrics: metricsView,
  logs: logsView,
  dependencies: dependenciesView,
  trace: traceView,
  changes: changesView,
  diff: diffView,
  status: statusView,
};

/**
 * The body of a reading.
 * @param {object} reading
 * @param {object} context what the views share: {reading, query, mark(text), state, knows(name), select(name),
 *   look?(request), pin(text) -> whether it is pinned now, isPinned(text), refocus(selector)}
 * @returns {HTMLElement}
 */
function bodyOf(reading, context) {
  const { kind, data } = reading.parsed;
  const view = data && !context.state.asText ? VIEWS[kind] : null;
  return view ? view(data, context) : asText(reading, context);
}

/** The text as the tool wrote it. */
function asText(reading, context) {
  const keepsColumns = reading.parsed.kind === "metrics";
  return h(
    "pre",
    {
      class: keepsColumns ? "ev-text columns" : "ev-text",
      tabindex: "0",
      role: "group",
      "aria-label": `${reading.label} of ${reading.service} as text`,
    },
    context.mark(reading.text),
  );
}

/**
 * A place in which readings are shown.
 * @param {{name: string, contextOf: (reading: object) => object, onChoose: (index: number) => void,
 *   onPin: (reading: object) => boolean, isPinned: (reading: object) => boolean}} options
 * @returns {{node: HTMLElement, show: (reading: object, all: object[]) => void}}
 */
export function readingView({ name, contextOf, onChoose, onPin, isPinned }) {
  const head = h("header", { class: "ev-head" });
  const body = h("div", { class: "ev-body" });
  const node = h("section", { class: "ev-reading", "aria-label": name }, head, body);
  let shown = null,
    all = [];

  const drawBody = () => {
    const context = contextOf(shown);
    context.refocus = (selector) => body.querySelector(selector)?.focus();
    replace(body, bodyOf(shown, context));
  };

  function drawHead() {
    const { state } = contextOf(shown);
    const same = all.filter((each) => each.key === shown.key);
    replace(
      head,
      h(
        "div",
        { class: "ev-title" },
        h("h3", {}, h("bdi", {}, shown.service), h("span", {}, h("bdi", {}, shown.label))),
        h("p", {}, h("span", { class: "date" }, shown.date), ...marks(shown, all)),
      ),
      h(
        "div",
        { class: "ev-acts" },
        same.length > 1 ? choice(same) : null,
        shown.parsed.data
          ? button(
              "As text",
              () => Boolean(state.asText),
              () => {
                state.asText = !state.asText;
                drawBody();
                return state.asText;
              },
            )
          : null,
        button(
          "Pin",
          () => isPinned(shown),
          () => onPin(shown),
        ),
      ),
    );
  }

  /** The readings of the same thing at other times. */
  function choice(same) {
    const select = h(
      "select",
      { "aria-label": "Time of the reading" },
      ...same.map((each) => h("option", { value: String(each.index) }, each.date)),
    );
    select.value = String(shown.index);
    select.addEventListener("change", () => onChoose(Number(select.value)));
    return select;
  }

  function show(reading, readings) {
    const isSame = shown && shown.text === reading.text && shown.index === reading.index;
    [shown, all] = [reading, readings];
    drawHead();
    if (!isSame || contextOf(reading).query !== node.dataset.query) drawBody();
    node.dataset.query = contextOf(reading).query;
  }

  return { node, show };
}

function button(text, isOn, act) {
  const node = h("button", { type: "button", class: "ev-toggle", "aria-pressed": String(isOn()) }, text);
  node.addEventListener("click", () => node.setAttribute("aria-pressed", String(act())));
  return node;
}

function marks(reading, all) {
  const found = [];
  if (reading.stale)
    found.push(
      h("span", { class: "badge warn", title: reading.stale }, "stale"),
      h("span", { class: "quiet" }, h("bdi", {}, reading.stale)),
    );
  if (reading.newer !== null) found.push(h("span", { class: "badge" }, `newer: ${all[reading.newer].date}`));
  return found;
}
